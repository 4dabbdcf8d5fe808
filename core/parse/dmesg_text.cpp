// SPDX-License-Identifier: MIT
#include "core/parse/dmesg_text.h"

#include <algorithm>

#include "core/parse/log_record.h"

namespace earlybox {
namespace {

// "<6>", "<30>": facility and level as syslog(2) gives them.
bool take_raw_priority(std::string_view& text, DmesgPrefix& prefix) {
    std::string_view rest = text;
    if (!take(rest, '<')) return false;
    const auto priority = take_number(rest, 4);
    if (!priority || !take(rest, '>')) return false;
    prefix.priority = static_cast<uint32_t>(*priority);
    text = rest;
    return true;
}

// The name, padded to six columns, that stands before the next colon.
std::optional<std::string_view> take_name(std::string_view& text) {
    constexpr size_t kWidth = 6;
    const auto field = text.substr(0, text.find(':'));
    const auto name = field.substr(0, field.find_last_not_of(' ') + 1);
    if (field.size() == text.size() || field.size() != std::max(name.size(), kWidth)) return std::nullopt;
    text.remove_prefix(field.size() + 1);
    return name;
}

// "kern  :notice: "
bool take_decoded_priority(std::string_view& text, DmesgPrefix& prefix) {
    std::string_view rest = text;
    const auto facility = take_name(rest).and_then(log_facility);
    const auto level = facility ? take_name(rest).and_then(log_level) : std::nullopt;
    if (!level) return false;
    take(rest, ' ');
    prefix.priority = *facility * 8 + *level;
    text = rest;
    return true;
}

// " <    0.000001>", behind a time or alone
bool take_difference(std::string_view& text, DmesgPrefix& prefix) {
    std::string_view rest = text;
    take(rest, ' ');
    if (!take(rest, '<')) return false;
    take_spaces(rest);
    const auto difference = take_seconds(rest);
    if (!difference || !take(rest, '>')) return false;
    prefix.delta_us = difference;
    text = rest;
    return true;
}

// What may stand in brackets: "   12.345678", "Sun Nov 22 16:00:00 2026", both with a difference or none;
// "Nov22 16:00", "  +0.000001", "<    0.000001>".
bool take_bracketed_time(std::string_view& text, DmesgPrefix& prefix) {
    std::string_view rest = text;
    DmesgPrefix timed = prefix;
    if (!take(rest, '[')) return false;
    if (!take_difference(rest, timed)) {
        if (auto wall = take_ctime(rest); wall || (wall = take_minute(rest))) {
            timed.wall = wall;
        } else {
            take_spaces(rest);
            const bool relative = take(rest, '+');
            const auto seconds = take_seconds(rest);
            if (!seconds) return false;
            (relative ? timed.delta_us : timed.since_boot_us) = seconds;
        }
        take_difference(rest, timed);
    }
    if (!take(rest, ']')) return false;
    prefix = timed;
    text = rest;
    return true;
}

// "[   T49]": a task, "[    C1]": a processor.
bool take_caller(std::string_view& text, std::string_view& caller) {
    std::string_view rest = text;
    if (!take(rest, '[')) return false;
    take_spaces(rest);
    const std::string_view begin = rest;
    if ((!take(rest, 'T') && !take(rest, 'C')) || !take_number(rest, 10)) return false;
    const auto found = begin.substr(0, begin.size() - rest.size());
    if (!take(rest, ']')) return false;
    caller = found;
    text = rest;
    return true;
}

// util-linux divides the caller from the time by a space, the kernel does not.
void take_caller_and_space(std::string_view& text, std::string_view& caller) {
    const bool spaced = take(text, ' ');
    if (take_caller(text, caller) || !spaced) take(text, ' ');
}

}  // namespace

bool take_boot_stamp(std::string_view& text, uint64_t& since_boot_us, std::string_view& caller) {
    std::string_view rest = text;
    if (!take(rest, '[')) return false;
    take_spaces(rest);
    const auto seconds = take_seconds(rest);
    if (!seconds || !take(rest, ']')) return false;
    since_boot_us = *seconds;
    take_caller_and_space(rest, caller);
    text = rest;
    return true;
}

std::optional<DmesgPrefix> dmesg_prefix(std::string_view line) {
    DmesgPrefix prefix;
    std::string_view rest = line;
    const bool has_priority = take_raw_priority(rest, prefix) || take_decoded_priority(rest, prefix);
    bool has_time = take_bracketed_time(rest, prefix);
    // util-linux writes a comma where RFC 3339, and thereby system logs, have a point.
    if (!has_time && (prefix.wall = take_rfc3339(rest, ',')))
        has_time = rest.empty() || rest.starts_with(' ');
    if (!has_time && !has_priority) return std::nullopt;
    if (has_time) take_caller_and_space(rest, prefix.caller);
    prefix.size = line.size() - rest.size();
    return prefix;
}

std::optional<size_t> find_inner_stamp(std::string_view line) {
    constexpr size_t kSecondsWidth = 5;  // "[%5lu.%06lu]"
    for (size_t at = line.find('[', 1); at != line.npos; at = line.find('[', at + 1)) {
        std::string_view rest = line.substr(at + 1);
        const size_t point = rest.find('.');
        const size_t spaces = rest.find_first_not_of(' ');
        if (point == rest.npos || point < kSecondsWidth || (spaces != 0 && point != kSecondsWidth)) continue;
        take_spaces(rest);
        if (take_seconds(rest) && take(rest, ']')) return at;
    }
    return std::nullopt;
}

std::optional<PstoreHeading> pstore_heading(std::string_view line) {
    const bool known =
        std::ranges::any_of(std::initializer_list<std::string_view>{"Panic", "Oops", "Emergency", "Shutdown",
                                                                    "Restart", "Halt", "Poweroff", "Unknown"},
                            [&](std::string_view reason) { return take(line, reason); });
    if (!known || !take(line, '#')) return std::nullopt;
    const auto dump = take_number(line);
    if (!dump || !take(line, " Part")) return std::nullopt;
    const auto part = take_number(line);
    if (!part || !(line.empty() || line == "\r")) return std::nullopt;
    return PstoreHeading{*dump, *part};
}

std::string without_escape_sequences(std::string_view line) {
    std::string plain;
    while (!line.empty()) {
        const size_t escape = std::min(line.find('\x1b'), line.size());
        plain.append(line.substr(0, escape));
        line.remove_prefix(std::min(escape + 1, line.size()));
        if (take(line, '[')) {  // ECMA-48: parameters and intermediates, then one final character
            while (!line.empty() && line[0] >= ' ' && line[0] <= '?') line.remove_prefix(1);
        }
        if (!line.empty()) line.remove_prefix(1);
    }
    return plain;
}

}  // namespace earlybox
