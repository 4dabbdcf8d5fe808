// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/function_records.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

Result<TraceField> needed(const TraceFormat& format, std::string_view name) {
    if (const TraceField* field = format.field(name)) return *field;
    return failure(concat("read the format of ", printable(format.name)), 0,
                   concat("it has no field ", name, ": a kernel newer than this program"));
}

std::optional<TraceField> optional_field(const TraceFormat& format, std::string_view name) {
    const TraceField* field = format.field(name);
    return field ? std::optional(*field) : std::nullopt;
}

}  // namespace

Result<FunctionRecords> FunctionRecords::open(const Tracefs& tracefs) {
    FunctionRecords records;
    const auto hit = TRY(tracefs.format("ftrace:function"));
    records.hit_id_ = hit.id;
    records.hit_function_ = TRY(needed(hit, "ip"));
    records.hit_caller_ = TRY(needed(hit, "parent_ip"));
    const auto stack = TRY(tracefs.format("ftrace:kernel_stack"));
    records.stack_id_ = stack.id;
    records.stack_size_ = TRY(needed(stack, "size"));
    records.stack_frames_ = TRY(needed(stack, "caller"));
    // Without CONFIG_FUNCTION_GRAPH_TRACER there are none, and nobody asks for them.
    if (const auto enter = tracefs.format("ftrace:funcgraph_entry")) {
        records.enter_id_ = enter->id;
        records.enter_function_ = TRY(needed(*enter, "func"));
        records.enter_depth_ = TRY(needed(*enter, "depth"));
    }
    if (const auto leave = tracefs.format("ftrace:funcgraph_exit")) {
        records.leave_id_ = leave->id;
        records.leave_function_ = TRY(needed(*leave, "func"));
        records.call_time_ = optional_field(*leave, "calltime");
        records.return_time_ = optional_field(*leave, "rettime");
        records.exit_value_ = optional_field(*leave, "retval");
    }
    if (const auto exit = tracefs.format("raw_syscalls:sys_exit")) {
        records.sys_exit_id_ = exit->id;
        records.sys_number_ = TRY(needed(*exit, "id"));
        records.sys_result_ = TRY(needed(*exit, "ret"));
    }
    return records;
}

Result<> FunctionRecords::add_probe(const Tracefs& tracefs, const std::string& event, FunctionId function) {
    const auto format = TRY(tracefs.format(event));
    probes_.push_back({format.id, TRY(needed(format, "ret")), function});
    return {};
}

void FunctionRecords::take(const TraceRecord& record, FunctionRef<void(const FunctionEvent&)> give) {
    FunctionEvent event{.pid = record.head.process, .cpu = static_cast<int>(record.cpu), .time = record.time};
    if (record.lost != 0) {
        event.kind = FunctionEvent::Kind::lost;
        event.count = record.lost == TracePage::kUncounted ? 0 : record.lost;
        give(event);
        event.count = 0;
    }
    const unsigned id = record.head.id;
    if (id == 0) return;
    if (id == enter_id_) {
        event.kind = FunctionEvent::Kind::enter;
        event.function = enter_function_.number(record.event);
        event.depth = static_cast<int>(enter_depth_.number(record.event));
    } else if (id == leave_id_) {
        event.kind = FunctionEvent::Kind::leave;
        event.function = leave_function_.number(record.event);
        if (call_time_ && return_time_)
            event.duration = return_time_->number(record.event) - call_time_->number(record.event);
        if (exit_value_) event.value = static_cast<int64_t>(exit_value_->number(record.event));
    } else if (id == hit_id_) {
        event.kind = FunctionEvent::Kind::hit;
        event.function = hit_function_.number(record.event);
        event.caller = hit_caller_.number(record.event);
    } else if (id == stack_id_) {
        // The format file tells a length that most stacks do not have (kernel/trace/trace.c,
        // FTRACE_STACK_ENTRIES).
        const size_t begin = std::min<size_t>(stack_frames_.offset, record.event.size());
        const size_t there = (record.event.size() - begin) / sizeof(FunctionId);
        frames_.resize(std::min<size_t>(there, stack_size_.number(record.event)));
        if (!frames_.empty())
            memcpy(frames_.data(), record.event.data() + begin, frames_.size() * sizeof(FunctionId));
        event.kind = FunctionEvent::Kind::stack;
        event.stack = frames_;
    } else if (id == sys_exit_id_) {
        event.kind = FunctionEvent::Kind::syscall_exit;
        event.number = static_cast<int64_t>(sys_number_.number(record.event));
        event.value = static_cast<int64_t>(sys_result_.number(record.event));
    } else {
        const auto probe = std::ranges::find(probes_, id, &Probe::id);
        if (probe == probes_.end()) return;
        event.kind = FunctionEvent::Kind::probed;
        event.function = probe->function;
        event.value = static_cast<int64_t>(probe->value.number(record.event));
    }
    give(event);
}

}  // namespace earlybox::trace_kernel
