// SPDX-License-Identifier: MIT
// Out-of-memory kills in a kernel's log: records in, incidents out. Knows what 2.6.31 to 6.12 print
// (mm/oom_kill.c, mm/page_alloc.c or mm/show_mem.c, mm/memcontrol.c, mm/slab_common.c, lib/show_mem.c), and
// the lines of systemd-oomd, earlyoom and Android's low-memory killers.
//
// Promises: any text in; memory is bounded however long a report is, and what was left out is in the notes.
// What a report does not say is empty, never a guess; what is inferred says so. All text may hold anything:
// escape it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/function_ref.h"
#include "core/parse/log_record.h"

namespace earlybox {

// Who killed, and for want of what.
enum class OomKind : uint8_t {
    global,        // the kernel; the machine's memory, or a cpuset's or a policy's nodes (OomConstraint)
    memcg,         // the kernel; a control group's limit
    systemd_oomd,  // programs: before the kernel would have had to
    earlyoom,
    lmkd,  // Android's, in the kernel or not
};
const char* describe(OomKind kind);  // "the kernel", "systemd-oomd"

enum class OomConstraint : uint8_t { none, cpuset, memory_policy, memcg };
std::string_view name_of(OomConstraint constraint);  // "CONSTRAINT_NONE", as the kernel prints it

enum class OomUnit : uint8_t { pages, kb, bytes, count };

// A figure that the report prints: name and value as printed, names in lower case.
struct OomCounter {
    std::string name;
    uint64_t value = 0;
    OomUnit unit = OomUnit::pages;
};

struct OomCounters : std::vector<OomCounter> {
    const OomCounter* find(std::string_view name) const;
    // In kB; nothing where it is not printed, is a mere count, or is in pages of unknown size.
    std::optional<uint64_t> kb(std::string_view name, std::optional<uint64_t> page_size_bytes) const;
};

// Whose allocation found no memory: "NAME invoked oom-killer: …" and the lines below it.
struct OomTrigger {
    std::string comm;             // the thread's name
    std::optional<uint32_t> pid;  // the thread's; from "CPU: 0 UID: 0 PID: 54 Comm: NAME"
    std::optional<uint32_t> uid, cpu;
    std::optional<uint64_t> gfp_mask;
    std::string gfp_flags;  // "GFP_KERNEL|__GFP_ZERO": as printed, or decoded where only the number is
    bool gfp_flags_decoded = false;  // by this program, by the bits of that generation of kernels
    std::optional<int> order;        // -1: asked for by sysrq-f
    std::optional<int> oom_score_adj;
    std::optional<int> oom_adj;  // before 2.6.36: -17 to 15
    std::string nodemask;        // "0-1", "(null)"; empty: not printed
    std::string cpuset, mems_allowed;
    std::string workqueue;  // "events moom_callback"
};

struct OomFrame {
    std::string function;    // "out_of_memory+0x213/0x223 [module]", without the address
    bool uncertain = false;  // "? ": was on the stack, perhaps not called
};

// "4*8kB (UM)"
struct OomBlocks {
    uint64_t size_kb = 0, free = 0;
    std::string
        types;  // of migration: U unmovable, M movable, E reclaimable, H high-atomic, C CMA, I isolated
};

struct OomZone {
    std::optional<uint32_t> node;  // nothing: the kernel has no NUMA
    std::string name;              // "DMA32"
    OomCounters counters;          // free, boost, min, low, high, active_anon, …, present, managed, free_pcp
    std::optional<bool> all_unreclaimable;
    std::vector<uint64_t> lowmem_reserve_pages;
    std::vector<OomBlocks> blocks;      // the buddy allocator's free lists
    std::optional<uint64_t> blocks_kb;  // their sum, as printed
    std::optional<uint64_t> kb(std::string_view name) const { return counters.kb(name, std::nullopt); }
};

struct OomNode {
    uint32_t node = 0;
    OomCounters counters;
    std::optional<bool> all_unreclaimable;
};

// "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB"
struct OomHugepages {
    uint32_t node = 0;
    uint64_t total = 0, free = 0, surplus = 0, size_kb = 0;
};

// A row of "Unreclaimable slab info:".
struct OomSlab {
    std::string name;
    uint64_t used_kb = 0, total_kb = 0;
};

// "memory: usage 24576kB, limit 24576kB, failcnt 19"
struct OomLimit {
    uint64_t usage_kb = 0, limit_kb = 0, failures = 0;
    // The kernel prints the largest number it can count to.
    bool unlimited() const { return limit_kb >= uint64_t{1} << 42; }
};

// "Memory cgroup stats for /a": version 2 in bytes, version 1 in kB.
struct OomMemcgStats {
    std::string path;
    OomCounters counters;
};

// What is empty is not a column of this kernel's table.
struct OomTask {
    uint32_t pid = 0;
    std::optional<uint32_t> tgid, uid, cpu;
    std::string comm;
    std::optional<uint64_t> total_vm_pages, rss_pages;
    std::optional<uint64_t> rss_anon_pages, rss_file_pages, rss_shmem_pages;
    std::optional<uint64_t> nr_ptes, nr_pmds, nr_puds;  // page tables: numbers of pages, until 4.14
    std::optional<uint64_t> pgtables_bytes;
    std::optional<uint64_t> swap_pages;
    std::optional<int> oom_score_adj, oom_adj;
};

struct OomVictim {
    uint32_t pid = 0;
    std::string comm;
    std::optional<uint32_t> uid;
    std::optional<uint64_t> total_vm_kb, anon_rss_kb, file_rss_kb, shmem_rss_kb, pgtables_kb;
    std::optional<int> oom_score_adj;
    std::optional<uint64_t> score;  // the kernel's own "score 923", or what a program gives as its reason
    std::string memcg;              // systemd-oomd: the control group that it killed, then pid is 0
    std::string signal;             // of earlyoom's: "SIGTERM"
    bool reaped = false;            // the oom_reaper took its memory
    bool shares_memory = false;     // killed along: another process with the victim's memory (CLONE_VM)
};

struct OomIncident {
    OomKind kind = OomKind::global;
    std::string source;  // the path as the reader gave it
    LogPlace place;      // of the first line that was found
    std::optional<uint64_t> since_boot_us;
    std::optional<int64_t> wall_us;
    std::string kernel;  // "6.12.117-generic": from the line "CPU: … Not tainted …"
    std::string caller;  // "T49" (CONFIG_PRINTK_CALLER)

