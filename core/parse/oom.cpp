// SPDX-License-Identifier: MIT
#include "core/parse/oom.h"

#include <algorithm>

namespace earlybox {

const char* describe(OomKind kind) {
    switch (kind) {
        case OomKind::global:
        case OomKind::memcg:
            return "the kernel";
        case OomKind::systemd_oomd:
            return "systemd-oomd";
        case OomKind::earlyoom:
            return "earlyoom";
        case OomKind::lmkd:
            return "lowmemorykiller";
    }
    return "";
}

std::string_view name_of(OomConstraint constraint) {
    switch (constraint) {
        case OomConstraint::none:
            return "CONSTRAINT_NONE";
        case OomConstraint::cpuset:
            return "CONSTRAINT_CPUSET";
        case OomConstraint::memory_policy:
            return "CONSTRAINT_MEMORY_POLICY";
        case OomConstraint::memcg:
            return "CONSTRAINT_MEMCG";
    }
    return "";
}

const OomCounter* OomCounters::find(std::string_view name) const {
    const auto found = std::ranges::find(*this, name, &OomCounter::name);
    return found == end() ? nullptr : &*found;
}

std::optional<uint64_t> OomCounters::kb(std::string_view name,
                                        std::optional<uint64_t> page_size_bytes) const {
    const OomCounter* const counter = find(name);
    if (!counter) return std::nullopt;
    switch (counter->unit) {
        case OomUnit::kb:
            return counter->value;
        case OomUnit::bytes:
            return counter->value / 1024;
        case OomUnit::pages:
            // A page has whole kB; the product may not: 2^64 pages are nobody's.
            if (!page_size_bytes || counter->value > UINT64_MAX / *page_size_bytes) return std::nullopt;
            return counter->value * (*page_size_bytes / 1024);
        case OomUnit::count:
            break;
    }
    return std::nullopt;
}

const OomTask* OomIncident::task(uint32_t pid) const {
    const auto found = std::ranges::find(tasks, pid, &OomTask::pid);
    return found == tasks.end() ? nullptr : &*found;
}

}  // namespace earlybox
