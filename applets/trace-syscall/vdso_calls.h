// SPDX-License-Identifier: MIT
// --vdso: calls of the vDSO's functions among the system calls.
//
// A program that has come from exec gets, in its own copy of the vDSO, a stub for each function. The stub
// runs the function and then makes a system call that no kernel has (kReport), which tells the tracer of the
// result and where the arguments are. No breakpoint is set: a process that nobody traces any more only asks
// for a call that is not there, and lives on. As a seccomp filter might not let it, a process that installs
// one gets its functions back first.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "applets/trace-syscall/call.h"
#include "core/parse/vdso_redirect.h"
#include "core/probe/program_vdso.h"

namespace earlybox::trace_syscall {

class VdsoCalls {
 public:
    static constexpr unsigned kReport = 0x2eb0c000;

    // Of a tracee that has just come back from exec; none where the program has no vDSO. The error says why
    // its calls cannot be seen.
    static Result<std::shared_ptr<const VdsoCalls>> watch(const Tracee& tracee);

    // What such a process has called, on entry to kReport; nothing: the call is none of ours.
    struct Made {
        Call call;
        int64_t result;
    };
    std::optional<Made> reported(const Tracee& tracee, const SystemCall& call) const;
    // The system call was made by a function of the vDSO.
    bool has_made(const Tracee& tracee, const SystemCall& call) const { return vdso_.has_made(tracee, call); }
    // Gives a stopped process its functions back.
    void unwatch(const Tracee& tracee) const;

 private:
    ProgramVdso vdso_;
    Redirection redirection_;
    std::vector<std::optional<Syscall>> rows_;  // by the index that a stub tells
};

// The call installs a seccomp filter, if it succeeds.
bool installs_filter(const Call& call);

}  // namespace earlybox::trace_syscall
