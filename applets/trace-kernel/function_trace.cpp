// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/function_trace.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "applets/trace-kernel/functions.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

// Much that is done on the way and never makes a system call fail: the end of a process, of what an exec
// replaces, page faults, other tasks' turns; and what kretprobes do, since 6.0 and before.
constexpr const char* kUnrelated[] = {
    "do_exit",
    "begin_new_exec",
    "handle_mm_fault",
    "schedule",
    "__cond_resched",
    "_cond_resched",
    "kretprobe_rethook_handler",
    "trampoline_handler",
    "kprobe_ftrace_handler",
    "pre_handler_kretprobe",
    "aggr_pre_handler",
};

Result<> choose(TraceSession& session, const char* tracer) {
    auto chosen = session.set("current_tracer", tracer);
    if (!chosen && chosen.error().code == EINVAL) {
        chosen.error().cause =
            concat("this kernel has no tracer ", tracer, ": CONFIG_FUNCTION_",
                   std::string_view(tracer) == "function" ? "TRACER" : "GRAPH_TRACER", " is off");
    }
    return chosen;
}

// What there is for now, in lines, which the kernel gives whole; how many.
size_t print_lines(int pipe, Output& out) {
    size_t lines = 0;
    char text[1 << 14];
    ssize_t got = 0;
    while ((got = read(pipe, text, sizeof text)) > 0) {
        std::string_view rest(text, static_cast<size_t>(got));
        for (std::string_view line; next_line(rest, line); ++lines) out.line(printable(line));
    }
    out.flush();
    return lines;
}

}  // namespace

Result<FunctionTrace> FunctionTrace::open(Machine& machine) {
    auto tracefs = TRY(Tracefs::open(machine));
    auto records = TRY(FunctionRecords::open(tracefs));
    return FunctionTrace(machine, std::move(tracefs), std::move(records));
}

Result<> FunctionTrace::check_enabled() const {
    const auto enabled = machine_->read(kProcfs, "sys/kernel/ftrace_enabled");
    if (!enabled || trimmed(*enabled) != "0") return {};
    return failure("trace functions", 0, "kernel.ftrace_enabled is 0: function tracers then record nothing",
                   "echo 1 > /proc/sys/kernel/ftrace_enabled");
}

Result<TraceEnd> FunctionTrace::run(TraceSession& session, const TraceSubject& subject, Take take,
                                    FunctionRef<Result<>()> conclude, TaskNames& tasks) {
    const auto end = TRY(session.run(subject, [&](const TraceRecord& record) {
        records_.take(record, take);
        return true;
    }));
    if (const auto names = tracefs_.read("saved_cmdlines")) tasks.note_lines(*names);
    TRY_VOID(conclude());
    TRY_VOID(session.close());
    return end;
}

// Kernels have some of them only.
Result<> FunctionTrace::leave_out_unrelated(TraceSession& session) const {
    return session.set_list("set_graph_notrace", TRY(known_patterns(tracefs_, kUnrelated)));
}

Result<TraceSession> FunctionTrace::session_for_stacks(const std::vector<std::string>& functions) {
    TRY_VOID(check_enabled());
    // Instances trace stacks since 5.14, which also brought another option.
    auto session = TRY(tracefs_.has("options/func-no-repeats")
                           ? TraceSession::open_for(tracefs_, "function")
                           : TraceSession::open(tracefs_, TraceSession::Place::shared));
    TRY_VOID(session.set_list("set_ftrace_filter", functions));
    TRY_VOID(session.set("options/func_stack_trace", "1"));
    TRY_VOID(choose(session, "function"));
    return session;
}

Result<TraceEnd> FunctionTrace::trace_stacks(const std::vector<std::string>& functions,
                                             const TraceSubject& subject, Take take,
                                             FunctionRef<Result<>()> conclude, TaskNames& tasks) {
    auto session = TRY(session_for_stacks(functions));
    return run(session, subject, take, conclude, tasks);
}

Result<TraceEnd> FunctionTrace::print_stacks(const std::vector<std::string>& functions,
                                             const TraceSubject& subject, Output& out) {
    auto session = TRY(session_for_stacks(functions));
    Fd pipe = TRY(tracefs_.open_file(session.area() + "trace_pipe", O_RDONLY | O_NONBLOCK));
    uint64_t lines = 0;
    const auto print = [&] { lines += print_lines(pipe.number(), out); };
    session.leave_events();
    auto end = TRY(session.run(subject, [](const TraceRecord&) { return true; }, print));
    print();
    pipe = Fd();  // while somebody reads, no kernel changes its tracer
    TRY_VOID(session.close());
    end.events = lines;
    return end;
}

Result<> FunctionTrace::set_probes(TraceSession& session, const GraphSettings& settings) {
    std::string group;
    size_t number = 0;
    for (const auto& [name, id] : settings.probed) {
        // An inlined, renamed or unprobeable function: its caller's result has to do.
        const auto event = session.add_kprobe('r', concat("r", number++), name, "ret=$retval:s64");
        if (!event || !records_.add_probe(tracefs_, *event, id)) continue;
        group = event->substr(0, event->find(':'));
    }
    if (group.empty()) return {};
    return session.set(concat("events/", group, "/enable"), "1");
}

Result<TraceEnd> FunctionTrace::trace_calls(const GraphSettings& settings, const TraceSubject& subject,
                                            Take take, FunctionRef<Result<>()> conclude, TaskNames& tasks) {
    TRY_VOID(check_enabled());
    // Instances cannot be told where to begin (set_graph_function) in any kernel up to 6.12.
    auto session = TRY(TraceSession::open(tracefs_, TraceSession::Place::shared));
    TRY_VOID(session.set_list("set_graph_function", settings.functions));
    TRY_VOID(session.set("max_graph_depth", concat(settings.depth)));
    TRY_VOID(session.set("options/funcgraph-irqs", settings.interrupts ? "1" : "0"));
    if (settings.for_errors || !settings.probed.empty()) TRY_VOID(leave_out_unrelated(session));
    TRY_VOID(set_probes(session, settings));
    TRY_VOID(choose(session, "function_graph"));
    if (settings.for_errors) TRY_VOID(session.set("events/raw_syscalls/sys_exit/enable", "1"));
    return run(session, subject, take, conclude, tasks);
}

}  // namespace earlybox::trace_kernel
