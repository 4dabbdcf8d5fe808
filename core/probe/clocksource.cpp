// SPDX-License-Identifier: MIT
#include "core/probe/clocksource.h"

#include <algorithm>
#include <optional>

#include "core/base/text.h"
#include "core/probe/boot_parameter.h"
#include "core/probe/kernel_log.h"

namespace earlybox {
namespace {

bool is_slow(std::string_view clocksource) {
    constexpr std::string_view kSlow[] = {
        "hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit", "hyperv_clocksource_msr"};
    return std::ranges::find(kSlow, clocksource) != std::end(kSlow);
}

// The boot parameter that keeps the TSC out; nothing if none does.
std::optional<std::string> choosing_parameter(Machine& machine) {
    if (const auto value = boot_parameter(machine, "clocksource")) return concat("clocksource=", *value);
    if (boot_parameter(machine, "notsc")) return "notsc";
    if (const auto value = boot_parameter(machine, "tsc"); value && *value == "unstable")
        return "tsc=unstable";
    return std::nullopt;
}

bool lacks_tsc(Machine& machine) {
    const auto processor = machine.read(kProcfs, "cpuinfo");
    return processor && processor->find("\nflags") != processor->npos &&
           processor->find(" tsc ") == processor->npos;
}

const Diagnosis& explain(Machine& machine, std::vector<std::string>& evidence) {
    if (const auto parameter = choosing_parameter(machine)) {
        evidence.push_back(concat("boot parameter ", *parameter));
        return kClocksourceChosen;
    }
    if (lacks_tsc(machine)) {
        evidence.emplace_back("/proc/cpuinfo: no time stamp counter (tsc)");
        return kClocksourceNoTsc;
    }
    const auto reasons = find_logged(machine, {"Marking TSC unstable", "Marking clocksource 'tsc",
                                               "TSC found unstable", "Unable to calibrate against PIT",
                                               "No reference (HPET/PMTIMER)", "TSC calibration failed"});
    if (!reasons) evidence.push_back(one_line(reasons.error()));
    if (!reasons || reasons->empty()) return kClocksourceSlow;
    for (const LogLine& line : *reasons) evidence.push_back(line.evidence());
    return kClocksourceTscLost;
}

}  // namespace

Result<Clocksource> examine_clocksource(Machine& machine) {
    const std::string directory = "devices/system/clocksource/clocksource0/";
    const auto current = TRY(machine.read(kSysfs, directory + "current_clocksource"));
    const auto available = machine.read(kSysfs, directory + "available_clocksource").value_or("");
    Clocksource clocksource{.name = std::string(trimmed(current)), .trouble = nullptr};
    clocksource.evidence.push_back(
        concat("current_clocksource in sysfs: ", clocksource.name, "; available: ", trimmed(available)));
    if (is_slow(clocksource.name)) clocksource.trouble = &explain(machine, clocksource.evidence);
    return clocksource;
}

}  // namespace earlybox
