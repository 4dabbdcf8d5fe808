// SPDX-License-Identifier: MIT
// Who the threads of a trace are: their names, and the ABI of the program that each runs.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/abi/syscalls.h"
#include "core/probe/machine.h"
#include "core/probe/trace_session.h"

namespace earlybox {

class TracedTasks {
 public:
    // Has the session, which has to outlive it, record forks and execs too.
    static Result<TracedTasks> watch(TraceSession& session, Machine& machine);

    // Takes note of a record: true where it is a fork or an exec.
    bool observe(const TraceRecord& record);
    // A system call's end, as raw_syscalls:sys_exit has it: the one behind an exec tells the new program's
    // ABI, by the number that the kernel put there (x86's set_personality_ia32 and set_personality_64bit).
    void returned(pid_t thread, uint64_t number, int64_t result);

    // A call came in by this ABI's entry: the program's, where nothing better is known.
    void entered_by(pid_t thread, Abi abi);

    // "sh"; "?" where nobody knows any more.
    const std::string& name(pid_t thread);
    // Of the program that the thread runs: nothing where neither its exec nor a call's entry was seen.
    std::optional<Abi> abi(pid_t thread) const;

 private:
    struct Task {
        std::string name;
        std::optional<Abi> abi;
        bool is_executed = false;
        bool is_new_program = false;  // its exec has not returned yet
    };
    TracedTasks(const TraceSession& session, Machine& machine, TraceFormat fork, TraceFormat exec)
        : session_(&session), machine_(&machine), fork_(std::move(fork)), exec_(std::move(exec)) {}
    std::string look_up(pid_t thread);

    const TraceSession* session_;
    Machine* machine_;
    TraceFormat fork_;
    TraceFormat exec_;
    std::map<pid_t, Task> tasks_;
};

// The ABI of a call by its number, where that tells it; else the program's.
std::optional<Abi> abi_of_call(uint64_t number, std::optional<Abi> program);

}  // namespace earlybox
