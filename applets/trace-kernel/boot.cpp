// SPDX-License-Identifier: MIT
// Boot parameters that trace: Documentation/admin-guide/kernel-parameters.txt.
#include <fcntl.h>

#include <algorithm>

#include "applets/trace-kernel/functions.h"
#include "applets/trace-kernel/patterns.h"
#include "applets/trace-kernel/request.h"
#include "core/base/text.h"
#include "core/parse/cmdline.h"
#include "core/sys/file.h"

namespace earlybox::trace_kernel {
namespace {

constexpr std::string_view kParameters[] = {
    "trace_event",         "ftrace",         "ftrace_filter", "ftrace_notrace",
    "ftrace_graph_filter", "trace_instance", "trace_trigger", "kprobe_event",
    "trace_options",       "trace_clock",    "trace_buf_size"};

// What an area holds, as the kernel writes it; reading takes nothing away. How many events it was.
Result<size_t> show_recorded(Context& context, const Tracefs& tracefs, const std::string& area) {
    const Fd file = TRY(tracefs.open_file(area + "trace", O_RDONLY));
    size_t events = 0;
    TRY_VOID(for_each_line(file.number(), area + "trace", [&](std::string_view line) {
        if (line.starts_with('#') || line.empty()) return;
        if (events++ == 0 && !context.json)
            context.out.line(area.empty() ? "the shared tracer:" : printable(area));
        if (context.json)
            context.out.line(Record().add("area", area).add("text", line).json());
        else
            context.out.line(printable(line));
    }));
    return events;
}

Result<int> show_what_was_recorded(Context& context, const Tracefs& tracefs, Machine& machine) {
    const std::string text = TRY(machine.read(kProcfs, "cmdline"));
    size_t given = 0;
    for (const auto& parameter : parse_cmdline(text)) {
        if (std::ranges::find(kParameters, parameter.name) == std::end(kParameters)) continue;
        ++given;
        context.err.line("booted with ", printable(parameter.name), "=",
                         printable(parameter.value.value_or("")));
    }
    size_t events = TRY(show_recorded(context, tracefs, ""));
    const auto instances = tracefs.list("instances");
    for (const std::string& name : instances ? *instances : std::vector<std::string>())
        if (!name.starts_with(kSessionPrefix))
            events += TRY(show_recorded(context, tracefs, concat("instances/", name, "/")));
    if (events != 0) return kFine;
    context.err.line("earlybox trace-kernel: ",
                     given == 0 ? "nothing was recorded: no boot parameter asked for it. trace-kernel boot "
                                  "PATTERN shows which would"
                                : "nothing is recorded any more: it was read, or tracing was set anew");
    return kBadNews;
}

// "sched:*" is one word for the kernel too; other patterns are written out.
std::string event_list(const std::vector<std::string>& patterns, const std::vector<std::string>& names) {
    if (std::ranges::all_of(patterns, [](const std::string& pattern) {
            return pattern.ends_with(":*") && pattern.find_first_of("*?[") == pattern.size() - 1;
        }))
        return join(patterns, ",");
    return join(names, ",");
}

Result<bool> is_function(const Tracefs& tracefs, const std::string& pattern) {
    bool found = false;
    TRY_VOID(for_each_function(tracefs, [&](std::string_view line) {
        const std::string name(line.substr(0, line.find(' ')));
        found = found || glob_match(pattern.c_str(), name.c_str());
    }));
    return found;
}

Result<> show_parameters(Context& context, const Tracefs& tracefs, const std::vector<std::string>& patterns) {
    std::vector<std::string> functions, events;
    for (const std::string& pattern : patterns) {
        const auto function = is_function(tracefs, pattern);
        (function && *function && pattern.find(':') == pattern.npos ? functions : events).push_back(pattern);
    }
    std::string parameters;
    if (!events.empty())
        append(parameters, "trace_event=", event_list(events, TRY(matching_events(tracefs, events))), ' ');
    if (!functions.empty()) append(parameters, "ftrace=function ftrace_filter=", join(functions, ","), ' ');
    parameters += "trace_buf_size=2M";
    constexpr size_t kLongest = 2048;  // COMMAND_LINE_SIZE of x86
    if (parameters.size() >= kLongest)
        return failure("write these events as boot parameters", 0,
                       concat("that takes ", parameters.size(), " characters; a command line has ", kLongest),
                       "fewer events, or a whole system: 'sched:*'");
    if (context.json)
        context.out.line(Record().add("parameters", parameters).json());
    else
        context.out.line(parameters);
    return {};
}

}  // namespace

int show_boot(Context& context, const Request& request) {
    Machine machine("");
    const auto tracefs = Tracefs::open(machine);
    if (!tracefs) return context.fail(tracefs.error());
    if (request.patterns.empty()) {
        const auto code = show_what_was_recorded(context, *tracefs, machine);
        return code ? *code : context.fail(code.error());
    }
    const auto shown = show_parameters(context, *tracefs, request.patterns);
    return shown ? kFine : context.fail(shown.error());
}

}  // namespace earlybox::trace_kernel
