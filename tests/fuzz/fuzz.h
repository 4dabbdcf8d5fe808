// SPDX-License-Identifier: MIT
// What every fuzz target is: a function over text, and promises about what comes out of it.
#pragma once
#include <stdint.h>
#include <stdlib.h>

#include <string_view>

inline void promise(bool kept) {
    if (!kept) abort();
}

void try_text(std::string_view text);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    try_text({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
