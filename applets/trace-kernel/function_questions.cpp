// SPDX-License-Identifier: MIT
// callers, callees and why: from what is asked to what is traced, and from that to the answer.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "applets/trace-kernel/call_tree.h"
#include "applets/trace-kernel/callees.h"
#include "applets/trace-kernel/callers.h"
#include "applets/trace-kernel/function_trace.h"
#include "applets/trace-kernel/functions.h"
#include "applets/trace-kernel/request.h"
#include "applets/trace-kernel/why.h"
#include "core/base/text.h"
#include "core/parse/command_line.h"
#include "core/probe/kernel.h"
#include "core/sys/file.h"

namespace earlybox::trace_kernel {
namespace {

// What all handlers of system calls are called; those that a kernel has no function for are left out.
constexpr const char* kHandlerPatterns[] = {
    "__x64_sys_*",        "__ia32_sys_*",       "__ia32_compat_sys_*",
    "__x64_compat_sys_*", "__x32_compat_sys_*", "__do_sys_*",
};

using Take = FunctionRef<void(const FunctionEvent&)>;

// One trace of functions: of a command, or what a file holds.
struct Run {
    FunctionNames names;
    TaskNames tasks;
    TraceEnd end;
};

Result<> read_input(const std::string& path, Run& run, Take take) {
    Fd file = path == "-" ? Fd(dup(STDIN_FILENO)) : TRY(open_at(AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
    const auto stream = stream_of(std::move(file), path);
    return read_events(*stream, run.names, run.tasks, take);
}

// What is said at the end of a run, and the exit code that it amounts to.
int conclude_run(Context& context, const Request& request, const Run& run) {
    return request.options.input.empty() ? conclude(context, request, run.end)
           : run.end.lost != 0           ? kBadNews
                                         : kFine;
}

// The two runs of --vs: the command and the other one.
Result<std::vector<TraceSubject>> subjects_of(const Request& request) {
    std::vector<TraceSubject> subjects = {request.subject};
    if (request.options.other.empty()) return subjects;
    const auto line = TRY(parse_command_line(request.options.other));
    if (line.words.empty() || !line.file.empty() || request.subject.command.empty())
        return failure("--vs compares two commands", 0, {}, "--vs 'OTHER COMMAND' -- COMMAND");
    subjects.push_back(request.subject);
    subjects.back().command = line.words;
    return subjects;
}

// The functions that the patterns mean, for those who watch what is asked of the kernel.
Result<std::vector<std::string>> functions_of(Context& context, const FunctionTrace& trace, Machine& machine,
                                              const std::vector<std::string>& patterns) {
    auto found = TRY(find_functions(trace.tracefs(), machine, patterns));
    for (const std::string& remark : found.remarks) context.err.line("earlybox trace-kernel: ", remark);
    context.err.flush();
    return std::move(found.lines);
}

struct Answering {
    Context& context;
    const Request& request;
    Machine machine{""};
    std::optional<FunctionTrace> trace{};

    Result<> open() {
        trace.emplace(TRY(FunctionTrace::open(machine)));
        return {};
    }
};

bool is_file(const Request& request) { return !request.options.input.empty(); }

std::string title_of(const TraceSubject& subject) { return join(subject.command, " "); }

// --- callers
// -------------------------------------------------------------------------------------------------

Result<> trace_callers(Answering& answering, const std::vector<std::string>& functions,
                       const TraceSubject& subject, Run& run, CallerStacks& stacks) {
    const auto take = [&](const FunctionEvent& event) { stacks.event(event); };
    const auto conclude_it = [&]() -> Result<> {
        stacks.note_addresses(run.names);
        TRY_VOID(run.names.resolve(Kernel(answering.machine)));
        stacks.finish(run.names);
        return {};
    };
    run.end = TRY(answering.trace->trace_stacks(functions, subject, take, conclude_it, run.tasks));
    return {};
}

int say_nothing_called(Context& context) {
    context.err.line("earlybox trace-kernel: none of them was called");
    return kBadNews;
}

int print_callers(Context& context, const Request& request, const Run& run, const CallerStacks& stacks) {
    if (request.options.flame)
        stacks.print_flame(context.out, run.names, run.tasks);
    else if (context.json)
        stacks.print_json(context.out, run.names, run.tasks);
    else
        stacks.print(context, run.names, run.tasks);
    if (!stacks.empty()) return kFine;
    return context.json ? kBadNews : say_nothing_called(context);
}

Result<int> answer_callers(Answering& answering) {
    const auto& [context, request, machine, trace] = answering;
    const bool keeps_sequence = request.options.verbose;
    if (is_file(request)) {
        Run run;
        CallerStacks stacks(keeps_sequence);
        const auto take = [&](const FunctionEvent& event) {
            stacks.event(event);
            if (event.kind == FunctionEvent::Kind::lost) run.end.lost += std::max<uint64_t>(event.count, 1);
        };
        TRY_VOID(read_input(request.options.input, run, take));
        stacks.note_addresses(run.names);
        stacks.finish(run.names);
        return std::max(print_callers(context, request, run, stacks), conclude_run(context, request, run));
    }
    TRY_VOID(answering.open());
    const auto subjects = TRY(subjects_of(request));
    const auto functions = TRY(functions_of(context, *trace, answering.machine, request.patterns));
    if (request.options.raw) {
        Run run;
        run.end = TRY(answering.trace->print_stacks(functions, request.subject, context.out));
        const bool is_silent = run.end.events == 0 && run.end.refusal == 0;
        return std::max(is_silent ? say_nothing_called(context) : kFine, conclude_run(context, request, run));
    }
    std::vector<Side> sides;
    int code = kFine;
    for (const TraceSubject& subject : subjects) {
        Run run;
        CallerStacks stacks(keeps_sequence);
        TRY_VOID(trace_callers(answering, functions, subject, run, stacks));
        if (subjects.size() == 1)
            code = print_callers(context, request, run, stacks);
        else
            sides.push_back({title_of(subject), stacks.rows(run.names)});
        code = std::max(code, conclude_run(context, request, run));
        if (run.end.signal != 0) return code;
    }
    if (!sides.empty()) code = std::max(code, show_side_by_side(context, sides[0], sides[1]));
    return code;
}

// --- callees
// -------------------------------------------------------------------------------------------------

Result<> trace_callees(Answering& answering, const GraphSettings& settings, const TraceSubject& subject,
                       Run& run, CallProfile& profile) {
    const auto add = [&](const CallTree& tree) { profile.add(tree); };
    CallTrees trees(add);
    const auto take = [&](const FunctionEvent& event) { trees.event(event); };
    const auto conclude_it = [&]() -> Result<> {
        trees.finish();
        profile.note_addresses(run.names);
        return run.names.resolve(Kernel(answering.machine));
    };
    run.end = TRY(answering.trace->trace_calls(settings, subject, take, conclude_it, run.tasks));
    return {};
}

int print_callees(Context& context, const Request& request, const Run& run, CallProfile& profile) {
    const uint64_t depth = request.options.depth.value_or(0);
    if (request.options.flame)
        profile.print_flame(context.out, run.names, run.tasks);
    else if (context.json)
        profile.print_json(context.out, run.names, run.tasks, depth);
    else
        profile.print(context, run.names, run.tasks, depth);
    if (profile.empty() && !context.json) context.err.line("earlybox trace-kernel: none of them was called");
    return profile.empty() ? kBadNews : kFine;
}

Result<int> answer_callees(Answering& answering) {
    const auto& [context, request, machine, trace] = answering;
    const Options& options = request.options;
    if (is_file(request)) {
        Run run;
        CallProfile profile;
        const auto add = [&](const CallTree& tree) { profile.add(tree); };
        CallTrees trees(add);
        const auto take = [&](const FunctionEvent& event) { trees.event(event); };
        TRY_VOID(read_input(options.input, run, take));
        trees.finish();
        if (!options.interrupts) profile.leave_out_interrupts(run.names);
        run.end.lost = trees.lost_any() ? std::max<uint64_t>(trees.lost(), 1) : 0;
        return std::max(print_callees(context, request, run, profile), conclude_run(context, request, run));
    }
    TRY_VOID(answering.open());
    const auto subjects = TRY(subjects_of(request));
    GraphSettings settings{
        .functions = TRY(functions_of(context, *trace, answering.machine, request.patterns)),
        .depth = options.depth ? *options.depth + 1 : 0,
        .interrupts = options.interrupts};
    std::vector<Side> sides;
    int code = kFine;
    for (const TraceSubject& subject : subjects) {
        Run run;
        CallProfile profile;
        TRY_VOID(trace_callees(answering, settings, subject, run, profile));
        if (options.results && !trace->tells_results() && !profile.empty() && run.end.signal == 0) {
            context.err.line(
                "earlybox trace-kernel: this kernel's graph has no results (CONFIG_FUNCTION_GRAPH_RETVAL is off): "
                "running the command once more, with kretprobes");
            context.err.flush();
            GraphSettings again = settings;
            for (const FunctionId function : profile.functions())
                again.probed.emplace_back(run.names.name(function), function);
            run = {};
            profile = {};
            TRY_VOID(trace_callees(answering, again, subject, run, profile));
        } else if (!trace->tells_results() && !options.results && subjects.size() == 1 && !context.json) {
            context.err.line(
                "earlybox trace-kernel: without results: this kernel's graph has none "
                "(CONFIG_FUNCTION_GRAPH_RETVAL is off); --results gets them by kretprobes, in a second run");
        }
        if (!options.interrupts) profile.leave_out_interrupts(run.names);
        if (subjects.size() == 1)
            code = print_callees(context, request, run, profile);
        else
            sides.push_back({title_of(subject), profile.rows(run.names, options.depth.value_or(0))});
        code = std::max(code, conclude_run(context, request, run));
        if (run.end.signal != 0) return code;
    }
    if (!sides.empty()) code = std::max(code, show_side_by_side(context, sides[0], sides[1]));
    return code;
}

// --- why
// -----------------------------------------------------------------------------------------------------

// "ENOENT", "2"
std::optional<int> errno_of(std::string_view text) {
    constexpr int kLargestErrno = 4095;
    if (const auto number = parse_number(text)) {
        const bool is_errno = *number > 0 && *number <= kLargestErrno;
        return is_errno ? std::optional(static_cast<int>(*number)) : std::nullopt;
    }
    for (int code = 1; code <= kLargestErrno; ++code)
        if (errno_name(code) == text) return code;
    return std::nullopt;
}

Result<> trace_failures(Answering& answering, const GraphSettings& settings, Run& run, Failures& failures) {
    const auto add = [&](const CallTree& tree) { failures.add(tree); };
    CallTrees trees(add);
    const auto take = [&](const FunctionEvent& event) { trees.event(event); };
    const auto conclude_it = [&]() -> Result<> {
        trees.finish();
        failures.note_addresses(run.names);
        return run.names.resolve(Kernel(answering.machine));
    };
    run.end =
        TRY(answering.trace->trace_calls(settings, answering.request.subject, take, conclude_it, run.tasks));
    return {};
}

int print_failures(Context& context, const Request& request, const Run& run, const Failures& failures,
                   const Handlers* symbols) {
    failures.print(context, run.names, run.tasks, symbols);
    if (failures.empty() && !context.json)
        context.err.line("earlybox trace-kernel: no system call failed like that");
    const int code = conclude_run(context, request, run);
    if (run.end.lost != 0) context.err.line("earlybox trace-kernel: so this answer is incomplete");
    return std::max<int>(code, failures.empty() ? kFine : kBadNews);
}

Result<int> answer_why(Answering& answering, std::optional<int> errno_asked_for) {
    const auto& [context, request, machine, trace] = answering;
    Run run;
    Failures failures(errno_asked_for);
    if (is_file(request)) {
        const auto add = [&](const CallTree& tree) { failures.add(tree); };
        CallTrees trees(add);
        const auto take = [&](const FunctionEvent& event) { trees.event(event); };
        TRY_VOID(read_input(request.options.input, run, take));
        trees.finish();
        run.end.lost = trees.lost_any() ? std::max<uint64_t>(trees.lost(), 1) : 0;
        return print_failures(context, request, run, failures, nullptr);
    }
    TRY_VOID(answering.open());
    GraphSettings settings{.functions = TRY(known_patterns(trace->tracefs(), kHandlerPatterns)),
                           .for_errors = true};
    TRY_VOID(trace_failures(answering, settings, run, failures));
    const auto symbols = Handlers::load(Kernel(answering.machine));
    const Handlers* known = symbols ? &*symbols : nullptr;
    const bool is_over = trace->tells_results() || request.options.once || run.end.signal != 0;
    if (!is_over && failures.needs_results(run.names, known)) {
        for (const FunctionId function : failures.functions(run.names))
            settings.probed.emplace_back(run.names.name(function), function);
        context.err.line(
            "earlybox trace-kernel: this kernel's graph has no results (CONFIG_FUNCTION_GRAPH_RETVAL is off): "
            "running the command once more, with kretprobes on ",
            settings.probed.size(), " functions (--once: not)");
        context.err.flush();
        Run again;
        Failures known_better(errno_asked_for);
        TRY_VOID(trace_failures(answering, settings, again, known_better));
        known_better.add_missing_of(failures);
        return print_failures(context, request, again, known_better, known);
    }
    return print_failures(context, request, run, failures, known);
}

int exit_code(Context& context, const Result<int>& answer) {
    return answer ? *answer : context.fail(answer.error());
}

}  // namespace

int show_callers(Context& context, const Request& request) {
    if (request.patterns.empty() && !is_file(request))
        return context.usage_error(Error("name the functions whose callers you look for"));
    Answering answering{context, request};
    return exit_code(context, answer_callers(answering));
}

int show_callees(Context& context, const Request& request) {
    if (request.patterns.empty() && !is_file(request))
        return context.usage_error(Error("name the functions whose calls you look for"));
    Answering answering{context, request};
    return exit_code(context, answer_callees(answering));
}

int show_why(Context& context, const Request& request) {
    std::optional<int> code;
    if (!request.patterns.empty()) {
        code = errno_of(request.patterns.front());
        if (!code || request.patterns.size() > 1)
            return context.usage_error(
                Error(concat("'", printable(request.patterns.back()), "' is no error: ENOENT")));
    }
    Answering answering{context, request};
    return exit_code(context, answer_why(answering, code));
}

}  // namespace earlybox::trace_kernel
