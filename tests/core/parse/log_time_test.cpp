// SPDX-License-Identifier: MIT
#include "core/parse/log_time.h"

#include <catch2/catch.hpp>

using namespace earlybox;

namespace {

constexpr int64_t kChange = 1'774'749'600;  // 2026-03-29 02:00:00 local: an hour is left out

int64_t central_europe(int64_t local_s) { return local_s - (local_s < kChange ? 3600 : 7200); }

int64_t seconds_of(std::string_view text) {
    WallClock clock(kChange + 86'400, central_europe);
    const auto time = take_rfc3164(text);
    return clock.utc_us(*time).value() / 1'000'000;
}

}  // namespace

TEST_CASE("log time: local stamps around a change of the clocks") {
    CHECK(seconds_of("Mar 29 01:59:59") == kChange - 1 - 3600);
    CHECK(seconds_of("Mar 29 03:00:00") == kChange + 3600 - 7200);
    CHECK(seconds_of("Jan  1 00:00:00") == 1'767'225'600 - 3600);
}

TEST_CASE("log time: nothing is taken where no stamp stands") {
    for (const char* text :
         {"", "Nov", "Nov 22", "Nov 22 16:00", "Nox 22 16:00:00", "Nov22 16:00:00", "Nov 22 16-00-00",
          "2026-11-22T16:00:00", "2026-11-22 16:00:00Z", "2026-11-22T16:00:00+1"}) {
        std::string_view rest = text;
        CHECK(!take_rfc3164(rest));
        CHECK(!take_rfc3339(rest, '.'));
        CHECK(!take_ctime(rest));
        CHECK(rest == text);
    }
}

TEST_CASE("log time: digits that are too many") {
    std::string_view rest = "99999999999999999999";
    CHECK(!take_number(rest));
    CHECK(rest.size() == 20);
    rest = "9999999999999.123456";
    CHECK(!take_seconds(rest));
    rest = "1.1234567";
    CHECK(!take_seconds(rest));
    rest = "2026-11-22T16:00:00.123456789123Z";
    CHECK(take_rfc3339(rest, '.')->microsecond == 123'456);
}

TEST_CASE("log time: dates that the calendar does not have") {
    WallClock clock(kChange, central_europe);
    for (const char* text :
         {"Feb 30 00:00:00", "Apr 31 00:00:00", "Jan  0 00:00:00", "Jan  1 24:00:00", "Jan  1 00:60:00"}) {
        std::string_view rest = text;
        CHECK(!clock.utc_us(*take_rfc3164(rest)));
    }
}
