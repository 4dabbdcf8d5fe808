// SPDX-License-Identifier: MIT
// The living processes as the OOM killer sees them (proc(5), oom_score; mm/oom_kill.c).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/output.h"
#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

struct OomCandidate {
    uint64_t pid = 0;
    std::string name;
    uint64_t score = 0;  // the kernel's own, in thousandths of all memory
    int adjustment = 0;
    uint64_t resident = 0, swapped = 0, page_tables = 0;  // bytes
    std::string cgroup;
    const char* never = nullptr;  // why it is never killed
    bool kernel_thread = false;
    uint64_t start = 0;
};

// What the kernel counts, in bytes, where `limit` bytes are all there is: of memory and swap, or for a
// control group.
int64_t oom_badness(const OomCandidate& process, uint64_t limit);

struct OomCandidates {
    uint64_t memory = 0, swap = 0;        // of the machine, in bytes
    std::vector<OomCandidate> processes;  // in the order in which they would be killed for the whole machine
};
Result<OomCandidates> oom_candidates(Machine& machine);

// Its fields for --json: pid, name, score, adj, rss, swap, cgroup.
void add_fields(Record& record, const OomCandidate& process);

// The same processes in the order that the limit of a control group makes.
void rank_within(std::vector<OomCandidate>& processes, uint64_t limit);

}  // namespace earlybox
