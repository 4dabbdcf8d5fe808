// SPDX-License-Identifier: MIT
#include "applets/oomscan/verdict.h"

#include <algorithm>

#include "core/base/order.h"
#include "core/base/text.h"

namespace earlybox::oomscan {
namespace {

std::string amount(uint64_t kb) { return concat(kb, " kB"); }
bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string zone_name(const OomZone& zone) {
    return zone.node ? concat("Node ", *zone.node, ' ', printable(zone.name)) : printable(zone.name);
}

// include/linux/gfp.h, GFP_ZONE_TABLE: which zones the request may draw from.
bool zone_usable(const OomIncident& incident, const OomZone& zone) {
    const std::string_view flags = incident.trigger.gfp_flags;
    if (!zone_allowed(incident, zone) || zone.name == "Device") return false;
    if (holds(flags, "GFP_DMA32")) return zone.name == "DMA" || zone.name == "DMA32";
    if (holds(flags, "GFP_DMA")) return zone.name == "DMA";
    const bool movable = holds(flags, "MOVABLE"), high = holds(flags, "HIGHUSER") || holds(flags, "HIGHMEM");
    if (zone.name == "HighMem") return high;
    return zone.name != "Movable" || (high && movable);
}

uint64_t free_kb(const OomZone& zone) { return zone.kb("free").value_or(0); }

// Blocks that are large enough.
bool has_block(const OomZone& zone, uint64_t kb) {
    return std::ranges::any_of(
        zone.blocks, [kb](const OomBlocks& blocks) { return blocks.free != 0 && blocks.size_kb >= kb; });
}

uint64_t asked_kb(const OomIncident& incident) {
    const int order = std::clamp(incident.trigger.order.value_or(0), 0, 20);
    return page_size_of(incident) / 1024 << order;
}

bool fragmented(const OomIncident& incident, const OomZone& zone) {
    return incident.trigger.order.value_or(0) > 0 && !zone.blocks.empty() &&
           free_kb(zone) > zone.kb("min").value_or(0) && !has_block(zone, asked_kb(incident));
}

bool any_fragmented(const OomIncident& incident) {
    return std::ranges::any_of(incident.zones, [&](const OomZone& zone) {
        return zone_usable(incident, zone) && fragmented(incident, zone);
    });
}

// Low memory alone is short: a zone that the request may not use has plenty.
const OomZone* plenty_elsewhere(const OomIncident& incident) {
    for (const OomZone& zone : incident.zones)
        if (!zone_usable(incident, zone) && zone.kb("high") && zone.name != "Device" &&
            free_kb(zone) > 2 * *zone.kb("high") && free_kb(zone) > asked_kb(incident) * 1024)
            return &zone;
    return nullptr;
}

std::string zone_state(const OomIncident& incident, const OomZone& zone) {
    const uint64_t minimum = zone.kb("min").value_or(0);
    std::string state = concat(zone_name(zone), ": ", amount(free_kb(zone)), " free, ");
    if (free_kb(zone) <= minimum) return concat(state, "not more than its minimum of ", amount(minimum));
    if (fragmented(incident, zone))
        return concat(state, "but no block of ", amount(asked_kb(incident)), ": it is fragmented");
    return concat(state, "more than its minimum of ", amount(minimum), ", but not for this request");
}

void explain_machine(const OomIncident& incident, std::vector<std::string>& why) {
    const OomTrigger& trigger = incident.trigger;
    if (incident.sysrq) why.emplace_back("it was asked for with sysrq-f: memory need not have been short");
    if (incident.constraint == OomConstraint::cpuset)
        why.push_back(concat("the cpuset ", printable(trigger.cpuset), " allows only memory of node ",
                             printable(trigger.mems_allowed)));
    if (incident.constraint == OomConstraint::memory_policy)
        why.push_back(concat("a memory policy (mbind, set_mempolicy) allows only memory of node ",
                             printable(trigger.nodemask)));
    if (any_fragmented(incident))
        why.push_back(concat("no ", amount(asked_kb(incident)), " in one piece (order ", *trigger.order,
                             "): memory is fragmented"));
    if (const OomZone* zone = plenty_elsewhere(incident); zone && !incident.sysrq)
        why.push_back(concat("the request cannot use ", zone_name(*zone), ", where ", amount(free_kb(*zone)),
                             " are free"));
    constexpr size_t kMost = 6;
    size_t shown = 0;
    for (const OomZone& zone : incident.zones)
        if (!incident.sysrq && zone_usable(incident, zone) && zone.kb("free") && ++shown <= kMost)
            why.push_back(zone_state(incident, zone));
    if (const auto all = incident.memory_kb("total_swap"); all && *all == 0)
        why.emplace_back("there is no swap");
    if (const auto all = incident.memory_kb("total_swap"), free = incident.memory_kb("free_swap");
        all && free && *all != 0)
        why.push_back(concat(amount(*free), " of ", amount(*all), " swap are free"));
}

void explain_limit(const char* of, const std::optional<OomLimit>& limit, std::vector<std::string>& why) {
    if (!limit || limit->unlimited()) return;
    const bool reached = limit->usage_kb + limit->limit_kb / 64 >= limit->limit_kb;
    std::string sentence = concat(of, ": ", limit->usage_kb, " of ", amount(limit->limit_kb), " in use",
                                  reached ? ": its limit" : "");
    if (reached)
        why.insert(why.begin(), std::move(sentence));
    else
        why.push_back(std::move(sentence));
}

std::vector<std::string> explain(const OomIncident& incident) {
    std::vector<std::string> why;
    if (incident.kind == OomKind::global) {
        explain_machine(incident, why);
    } else if (incident.kind == OomKind::memcg) {
        explain_limit("swap of the group", incident.swap_limit, why);
        explain_limit("kernel memory of the group", incident.kmem_limit, why);
        explain_limit("memory and swap of the group", incident.memsw_limit, why);
        explain_limit("memory of the group", incident.memory_limit, why);
        if (!incident.oom_memcg.empty())
            why.insert(why.begin(), concat("the control group ", printable(incident.oom_memcg),
                                           " reached its limit; the machine need not be short of memory"));
    } else {
        why.push_back(concat("killed by ", describe(incident.kind), ", not by the kernel"));
    }
    return why;
}

// --- who is to blame

const OomTask* row_of(const OomIncident& incident, const OomVictim& victim) {
    for (const OomTask& task : incident.tasks)
        if (task.pid == victim.pid || task.tgid == victim.pid) return &task;
    return nullptr;
}

uint64_t victims_kb(const OomIncident& incident) {
    uint64_t most = 0;
    for (const OomVictim& victim : incident.killed) {
        if (const OomTask* task = row_of(incident, victim)) {
            most = std::max(most, used_kb(incident, *task));
        } else {
            constexpr uint64_t kMost = uint64_t{1} << 50;
            most = std::max(most, std::min(victim.anon_rss_kb.value_or(0), kMost) +
                                      std::min(victim.file_rss_kb.value_or(0), kMost) +
                                      std::min(victim.shmem_rss_kb.value_or(0), kMost));
        }
    }
    return most;
}

const OomTask* largest_task(const OomIncident& incident) {
    const auto largest = std::ranges::max_element(
        incident.tasks, {}, [&](const OomTask& task) { return used_kb(incident, task); });
    return largest == incident.tasks.end() ? nullptr : &*largest;
}

struct Twins {
    std::string_view comm;
    uint64_t count = 0, kb = 0;
};

// The most numerous processes of one name.
Twins most_twins(const OomIncident& incident) {
    const auto& tasks = incident.tasks;
    Twins most, run;
    for (const uint32_t row :
         in_order(tasks.size(), [&](uint32_t a, uint32_t b) { return tasks[a].comm < tasks[b].comm; })) {
        if (run.comm != tasks[row].comm) run = {tasks[row].comm};
        ++run.count;
        run.kb += used_kb(incident, tasks[row]);
        if (run.count > most.count) most = run;
    }
    return most;
}

// The largest of the caches, and what large objects take that are in none.
std::pair<std::string, std::string> slab_culprit(const OomIncident& incident, uint64_t slab_kb) {
    uint64_t in_caches = 0;
    const OomSlab* largest = nullptr;
    for (const OomSlab& slab : incident.slabs) {
        in_caches += std::min(slab.total_kb, slab_kb);
        if (!largest || slab.total_kb > largest->total_kb) largest = &slab;
    }
    std::string evidence = concat(amount(slab_kb), " of kernel objects that cannot be reclaimed");
    if (!largest) return {"slab", std::move(evidence)};
    if (largest->total_kb < slab_kb / 4 && in_caches < slab_kb / 2) {
        append(evidence, ", ", amount(slab_kb - in_caches), " of them in no cache: large kmalloc() blocks");
        return {"slab large kmalloc", std::move(evidence)};
    }
    append(evidence, "; ", printable(largest->name), " has ", amount(largest->total_kb));
    return {concat("slab ", printable(largest->name)), std::move(evidence)};
}

// The process that maps most of the shared memory, if one has most of it.
bool held_by_a_task(const OomIncident& incident, uint64_t shmem_kb) {
    const uint64_t page_kb = page_size_of(incident) / 1024;
    const auto most = [&](uint64_t kb) { return kb > shmem_kb / 2; };
    return std::ranges::any_of(
               incident.tasks,
               [&](const OomTask& task) {
                   return most(std::min(task.rss_shmem_pages.value_or(0), shmem_kb) * page_kb);
               }) ||
           std::ranges::any_of(incident.killed, [&](const OomVictim& victim) {
               return most(victim.shmem_rss_kb.value_or(0));
           });
}

// Below the group whose limit was hit, the one that uses most of it.
const OomMemcgStats* largest_group(const OomIncident& incident) {
    const OomMemcgStats* largest = nullptr;
    uint64_t most = 0, all = 0;
    const auto size = [&](const OomMemcgStats& stats) {
        const auto kb = [&](std::string_view name) {
            return std::min(stats.counters.kb(name, incident.page_size_bytes).value_or(0), uint64_t{1} << 40);
        };
        return kb("rss") + kb("cache") + kb("anon") + kb("file");
    };
    for (const OomMemcgStats& stats : incident.memcg_stats) {
        all += size(stats);
        if (size(stats) > most) most = size(stats), largest = &stats;
    }
    return largest && incident.memcg_stats.size() > 1 && most > all / 2 ? largest : nullptr;
}

[[gnu::noinline]] void accuse(Verdict& verdict, std::string culprit, std::string evidence) {
    verdict.culprit = std::move(culprit);
    verdict.culprit_evidence = std::move(evidence);
}

void blame(const OomIncident& incident, Verdict& verdict) {
    const Memory& memory = verdict.memory;
    const uint64_t victim = victims_kb(incident);
    const OomTask* const largest = largest_task(incident);
    const uint64_t largest_kb = std::max(victim, largest ? used_kb(incident, *largest) : 0);

    // What no process' death gives back.
    const MemoryPart* part = nullptr;
    constexpr std::string_view kNobodys[] = {
        "slab_unreclaimable", "shmem",  "pagetables", "hugepages", "unaccounted",
        "kernel_stack",       "percpu", "vmalloc",    "sock"};
    for (const MemoryPart& candidate : memory.parts)
        if (std::ranges::find(kNobodys, candidate.name) != std::end(kNobodys) &&
            (!part || candidate.kb > part->kb))
            part = &candidate;
    const Twins twins = most_twins(incident);
    const bool bomb =
        twins.count >= 16 && twins.count * 2 > incident.tasks.size() && twins.kb > 2 * largest_kb;
    const bool large = part && part->kb >= memory.total_kb / 4 && part->kb > largest_kb;
    if (large && !incident.sysrq && !(part->name == "shmem" && held_by_a_task(incident, part->kb)) &&
        !(bomb && (part->name == "pagetables" || part->name == "kernel_stack" ||
                   part->name == "slab_unreclaimable"))) {
        const std::string evidence =
            concat(amount(part->kb), " of ", amount(memory.total_kb), " are ", part->what);
        if (part->name == "slab_unreclaimable") {
            auto [culprit, objects] = slab_culprit(incident, part->kb);
            return accuse(verdict, std::move(culprit), std::move(objects));
        }
        return accuse(verdict, std::string(part->name == "unaccounted" ? "kernel" : part->name), evidence);
    }
    if (bomb)
        return accuse(verdict, concat("twins ", printable(twins.comm)),
                      concat(twins.count, " processes named ", printable(twins.comm), " use ",
                             amount(twins.kb), " together"));
    if (const OomMemcgStats* group = largest_group(incident);
        group && group->path != incident.memcg && !incident.killed.empty())
        return accuse(verdict, concat("memcg ", printable(group->path)),
                      concat("most of the memory belongs to ", printable(group->path)));
    if (largest && !incident.killed.empty() && !was_killed(incident, *largest) &&
        used_kb(incident, *largest) > 2 * victim && !incident.sysrq)
        accuse(verdict, concat("task ", printable(largest->comm), " (", largest->pid, ')'),
               concat(printable(largest->comm), " (", largest->pid, ") uses ",
                      amount(used_kb(incident, *largest)), ", the victim ", amount(victim)));
}

// --- what to do

// A name from a log as a word of a command; what could end the quotes is not repeated.
std::string quoted(std::string_view name) {
    const bool plain =
        std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~' && c != '\'' && c != '\\'; });
    return plain && !name.empty() ? concat('\'', name, '\'') : "NAME";
}

