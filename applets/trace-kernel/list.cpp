// SPDX-License-Identifier: MIT
#include <map>

#include "applets/trace-kernel/functions.h"
#include "applets/trace-kernel/request.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

class List {
 public:
    List(Context& context, const std::vector<std::string>& patterns)
        : context_(context), patterns_(patterns) {}

    // `alias`: another name that the pattern may mean.
    void offer(const char* kind, std::string_view name, std::string_view alias = {}) {
        bool wanted = false;
        for (const std::string& pattern : patterns_)
            wanted = wanted || glob_match(pattern.c_str(), std::string(name).c_str()) ||
                     (!alias.empty() && glob_match(pattern.c_str(), std::string(alias).c_str()));
        if (!wanted) return;
        ++found_;
        if (context_.json)
            context_.out.line(Record().add("kind", kind).add("name", name).json());
        else
            context_.out.line(padded(kind, 10), printable(name));
    }
    size_t found() const { return found_; }

 private:
    Context& context_;
    const std::vector<std::string>& patterns_;
    size_t found_ = 0;
};

Result<> list_matching(const Tracefs& tracefs, List& list) {
    const std::string tracers = TRY(tracefs.read("available_tracers"));
    std::string_view rest = trimmed(tracers), line;
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) list.offer("tracer", word);
    const std::string events = TRY(tracefs.read("available_events"));
    for (rest = events; next_line(rest, line);) list.offer("event", line, line.substr(line.find(':') + 1));
    return for_each_function(tracefs, [&](std::string_view function) {
        list.offer("function", function, function.substr(0, function.find(' ')));  // "ext4_lookup [ext4]"
    });
}

Result<> summarize(const Tracefs& tracefs, Context& context) {
    const std::string tracers = TRY(tracefs.read("available_tracers"));
    const std::string events = TRY(tracefs.read("available_events"));
    size_t functions = 0;
    const auto counted = for_each_function(tracefs, [&](std::string_view) { ++functions; });
    std::map<std::string_view, size_t> systems;
    std::string_view rest = events, line;
    while (next_line(rest, line)) ++systems[line.substr(0, line.find(':'))];
    if (context.json) {
        for (const auto& [system, count] : systems)
            context.out.line(Record().add("system", system).add("events", count).json());
        context.out.line(Record().add("tracers", trimmed(tracers)).add("functions", functions).json());
        return counted;
    }
    context.out.line("tracers    ", printable(trimmed(tracers)));
    context.out.line("functions  ", functions);
    std::string text;
    for (const auto& [system, count] : systems) append(text, text.empty() ? "" : ", ", system, ' ', count);
    context.out.line("events     by system:");
    for (const std::string& part : wrapped(printable(text), 76)) context.out.line("  ", part);
    return counted;
}

}  // namespace

int show_list(Context& context, const Request& request) {
    Machine machine("");
    const auto tracefs = Tracefs::open(machine);
    if (!tracefs) return context.fail(tracefs.error());
    List list(context, request.patterns);
    const auto done = request.patterns.empty() ? summarize(*tracefs, context) : list_matching(*tracefs, list);
    if (!done) return context.fail(done.error());
    if (request.patterns.empty() || list.found() != 0) return kFine;
    context.err.line("earlybox trace-kernel: nothing of that name can be traced");
    return kBadNews;
}

}  // namespace earlybox::trace_kernel
