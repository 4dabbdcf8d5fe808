// SPDX-License-Identifier: MIT
#include "applets/oomscan/merge.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/text.h"

namespace earlybox::oomscan {
namespace {

constexpr int64_t kSecond = 1'000'000;

template <class Time>
bool is_near(Time a, Time b, int64_t seconds) {
    return std::abs(static_cast<int64_t>(a) - static_cast<int64_t>(b)) <= seconds * kSecond;
}

// As far as both lists go.
bool victims_agree(const OomIncident& a, const OomIncident& b) {
    for (size_t i = 0; i < std::min(a.killed.size(), b.killed.size()); ++i) {
        const OomVictim& one = a.killed[i];
        const OomVictim& other = b.killed[i];
        if (one.pid != other.pid || one.comm != other.comm || one.memcg != other.memcg ||
            (one.total_vm_kb && other.total_vm_kb && one.total_vm_kb != other.total_vm_kb))
            return false;
    }
    return true;
}

std::string place_of(const OomIncident& incident) {
    if (incident.place.line == 0) return incident.source;
    return concat(incident.source, ':', incident.place.line);
}

size_t size_of(const OomIncident& incident) {
    return 2 * incident.report.size() + incident.tasks.size() * (sizeof(OomTask) + 64) + 4096;
}

}  // namespace

bool is_same(const OomIncident& a, const OomIncident& b) {
    constexpr int64_t kReport = 60;         // seconds from its first line to the last, on the slowest console
    constexpr int64_t kDay = 24 * 60 * 60;  // by which wall clocks may have been set meanwhile
    if (a.source == b.source || a.kind != b.kind || !victims_agree(a, b)) return false;
    if (!a.trigger.comm.empty() && !b.trigger.comm.empty() && a.trigger.comm != b.trigger.comm) return false;
    const bool ends_alike =
        a.killed.empty() ? !a.panic.empty() && a.panic == b.panic : a.killed.size() == b.killed.size();
    // What one of them has not may have been its first line.
    const bool is_torn = !a.complete || !b.complete;
    if (a.since_boot_us && b.since_boot_us) {
        if (a.wall_us && b.wall_us && !is_near(*a.wall_us, *b.wall_us, kDay)) return false;
        return a.since_boot_us == b.since_boot_us ||
               (is_torn && ends_alike && is_near(*a.since_boot_us, *b.since_boot_us, kReport));
    }
    if (a.wall_us && b.wall_us) return ends_alike && is_near(*a.wall_us, *b.wall_us, is_torn ? kReport : 2);
    return ends_alike && (is_torn || a.trigger.pid == b.trigger.pid);
}

void Merger::add(OomIncident& incident, Verdict verdict) {
    constexpr size_t kMostKept = size_t{6} << 20, kMostRemembered = 4096;
    for (auto& known : found_) {
        if (!is_same(known.incident, incident)) continue;
        const std::string also = concat("also in ", place_of(incident));
        if (known.shown) return;
        auto notes = known.incident.notes;
        if (incident.complete && !known.incident.complete) {
            notes = incident.notes;
            notes.push_back(concat("also in ", place_of(known.incident)));
            if (!incident.wall_us) incident.wall_us = known.incident.wall_us;
            known.incident = std::move(incident);
            known.verdict = std::move(verdict);
        } else {
            notes.push_back(also);
            if (!known.incident.wall_us) known.incident.wall_us = incident.wall_us;
        }
        known.incident.notes = std::move(notes);
        return;
    }
    kept_ += size_of(incident);
    found_.push_back({std::move(incident), std::move(verdict)});
    if (kept_ < kMostKept) return;
    show();
    if (found_.size() > kMostRemembered) found_.erase(found_.begin(), found_.end() - kMostRemembered / 2);
}

void Merger::show() {
    for (auto& [incident, verdict, shown] : found_) {
        if (shown) continue;
        show_(incident, verdict);
        shown = true;
        // What tells it from others stays.
        OomIncident rest;
        rest.kind = incident.kind;
        rest.source = std::move(incident.source);
        rest.since_boot_us = incident.since_boot_us;
        rest.wall_us = incident.wall_us;
        rest.trigger = std::move(incident.trigger);
        rest.killed = std::move(incident.killed);
        rest.panic = std::move(incident.panic);
        rest.complete = incident.complete;
        incident = std::move(rest);
        verdict = {};
    }
    kept_ = 0;
}

}  // namespace earlybox::oomscan
