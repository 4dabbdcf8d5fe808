// SPDX-License-Identifier: MIT
// The lines of an out-of-memory report, one at a time: what a line is, told by its own text, and what it adds
// to the incident. Which incident a line belongs to is the scanner's matter (core/parse/oom.h).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/parse/oom.h"

namespace earlybox {

enum class OomPart : uint8_t {
    other,  // of no report, as far as the line itself tells
    // What stands before the memory.
    sysrq,        // "sysrq: Manual OOM execution"
    head,         // "NAME invoked oom-killer: …"
    alien_head,   // of another kind of report that shows memory too: "NAME: page allocation failure: …"
    cpuset,       // "NAME cpuset=/ mems_allowed=0"
    processor,    // "CPU: 0 PID: 54 Comm: NAME …", "Pid: 54, comm: NAME …"
    workqueue,    // "Workqueue: events moom_callback"
    trace_title,  // "Call Trace:"
    frame,
    // The memory.
    memory_title,  // "Mem-Info:"
    counters,      // "active_anon:459 inactive_anon:14454 isolated_anon:0"
    node,
    zone,
    reserve,  // "lowmem_reserve[]: 0 113"
    blocks,   // "DMA: 1*4kB (U) … = 612kB"
    more_blocks,
    hugepages,
    pages,       // "20350 pages RAM"
    swap,        // "Free swap  = 0kB"
    memcg_task,  // "Task in /a killed as a result of limit of /b"
    memcg_limit,
    memcg_stats,
    memcg_stat,
    slab_title,
    slab,
    // The tasks.
    table_title,
    table_head,
    task,
    // How it ended.
    choice,  // "oom-kill:constraint=…"
    score,   // "Out of memory: Kill process 54 (NAME) score 923 or sacrifice child"
    killed,  // "… Killed process 54 (NAME) …"
    sharer,  // "Kill process 55 (NAME) sharing same memory"
    group,   // "Tasks in /a are going to be killed due to memory.oom.group set"
    unkillable,
    panic,
    reaped,
    dropped,  // "** 12 printk messages dropped **"
    program,  // a kill by systemd-oomd, earlyoom or lmkd
};

// Text that ends in a name which a process chose, newlines and all: such a record is one line.
bool ends_in_name(OomPart part);

OomPart oom_part(std::string_view line);

// A report that is being read.
struct OomDraft {
    OomIncident incident;
    bool has_head = false;
    bool has_choice = false;       // the line "oom-kill:"
    bool ended = false;            // somebody was killed, or could not be
    std::vector<uint8_t> columns;  // of the task table
};

// Adds a line of that part to the incident.
void read_oom_part(OomPart part, std::string_view line, OomDraft& draft);

// Which of the incident's limits a line "memory+swap: usage …" is about.
std::optional<OomLimit>& limit_of(OomIncident& incident, std::string_view line);

// A kill by a program: the incident is complete with it. False: the line is none.
bool read_oom_program(std::string_view line, OomIncident& incident);

// "GFP_KERNEL|__GFP_ZERO" for the number alone, as kernels before 4.6 print it.
std::string gfp_flag_names(uint64_t mask);

}  // namespace earlybox
