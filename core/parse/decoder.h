// SPDX-License-Identifier: MIT
// The decoders behind unpack.h: one member of a packed stream, step by step.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/parse/unpack.h"

namespace earlybox {

enum class Decoded : uint8_t {
    more,   // goes on with more input, or more room
    end,    // the member's end; what is left of the input is not its own
    fault,  // Decoder::fault says what is wrong; what is in the room already is good
};

class Decoder {
 public:
    virtual ~Decoder() = default;
    // Takes packed bytes off the front of `in`, puts what they hold to the front of `room`, and shortens
    // both. An empty `in` says that there is no more.
    virtual Decoded step(std::string_view& in, std::span<char>& room) = 0;

    std::string fault;   // "its checksum is wrong"
    std::string unread;  // at the end or a fault: bytes that were taken, and belong to what comes after
};

// `alone`: only this member is of interest, and what follows it may be anything. Null: there is no memory for
// it.
std::unique_ptr<Decoder> make_decoder(Packing packing, bool alone);

// The first zstd member at once, which takes no memory for a window. Nothing where it is damaged, or the room
// too small.
struct DecodedSizes {
    size_t packed;
    size_t unpacked;
};
std::optional<DecodedSizes> decode_zstd_at_once(std::string_view packed, std::span<char> room);

}  // namespace earlybox
