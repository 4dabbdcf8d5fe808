// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/patterns.h"

#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

// `event` is "sched:sched_switch".
bool names_event(const std::string& pattern, const std::string& event) {
    const size_t colon = event.find(':');
    if (pattern.find(':') != pattern.npos) return glob_match(pattern.c_str(), event.c_str());
    return glob_match(pattern.c_str(), event.c_str() + colon + 1) || event.compare(0, colon, pattern) == 0;
}

}  // namespace

Result<std::vector<std::string>> matching_events(const Tracefs& tracefs,
                                                 const std::vector<std::string>& patterns) {
    const std::string all = TRY(tracefs.read("available_events"));
    std::vector<std::string> matching;
    std::vector<bool> matched(patterns.size());
    std::string_view rest = all, line;
    while (next_line(rest, line)) {
        const std::string event(line);
        bool wanted = false;
        for (size_t i = 0; i < patterns.size(); ++i)
            if (names_event(patterns[i], event)) wanted = matched[i] = true;
        if (wanted) matching.push_back(event);
    }
    for (size_t i = 0; i < patterns.size(); ++i) {
        if (matched[i]) continue;
        std::vector<std::string_view> candidates;
        const bool is_whole = patterns[i].find(':') != std::string::npos;
        for (rest = all; next_line(rest, line);)
            candidates.push_back(is_whole ? line : line.substr(line.find(':') + 1));
        const auto like = did_you_mean(patterns[i], candidates);
        return failure(concat("find the event '", printable(patterns[i]), "'"), 0,
                       "this kernel has none of that name; it may belong to a module that is not loaded",
                       like ? concat("'", *like, "'") : "earlybox trace-kernel list");
    }
    return matching;
}

}  // namespace earlybox::trace_kernel
