// SPDX-License-Identifier: MIT
#include "core/base/search.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    if (text.size() < 2) return;
    const size_t size = std::min<size_t>(static_cast<unsigned char>(text[0]) % 20 + 1, text.size() - 1);
    const std::string needle(text.substr(1, size));
    const auto haystack = text.substr(1 + size);
    promise(Needle(needle).find_in(haystack) == haystack.find(needle));
    promise(count_newlines(text) == static_cast<size_t>(std::ranges::count(text, '\n')));
}
