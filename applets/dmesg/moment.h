// SPDX-License-Identifier: MIT
// Points in time: as --since and --until name them, and as stamps show them, in the local time zone.
#pragma once
#include <time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earlybox::dmesg {

// Seconds since 1970. "2026-11-22 16:34:22" (also with T; seconds, or date, or time of day may be missing),
// "yesterday", "today", "now", "tomorrow", "+5min", "-2h 30s", "3 days ago", "Sun 2026-11-22".
std::optional<int64_t> parse_moment(std::string_view text, int64_t now);

// Below, times are microseconds since 1970.
struct tm local_time(int64_t time);
void append_ctime(std::string& to, const struct tm& time);   // "Sun Nov 22 16:34:22 2026"
void append_minute(std::string& to, const struct tm& time);  // "Nov22 16:34"
void append_iso(std::string& to, int64_t time);              // "2026-11-22T16:34:22,000000+01:00"

// "   12.345678", "  -0.500000"; with Sign::always "+0.500000"
enum class Sign { negative, always };
void append_seconds(std::string& to, int64_t microseconds, size_t width, Sign sign = Sign::negative);

}  // namespace earlybox::dmesg
