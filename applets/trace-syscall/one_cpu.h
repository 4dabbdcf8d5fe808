// SPDX-License-Identifier: MIT
// A command and its tracer on one CPU. They take turns, so a second CPU gains nothing, and waking it for
// every stop takes ten times as long as the stop itself.
//
// The command must not notice: before it asks for its CPUs, or changes them or its scheduling policy, it has
// all of them; before it has a thread or a child it gets them back for good. What still tells is getcpu(2),
// and /proc/PID/status to others. Who is killed with SIGKILL while it holds a command leaves it on that CPU.
#pragma once
#include <sched.h>
#include <sys/types.h>

#include "applets/trace-syscall/selection.h"

namespace earlybox::trace_syscall {

class OneCpu {
 public:
    OneCpu();
    ~OneCpu() { let_go(); }
    OneCpu(const OneCpu&) = delete;
    OneCpu& operator=(const OneCpu&) = delete;

    // The calls to be told of by entering().
    const CallSet& calls() const { return calls_; }

    // The command, which stands still and has one thread. Nothing happens where there is no other CPU to
    // choose from, or a policy (real time, deadlines) that the choice would matter to.
    void hold(pid_t command);
    void entering(Abi abi, unsigned number);
    void leaving();
    void let_go();
    // The command is no more.
    void forget();

 private:
    pid_t command_ = 0;  // 0: none is held
    bool is_asking_ = false;
    cpu_set_t all_{};
    cpu_set_t one_{};
    CallSet calls_;
    CallSet asking_;
};

}  // namespace earlybox::trace_syscall
