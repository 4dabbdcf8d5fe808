// SPDX-License-Identifier: MIT
#include "applets/dmesg/clock.h"

namespace earlybox::dmesg {

int64_t Clock::at(const LogRecord& record) const {
    if (record.wall_us) return *record.wall_us;
    const uint64_t since_boot = record.since_boot_us.value_or(0);
    uint64_t sum = static_cast<uint64_t>(offset_us_) + since_boot;  // a damaged log's stamp may be anything
    for (const auto& sleep : sleeps_)
        if (sleep.until <= since_boot) sum += static_cast<uint64_t>(sleep.microseconds);
    return static_cast<int64_t>(sum);
}

int64_t Clock::second(const LogRecord& record) const {
    constexpr int64_t kSecond = 1000000;
    const int64_t microseconds = at(record);
    return microseconds / kSecond - (microseconds % kSecond < 0 ? 1 : 0);
}

}  // namespace earlybox::dmesg
