// SPDX-License-Identifier: MIT
// How long the machine slept, and when, as far as its log tells (kernel/power/suspend.c, hibernate.c;
// kernel/time/timekeeping_debug.c): the kernel's stamps stand still meanwhile.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "applets/dmesg/clock.h"

namespace earlybox::dmesg {

class Sleeps {
 public:
    // The next record of the log.
    void note(const LogRecord& record);

    // Adds every sleep to the clock. `total_us`: all sleeps since boot together, where that is known. What
    // the log does not tell of it goes to the last sleep of untold length, or to the time before the log
    // begins. Returns how many sleeps are of unknown length.
    size_t apply(Clock& clock, std::optional<int64_t> total_us) const;

    // What note() looks for.
    static std::vector<std::string> needles();

 private:
    struct Sleep {
        uint64_t until;  // since boot: the first record that is known to come after it
        std::optional<int64_t> microseconds;
    };
    bool asleep_ = false;
    std::vector<Sleep> sleeps_;
};

}  // namespace earlybox::dmesg
