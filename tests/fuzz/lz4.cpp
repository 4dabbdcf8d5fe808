// SPDX-License-Identifier: MIT
#include "core/parse/lz4.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    char room[10'000];
    const size_t before = std::min(text.size() / 2, sizeof room);
    text.copy(room, before);
    const auto size = unpack_lz4(text, room, before);
    if (size)
        promise(before + *size <= sizeof room &&
                unpack_lz4(text, std::span(room, before + *size), before) == *size);
}
