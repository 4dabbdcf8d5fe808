// SPDX-License-Identifier: MIT
#include "core/parse/dmesg_json.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/log_record.h"
#include "core/parse/log_time.h"

namespace earlybox {
namespace {

void take_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

void append_utf8(std::string& to, uint32_t code) {
    if (code < 0x80) {
        to += static_cast<char>(code);
    } else if (code < 0x800) {
        to += static_cast<char>(0xc0 | code >> 6);
        to += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        to += static_cast<char>(0xe0 | code >> 12);
        to += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        to += static_cast<char>(0x80 | (code & 0x3f));
    }
}

// What stands behind a backslash.
void append_escaped(std::string& to, std::string_view& rest) {
    const char kind = rest[0];
    rest.remove_prefix(1);
    if (kind == 'u') {
        const auto code = parse_number(concat("0x", rest.substr(0, 4)));
        append_utf8(to, static_cast<uint32_t>(code.value_or('?')));
        rest.remove_prefix(std::min<size_t>(rest.size(), 4));
        return;
    }
    constexpr std::string_view kLetters = "bfnrt";
    constexpr std::string_view kMeanings = "\b\f\n\r\t";
    const size_t letter = kLetters.find(kind);
    to += letter == kLetters.npos ? kind : kMeanings[letter];
}

// The rest of a string whose opening quote was taken. One that does not end reaches to the end of `rest`.
std::string take_string(std::string_view& rest) {
    std::string text;
    while (!rest.empty()) {
        const size_t special = std::min(rest.find_first_of("\"\\"), rest.size());
        text.append(rest.substr(0, special));
        rest.remove_prefix(special);
        if (take(rest, '"')) break;
        if (take(rest, '\\') && !rest.empty()) append_escaped(text, rest);
    }
    return text;
}

// A string's text, or a number's digits.
std::string take_value(std::string_view& rest) {
    take_blanks(rest);
    if (take(rest, '"')) return take_string(rest);
    const auto word = rest.substr(0, rest.find_first_of(" \t\r\n,{}[]\""));
    rest.remove_prefix(word.size());
    return std::string(word);
}

void set(DmesgObject& object, std::string_view key, std::string value) {
    if (key == "pri") {
        if (const auto priority = parse_number(value); priority && *priority < 1 << 20) {
            object.level = static_cast<uint32_t>(*priority & 7);
            object.facility = static_cast<uint32_t>(*priority >> 3);
        } else {
            object.level = log_level(value);
        }
    } else if (key == "fac") {
        object.facility = log_facility(value);
    } else if (key == "time") {
        std::string_view digits = value;
        object.since_boot_us = take_seconds(digits);
    } else if (key == "caller") {
        object.caller = std::move(value);
    } else if (key == "msg") {
        object.text = std::move(value);
    }
}

}  // namespace

std::optional<DmesgObject> next_dmesg_object(std::string_view& rest) {
    DmesgObject object;
    bool has_text = false;
    while (!rest.empty()) {
        const size_t mark = std::min(rest.find_first_of("\"{}"), rest.size());
        rest.remove_prefix(mark);
        if (take(rest, '"')) {
            const std::string key = take_string(rest);
            take_blanks(rest);
            if (!take(rest, ':')) continue;
            take_blanks(rest);
            if (rest.starts_with('{') || rest.starts_with('[')) continue;
            set(object, key, take_value(rest));
            has_text |= key == "msg";
        } else if (!rest.empty()) {
            rest.remove_prefix(1);
            if (has_text) return object;
            object = {};
        }
    }
    if (!has_text) return std::nullopt;
    return object;
}

}  // namespace earlybox
