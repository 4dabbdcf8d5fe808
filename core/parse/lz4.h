// SPDX-License-Identifier: MIT
// LZ4 blocks and the checksum of its frames: lz4's doc/lz4_Block_format.md, xxHash's doc/xxhash_spec.md.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace earlybox {

// Unpacks one block, whole, into `room` behind the `before` bytes there, which it may refer to, and returns
// how many bytes it is. Nothing if the block is damaged or holds more than there is room for. Any bytes may
// come in; time is linear in what comes in and out.
std::optional<size_t> unpack_lz4(std::string_view packed, std::span<char> room, size_t before = 0);

// XXH32 with the seed 0, of all that was added.
class Xxh32 {
 public:
    void add(std::string_view bytes);
    uint32_t sum() const;

 private:
    static constexpr size_t kStripe = 16;
    void add_stripe(const char* stripe);

    static constexpr uint32_t kPrime1 = 2654435761U;
    static constexpr uint32_t kPrime2 = 2246822519U;
    uint32_t lanes_[4] = {kPrime1 + kPrime2, kPrime2, 0, 0U - kPrime1};
    char held_[kStripe];  // what does not fill a stripe
    uint64_t size_ = 0;
};

}  // namespace earlybox
