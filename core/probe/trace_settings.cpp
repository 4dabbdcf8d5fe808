// SPDX-License-Identifier: MIT
#include "core/probe/trace_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// One entry a line; '#' begins a remark ("#### all functions enabled ####"), and a colon stands in function
// triggers, which are no part of the list although they are shown with it. Behind a space: the module.
std::string entries_of(std::string_view content) {
    std::string entries;
    std::string_view line;
    while (next_line(content, line)) {
        if (line.starts_with('#') || line.find(':') != line.npos || line == "no pid") continue;
        const auto entry = next_word(line);
        if (!entry.empty()) append(entries, entries.empty() ? "" : " ", entry);
    }
    return entries;
}

// "[local] global mono": what stands in brackets.
std::string_view bracketed(std::string_view content) {
    const size_t open = content.find('['), close = content.find(']');
    return open < close && close != content.npos ? content.substr(open + 1, close - open - 1) : content;
}

std::string change(std::string_view what, std::string_view old, std::string_view now) {
    const auto shown = [](std::string_view value) { return value.empty() ? "empty" : printable(value); };
    return concat(printable(what), ": ", shown(old), " -> ", shown(now));
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::string_view line;
    while (next_line(text, line)) lines.emplace_back(line);
    return lines;
}

}  // namespace

bool is_list_setting(std::string_view path) {
    return path.starts_with("set_") && path != "set_event";  // of the shared tracer, which is all we save
}

std::string setting_of(std::string_view path, std::string_view content) {
    if (is_list_setting(path)) return entries_of(content);
    const auto name = file_name(path);
    auto value = trimmed(content);
    if (name == "trace_clock") return std::string(bracketed(value));
    if (name == "buffer_size_kb") {  // "7 (expanded: 1408)": what it is from its first use on
        constexpr std::string_view kExpanded = "(expanded: ";
        if (const size_t at = value.find(kExpanded); at != value.npos)
            value.remove_prefix(at + kExpanded.size());
        return std::string(value.substr(0, value.find_first_of(" )")));
    }
    if (name == "filter") return value == "none" ? "0" : std::string(value);
    if (name == "enable" && value.ends_with('*')) value.remove_suffix(1);  // a trigger keeps it half on
    return std::string(value);
}

Result<SavedSetting> read_setting(const Tracefs& tracefs, const std::string& path) {
    return SavedSetting{path, setting_of(path, TRY(tracefs.read(path)))};
}

Result<bool> restore_setting(const Tracefs& tracefs, const SavedSetting& setting) {
    const auto now = TRY(read_setting(tracefs, setting.path));
    if (now.value == setting.value) return false;
    if (!is_list_setting(setting.path)) {
        TRY_VOID(tracefs.write(setting.path, setting.value));
        return true;
    }
    TRY_VOID(tracefs.clear(setting.path));
    std::string_view rest = setting.value;
    for (auto entry = next_word(rest); !entry.empty(); entry = next_word(rest))
        TRY_VOID(tracefs.write(setting.path, entry));
    return true;
}

// "PATH VALUE", and "+MORE" for the rest of a long value.
std::vector<std::string> journal_markers(const SavedSetting& setting) {
    constexpr size_t kLongest = 400;  // older kernels take 1 KB
    std::vector<std::string> markers;
    std::string marker = setting.path + " ";
    std::string_view rest = setting.value;
    do {
        marker += rest.substr(0, kLongest);
        rest.remove_prefix(std::min(kLongest, rest.size()));
        markers.push_back(std::exchange(marker, "+"));
    } while (!rest.empty());
    return markers;
}

std::vector<SavedSetting> parse_journal(std::string_view trace) {
    constexpr std::string_view kMarker = "tracing_mark_write: ";
    std::vector<SavedSetting> settings;
    std::string_view line;
    while (next_line(trace, line)) {
        const size_t at = line.find(kMarker);
        if (line.starts_with('#') || at == line.npos) continue;
        const auto text = line.substr(at + kMarker.size());
        if (text.starts_with('+')) {
            if (!settings.empty()) settings.back().value += text.substr(1);
        } else if (const size_t space = text.find(' '); space != text.npos) {
            settings.push_back({std::string(text.substr(0, space)), std::string(text.substr(space + 1))});
        }
    }
    return settings;
}

