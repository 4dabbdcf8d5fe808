// SPDX-License-Identifier: MIT
// Whom the kernel's own rule picks, recomputed from a report's task table (mm/oom_kill.c: oom_badness,
// select_bad_process, oom_evaluate_task), and whether that is whom it picked.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/parse/oom.h"

namespace earlybox::oomscan {

enum class RootBonus : uint8_t { none, thirty_thousandths, three_percent };

// How one generation of kernels reckons.
struct BadnessRule {
    const char* kernels;  // "5.9 and later"
    uint32_t since;       // 0x050900: version 5.9.0
    bool thousandths;     // of all memory, not pages
    bool page_tables;     // are counted
    RootBonus root_bonus;
    bool at_least_one;    // never below 1
    bool last_of_equals;  // else the first
};

// Oldest first.
std::span<const BadnessRule> badness_rules();

// What is reckoned with; where the report leaves room, from `low` to `high`.
struct Bounds {
    int64_t value = 0, low = 0, high = 0;
};

// The pages that the allocation could draw from, as oom_score_adj's thousandths are counted of; nothing where
// the report does not say.
std::optional<Bounds> total_pages(const OomIncident& incident);

// As the rule reckons it. Nothing for whom it never kills, or where the report lacks what it needs.
std::optional<Bounds> badness(const BadnessRule& rule, const OomIncident& incident, const OomTask& task,
                              std::optional<int> oom_score_adj, const std::optional<Bounds>& total);

struct Choice {
    const BadnessRule* rule = nullptr;  // nullptr: the report does not tell enough
    std::optional<Bounds> total;
    std::vector<std::optional<int64_t>> badness;  // of each row of the task table
    std::optional<uint32_t> expected_pid;         // whom the rule picks
    std::optional<uint32_t> next_pid;             // and when all who were killed are gone
    std::optional<int> spare_adj;  // the highest oom_score_adj that would have spared the victim
    std::optional<bool> matches;   // nothing: unknown
    std::string reason;            // a sentence: why it differs or is not known; may be empty
};

// `killed_before`: whom earlier reports of the same boot name.
Choice recompute(const OomIncident& incident, std::span<const OomVictim> killed_before);

// A table's page size; 4 KiB where none could be inferred.
uint64_t page_size_of(const OomIncident& incident);

bool was_killed(const OomIncident& incident, const OomTask& task);

// Resident, in swap, and page tables, in kB.
uint64_t used_kb(const OomIncident& incident, const OomTask& task);

// On the nodes that a cpuset or a memory policy left to the allocation.
bool zone_allowed(const OomIncident& incident, const OomZone& zone);

}  // namespace earlybox::oomscan
