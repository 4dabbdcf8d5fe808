// SPDX-License-Identifier: MIT
// The hashes by which journals find their fields, here to tell whether a field is what was written.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace earlybox {

// SipHash-2-4 (Aumasson and Bernstein, 2012).
uint64_t siphash24(const std::array<uint8_t, 16>& key, std::string_view bytes);

// lookup3's hashlittle2 (Bob Jenkins, 2006) from zero, its first result as the upper half.
uint64_t jenkins_hash(std::string_view bytes);

}  // namespace earlybox
