// SPDX-License-Identifier: MIT
// The records of the tracers function and function_graph, of system calls' exits and of kretprobes, as
// events; by their format files (kernel/trace/trace_entries.h).
#pragma once
#include <string>
#include <vector>

#include "applets/trace-kernel/function_event.h"
#include "core/probe/trace_stream.h"
#include "core/probe/tracefs.h"

namespace earlybox::trace_kernel {

class FunctionRecords {
 public:
    static Result<FunctionRecords> open(const Tracefs& tracefs);
    // The event of a kretprobe on the function that has this id elsewhere; its argument is called "ret".
    Result<> add_probe(const Tracefs& tracefs, const std::string& event, FunctionId function);
    bool has_values() const { return exit_value_.has_value(); }

    void take(const TraceRecord& record, FunctionRef<void(const FunctionEvent&)> give);

 private:
    struct Probe {
        unsigned id;
        TraceField value;
        FunctionId function;
    };
    unsigned hit_id_ = 0, stack_id_ = 0, enter_id_ = 0, leave_id_ = 0, sys_exit_id_ = 0;
    TraceField hit_function_, hit_caller_, stack_size_, stack_frames_;
    TraceField enter_function_, enter_depth_, leave_function_;
    std::optional<TraceField> call_time_, return_time_, exit_value_;
    TraceField sys_number_, sys_result_;
    std::vector<Probe> probes_;
    std::vector<FunctionId> frames_;
};

}  // namespace earlybox::trace_kernel
