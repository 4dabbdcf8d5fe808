// SPDX-License-Identifier: MIT
#include "applets/oomscan/memory.h"

#include <algorithm>

#include "applets/oomscan/badness.h"

namespace earlybox::oomscan {
namespace {

constexpr struct {
    std::string_view name, what;
} kParts[] = {
    {"anon", "programs' own memory"},
    {"file", "cached files"},
    {"shmem", "shared memory and tmpfs"},
    {"unevictable", "locked in memory"},
    {"slab_reclaimable", "kernel objects, reclaimable"},
    {"slab_unreclaimable", "kernel objects, not reclaimable"},
    {"pagetables", "page tables"},
    {"kernel_stack", "kernel stacks"},
    {"percpu", "per-processor data"},
    {"vmalloc", "vmalloc"},
    {"sock", "network buffers"},
    {"bounce", "bounce buffers"},
    {"hugepages", "reserved huge pages"},
    {"free_pcp", "free, kept by processors"},
    {"unaccounted", "not accounted for"},
    {"free", "free"},
};

class Sum {
 public:
    [[gnu::noinline]] void add(std::string_view name, uint64_t kb) {
        if (kb == 0) return;
        for (const auto& part : kParts)
            if (part.name == name) memory_.parts.push_back({part.name, part.what, kb});
        sum_ += kb;
    }
    // What is free, and what nothing accounts for, complete the whole.
    Memory of(uint64_t total, uint64_t free) {
        memory_.total_kb = std::max(total, sum_ + free);
        add("unaccounted", memory_.total_kb - sum_ - free);
        add("free", free);
        return std::move(memory_);
    }

 private:
    Memory memory_;
    uint64_t sum_ = 0;
};

// A corrupt figure must not overflow the sum.
uint64_t bounded(std::optional<uint64_t> kb) { return std::min(kb.value_or(0), uint64_t{1} << 50); }

uint64_t machine_total_kb(const OomIncident& incident) {
    uint64_t managed = 0;
    for (const OomZone& zone : incident.zones) managed += bounded(zone.kb("managed"));
    if (managed != 0) return managed;
    const uint64_t ram = bounded(incident.memory_kb("ram"));
    return ram - std::min(ram, bounded(incident.memory_kb("reserved")));
}

// Printed for each node, or, by older kernels, for each zone.
uint64_t kernel_stacks_kb(const OomIncident& incident) {
    uint64_t sum = 0;
    for (const OomNode& node : incident.nodes) sum += bounded(node.counters.kb("kernel_stack", std::nullopt));
    if (sum == 0)
        for (const OomZone& zone : incident.zones) sum += bounded(zone.kb("kernel_stack"));
    return sum;
}

Memory machine_memory(const OomIncident& incident) {
    const auto kb = [&](std::string_view name) { return bounded(incident.memory_kb(name)); };
    if (!incident.memory_kb("free")) return {};
    Sum sum;
    const uint64_t shmem = kb("shmem");
    const uint64_t anon = kb("active_anon") + kb("inactive_anon") + kb("isolated_anon");
    sum.add("anon", anon - std::min(anon, shmem));
    sum.add("file", kb("active_file") + kb("inactive_file") + kb("isolated_file"));
    sum.add("shmem", shmem);
    // Shared memory that is locked counts there.
    sum.add("unevictable", kb("unevictable") - std::min(kb("unevictable"), shmem - std::min(anon, shmem)));
    sum.add("pagetables", kb("pagetables") + kb("sec_pagetables"));
    sum.add("kernel_stack", kernel_stacks_kb(incident));
    for (const char* name : {"slab_reclaimable", "slab_unreclaimable", "bounce", "free_pcp"})
        sum.add(name, kb(name));
    uint64_t hugepages = 0;
    for (const OomHugepages& pool : incident.hugepages)
        hugepages +=
            bounded(std::min(pool.total, uint64_t{1} << 25) * std::min(pool.size_kb, uint64_t{1} << 25));
    sum.add("hugepages", hugepages);
    return sum.of(machine_total_kb(incident), kb("free"));
}

// Version 1 counts page cache and resident pages, and prints each group of the tree for itself; version 2
// names all parts, and prints the whole tree's.
Memory memcg_memory(const OomIncident& incident) {
    if (!incident.memory_limit) return {};
    const auto kb = [&](std::string_view name) {
        uint64_t of_all = 0;
        for (const OomMemcgStats& stats : incident.memcg_stats)
            of_all += bounded(stats.counters.kb(name, incident.page_size_bytes));
        return of_all;
    };
    Sum sum;
    const uint64_t shmem = kb("shmem"), file = kb("cache") + kb("file");
    sum.add("anon", kb("rss") + kb("anon"));
    sum.add("file", file - std::min(file, shmem));
    sum.add("shmem", shmem);
    for (const auto* const name : {"slab_reclaimable", "slab_unreclaimable", "pagetables", "kernel_stack",
                                   "percpu", "vmalloc", "sock"})
        sum.add(name, kb(name));
    const uint64_t limit = bounded(incident.memory_limit->limit_kb);
    const uint64_t usage = std::min(bounded(incident.memory_limit->usage_kb), limit);
    return sum.of(incident.memory_limit->unlimited() ? usage : limit,
                  incident.memory_limit->unlimited() ? 0 : limit - usage);
}

}  // namespace

uint64_t Memory::kb(std::string_view name) const {
    for (const MemoryPart& part : parts)
        if (part.name == name) return part.kb;
    return 0;
}

Memory memory_of(const OomIncident& incident) {
    return incident.kind == OomKind::memcg ? memcg_memory(incident) : machine_memory(incident);
}

}  // namespace earlybox::oomscan
