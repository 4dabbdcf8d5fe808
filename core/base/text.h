// SPDX-License-Identifier: MIT
// Text without printf or iostreams: joining, numbers, lines, escaping, matching.
#pragma once
#include <stdarg.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace earlybox {

// A text as a parameter. Where it is a literal its length is counted when it is compiled, in place.
struct TextView : std::string_view {
    constexpr TextView() = default;
    [[gnu::always_inline]] constexpr TextView(const char* t) : std::string_view(t, __builtin_strlen(t)) {}
    [[gnu::always_inline]] constexpr TextView(std::string_view t) : std::string_view(t) {}
    [[gnu::always_inline]] TextView(const std::string& t) : std::string_view(t.data(), t.size()) {}
};

struct Piece {  // a cell of a table: anything that concat() and append() take
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

// How concat() and append() pass their parts on: as variable arguments, told by a constant of an octal digit
// for each. This is the least code at the many places that call them.
namespace parts {
enum Kind : uint64_t { none, view, c_string, string, character, natural, integer, newline };

// A string_view, as variable arguments may be.
struct View {
    const char* data;
    size_t size;
};

[[gnu::always_inline]] inline View word(std::string_view text) { return {text.data(), text.size()}; }
[[gnu::always_inline]] inline const char* word(const char* text) { return text; }
[[gnu::always_inline]] inline const std::string* word(const std::string& text) { return &text; }
[[gnu::always_inline]] inline unsigned char word(char c) { return static_cast<unsigned char>(c); }
[[gnu::always_inline]] inline uint64_t word(std::unsigned_integral auto number) { return number; }
[[gnu::always_inline]] inline int64_t word(std::signed_integral auto number) { return number; }

template <class Word>
inline constexpr Kind kKind = std::is_same_v<Word, View>                 ? view
                              : std::is_same_v<Word, const char*>        ? c_string
                              : std::is_same_v<Word, const std::string*> ? string
                              : std::is_same_v<Word, unsigned char>      ? character
                              : std::is_same_v<Word, uint64_t>           ? natural
                                                                         : integer;

template <class... Parts>
consteval uint64_t kinds(Kind last = none) {
    static_assert(sizeof...(Parts) < 64 / 3);
    uint64_t all = 0;
    unsigned bits = 0;
    for (const uint64_t kind :
         {uint64_t{kKind<decltype(word(std::declval<const Parts&>()))>}..., uint64_t{last}}) {
        all |= kind << bits;
        bits += 3;
    }
    return all;
}
}  // namespace parts

void append_parts(std::string& to, uint64_t kinds, ...);
void append_list(std::string& to, uint64_t kinds, va_list words);
std::string concat_parts(uint64_t kinds, ...);

template <class... Parts>
[[gnu::always_inline]] inline void append(std::string& to, const Parts&... values) {
    append_parts(to, parts::kinds<Parts...>(), parts::word(values)...);
}

template <class... Parts>
[[nodiscard, gnu::always_inline]] inline std::string concat(const Parts&... values) {
    return concat_parts(parts::kinds<Parts...>(), parts::word(values)...);
}

// Lower-case hexadecimal without prefix, zero-padded to `width` (at most 16) digits.
std::string hex(uint64_t number, unsigned width = 0);
// "640 kB", "12 MB"
std::string size_text(uint64_t bytes);
// "a, b, c"
std::string join(const std::vector<std::string>& parts, TextView separator);
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
