// SPDX-License-Identifier: MIT
#include "applets/dmesg/suspend.h"

#include <algorithm>
#include <span>

#include "core/base/text.h"

namespace earlybox::dmesg {
namespace {

constexpr const char* kFallsAsleep[] = {"PM: suspend entry", "PM: hibernation entry",
                                        "PM: hibernation: hibernation entry"};
constexpr const char* kIsAwake[] = {"ACPI: PM: Low-level resume complete", "PM: suspend exit",
                                    "PM: hibernation exit", "PM: hibernation: hibernation exit"};
constexpr const char* kStaysAwake = "PM: Some devices failed to suspend";
// With pm_debug_messages only; idle sleep may be interrupted, and has several.
constexpr std::string_view kSleptFor = "Timekeeping suspended for ";

bool begins_with_any(std::string_view text, std::span<const char* const> beginnings) {
    return std::ranges::any_of(beginnings,
                               [&](const char* beginning) { return text.starts_with(beginning); });
}

// "3.250 seconds" in microseconds.
std::optional<int64_t> length_of(std::string_view text) {
    const size_t point = text.find('.');
    const auto seconds = parse_number(text.substr(0, point));
    const auto thousandths = point == text.npos ? std::nullopt : parse_number(text.substr(point + 1, 3));
    constexpr uint64_t kMost = uint64_t{1} << 32;
    if (!seconds || !thousandths || *seconds > kMost) return std::nullopt;
    return static_cast<int64_t>(*seconds * 1000000 + *thousandths * 1000);
}

}  // namespace

void Sleeps::note(const LogRecord& record) {
    const uint64_t now = record.since_boot_us.value_or(0);
    const size_t slept = record.text.find(kSleptFor);
    if (slept != record.text.npos) {
        sleeps_.push_back({now, length_of(record.text.substr(slept + kSleptFor.size()))});
        asleep_ = false;
    } else if (begins_with_any(record.text, kFallsAsleep)) {
        asleep_ = true;
    } else if (record.text.starts_with(kStaysAwake)) {
        asleep_ = false;
    } else if (asleep_ && begins_with_any(record.text, kIsAwake)) {
        sleeps_.push_back({now, std::nullopt});
        asleep_ = false;
    }
}

size_t Sleeps::apply(Clock& clock, std::optional<int64_t> total_us) const {
    int64_t told = 0;
    const Sleep* last = nullptr;
    size_t untold = 0;
    for (const auto& sleep : sleeps_) {
        if (sleep.microseconds) clock.slept(sleep.until, *sleep.microseconds);
        told += sleep.microseconds.value_or(0);
        if (!sleep.microseconds) last = &sleep, ++untold;
    }
    const uint64_t until = last != nullptr ? last->until : 0;  // else before the log begins
    if (total_us) clock.slept(until, std::max<int64_t>(*total_us - told, 0));
    return total_us && untold == 1 ? 0 : untold;
}

std::vector<std::string> Sleeps::needles() { return {"PM: ", std::string(kSleptFor)}; }

}  // namespace earlybox::dmesg
