// SPDX-License-Identifier: MIT
// Bytes that come one piece after the other: a file, or what a decompressor makes of one.
#pragma once
#include <string_view>

#include "core/base/result.h"

namespace earlybox {

class ByteStream {
 public:
    virtual ~ByteStream() = default;
    // The next piece: at least one byte, valid until the next call; empty at the end. After an error, which names
    // the place of the damage, there is nothing more to come.
    virtual Result<std::string_view> next() = 0;
};

}  // namespace earlybox
