// SPDX-License-Identifier: MIT
#include "core/parse/journal_hash.h"

#include <string.h>

#include <algorithm>
#include <bit>

namespace earlybox {
namespace {

// Up to eight bytes, the first one lowest.
uint64_t word(const char* bytes, size_t size) {
    uint64_t value = 0;
    if (size == 8) {
        memcpy(&value, bytes, 8);
        return std::endian::native == std::endian::little ? value : std::byteswap(value);
    }
    for (size_t i = 0; i < size; ++i) value |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    return value;
}

struct SipState {
    uint64_t a, b, c, d;

    void rounds(unsigned count) {
        for (; count != 0; --count) {
            a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
            c += d, d = std::rotl(d, 16) ^ c;
            a += d, d = std::rotl(d, 21) ^ a;
            c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
        }
    }
    void absorb(uint64_t value) {
        d ^= value;
        rounds(2);
        a ^= value;
    }
};

struct JenkinsState {
    uint32_t a, b, c;

    void add(const char* bytes, size_t size) {
        const auto part = [&](size_t at) {
            return at < size ? static_cast<uint32_t>(word(bytes + at, std::min<size_t>(4, size - at))) : 0;
        };
        a += part(0);
        b += part(4);
        c += part(8);
    }
    void mix() {
        a -= c, a ^= std::rotl(c, 4), c += b;
        b -= a, b ^= std::rotl(a, 6), a += c;
        c -= b, c ^= std::rotl(b, 8), b += a;
        a -= c, a ^= std::rotl(c, 16), c += b;
        b -= a, b ^= std::rotl(a, 19), a += c;
        c -= b, c ^= std::rotl(b, 4), b += a;
    }
    void finish() {
        c ^= b, c -= std::rotl(b, 14);
        a ^= c, a -= std::rotl(c, 11);
        b ^= a, b -= std::rotl(a, 25);
        c ^= b, c -= std::rotl(b, 16);
        a ^= c, a -= std::rotl(c, 4);
        b ^= a, b -= std::rotl(a, 14);
        c ^= b, c -= std::rotl(b, 24);
    }
};

}  // namespace

uint64_t siphash24(const std::array<uint8_t, 16>& key, std::string_view bytes) {
    const auto* const text = reinterpret_cast<const char*>(key.data());
    const uint64_t low = word(text, 8);
    const uint64_t high = word(text + 8, 8);
    SipState state{low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d, low ^ 0x6c7967656e657261,
                   high ^ 0x7465646279746573};
    const uint64_t length = bytes.size();
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) state.absorb(word(bytes.data(), 8));
    state.absorb(length << 56 | word(bytes.data(), bytes.size()));
    state.c ^= 0xff;
    state.rounds(4);
    return state.a ^ state.b ^ state.c ^ state.d;
}

uint64_t jenkins_hash(std::string_view bytes) {
    const uint32_t start = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
    JenkinsState state{start, start, start};
    for (; bytes.size() > 12; bytes.remove_prefix(12)) {
        state.add(bytes.data(), 12);
        state.mix();
    }
    if (!bytes.empty()) {
        state.add(bytes.data(), bytes.size());
        state.finish();
    }
    return uint64_t{state.c} << 32 | state.b;
}

}  // namespace earlybox
