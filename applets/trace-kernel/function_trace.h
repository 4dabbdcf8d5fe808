// SPDX-License-Identifier: MIT
// The tracers function and function_graph at work for a command.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "applets/trace-kernel/function_event.h"
#include "applets/trace-kernel/function_records.h"
#include "core/base/output.h"
#include "core/probe/machine.h"
#include "core/probe/trace_session.h"
#include "core/probe/tracefs.h"

namespace earlybox::trace_kernel {

struct GraphSettings {
    std::vector<std::string> functions;  // whose calls are followed
    uint64_t depth = 0;                  // 0: all the way down
    bool interrupts = false;
    bool for_errors = false;  // results of system calls too, but nothing of what has no part in them
    // Kernel functions whose results kretprobes tell, and their ids; those that cannot be probed are left
    // out.
    std::vector<std::pair<std::string, FunctionId>> probed{};
};

class FunctionTrace {
 public:
    static Result<FunctionTrace> open(Machine& machine);

    const Tracefs& tracefs() const { return tracefs_; }
    // The kernel's function_graph tells what functions return.
    bool tells_results() const { return records_.has_values(); }

    using Take = FunctionRef<void(const FunctionEvent&)>;
    // Every call of the functions, each with its stack. `conclude` runs while what was traced can still be
    // named.
    Result<TraceEnd> trace_stacks(const std::vector<std::string>& functions, const TraceSubject& subject,
                                  Take take, FunctionRef<Result<>()> conclude, TaskNames& tasks);
    // The same in the kernel's words, the lines of trace_pipe, while it happens. Its `events` are lines.
    Result<TraceEnd> print_stacks(const std::vector<std::string>& functions, const TraceSubject& subject,
                                  Output& out);
    // The functions' calls, and all that these call.
    Result<TraceEnd> trace_calls(const GraphSettings& settings, const TraceSubject& subject, Take take,
                                 FunctionRef<Result<>()> conclude, TaskNames& tasks);

 private:
    FunctionTrace(Machine& machine, Tracefs tracefs, FunctionRecords records)
        : machine_(&machine), tracefs_(std::move(tracefs)), records_(std::move(records)) {}
    Result<TraceSession> session_for_stacks(const std::vector<std::string>& functions);
    Result<TraceEnd> run(TraceSession& session, const TraceSubject& subject, Take take,
                         FunctionRef<Result<>()> conclude, TaskNames& tasks);
    Result<> set_probes(TraceSession& session, const GraphSettings& settings);
    Result<> leave_out_unrelated(TraceSession& session) const;
    Result<> check_enabled() const;

    Machine* machine_;
    Tracefs tracefs_;
    FunctionRecords records_;
};

}  // namespace earlybox::trace_kernel
