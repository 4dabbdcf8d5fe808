// SPDX-License-Identifier: MIT
// What an incident means: why memory was short, where it was, whether the right one was killed, who is to
// blame, and what to do. All text may hold names from the log: escape it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "applets/oomscan/badness.h"
#include "applets/oomscan/memory.h"
#include "core/parse/oom.h"

namespace earlybox::oomscan {

struct Advice {
    std::string what;     // "give the group more memory"
    std::string command;  // as it is typed into a shell; empty: none
};

struct Verdict {
    std::vector<std::string> why;  // sentences, the one that decides first
    Memory memory;
    Choice choice;
    std::string culprit;  // "slab kmalloc-64", "task java (42)"; empty: the victim, or nobody stands out
    std::string culprit_evidence;
    std::vector<Advice> advice;
};

// Who used most first: row numbers of the task table, the kernel's order of killing.
std::vector<uint32_t> ranking(const OomIncident& incident, const Choice& choice);

// "the kernel agrees": what came of the comparison, in words.
std::string describe(const Choice& choice);

// Judges incidents in the order of their log.
class Judge {
 public:
    Verdict operator()(const OomIncident& incident);

 private:
    std::string source_;
    uint64_t since_boot_us_ = 0;
    std::vector<OomVictim> killed_;  // since that boot
};

}  // namespace earlybox::oomscan
