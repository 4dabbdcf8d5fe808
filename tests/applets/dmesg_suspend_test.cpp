// SPDX-License-Identifier: MIT
#include "applets/dmesg/suspend.h"

#include <catch2/catch.hpp>

using namespace earlybox;
using namespace earlybox::dmesg;

namespace {

constexpr uint64_t kSecond = 1000000;

struct Log {
    Sleeps sleeps;
    Log& at(uint64_t seconds, std::string_view text) {
        sleeps.note({.since_boot_us = seconds * kSecond, .text = text});
        return *this;
    }
};

// The seconds by which the clock is ahead of the kernel's stamp.
int64_t ahead(const Clock& clock, uint64_t seconds) {
    return clock.second({.since_boot_us = seconds * kSecond}) - static_cast<int64_t>(seconds);
}

}  // namespace

TEST_CASE("one sleep takes all that the clocks differ by") {
    Log log;
    log.at(5, "something").at(10, "PM: suspend entry (deep)").at(11, "ACPI: PM: Low-level resume complete");
    log.at(12, "PM: suspend exit");
    Clock clock(1000 * kSecond);
    CHECK(log.sleeps.apply(clock, 300 * kSecond) == 0);
    CHECK(ahead(clock, 5) == 1000);
    CHECK(ahead(clock, 10) == 1000);
    CHECK(ahead(clock, 11) == 1300);
    CHECK(ahead(clock, 20) == 1300);
}

TEST_CASE("sleeps whose length the kernel prints are each as long as that") {
    Log log;
    log.at(10, "PM: suspend entry (s2idle)").at(11, "PM: Timekeeping suspended for 100.250 seconds");
    log.at(12, "PM: suspend exit").at(20, "PM: suspend entry (s2idle)");
    log.at(21, "Timekeeping suspended for 20.750 seconds").at(22, "Timekeeping suspended for 5.000 seconds");
    log.at(23, "PM: suspend exit");
    Clock clock(0);
    CHECK(log.sleeps.apply(clock, std::nullopt) == 0);
    CHECK(clock.at({.since_boot_us = 12 * kSecond}) == 112250000);
    CHECK(ahead(clock, 21) == 121);
    CHECK(ahead(clock, 30) == 126);
}

TEST_CASE("what the log does not tell of lies before it") {
    Log log;
    log.at(11, "PM: Timekeeping suspended for 100.000 seconds");
    Clock clock(0);
    CHECK(log.sleeps.apply(clock, 500 * kSecond) == 0);
    CHECK(ahead(clock, 10) == 400);
    CHECK(ahead(clock, 12) == 500);
    Clock silent(0);
    CHECK(Sleeps().apply(silent, 7 * kSecond) == 0);
    CHECK(ahead(silent, 0) == 7);
}

TEST_CASE("of several sleeps of untold length the last takes all, and they are counted") {
    Log log;
    log.at(10, "PM: suspend entry (deep)").at(12, "PM: suspend exit");
    log.at(20, "PM: hibernation: hibernation entry").at(22, "PM: hibernation: hibernation exit");
    Clock clock(0);
    CHECK(log.sleeps.apply(clock, 300 * kSecond) == 2);
    CHECK(ahead(clock, 15) == 0);
    CHECK(ahead(clock, 22) == 300);
    Clock foreign(0);  // another machine's log: nothing is known of its clocks
    CHECK(log.sleeps.apply(foreign, std::nullopt) == 2);
    CHECK(ahead(foreign, 30) == 0);
}

TEST_CASE("a machine that was kept awake did not sleep") {
    Log log;
    log.at(10, "PM: suspend entry (deep)")
        .at(11, "PM: Some devices failed to suspend, or early wake event detected");
    log.at(12, "PM: suspend exit");
    Clock clock(0);
    CHECK(log.sleeps.apply(clock, std::nullopt) == 0);
    CHECK(log.sleeps.apply(clock, -5) == 0);  // clocks that are read one after the other
    CHECK(ahead(clock, 20) == 0);
}

TEST_CASE("lengths that make no sense are not known") {
    for (const char* text :
         {"Timekeeping suspended for ", "Timekeeping suspended for 1 seconds",
          "Timekeeping suspended for 99999999999999999999.000 seconds",
          "Timekeeping suspended for 9999999999999.000 seconds", "Timekeeping suspended for -1.000 seconds",
          "Timekeeping suspended for 1.x seconds"}) {
        INFO(text);
        Log log;
        log.at(1, text);
        Clock clock(0);
        CHECK(log.sleeps.apply(clock, std::nullopt) == 1);
    }
}

TEST_CASE("a record's own wall clock counts more than any sleep") {
    Clock clock(0);
    clock.slept(0, 100 * kSecond);
    CHECK(clock.at({.since_boot_us = 5 * kSecond, .wall_us = 42}) == 42);
    CHECK(clock.second({.wall_us = -1}) == -1);
}
