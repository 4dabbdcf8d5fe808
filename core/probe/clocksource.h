// SPDX-License-Identifier: MIT
// What the kernel keeps time by, and why it is a slow one (Documentation/timers/timekeeping.rst;
// arch/x86/include/asm/vdso/clocksource.h; arch/x86/kernel/tsc.c).
#pragma once
#include <string>
#include <vector>

#include "core/abi/findings.h"
#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

struct Clocksource {
    std::string name;          // tsc, kvm-clock, hpet …
    const Diagnosis* trouble;  // why programs cannot read it by themselves; nullptr: by its name, they can
    std::vector<std::string> evidence;
};

// The error says why sysfs does not tell.
Result<Clocksource> examine_clocksource(Machine& machine);

}  // namespace earlybox
