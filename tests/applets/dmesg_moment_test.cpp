// SPDX-License-Identifier: MIT
#include "applets/dmesg/moment.h"

#include <stdlib.h>

#include <catch2/catch.hpp>

using namespace earlybox::dmesg;

namespace {

// The rules of a zone stand in TZ itself: guests have no tables of zones.
struct Zone {
    explicit Zone(const char* rules) { set(rules); }
    ~Zone() { set("UTC0"); }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

 private:
    static void set(const char* rules) {
        setenv("TZ", rules, 1);
        tzset();
    }
};

constexpr const char* kParis = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr int64_t kNow = 1795365262;  // Sun Nov 22 16:34:22 2026 UTC

std::string ctime_of(int64_t seconds) {
    std::string text;
    append_ctime(text, local_time(seconds * 1000000));
    return text;
}

std::string moment(std::string_view text) {
    const auto parsed = parse_moment(text, kNow);
    return parsed ? ctime_of(*parsed) : "none";
}

std::string iso_of(int64_t microseconds) {
    std::string text;
    append_iso(text, microseconds);
    return text;
}

std::string seconds_text(int64_t microseconds, size_t width, Sign sign = Sign::negative) {
    std::string text;
    append_seconds(text, microseconds, width, sign);
    return text;
}

}  // namespace

TEST_CASE("dmesg takes dates, with and without a time of day") {
    const Zone zone("UTC0");
    CHECK(moment("2026-11-20 08:09:10") == "Fri Nov 20 08:09:10 2026");
    CHECK(moment("2026-11-20T08:09:10") == "Fri Nov 20 08:09:10 2026");
    CHECK(moment("26-11-20 08:09:10") == "Fri Nov 20 08:09:10 2026");
    CHECK(moment("2026-11-20 08:09") == "Fri Nov 20 08:09:00 2026");
    CHECK(moment("26-11-20 8:09") == "Fri Nov 20 08:09:00 2026");
    CHECK(moment("2026-11-20") == "Fri Nov 20 00:00:00 2026");
    CHECK(moment("26-11-20") == "Fri Nov 20 00:00:00 2026");
    CHECK(moment("70-01-02") == "Fri Jan  2 00:00:00 1970");
    CHECK(moment("08:09:10") == "Sun Nov 22 08:09:10 2026");
    CHECK(moment("08:09") == "Sun Nov 22 08:09:00 2026");
    CHECK(moment("20261120080910") == "Fri Nov 20 08:09:10 2026");
    CHECK(moment("2026-02-31") == "Tue Mar  3 00:00:00 2026");
}

TEST_CASE("dmesg takes a day of the week that fits the date") {
    const Zone zone("UTC0");
    CHECK(moment("Fri 2026-11-20") == "Fri Nov 20 00:00:00 2026");
    CHECK(moment("friday 2026-11-20 01:02") == "Fri Nov 20 01:02:00 2026");
    CHECK(moment("Sun 08:09") == "Sun Nov 22 08:09:00 2026");
    CHECK(moment("Mon 2026-11-20") == "none");
    CHECK(moment("Someday 2026-11-20") == "none");
}

TEST_CASE("dmesg takes names of days and distances from now") {
    const Zone zone("UTC0");
    CHECK(moment("now") == "Sun Nov 22 16:34:22 2026");
    CHECK(moment("today") == "Sun Nov 22 00:00:00 2026");
    CHECK(moment("yesterday") == "Sat Nov 21 00:00:00 2026");
    CHECK(moment("tomorrow") == "Mon Nov 23 00:00:00 2026");
    CHECK(moment("-5min") == "Sun Nov 22 16:29:22 2026");
    CHECK(moment("+1h 30s") == "Sun Nov 22 17:34:52 2026");
    CHECK(moment("2 days ago") == "Fri Nov 20 16:34:22 2026");
    CHECK(moment("1.5 hours ago") == "Sun Nov 22 15:04:22 2026");
    CHECK(moment("0.0000019h 1.5s ago") == "Sun Nov 22 16:34:20 2026");
    CHECK(moment("90 ago") == "Sun Nov 22 16:32:52 2026");
    CHECK(moment("1week 1d ago") == "Sat Nov 14 16:34:22 2026");
    CHECK(moment("1 year ago") == "Sat Nov 22 10:34:22 2025");
    CHECK(moment("2000ms ago") == "Sun Nov 22 16:34:20 2026");
    CHECK(moment("-99999999999") == "Thu Jan  1 00:00:00 1970");
}

TEST_CASE("dmesg refuses what is no time") {
    for (const char* text : {"",
                             " ",
                             "soon",
                             "2026",
                             "2026-13-01",
                             "2026-00-01",
                             "2026-11-32",
                             "25:00",
                             "10:60",
                             "2026-11-20 08:09:10 x",
                             "-",
                             "+",
                             "- 5 parsecs",
                             "-5.min",
                             "ago",
                             " ago",
                             "5 min",
                             "-999999999999 years",
                             "-99999999999999999999",
                             "2026-11",
                             "12:",
                             ":12"}) {
        INFO(text);
        CHECK(moment(text) == "none");
    }
}

TEST_CASE("times are the local zone's, in summer too") {
    const Zone zone(kParis);
    CHECK(ctime_of(kNow) == "Sun Nov 22 17:34:22 2026");
    CHECK(iso_of(kNow * 1000000 + 42) == "2026-11-22T17:34:22,000042+01:00");
    CHECK(iso_of((kNow - 120 * 86400) * 1000000) == "2026-07-25T18:34:22,000000+02:00");
    CHECK(parse_moment("2026-11-22 17:34:22", kNow) == kNow);
    CHECK(parse_moment("2026-07-25 18:34:22", kNow) == kNow - 120 * 86400);
    const Zone newfoundland("NST3:30NDT,M3.2.0,M11.1.0");
    CHECK(iso_of(kNow * 1000000) == "2026-11-22T13:04:22,000000-03:30");
}

TEST_CASE("times before 1970 and far away have a text too") {
    const Zone zone("UTC0");
    CHECK(iso_of(-1) == "1969-12-31T23:59:59,999999+00:00");
    CHECK(iso_of(INT64_MAX) == "294247-01-10T04:00:54,775807+00:00");
    CHECK(iso_of(INT64_MIN + 1000000).ends_with("+00:00"));
    std::string text;
    append_minute(text, local_time(kNow * 1000000 - 20LL * 86400 * 1000000));
    CHECK(text == "Nov 2 16:34");
}

TEST_CASE("seconds are padded and keep their sign") {
    CHECK(seconds_text(12345678, 12) == "   12.345678");
    CHECK(seconds_text(-500000, 12) == "   -0.500000");
    CHECK(seconds_text(1, 0, Sign::always) == "+0.000001");
    CHECK(seconds_text(-1, 0, Sign::always) == "-0.000001");
    CHECK(seconds_text(INT64_MIN, 0) == "-9223372036854.775808");
    CHECK(seconds_text(1234567890123456, 12) == "1234567890.123456");
}
