// SPDX-License-Identifier: MIT
// What options take of levels and facilities, which kLogLevels and kLogFacilities name.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox::dmesg {

using Set = uint32_t;  // bit n: number n of those

// "err,warn", "3,4": one bit for each.
std::optional<Set> parse_levels(std::string_view list);
std::optional<Set> parse_facilities(std::string_view list);

// What the console may show, as dmesg -n takes it: 1 to 8, or the name of the last level that still gets
// through.
std::optional<int> parse_console_level(std::string_view text);

}  // namespace earlybox::dmesg
