// SPDX-License-Identifier: MIT
#include "core/base/text.h"

#include <fnmatch.h>
#include <string.h>

#include <algorithm>
#include <charconv>

namespace earlybox {

Piece::Piece(Number, int64_t bits, bool negative) {
    const auto end = negative ? std::to_chars(digits, digits + sizeof digits, bits)
                              : std::to_chars(digits, digits + sizeof digits, static_cast<uint64_t>(bits));
    text = {digits, static_cast<size_t>(end.ptr - digits)};
}

void append_list(std::string& to, uint64_t kinds, va_list words) {
    for (; kinds != parts::none; kinds >>= 3) switch (kinds & 7) {
            case parts::view: {
                const auto text = va_arg(words, parts::View);
                to.append(text.data, text.size);
                break;
            }
            case parts::c_string:
                to += va_arg(words, const char*);
                break;
            case parts::string:
                to += *va_arg(words, const std::string*);
                break;
            case parts::character:
                to += static_cast<char>(va_arg(words, int));
                break;
            case parts::natural:
                to += Piece(va_arg(words, uint64_t)).text;
                break;
            case parts::integer:
                to += Piece(va_arg(words, int64_t)).text;
                break;
            default:
                to += '\n';
        }
}

void append_parts(std::string& to, uint64_t kinds, ...) {
    va_list words;
    va_start(words, kinds);
    append_list(to, kinds, words);
    va_end(words);
}

std::string concat_parts(uint64_t kinds, ...) {
    std::string joined;
    va_list words;
    va_start(words, kinds);
    append_list(joined, kinds, words);
    va_end(words);
    return joined;
}

std::string hex(uint64_t number, unsigned width) {
    char digits[16];
    char* const end = digits + sizeof digits;
    char* begin = end;
    do *--begin = "0123456789abcdef"[number & 15];
    while ((number >>= 4) != 0 ||
           end - begin < static_cast<ptrdiff_t>(std::min<size_t>(width, sizeof digits)));
    return {begin, end};
}

std::string size_text(uint64_t bytes) {
    constexpr uint64_t kMega = 1 << 20;
    return bytes == 0            ? "0"
           : bytes >= 10 * kMega ? concat(bytes / kMega, " MB")
                                 : concat(bytes / 1024, " kB");
}

std::string join(const std::vector<std::string>& parts, TextView separator) {
    std::string joined;
    for (const auto& part : parts)
        append(joined, &part == &parts.front() ? std::string_view() : separator, part);
    return joined;
}

size_t columns(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) { return text.substr(0, text.find_last_not_of(" \t\n") + 1); }

std::string padded(std::string_view text, size_t width) {
    std::string cell(text);
    if (const size_t used = columns(text); used < width) cell.append(width - used, ' ');
    return cell;
}

std::optional<uint64_t> parse_number(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        text.remove_prefix(2);
        base = 16;
    }
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

size_t find_newline(std::string_view text) {
    constexpr uint64_t kOnes = 0x0101010101010101;
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
        uint64_t bytes = 0;
        memcpy(&bytes, text.data() + at, sizeof bytes);
        bytes ^= kOnes * '\n';
        // The lowest marked byte is the first zero; marks above it may be borrows.
        const uint64_t zeros = (bytes - kOnes) & ~bytes & kOnes * 0x80;
        if (zeros != 0) return at + static_cast<size_t>(__builtin_ctzll(zeros)) / 8;
    }
    for (; at < text.size(); ++at)
        if (text[at] == '\n') return at;
    return text.npos;
}

bool next_line(std::string_view& rest, std::string_view& line) {
    if (rest.empty()) return false;
    const size_t end = find_newline(rest);
    line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return true;
}

std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const auto word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

namespace {

uint32_t utf8_code(std::string_view sequence) {
    const auto lead = static_cast<unsigned char>(sequence[0]);
    if (lead < 0x80) return lead;
    uint32_t code = lead & (0x7fU >> sequence.size());
    for (const char c : sequence.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
    return code;
}

bool hides_or_reorders(uint32_t code) {
    constexpr struct {
        uint32_t first, last;
    } kRanges[] = {{0, 0x1f},        {0x7f, 0x9f},      {0xad, 0xad},     {0x61c, 0x61c},
                   {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f}, {0xfeff, 0xfeff},
                   {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
    return std::ranges::any_of(kRanges, [code](const auto& r) { return code >= r.first && code <= r.last; });
}

}  // namespace

size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return 1;
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || lead > 0xf4 || text.size() < length) return 0;
    for (size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
    const uint32_t code = utf8_code(text.substr(0, length));
    const bool overlong = code < (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return overlong || surrogate || code > 0x10ffff ? 0 : length;
}

std::string printable(std::string_view text) {
    const auto is_plain = [](char c) { return c >= ' ' && c < '\x7f'; };
    if (std::ranges::all_of(text, is_plain)) return std::string(text);
    std::string safe;
    while (!text.empty()) {
        size_t length = utf8_length(text);
        if (length != 0 && !hides_or_reorders(utf8_code(text.substr(0, length)))) {
            safe.append(text.substr(0, length));
        } else {
            length = std::max<size_t>(length, 1);
            for (const char c : text.substr(0, length))
                append(safe, "\\x", hex(static_cast<unsigned char>(c), 2));
        }
        text.remove_prefix(length);
    }
    return safe;
}

bool glob_match(const char* pattern, const char* text) { return fnmatch(pattern, text, 0) == 0; }

bool has_glob(std::string_view pattern) { return pattern.find_first_of("*?[") != pattern.npos; }

namespace {

// How many insertions, deletions, replacements and swaps of neighbours lie between the two.
size_t edit_distance(std::string_view a, std::string_view b) {
    const size_t width = b.size() + 1;
    std::vector<size_t> cells((a.size() + 1) * width);
    for (size_t i = 0; i <= a.size(); ++i) {
        for (size_t j = 0; j <= b.size(); ++j) {
            size_t& cell = cells[i * width + j];
            const size_t* const above = &cell - width;
            if (i == 0 || j == 0) {
                cell = i + j;
                continue;
            }
            cell = std::min({above[0] + 1, (&cell)[-1] + 1, above[-1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cell = std::min(cell, (above - width)[-2] + 1);
        }
    }
    return cells.back();
}

}  // namespace

std::optional<std::string_view> did_you_mean(std::string_view word,
                                             const std::vector<std::string_view>& candidates) {
    if (word.size() > 64) return std::nullopt;
    std::optional<std::string_view> best;
    size_t least = std::max<size_t>(2, word.size() / 3 + 1);  // farther away is a guess, not a help
    for (const auto candidate : candidates) {
        const bool begins = word.size() >= 2 && candidate.starts_with(word);
        const size_t distance = begins ? 1 : edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
    std::vector<std::string> lines(1);
    while (true) {
        const auto word = next_word(text);
        if (word.empty()) break;
        if (!lines.back().empty() && columns(lines.back()) + 1 + columns(word) > width) lines.emplace_back();
        append(lines.back(), lines.back().empty() ? "" : " ", word);
    }
    return lines;
}

}  // namespace earlybox