struct Remedy {
    std::string_view culprit;  // its first word
    const char* what;
    const char* command;
};
constexpr Remedy kRemedies[] = {
    {"slab", "see which kernel objects grow", "head -2 /proc/slabinfo; sort -rnk3 /proc/slabinfo | head"},
    {"slab", "reclaim what can be", "echo 2 > /proc/sys/vm/drop_caches"},
    {"shmem", "find full tmpfs mounts; delete files there", "df -k | grep -E 'tmpfs|shm'"},
    {"shmem", "find forgotten shared memory (ipcrm -m ID removes it)", "ipcs -m"},
    {"shmem", "bound a tmpfs", "mount -o remount,size=10% /dev/shm"},
    {"pagetables", "find the processes with large page tables",
     "grep VmPTE /proc/[0-9]*/status | sort -nk2 | tail"},
    {"hugepages", "give huge pages back", "echo 0 > /proc/sys/vm/nr_hugepages"},
    {"kernel_stack", "bound the number of processes", "ulimit -u 1000"},
    {"twins", "bound the number of processes of a user", "ulimit -u 1000"},
    {"kernel", "look for a driver that leaks: what large blocks there are",
     "sort -nk2 /proc/vmallocinfo | tail"},
    {"vmalloc", "see who has large blocks", "sort -nk2 /proc/vmallocinfo | tail"},
    {"sock", "bound the sockets' buffers", "echo 1000 2000 4000 > /proc/sys/net/ipv4/tcp_mem"},
};

