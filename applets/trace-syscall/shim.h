// SPDX-License-Identifier: MIT
// --shim=time32: 32-bit time calls that this kernel refuses are served by their time64 twins, in the traced
// process itself. What a program sees is what a kernel with CONFIG_COMPAT_32BIT_TIME would have shown it.
//
// The twin's structures lie on the program's stack while it is in the call, below its stack pointer. A
// seccomp filter of the program judges the twin: it comes after ptrace. 64-bit programs that make 32-bit
// calls are not served, as their stacks are out of the twin's reach.
#pragma once
#include <bitset>
#include <cstdint>

#include "applets/trace-syscall/selection.h"
#include "applets/trace-syscall/time32.h"
#include "core/base/result.h"
#include "core/sys/tracee.h"

namespace earlybox::trace_syscall {

class Shim {
 public:
    // Tries which of the calls this kernel refuses. None at all: there is nothing to serve.
    static Shim find_refused();
    bool is_idle() const { return refused_.none(); }
    // The calls to be told of by enter().
    CallSet calls() const;

    // A thread's call that is being served.
    class Service {
     public:
        bool in_call() const { return row_ != nullptr && !resting_; }

     private:
        friend class Shim;
        const Time32Call* row_ = nullptr;
        Registers registers_{};  // as the program set them
        uint64_t arguments_[6] = {};
        uint8_t converted_ = 0;  // the twin's arguments that are wide structures, by bits
        bool answered_ = false;  // here, without the kernel: EINVAL
        bool resting_ = false;   // the kernel will restart the sleep with restart_syscall
    };

    // On entry: turns the call into its twin, if it is one that has to be served.
    void enter(Tracee tracee, const SystemCall& call, Service& service) const;
    // On exit of such a call: gives the program its registers and its narrow structures. What the call came
    // back with.
    int64_t leave(Tracee tracee, int64_t result, Service& service) const;

 private:
    std::bitset<512> refused_;  // by i386's numbers
};

}  // namespace earlybox::trace_syscall