    OomTrigger trigger;
    std::optional<OomConstraint> constraint;  // older kernels: from the wording of the kill
    std::string memcg;                        // of the chosen task
    std::string oom_memcg;                    // whose limit was hit
    std::vector<OomFrame> call_trace;

    std::optional<uint64_t> page_size_bytes;  // inferred from figures that are printed in both units
    // Of the whole machine: active_anon, …, free as in Mem-Info; total_pagecache, in_swap_cache, ram,
    // reserved, highmem, cma_reserved, hwpoisoned (pages); free_swap, total_swap (kB).
    OomCounters memory;
    std::vector<OomNode> nodes;
    std::vector<OomZone> zones;
    std::vector<OomHugepages> hugepages;
    std::vector<OomSlab> slabs;
    std::optional<OomLimit> memory_limit, memsw_limit, kmem_limit, swap_limit;  // memcg
    std::vector<OomMemcgStats> memcg_stats;                                     // the first is oom_memcg's

    std::string task_columns;     // the head of the task table, as printed; empty: none
    std::vector<OomTask> tasks;   // in the table's order
    uint64_t tasks_left_out = 0;  // more than were kept

    std::optional<OomVictim> chosen;  // whom the kernel picked; with "or sacrifice child" not whom it killed
    std::vector<OomVictim> killed;    // each once, in order
    bool sysrq = false;               // asked for at the keyboard, or through /proc/sysrq-trigger
    bool allocating_task = false;     // vm.oom_kill_allocating_task: killed for having asked
    bool group = false;               // memory.oom.group: everything in `group_memcg`
    std::string group_memcg;
    bool may_sacrifice_child =
        false;                 // the kernel's rule prefers a child of the chosen task ("or sacrifice child")
    bool no_killable = false;  // "no killable processes"
    std::string panic;         // what follows "Kernel panic - not syncing: "; empty: none

    bool complete = false;  // head, memory (or limits), and the end are there, nothing is missing between
    bool head_lost = false, tail_lost = false;
    std::vector<std::string> notes;  // what is inferred, missing or odd, a sentence each
    std::string report;              // its own lines, without stamps, each with a newline; may be cut

    std::optional<uint64_t> memory_kb(std::string_view name) const {
        return memory.kb(name, page_size_bytes);
    }
    const OomTask* task(uint32_t pid) const;
};

class OomScanner {
 public:
    // `emit` lives as long as the scanner.
    explicit OomScanner(FunctionRef<void(OomIncident&)> emit);
    ~OomScanner();
    OomScanner(const OomScanner&) = delete;
    OomScanner& operator=(const OomScanner&) = delete;

    // A source begins. A report that goes on in it, by the stamps of its lines, is one: rotated files,
    // journals that are read together.
    void source(const std::string& path, LogKind kind);
    void record(const LogRecord& record);
    // Nothing more is to come, or was for a while: what is open is emitted as it is.
    void finish();

    // Inside a report, and where one may have lost its head, every record is needed; else those that hold a
    // needle will do.
    bool wants_every_record() const;
    static std::vector<std::string> needles();

 private:
    struct State;
    State* state_;
};

}  // namespace earlybox
