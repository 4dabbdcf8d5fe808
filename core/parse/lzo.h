// SPDX-License-Identifier: MIT
// LZO1X, as the kernel's Documentation/staging/lzo.rst describes the stream.
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace earlybox {

// Unpacks one block, whole, into the front of `room`, and returns how many bytes it is. Nothing if the block
// is damaged or holds more than there is room for. Any bytes may come in; time is linear in what comes in and
// out.
std::optional<size_t> unpack_lzo1x(std::string_view packed, std::span<char> room);

}  // namespace earlybox
