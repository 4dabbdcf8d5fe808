// SPDX-License-Identifier: MIT
// clocksource: does the kernel keep time by something that programs can read by themselves?
// (Documentation/timers/timekeeping.rst; arch/x86/include/asm/vdso/clocksource.h)
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

bool is_slow(std::string_view clocksource) {
    constexpr std::string_view kSlow[] = {
        "hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit", "hyperv_clocksource_msr"};
    return std::ranges::find(kSlow, clocksource) != std::end(kSlow);
}

// The boot parameter that keeps the TSC out; nothing if none does.
std::optional<std::string> choosing_parameter(Examination& examination) {
    if (const auto value = examination.boot_parameter("clocksource")) return concat("clocksource=", *value);
    if (examination.boot_parameter("notsc")) return "notsc";
    if (const auto value = examination.boot_parameter("tsc"); value && *value == "unstable")
        return "tsc=unstable";
    return std::nullopt;
}

Finding run(Examination& examination) {
    constexpr const char* kDirectory = "devices/system/clocksource/clocksource0/";
    Machine& machine = examination.machine();
    const auto current = machine.read(kSysfs, concat(kDirectory, "current_clocksource"));
    if (!current) return not_judged("clocksource", "sysfs does not tell it", {one_line(current.error())});
    const auto available = machine.read(kSysfs, concat(kDirectory, "available_clocksource"));
    const auto name = trimmed(*current);
    std::vector<std::string> evidence = {
        concat("current_clocksource in sysfs: ", name, "; available: ", trimmed(available.value_or("")))};
    if (!is_slow(name)) return fine("clocksource", concat("time is kept by ", name), evidence);

    if (const auto parameter = choosing_parameter(examination)) {
        evidence.push_back(concat("boot parameter ", *parameter));
        return finding(kClocksourceChosen, Severity::warning, evidence);
    }
    const auto reasons =
        examination.logged({"Marking TSC unstable", "Marking clocksource 'tsc", "TSC found unstable",
                            "Unable to calibrate against PIT", "No reference (HPET/PMTIMER)"});
    if (!reasons) evidence.push_back(one_line(reasons.error()));
    if (!reasons || reasons->empty()) return finding(kClocksourceSlow, Severity::warning, evidence);
    for (const LogLine& line : *reasons) evidence.push_back(line.evidence());
    return finding(kClocksourceTscLost, Severity::warning, evidence);
}

}  // namespace

const Check check_clocksource = {"clocksource", "does the kernel keep time by a fast and steady counter",
                                 run};

}  // namespace earlybox::doctor
