// SPDX-License-Identifier: MIT
// How long a vDSO function takes, and the system call that it saves.
#pragma once
#include <string>
#include <vector>

#include "core/probe/vdso.h"

namespace earlybox::vdso_probe {

// Nanoseconds for a call, in tenths.
struct Spread {
    uint64_t least, median, most;
};

struct Timing {
    std::string call;         // "clock_gettime(MONOTONIC)"
    std::string system_call;  // what it is compared with
    Spread vdso;
    Spread plain;
    uint64_t ratio_in_tenths() const;  // how many times faster than the system call
};

// Each is called so many times in a row, in eleven series.
Result<std::vector<Timing>> time_functions(const GivenVdso& given, uint32_t rounds);

// Of a list that is not empty.
Spread spread_of(std::vector<uint64_t> values);

}  // namespace earlybox::vdso_probe
