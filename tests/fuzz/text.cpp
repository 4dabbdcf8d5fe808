// SPDX-License-Identifier: MIT
#include "core/base/text.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const std::string safe = printable(text);
    promise(std::ranges::none_of(safe, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    promise(printable(safe) == safe);

    constexpr size_t kWidth = 20;
    std::string words, wrapped_words;
    for (std::string_view rest = text, word; !(word = next_word(rest)).empty();) append(words, word, ' ');
    for (const auto& line : wrapped(text, kWidth)) {
        promise(columns(line) <= kWidth || line.find(' ') == line.npos);
        if (!line.empty()) append(wrapped_words, line, ' ');
    }
    promise(words == wrapped_words);

    size_t bytes = 0;
    for (std::string_view rest = text, line; next_line(rest, line);) bytes += line.size() + 1;
    promise(bytes == text.size() || bytes == text.size() + 1);

    promise(did_you_mean(text, {"doctor", "ksyms"}).value_or("").size() <= 6);
    if (const auto number = parse_number(text)) promise(parse_number(concat(*number)) == number);
}