uint64_t machine_memory_kb(const OomIncident& incident, const Memory& memory) {
    return incident.kind == OomKind::global ? memory.total_kb : 0;
}

[[gnu::noinline]] void add(std::vector<Advice>& advice, std::string what, std::string command) {
    advice.push_back({std::move(what), std::move(command)});
}

void advise_group(const OomIncident& incident, std::vector<Advice>& advice) {
    std::string_view unit = incident.oom_memcg;
    unit.remove_prefix(std::min(unit.rfind('/') + 1, unit.size()));
    const uint64_t limit =
        incident.memory_limit && !incident.memory_limit->unlimited() ? incident.memory_limit->limit_kb : 0;
    const uint64_t more_mb = limit / 1024 + limit / 2048 + 1;
    if (unit.ends_with(".service") || unit.ends_with(".scope") || unit.ends_with(".slice"))
        add(advice, "allow the unit half as much again",
            concat("systemctl set-property ", quoted(unit), " MemoryMax=", more_mb, 'M'));
    else if (!incident.oom_memcg.empty() && !incident.memsw_limit)
        add(advice, "allow the group half as much again",
            concat("echo ", more_mb, "M > /sys/fs/cgroup", quoted(incident.oom_memcg), "/memory.max"));
    else if (!incident.oom_memcg.empty())
        add(advice, "allow the group half as much again",
            concat("echo ", more_mb, "M > /sys/fs/cgroup/memory", quoted(incident.oom_memcg),
                   "/memory.limit_in_bytes"));
}

