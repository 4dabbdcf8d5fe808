// SPDX-License-Identifier: MIT
// Where the memory was: a report's counters as parts of one whole (mm/show_mem.c; Documentation/admin-guide/
// cgroup-v1/memory.rst and cgroup-v2.rst).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/parse/oom.h"

namespace earlybox::oomscan {

struct MemoryPart {
    std::string_view name;  // "slab_unreclaimable"
    std::string_view what;  // for people: "kernel objects (slab), not reclaimable"
    uint64_t kb = 0;
};

// Parts add up to the whole: the last two are "unaccounted" and "free".
struct Memory {
    uint64_t total_kb = 0;  // of the machine, or a control group's limit; 0: the report does not say
    std::vector<MemoryPart> parts;
    uint64_t kb(std::string_view name) const;
};

Memory memory_of(const OomIncident& incident);

}  // namespace earlybox::oomscan
