// SPDX-License-Identifier: MIT
// clock-wall: has anybody set the clock?
#include <time.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

constexpr time_t kReleased = 1'793'491'200;  // 2026-11-01; an older date is no harm, a newer one would be

std::string date(time_t seconds) {
    tm parts{};
    gmtime_r(&seconds, &parts);
    const auto two = [](int number) { return concat(number < 10 ? "0" : "", number); };
    return concat(parts.tm_year + 1900, '-', two(parts.tm_mon + 1), '-', two(parts.tm_mday), ' ',
                  two(parts.tm_hour), ':', two(parts.tm_min), " UTC");
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("clock-wall", kCaptured);
    const time_t now = time(nullptr);
    std::vector<std::string> evidence = {concat(
        "the clock shows ", date(now), "; this program was released on ", date(kReleased).substr(0, 10))};
    const auto hardware = examination.machine().read(kSysfs, "class/rtc/rtc0/since_epoch");
    const auto seconds = hardware ? parse_number(trimmed(*hardware)) : std::nullopt;
    evidence.push_back(seconds
                           ? concat("the hardware clock, rtc0, shows ", date(static_cast<time_t>(*seconds)))
                           : "sysfs shows no hardware clock (class/rtc)");
    if (now < kReleased) return finding(kClockWall, Severity::warning, evidence);
    return fine("clock-wall", concat("the clock shows ", date(now)), evidence);
}

}  // namespace

const Check check_clock_wall = {"clock-wall", "does the clock show a time that can be", run};

}  // namespace earlybox::doctor
