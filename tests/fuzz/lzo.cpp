// SPDX-License-Identifier: MIT
#include "core/parse/lzo.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    char room[10'000];
    const auto size = unpack_lzo1x(text, room);
    if (size) promise(*size <= sizeof room && unpack_lzo1x(text, std::span(room, *size)) == *size);
}
