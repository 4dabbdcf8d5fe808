// SPDX-License-Identifier: MIT
// The vDSO's image out of another process.
#pragma once
#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/parse/vdso.h"

namespace earlybox::vdso_probe {

// `read(address, size)` returns that much of the process' memory, or an error.
template <class Read>
Result<std::string> read_image(uint64_t address, Read&& read) {
    constexpr size_t kPage = 4096;
    std::string first = TRY(read(address, kPage));
    const uint64_t size = TRY(vdso_size(first));
    if (size == kPage) return first;
    return read(address, size);
}

}  // namespace earlybox::vdso_probe
