// SPDX-License-Identifier: MIT
// From the kernel's stamps, which count seconds since boot and stand still while the machine sleeps, to the
// wall clock.
#pragma once
#include <cstdint>
#include <vector>

#include "core/parse/log_record.h"

namespace earlybox::dmesg {

// What stands before the stamp of zero seconds, and what every sleep adds from some record on.
class Clock {
 public:
    explicit Clock(int64_t boot_us) : offset_us_(boot_us) {}

    // Records at `since_boot_us` and later are later by the clock on the wall by so much more.
    void slept(uint64_t since_boot_us, int64_t microseconds) {
        sleeps_.push_back({since_boot_us, microseconds});
    }

    // Microseconds since 1970: the record's own, else reckoned from boot.
    int64_t at(const LogRecord& record) const;
    int64_t second(const LogRecord& record) const;

 private:
    struct Sleep {
        uint64_t until;
        int64_t microseconds;
    };
    int64_t offset_us_;
    std::vector<Sleep> sleeps_;
};

}  // namespace earlybox::dmesg
