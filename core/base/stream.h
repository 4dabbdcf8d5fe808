// SPDX-License-Identifier: MIT
// Bytes that come one piece after the other: a file, or what a decompressor makes of one.
#pragma once
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace earlybox {

class ByteStream {
 public:
    virtual ~ByteStream() = default;
    // The next piece: at least one byte, valid until the next call; empty at the end. After an error, which
    // names the place of the damage, there is nothing more to come.
    virtual Result<std::string_view> next() = 0;
};

// Text that is there already, in one piece.
class TextStream final : public ByteStream {
 public:
    explicit TextStream(std::string_view text) : text_(text) {}
    Result<std::string_view> next() override { return std::exchange(text_, {}); }

 private:
    std::string_view text_;
};

}  // namespace earlybox