std::vector<Advice> advise(const OomIncident& incident, const Verdict& verdict) {
    std::vector<Advice> advice;
    if (incident.kind == OomKind::systemd_oomd) add(advice, "see what systemd-oomd watches", "oomctl");
    if (incident.kind != OomKind::global && incident.kind != OomKind::memcg) return advice;
    if (incident.kind == OomKind::memcg) advise_group(incident, advice);
    const std::string_view blamed = std::string_view(verdict.culprit).substr(0, verdict.culprit.find(' '));
    for (const Remedy& remedy : kRemedies)
        if (remedy.culprit == blamed) add(advice, remedy.what, remedy.command);
    if (blamed == "task") add(advice, "bound who uses most", "systemd-run --scope -p MemoryMax=500M COMMAND");
    if (any_fragmented(incident)) {
        add(advice, "compact memory", "echo 1 > /proc/sys/vm/compact_memory");
        const uint64_t reserve = std::max<uint64_t>(machine_memory_kb(incident, verdict.memory) / 50, 1024);
        add(advice, "keep more free", concat("echo ", reserve, " > /proc/sys/vm/min_free_kbytes"));
    }
    if (incident.constraint == OomConstraint::cpuset)
        add(advice, "allow the cpuset more nodes",
            concat("cat /sys/devices/system/node/has_memory > /sys/fs/cgroup",
                   quoted(incident.trigger.cpuset), "/cpuset.mems"));
    if (incident.constraint == OomConstraint::memory_policy)
        add(advice, "run it without its memory policy, or prefer a node", "numactl --preferred=0 COMMAND");
    if (plenty_elsewhere(incident) && !incident.sysrq)
        add(advice, "low memory is what is short: a 64-bit kernel has none of these bounds", "");
    if (incident.allocating_task)
        add(advice, "have the worst killed, not who asked", "echo 0 > /proc/sys/vm/oom_kill_allocating_task");
    if (holds(incident.panic, "panic_on_oom"))
        add(advice, "have one process killed, not the machine stopped", "echo 0 > /proc/sys/vm/panic_on_oom");
    // Were nobody else to kill, the kernel would panic.
    if (verdict.choice.spare_adj && verdict.choice.next_pid && !incident.killed.empty())
        add(advice,
            concat("have ", printable(incident.killed.front().comm),
                   " spared the next time, at the others' cost"),
            concat("choom -n ", *verdict.choice.spare_adj, " -- COMMAND"));
    if (incident.tasks.empty() && !incident.head_lost && incident.complete)
        add(advice, "have the next report list all tasks", "echo 1 > /proc/sys/vm/oom_dump_tasks");
    return advice;
}

}  // namespace

