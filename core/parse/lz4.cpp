// SPDX-License-Identifier: MIT
#include "core/parse/lz4.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace earlybox {
namespace {

class Lz4Block {
 public:
    Lz4Block(std::string_view packed, std::span<char> room, size_t before)
        : in_(packed), out_(room), size_(before) {}

    // The size of the room that is full then.
    std::optional<size_t> run() {
        while (at_ < in_.size()) {
            const unsigned token = byte();
            if (!copy_literals(longer(token >> 4))) break;
            if (at_ == in_.size()) return size_;  // the last ones have no match behind them
            const unsigned low = byte();
            const unsigned distance = byte() << 8 | low;
            if (!copy_match(distance, longer(token & 15) + 4)) break;
        }
        return std::nullopt;
    }

 private:
    static constexpr size_t kWord = 16;  // what is copied at once

    // Beyond the end there are zeros: no match is at the distance 0.
    unsigned byte() { return at_ < in_.size() ? static_cast<unsigned char>(in_[at_++]) : 0; }

    size_t longer(size_t length) {
        if (length != 15) return length;
        unsigned more = 0;
        do length += more = byte();
        while (more == 255);
        return length;
    }

    bool copy_literals(size_t length) {
        const size_t left = in_.size() - at_;
        const size_t space = out_.size() - size_;
        if (length > left || length > space) return false;
        if (length <= kWord && left >= kWord && space >= kWord)
            memcpy(out_.data() + size_, in_.data() + at_, kWord);
        else
            memcpy(out_.data() + size_, in_.data() + at_, length);
        at_ += length;
        size_ += length;
        return true;
    }

    bool copy_match(size_t distance, size_t length) {
        const size_t space = out_.size() - size_;
        if (distance == 0 || distance > size_ || length > space) return false;
        char* to = out_.data() + size_;
        char* const end = to + length;
        size_ += length;
        if (distance >= kWord && space - length >= kWord)
            for (; to < end; to += kWord) memcpy(to, to - distance, kWord);
        else  // it may overlap what it writes
            for (; to < end; ++to) *to = *(to - distance);
        return true;
    }

    std::string_view in_;
    std::span<char> out_;
    size_t at_ = 0;
    size_t size_;
};

uint32_t little_endian(const char* bytes) {
    uint32_t number = 0;
    for (size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

}  // namespace

std::optional<size_t> unpack_lz4(std::string_view packed, std::span<char> room, size_t before) {
    const auto full = Lz4Block(packed, room, before).run();
    return full ? std::optional(*full - before) : std::nullopt;
}

void Xxh32::add_stripe(const char* stripe) {
    for (uint32_t& lane : lanes_) {
        lane = std::rotl(lane + little_endian(stripe) * kPrime2, 13) * kPrime1;
        stripe += 4;
    }
}

void Xxh32::add(std::string_view bytes) {
    const size_t held = size_ % kStripe;
    size_ += bytes.size();
    if (held != 0) {
        const size_t more = std::min(kStripe - held, bytes.size());
        memcpy(held_ + held, bytes.data(), more);
        bytes.remove_prefix(more);
        if (held + more < kStripe) return;
        add_stripe(held_);
    }
    for (; bytes.size() >= kStripe; bytes.remove_prefix(kStripe)) add_stripe(bytes.data());
    bytes.copy(held_, bytes.size());
}

uint32_t Xxh32::sum() const {
    constexpr uint32_t kPrime3 = 3266489917U;
    constexpr uint32_t kPrime4 = 668265263U;
    constexpr uint32_t kPrime5 = 374761393U;
    uint32_t sum = kPrime5;
    if (size_ >= kStripe)
        sum = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
              std::rotl(lanes_[3], 18);
    sum += static_cast<uint32_t>(size_);
    const char* const end = held_ + size_ % kStripe;
    const char* at = held_;
    for (; end - at >= 4; at += 4) sum = std::rotl(sum + little_endian(at) * kPrime3, 17) * kPrime4;
    for (; at != end; ++at) sum = std::rotl(sum + static_cast<unsigned char>(*at) * kPrime5, 11) * kPrime1;
    sum = (sum ^ sum >> 15) * kPrime2;
    sum = (sum ^ sum >> 13) * kPrime3;
    return sum ^ sum >> 16;
}

}  // namespace earlybox
