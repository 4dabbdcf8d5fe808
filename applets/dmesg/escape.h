// SPDX-License-Identifier: MIT
// What may be shown of the kernel's text, and how the rest is written.
#pragma once
#include <string>
#include <string_view>

namespace earlybox::dmesg {

struct Escaping {
    bool off = false;       // everything as it is
    bool utf8 = false;      // characters beyond ASCII may be shown
    bool terminal = false;  // \r, \v, \f would move its cursor
};

// Control characters, and bytes that are no text, become \xNN; lines below the first are indented.
void append_escaped(std::string& to, std::string_view text, const Escaping& escaping, size_t indent);

// A JSON string with its quotes. Bytes from 0x80 on stay as they are, which is no JSON where they are not
// UTF-8, except for a terminal's sake.
void append_json_string(std::string& to, std::string_view text, const Escaping& escaping);

}  // namespace earlybox::dmesg
