// SPDX-License-Identifier: MIT
#include "applets/dmesg/escape.h"

#include <ctype.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::dmesg {
namespace {

bool is_harmless_blank(char c, const Escaping& escaping) {
    return escaping.terminal ? c == '\t' || c == '\n' : c >= '\t' && c <= '\r';
}

// Length of the character beyond ASCII at the front of `text`, if it may be shown; else 0.
size_t foreign_length(std::string_view text) {
    const size_t length = utf8_length(text);
    return length > 1 && printable(text.substr(0, length)) == text.substr(0, length) ? length : 0;
}

const char* json_escape(char c) {
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\b':
            return "\\b";
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\f':
            return "\\f";
        case '\r':
            return "\\r";
        default:
            return nullptr;
    }
}

}  // namespace

void append_escaped(std::string& to, std::string_view text, const Escaping& escaping, size_t indent) {
    while (!text.empty()) {
        const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
        const auto plain = static_cast<size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        to.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        size_t length = 1;
        if (text[0] == '\n' && text.size() > 1 && text[1] != 0)
            to.append(1, '\n').append(indent, ' ');
        else if (escaping.off || is_harmless_blank(text[0], escaping))
            to += text[0];
        else if (length = escaping.utf8 ? foreign_length(text) : 0; length != 0)
            to.append(text.substr(0, length));
        else
            append(to, "\\x", hex(static_cast<unsigned char>(text[0]), 2)), length = 1;
        text.remove_prefix(length);
    }
}

void append_json_string(std::string& to, std::string_view text, const Escaping& escaping) {
    to += '"';
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        size_t length = 1;
        if (const char* escape = json_escape(text[0]))
            to += escape;
        else if (byte < ' ' || (escaping.terminal && byte >= 0x7f && foreign_length(text) == 0))
            append(to, "\\u00", hex(byte, 2));
        else
            to.append(text.substr(0, length = std::max<size_t>(foreign_length(text), 1)));
        text.remove_prefix(length);
    }
    to += '"';
}

}  // namespace earlybox::dmesg
