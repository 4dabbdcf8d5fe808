// SPDX-License-Identifier: MIT
#include "core/parse/gzip.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    constexpr size_t kLimit = 1 << 20;
    const auto unpacked = gunzip(text, kLimit);
    promise(unpacked ? unpacked->size() <= kLimit : !unpacked.error().cause.empty());
}
