// SPDX-License-Identifier: MIT
// clocksource: does the kernel keep time by something that programs can read by themselves?
#include "core/probe/clocksource.h"

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    const auto& clocksource = examination.clocksource();
    if (!clocksource)
        return not_judged("clocksource", "sysfs does not tell it", {one_line(clocksource.error())});
    if (clocksource->trouble != nullptr)
        return finding(*clocksource->trouble, Severity::warning, clocksource->evidence);
    return fine("clocksource", concat("time is kept by ", clocksource->name), clocksource->evidence);
}

}  // namespace

const Check check_clocksource = {"clocksource", "does the kernel keep time by a fast and steady counter",
                                 run};

}  // namespace earlybox::doctor
