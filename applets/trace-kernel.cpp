// SPDX-License-Identifier: MIT
// trace-kernel: what the kernel does for a command, by its own tracer (Documentation/trace/ftrace.rst).
#include <string.h>

#include <algorithm>

#include "applets/trace-kernel/request.h"
#include "core/applet.h"
#include "core/base/text.h"
#include "core/probe/machine.h"

namespace earlybox {
namespace {

using namespace trace_kernel;

constexpr OptionSpec kOptions[] = {
    option<&Options::processes>('p', "pid", "PID",
                                "trace a running process and what it starts; may be given again"),
    option<&Options::all>('a', "all", nullptr, "trace everybody, not only the command"),
    option<&Options::seconds>('t', "time", "SECONDS", "end after so long"),
    option<&Options::filter>('F', "filter", "FILTER",
                             "events: only those whose fields are so: 'ret < 0 && id != 1'"),
    option<&Options::other>(
        0, "vs", "COMMAND",
        "callers, callees: run this too, and show both side by side up to where they part"),
    option<&Options::depth>('d', "depth", "N", "callees: no more than so many calls below the function"),
    option<&Options::interrupts>(0, "irqs", nullptr, "callees: also what interrupts did meanwhile"),
    option<&Options::results>(0, "results", nullptr,
                              "callees: what functions return, if need be by kretprobes in a second run"),
    option<&Options::once>(0, "once", nullptr, "why: never run the command a second time"),
    option<&Options::flame>(0, "flame", nullptr, "callers, callees: folded stacks, for flame graphs"),
    option<&Options::verbose>('v', "verbose", nullptr, "callers: each call with its time, in their order"),
    option<&Options::raw>(0, "raw", nullptr,
                          "callers: the kernel's own text as it comes, the lines of trace_pipe"),
    option<&Options::input>(
        'i', "input", "FILE",
        "callers, callees, why: from a copy of tracefs' trace or trace_pipe; - is standard input"),
};

constexpr Example kExamples[] = {
    {"trace-kernel why ENOSYS -- touch /now",
     "which kernel function refuses, and the build option behind it"},
    {"trace-kernel callers utimensat --vs 'busybox-i386 touch /x' -- touch /x",
     "the ways of a 64-bit and a 32-bit program into the kernel, and where they part"},
    {"trace-kernel callees do_mkdirat -d 3 -- mkdir /x",
     "what the kernel calls for it, and how long that takes"},
    {"trace-kernel events 'sched:sched_process_*' -- /init", "which programs /init starts, and how they end"},
    {"trace-kernel events raw_syscalls:sys_exit -F 'ret == -38' -- date",
     "the calls that this kernel does not have"},
    {"trace-kernel list '*oom*'", "which functions and events of that name can be traced"},
    {"trace-kernel reset", "puts the tracer back to what it was before somebody was killed"},
};

struct Question {
    const char* name;
    int (*answer)(Context&, const Request&);
};
constexpr Question kQuestions[] = {
    {"callers", show_callers}, {"callees", show_callees}, {"why", show_why}, {"events", show_events},
    {"list", show_list},       {"boot", show_boot},       {"reset", reset},
};

// What stands behind "--" is the command's, options too.
std::vector<std::string> take_command(Context& context) {
    const auto dashes =
        std::ranges::find_if(context.arguments, [](char* text) { return strcmp(text, "--") == 0; });
    std::vector<std::string> command;
    if (dashes != context.arguments.end()) command.assign(dashes + 1, context.arguments.end());
    context.arguments = {context.arguments.begin(), dashes};
    return command;
}

int run(Context& context) {
    Request request;
    request.subject.command = take_command(context);
    const auto operands = context.parse(request.options);
    if (!operands) return operands.error();
    const std::string_view name = operands->empty() ? "" : operands->front();
    const auto question = std::ranges::find(kQuestions, name, &Question::name);
    if (question == std::end(kQuestions)) {
        std::vector<std::string_view> names;
        for (const Question& known : kQuestions) names.emplace_back(known.name);
        return context.usage_error(Error(name.empty() ? "ask for something: events, list, boot, reset"
                                                      : concat("'", printable(name), "' is no question"),
                                         0, {}, std::string(did_you_mean(name, names).value_or(""))));
    }
    if (request.options.raw && (name != "callers" || context.json || !request.options.other.empty() ||
                                !request.options.input.empty()))
        return context.usage_error(Error("--raw is for callers alone, without --json, --vs and -i"));
    request.patterns.assign(operands->begin() + 1, operands->end());
    request.subject.all = request.options.all;
    request.subject.seconds = request.options.seconds;
    Machine machine("");
    std::vector<pid_t> processes;
    for (const std::string& process : request.options.processes) {
        const auto number = parse_number(process);
        if (!number || *number == 0 || *number > INT32_MAX)
            return context.usage_error(Error(concat("'", printable(process), "' is no process number")));
        processes.push_back(static_cast<pid_t>(*number));
    }
    auto threads = threads_of(machine, processes);
    if (!threads) return context.fail(threads.error());
    request.subject.threads = std::move(*threads);
    return question->answer(context, request);
}

}  // namespace

namespace trace_kernel {

int conclude(Context& context, const Request& request, const TraceEnd& end) {
    const std::string command =
        request.subject.command.empty() ? "" : printable(request.subject.command.front());
    if (end.refusal != 0) {
        Error error(concat("start ", command), end.refusal);
        if (error.code == ENOEXEC) error.cause = "this kernel does not run that kind of program (see doctor)";
        return context.fail(error);
    }
    context.out.flush();
    if (end.command && !end.command->exited_with(0))
        context.err.line("earlybox trace-kernel: ", command, " ", describe(*end.command));
    if (end.lost != 0)
        context.err.line("earlybox trace-kernel: ", end.lost,
                         " events were lost: they came faster than they could be read");
    return end.lost != 0 ? kBadNews : kFine;
}

}  // namespace trace_kernel

extern const Applet applet_trace_kernel;
const Applet applet_trace_kernel = {
    .name = "trace-kernel",
    .summary = "what the kernel does for a command, by its own tracer",
    .operands = "QUESTION [PATTERN...] [-- COMMAND...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status =
        "0 traced; 1 nothing matches, events were lost, calls failed (why), two runs differ (--vs)",
    .run = run,
    .reports = true,
    .notes =
        "Questions: callers (who calls a function), callees (what it calls), why [ERRNO] (which function made a call fail), "
        "events, list, boot, reset. A system call's name stands for its handlers. Patterns are the kernel's: * ? [a-z]. Without a command: until Ctrl-C or -t.\n"
        "Only the command and its children are traced, by a tracer of its own where the kernel can do that. What "
        "cannot be undone: a buffer of the shared tracer that its first use makes larger, events that it held before, its "
        "error_log.",
};

}  // namespace earlybox
