// SPDX-License-Identifier: MIT
// The stamps of log lines: dates and times as logs write them, and what they mean in UTC.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox {

struct CivilTime {
    int year = 0;  // 0: the stamp does not say
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
    uint32_t microsecond = 0;
    std::optional<int32_t> east_s;  // seconds east of Greenwich; none: local time
};

// Each takes a stamp off the front of `text`; where there is none, nothing is taken.

// 2026-11-22T16:00:00[.123456](Z|+01:00|+0100), where `point` divides the fraction from the seconds
std::optional<CivilTime> take_rfc3339(std::string_view& text, char point);
std::optional<CivilTime> take_rfc3164(std::string_view& text);  // Nov 22 [2026 ]16:00:00[.123456]
std::optional<CivilTime> take_ctime(std::string_view& text);    // Sun Nov 22 16:00:00 2026
std::optional<CivilTime> take_minute(std::string_view& text);   // Nov22 16:00
std::optional<uint64_t> take_seconds(std::string_view& text);   // 12.345678: exactly six digits; microseconds

// Takes a number of at most `most` digits off the front; nothing where no digit stands.
std::optional<uint64_t> take_number(std::string_view& text, size_t most = 19);
bool take(std::string_view& text, char expected);
bool take(std::string_view& text, std::string_view expected);
void take_spaces(std::string_view& text);

// What stamps mean that say neither year nor zone.
class WallClock {
 public:
    using ToUtc = int64_t (*)(int64_t local_seconds);

    // No stamp is later than `latest_s` (when the file was last written to); `to_utc` knows the time
    // zone.
    explicit WallClock(int64_t latest_s, ToUtc to_utc) : latest_s_(latest_s), to_utc_(to_utc) {}

    // Microseconds since 1970; nothing for a date that the calendar does not have.
    std::optional<int64_t> utc_us(const CivilTime& time);

 private:
    int64_t from_local(int64_t local_s);

    int64_t latest_s_;
    ToUtc to_utc_;
    int64_t slot_ = INT64_MIN;  // the quarter of an hour that to_utc_ was last asked about: the zones' grain
    int64_t shift_ = 0;
};

}  // namespace earlybox