Result<Fd> lock_trace_folder(const Tracefs& tracefs, const std::string& path) {
    Fd folder = TRY(tracefs.open_file(path, O_RDONLY | O_DIRECTORY));
    if (flock(folder.number(), LOCK_EX | LOCK_NB) != 0)
        return failure("lock the tracer", errno, "another trace-kernel or trace-syscall is using it");
    return folder;
}

Result<> remove_trace_instance(const Tracefs& tracefs, const std::string& name) {
    if (unlinkat(tracefs.directory(), ("instances/" + name).c_str(), AT_REMOVEDIR) != 0)
        return failure(concat("remove the tracer's instance ", printable(name)), errno,
                       errno == EBUSY ? "somebody has its files open" : "");
    return {};
}

Result<std::vector<std::string>> undo_dead_sessions(const Tracefs& tracefs) {
    std::vector<std::string> changes;
    const auto instances = tracefs.list("instances");
    if (!instances) return changes;  // a kernel without them has no sessions of ours either
    std::vector<std::string> living;
    for (const std::string& name : *instances) {
        if (!name.starts_with(kSessionPrefix)) continue;
        const std::string path = "instances/" + name;
        const auto lock = lock_trace_folder(tracefs, path);
        if (!lock) {
            living.push_back(name);
            continue;
        }
        auto saved = parse_journal(TRY(tracefs.read(path + "/trace")));
        std::ranges::reverse(saved);
        for (const auto& setting : saved) {
            const auto before = read_setting(tracefs, setting.path);
            if (before && TRY(restore_setting(tracefs, setting)))
                changes.push_back(change(setting.path, before->value, setting.value));
        }
        TRY_VOID(remove_trace_instance(tracefs, name));
        changes.push_back(concat("instances/", printable(name), ": removed"));
    }
    const auto kprobes = tracefs.read("kprobe_events");
    for (const std::string& line : kprobes ? lines_of(*kprobes) : std::vector<std::string>()) {
        std::string_view rest = line;  // "r64:earlybox_12/name symbol"
        const auto word = next_word(rest);
        const auto event = word.substr(word.find(':') + 1);
        const auto group = event.substr(0, event.find('/'));
        if (!group.starts_with(kKprobePrefix)) continue;
        const std::string owner = concat(kSessionPrefix, group.substr(kKprobePrefix.size()));
        if (std::ranges::find(living, owner) != living.end()) continue;
        TRY_VOID(tracefs.write("kprobe_events", concat("-:", event)));
        changes.push_back(concat("kprobe_events: ", printable(event), " removed"));
    }
    return changes;
}

Result<std::vector<std::string>> reset_shared_tracer(const Tracefs& tracefs) {
    struct Default {
        const char* path;
        const char* value;
    };
    // As kernels are after booting; in the order in which they can be written.
    static constexpr Default kDefaults[] = {
        {"current_tracer", "nop"},         {"set_ftrace_filter", ""},
        {"set_ftrace_notrace", ""},        {"set_graph_function", ""},
        {"set_graph_notrace", ""},         {"set_ftrace_pid", ""},
        {"set_ftrace_notrace_pid", ""},    {"set_event_pid", ""},
        {"set_event_notrace_pid", ""},     {"max_graph_depth", "0"},
        {"tracing_thresh", "0"},           {"trace_clock", "local"},
        {"options/func_stack_trace", "0"}, {"options/stacktrace", "0"},
        {"options/userstacktrace", "0"},   {"options/function-fork", "0"},
        {"options/event-fork", "0"},       {"options/funcgraph-retval", "0"},
        {"options/funcgraph-proc", "0"},   {"options/funcgraph-abstime", "0"},
        {"options/funcgraph-tail", "0"},   {"tracing_on", "1"},
    };
    std::vector<std::string> changes;
    const auto lock = lock_trace_folder(tracefs, ".");
    if (!lock && lock.error().code == EAGAIN) return changes;
    // Which events are on: "sched:sched_switch" a line.
    for (const std::string& event : lines_of(TRY(tracefs.read("set_event")))) {
        const std::string folder = event_folder(event);
        TRY_VOID(restore_setting(tracefs, {folder + "/filter", "0"}));
        TRY_VOID(tracefs.write(folder + "/enable", "0"));
        changes.push_back(change(folder + "/enable", "1", "0"));
    }
    for (const auto& [path, value] : kDefaults) {
        const auto before = read_setting(tracefs, path);
        if (!before) continue;  // not every kernel has each
        if (TRY(restore_setting(tracefs, {path, value})))
            changes.push_back(change(path, before->value, value));
    }
    return changes;
}

}  // namespace earlybox
