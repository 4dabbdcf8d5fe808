// SPDX-License-Identifier: MIT
// Bytes that are read here and there: a file, or text in memory.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/base/result.h"

namespace earlybox {

class RandomAccess {
 public:
    virtual ~RandomAccess() = default;
    virtual uint64_t size() const = 0;
    // From `offset` on: at least `least` bytes, and more where they are at hand; valid until the next call,
    // which may be another object's. An error where there are fewer.
    virtual Result<std::string_view> at(uint64_t offset, size_t least) = 0;
};

}  // namespace earlybox
