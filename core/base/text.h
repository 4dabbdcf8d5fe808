// SPDX-License-Identifier: MIT
// Text without printf or iostreams: joining, numbers, lines, escaping, matching.
#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earlybox {

struct Piece {  // anything that concat() and append() take
    char digits[24];
    std::string_view text;
    Piece(std::string_view t) : text(t) {}
    Piece(const char* t) : text(t) {}
    Piece(const std::string& t) : text(t) {}
    Piece(char c) : digits{c}, text(digits, 1) {}
    Piece(std::integral auto number) : Piece(Number{}, static_cast<int64_t>(number), number < 0) {}
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

 private:
    struct Number {};
    Piece(Number, int64_t bits, bool negative);
};

void append_pieces(std::string& to, std::initializer_list<Piece> pieces);

template <class... Parts>
void append(std::string& to, const Parts&... parts) {
    append_pieces(to, {Piece(parts)...});
}

template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
    std::string joined;
    append_pieces(joined, {Piece(parts)...});
    return joined;
}

// Lower-case hexadecimal without prefix, zero-padded to `width` (at most 16) digits.
std::string hex(uint64_t number, unsigned width = 0);
// "640 kB", "12 MB"
std::string size_text(uint64_t bytes);
// "a, b, c"
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// `text` followed by spaces up to `width` columns (UTF-8 counted by code point).
std::string padded(std::string_view text, size_t width);
size_t columns(std::string_view text);
// Without spaces and newlines at its end.
std::string_view trimmed(std::string_view text);

// The whole of `text` as a number; 0x… is hexadecimal. Nothing else is accepted: no sign, no spaces, no
// overflow.
std::optional<uint64_t> parse_number(std::string_view text);

// Position of the first newline, or npos. Several times faster than musl's memchr on lines of ordinary
// length.
size_t find_newline(std::string_view text);
// Takes the next line (without its newline) off the front of `rest`; false when nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);
// Takes the next word (separated by spaces or tabs) off the front of `rest`; empty when nothing is left.
std::string_view next_word(std::string_view& rest);

// Length in bytes of the well-formed UTF-8 sequence at the front of `text`; 0 if there is none.
size_t utf8_length(std::string_view text);

// Safe for a terminal: control characters, malformed UTF-8 and characters that hide or reorder their
// neighbours become \xNN. A backslash stays as it is.
std::string printable(std::string_view text);

// Shell-style pattern (fnmatch(3) without flags).
bool glob_match(const char* pattern, const char* text);
bool has_glob(std::string_view pattern);

// The candidate that a mistyped word most likely meant, if one is near enough.
std::optional<std::string_view> did_you_mean(std::string_view word,
                                             const std::vector<std::string_view>& candidates);

// `text` broken at spaces so that no line is longer than `width` columns (a longer word stands alone).
std::vector<std::string> wrapped(std::string_view text, size_t width);

}  // namespace earlybox
