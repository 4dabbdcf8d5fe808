// SPDX-License-Identifier: MIT
// --explain: why calls said ENOSYS, and which EPERM was a seccomp filter's; once for each call and ABI, when
// the trace is over. The evidence is syscall-probe's and doctor's: symbols, the call made from outside of the
// command, the options that decide.
#pragma once
#include <string>
#include <vector>

#include "applets/trace-syscall/sink.h"
#include "core/base/output.h"
#include "core/probe/machine.h"

namespace earlybox::trace_syscall {

class ExplainSink : public Sink {
 public:
    ExplainSink(Output& out, Machine& machine) : out_(out), machine_(machine) {}
    void entered(Thread&) override {}
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread&) override {}
    void finish() override;

 private:
    struct Refusal {
        Abi abi;
        unsigned number;
        int code;  // ENOSYS or EPERM
        uint64_t times;
        bool filtered;  // a seccomp filter worked on the process when it was refused first
    };
    bool is_filtered(pid_t thread) const;

    Output& out_;
    Machine& machine_;
    std::vector<Refusal> refusals_;  // in the order of the trace
};

}  // namespace earlybox::trace_syscall
