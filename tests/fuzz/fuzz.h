// SPDX-License-Identifier: MIT
// What every fuzz target is: a function over text, and promises about what comes out of it.
#pragma once
#include <stdint.h>
#include <stdlib.h>

#include <string>
#include <string_view>

inline void promise(bool kept) {
    if (!kept) abort();
}

void try_text(std::string_view text);

// `bytes` with the changes that `text` asks for: two bytes of place, one of value each. Where a format is so
// strict that no mutation would ever reach behind its first check.
inline std::string changed(std::string bytes, std::string_view text) {
    for (; text.size() >= 3 && !bytes.empty(); text.remove_prefix(3)) {
        const auto low = static_cast<unsigned char>(text[0]);
        const auto high = static_cast<unsigned char>(text[1]);
        bytes[(low | high << 8) % bytes.size()] = text[2];
    }
    return bytes;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    try_text({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
