// SPDX-License-Identifier: MIT
// What wait4(2) says of a tracee that was seized (ptrace(2), "Stopped states"), told apart.
#pragma once
#include <cstdint>

namespace earlybox {

struct WaitStatus {
    enum class Kind : uint8_t {
        system_call,  // on entry to one, or on exit from it (PTRACE_O_TRACESYSGOOD)
        signal,       // code: the signal that is about to be delivered
        group_stop,   // code: the signal that stopped the whole process
        trap,         // the first stop of a new child, an answer to PTRACE_INTERRUPT, or a group stop's end
        new_child,    // it has forked, vforked or cloned
        exec,
        filtered_call,  // a seccomp filter of its own sends this call to the tracer (SECCOMP_RET_TRACE)
        exiting,        // its memory and registers are still there
        exited,         // code: the exit status
        killed,         // code: the signal
        other,          // nothing that was asked for
    };
    Kind kind;
    int code = 0;

    bool is_end() const { return kind == Kind::exited || kind == Kind::killed; }
};

WaitStatus classify_wait_status(int status);

}  // namespace earlybox
