// SPDX-License-Identifier: MIT
// Incidents for tests, as the parser would make them.
#pragma once
#include "core/parse/oom.h"

struct TestTask {
    uint32_t pid;
    uint64_t rss_pages;
    int oom_score_adj = 0;
    uint32_t uid = 1000;
    const char* comm = "task";
};

// Of a kernel since 5.9 with 1,000,000 pages of memory and no swap; page tables take a page each.
inline earlybox::OomIncident test_incident(std::initializer_list<TestTask> tasks, uint32_t killed = 0) {
    using namespace earlybox;
    OomIncident incident;
    incident.source = "log";
    incident.place.line = 7;
    incident.kernel = "6.1.0 #1";
    incident.constraint = OomConstraint::none;
    incident.page_size_bytes = 4096;
    incident.complete = true;
    incident.memory.push_back({"ram", 1'010'000, OomUnit::pages});
    incident.memory.push_back({"reserved", 10'000, OomUnit::pages});
    incident.zones.push_back({.name = "Normal"});
    incident.zones.back().counters.push_back({"managed", 4'000'000, OomUnit::kb});
    for (const TestTask& row : tasks) {
        OomTask task;
        task.pid = row.pid;
        task.tgid = row.pid;
        task.uid = row.uid;
        task.comm = row.comm;
        task.total_vm_pages = row.rss_pages + 100;
        task.rss_pages = row.rss_pages;
        task.swap_pages = 0;
        task.pgtables_bytes = 4096;
        task.oom_score_adj = row.oom_score_adj;
        incident.tasks.push_back(task);
        if (row.pid == killed) {
            OomVictim victim;
            victim.pid = row.pid;
            victim.comm = row.comm;
            incident.chosen = victim;
            incident.killed.push_back(victim);
        }
    }
    return incident;
}

// The same table in the columns of 3.7 to 4.14.
inline void as_before_4_15(earlybox::OomIncident& incident, const char* kernel) {
    incident.kernel = kernel;
    for (auto& task : incident.tasks) {
        task.pgtables_bytes.reset();
        task.nr_ptes = 1;
    }
}

// And in those of 2.6.36 to 3.6.
inline void as_before_3_7(earlybox::OomIncident& incident, const char* kernel) {
    incident.kernel = kernel;
    for (auto& task : incident.tasks) {
        task.pgtables_bytes.reset();
        task.swap_pages.reset();
        task.cpu = 0;
        task.oom_adj = 0;
    }
}