std::vector<uint32_t> ranking(const OomIncident& incident, const Choice& choice) {
    return in_order(incident.tasks.size(), [&](uint32_t a, uint32_t b) {
        const auto &of_a = choice.badness[a], &of_b = choice.badness[b];
        if (of_a != of_b) return of_a > of_b;  // nothing is less than any number
        return used_kb(incident, incident.tasks[a]) > used_kb(incident, incident.tasks[b]);
    });
}

std::string describe(const Choice& choice) {
    if (!choice.rule && choice.reason.empty()) return {};
    std::string text = !choice.matches ? "unknown" : *choice.matches ? "agrees" : "differs";
    if (choice.rule && choice.matches == true)
        append(text, ": the rule of Linux ", choice.rule->kernels, " picks the same");
    if (!choice.reason.empty()) append(text, ": ", choice.reason);
    return text;
}

Verdict Judge::operator()(const OomIncident& incident) {
    const uint64_t since = incident.since_boot_us.value_or(since_boot_us_);
    if (incident.source != source_ || since < since_boot_us_) killed_.clear();
    source_ = incident.source;
    since_boot_us_ = since;

    Verdict verdict;
    verdict.why = explain(incident);
    verdict.memory = memory_of(incident);
    verdict.choice = recompute(incident, killed_);
    blame(incident, verdict);
    verdict.advice = advise(incident, verdict);
    constexpr size_t kMost = 256;
    if (killed_.size() > kMost) killed_.clear();
    for (const OomVictim& victim : incident.killed) killed_.push_back(victim);
    return verdict;
}

}  // namespace earlybox::oomscan
