// SPDX-License-Identifier: MIT
#include "core/parse/syslog_text.h"

#include <algorithm>

#include "core/parse/log_record.h"

namespace earlybox {
namespace {

std::string_view take_field(std::string_view& text) {
    const auto field = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    return field;
}

// "kern.info", as busybox writes it between host and tag
std::optional<uint32_t> busybox_priority(std::string_view field) {
    return take(field, "kern.") ? log_level(field) : std::nullopt;
}

}  // namespace

std::optional<SyslogLine> syslog_line(std::string_view line) {
    SyslogLine parsed;
    if (std::string_view rest = line; take(rest, '<'))
        if (const auto priority = take_number(rest, 3); priority && take(rest, '>')) {
            parsed.priority = static_cast<uint32_t>(*priority);
            line = rest;
        }
    const bool rfc5424 = parsed.priority && take(line, "1 ");  // <PRI>1 STAMP HOST APP PROCID MSGID - TEXT
    auto wall = take_rfc3339(line, '.');
    if (!wall) wall = take_rfc3164(line);
    if (!wall || !take(line, ' ')) return std::nullopt;
    parsed.wall = *wall;
    take_field(line);  // the host
    std::string_view tag = take_field(line);
    if (const auto priority = busybox_priority(tag)) {
        parsed.priority = priority;
        tag = take_field(line);
    }
    if (rfc5424) {
        parsed.from_kernel = tag == "kernel";
        for (int field = 0; field < 3; ++field) take_field(line);
    } else {
        parsed.from_kernel = tag == "kernel:";
    }
    parsed.tag = tag;
    parsed.text = line;
    return parsed;
}

std::string without_octal_escapes(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const size_t mark = text.find('#');
        plain.append(text.substr(0, mark));
        if (mark == text.npos) break;
        text.remove_prefix(mark + 1);
        const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
        const auto digits = text.substr(0, 3);
        unsigned code = 0x100;
        if (digits.size() == 3 && std::ranges::all_of(digits, is_octal))
            code = static_cast<unsigned>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
        if (code < ' ' || code == 0x7f) {
            plain += static_cast<char>(code);
            text.remove_prefix(3);
        } else {
            plain += '#';
        }
    }
    return plain;
}

}  // namespace earlybox
