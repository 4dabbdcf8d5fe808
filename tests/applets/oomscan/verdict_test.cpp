// SPDX-License-Identifier: MIT
#include "applets/oomscan/verdict.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/base/text.h"
#include "tests/applets/oomscan/incident.h"

using namespace earlybox;
using namespace earlybox::oomscan;

namespace {

Verdict judge(const OomIncident& incident) { return Judge()(incident); }

bool says(const std::vector<std::string>& sentences, std::string_view part) {
    return std::ranges::any_of(
        sentences, [part](const std::string& sentence) { return sentence.find(part) != std::string::npos; });
}

bool advises(const Verdict& verdict, std::string_view command) {
    return std::ranges::any_of(verdict.advice,
                               [command](const Advice& advice) { return advice.command == command; });
}

void set(OomIncident& incident, std::string_view name, uint64_t pages) {
    incident.memory.push_back({std::string(name), pages, OomUnit::pages});
}

// Of 4,000,000 kB half is anonymous, a quarter free.
OomIncident machine(std::initializer_list<TestTask> tasks, uint32_t killed = 0) {
    auto incident = test_incident(tasks, killed);
    set(incident, "active_anon", 100'000);
    set(incident, "inactive_anon", 400'000);
    set(incident, "active_file", 50);
    set(incident, "inactive_file", 50);
    set(incident, "free", 250'000);
    set(incident, "slab_reclaimable", 1'000);
    return incident;
}

OomZone zone(const char* name, uint64_t free, uint64_t minimum, uint64_t high) {
    OomZone zone;
    zone.node = 0;
    zone.name = name;
    zone.counters.push_back({"free", free, OomUnit::kb});
    zone.counters.push_back({"min", minimum, OomUnit::kb});
    zone.counters.push_back({"high", high, OomUnit::kb});
    return zone;
}

uint64_t sum(const Memory& memory) {
    uint64_t kb = 0;
    for (const MemoryPart& part : memory.parts) kb += part.kb;
    return kb;
}

OomMemcgStats stats(const char* path, std::initializer_list<OomCounter> counters) {
    OomMemcgStats stats;
    stats.path = path;
    for (const OomCounter& counter : counters) stats.counters.push_back(counter);
    return stats;
}

}  // namespace

TEST_CASE("the parts of memory add up to the whole") {
    auto incident = machine({});
    set(incident, "shmem", 100);
    set(incident, "slab_unreclaimable", 3'000);
    set(incident, "pagetables", 700);
    set(incident, "sec_pagetables", 50);
    set(incident, "free_pcp", 60);
    incident.nodes.push_back({.node = 0});
    incident.nodes[0].counters.push_back({"kernel_stack", 560, OomUnit::kb});
    incident.hugepages.push_back({0, 10, 4, 0, 2048});
    const Memory memory = memory_of(incident);
    CHECK(memory.total_kb == 4'000'000);
    CHECK(sum(memory) == memory.total_kb);
    CHECK(memory.kb("anon") == 2'000'000 - 400);
    CHECK(memory.kb("shmem") == 400);
    CHECK(memory.kb("file") == 400);
    CHECK(memory.kb("pagetables") == 3'000);
    CHECK(memory.kb("kernel_stack") == 560);
    CHECK(memory.kb("hugepages") == 20'480);
    CHECK(memory.kb("free") == 1'000'000);
    CHECK(memory.kb("free_pcp") == 240);
    CHECK(memory.kb("no such part") == 0);

    SECTION("without what zones manage") {
        incident.zones.clear();
        CHECK(memory_of(incident).total_kb == 4'000'000);  // RAM less what is reserved
    }
    SECTION("also where the parts are more than the whole") {
        set(incident, "bounce", 2'000'000);
        CHECK(memory_of(incident).kb("unaccounted") == 0);
        CHECK(sum(memory_of(incident)) == memory_of(incident).total_kb);
    }
    SECTION("nothing without its figures") {
        incident.memory.clear();
        CHECK(memory_of(incident).total_kb == 0);
        CHECK(memory_of(incident).parts.empty());
    }
    SECTION("kernel stacks of zones") {
        incident.nodes.clear();
        incident.zones[0].counters.push_back({"kernel_stack", 100, OomUnit::kb});
        CHECK(memory_of(incident).kb("kernel_stack") == 100);
    }
}

TEST_CASE("the parts of a control group's memory") {
    auto incident = test_incident({});
    incident.kind = OomKind::memcg;
    incident.memory_limit = {24'000, 24'576, 19};
    SECTION("version 2, in bytes") {
        incident.memcg_stats.push_back(stats("/job", {{"anon", 10'240'000, OomUnit::bytes},
                                                      {"file", 4'096'000, OomUnit::bytes},
                                                      {"shmem", 1'024'000, OomUnit::bytes},
                                                      {"slab_unreclaimable", 1'024'000, OomUnit::bytes}}));
        const Memory memory = memory_of(incident);
        CHECK(memory.total_kb == 24'576);
        CHECK(memory.kb("anon") == 10'000);
        CHECK(memory.kb("file") == 3'000);
        CHECK(memory.kb("shmem") == 1'000);
        CHECK(memory.kb("slab_unreclaimable") == 1'000);
        CHECK(memory.kb("unaccounted") == 9'000);
        CHECK(memory.kb("free") == 576);
        CHECK(sum(memory) == memory.total_kb);
    }
    SECTION("version 1, in kB") {
        incident.memcg_stats.push_back(stats(
            "/job",
            {{"cache", 3'000, OomUnit::kb}, {"rss", 20'000, OomUnit::kb}, {"shmem", 2'000, OomUnit::kb}}));
        const Memory memory = memory_of(incident);
        CHECK(memory.kb("anon") == 20'000);
        CHECK(memory.kb("file") == 1'000);
        CHECK(memory.kb("shmem") == 2'000);
        CHECK(sum(memory) == memory.total_kb);
    }
    SECTION("no limit on memory, only on memory and swap") {
        incident.memory_limit = {24'000, UINT64_MAX / 1024, 0};
        CHECK(memory_of(incident).total_kb == 24'000);
    }
}

TEST_CASE("why there was no memory: zones and their watermarks") {
    auto incident = machine({{42, 5000}}, 42);
    incident.trigger.order = 0;
    incident.trigger.gfp_flags = "GFP_KERNEL";
    incident.zones = {zone("DMA", 700, 160, 200), zone("Normal", 900, 1000, 1500),
                      zone("Movable", 90'000, 100, 200)};
    auto why = judge(incident).why;
    CHECK(says(why, "Node 0 Normal: 900 kB free, not more than its minimum of 1000 kB"));
    CHECK(says(why, "Node 0 DMA: 700 kB free, more than its minimum"));
    CHECK(says(why, "cannot use Node 0 Movable, where 90000 kB are free"));
    CHECK_FALSE(says(why, "fragmented"));

    SECTION("which zones a request may use") {
        incident.trigger.gfp_flags = "GFP_HIGHUSER_MOVABLE|__GFP_ZERO";
        CHECK(says(judge(incident).why, "Node 0 Movable: 90000 kB free"));
        incident.trigger.gfp_flags = "GFP_KERNEL|GFP_DMA";
        CHECK_FALSE(says(judge(incident).why, "Node 0 Normal: "));
        incident.trigger.gfp_flags = "GFP_KERNEL|GFP_DMA32";
        CHECK(says(judge(incident).why, "Node 0 DMA: "));
        CHECK_FALSE(says(judge(incident).why, "Node 0 Normal: "));
    }
    SECTION("low memory of a 32-bit kernel") {
        incident.zones[2].name = "HighMem";
        const Verdict verdict = judge(incident);
        CHECK(says(verdict.why, "cannot use Node 0 HighMem"));
        CHECK(std::ranges::any_of(verdict.advice, [](const Advice& advice) {
            return advice.what.find("64-bit") != std::string::npos;
        }));
    }
    SECTION("asked for by hand") {
        incident.sysrq = true;
        why = judge(incident).why;
        CHECK(why ==
              std::vector<std::string>{"it was asked for with sysrq-f: memory need not have been short"});
    }
    SECTION("nodes that are allowed") {
        incident.constraint = OomConstraint::cpuset;
        incident.trigger.cpuset = "/web's";
        incident.trigger.mems_allowed = "1";
        const Verdict verdict = judge(incident);
        CHECK(says(verdict.why, "the cpuset /web's allows only memory of node 1"));
        CHECK_FALSE(says(verdict.why, "Node 0 Normal: "));
        CHECK(advises(
            verdict,
            "cat /sys/devices/system/node/has_memory > /sys/fs/cgroupNAME/cpuset.mems"));  // a quote is not
                                                                                           // repeated
        incident.constraint = OomConstraint::memory_policy;
        incident.trigger.nodemask = "1";
        CHECK(
            says(judge(incident).why, "a memory policy (mbind, set_mempolicy) allows only memory of node 1"));
    }
    SECTION("swap") {
        incident.memory.push_back({"total_swap", 2000, OomUnit::kb});
        incident.memory.push_back({"free_swap", 10, OomUnit::kb});
        CHECK(says(judge(incident).why, "10 kB of 2000 kB swap are free"));
    }
}

TEST_CASE("why there was no memory in one piece") {
    auto incident = machine({{42, 5000}}, 42);
    incident.trigger.order = 3;
    incident.trigger.gfp_flags = "GFP_KERNEL";
    incident.zones = {zone("Normal", 90'000, 1000, 1500)};
    incident.zones[0].blocks = {{4, 10'000, "UM"}, {8, 5'000, "M"}, {16, 600, "U"}, {32, 0, ""}};
    Verdict verdict = judge(incident);
    REQUIRE_FALSE(verdict.why.empty());
    CHECK(verdict.why[0] == "no 32 kB in one piece (order 3): memory is fragmented");
    CHECK(advises(verdict, "echo 1 > /proc/sys/vm/compact_memory"));
    incident.zones[0].blocks[3].free = 1;
    CHECK_FALSE(says(judge(incident).why, "fragmented"));
}

TEST_CASE("a control group's limits") {
    auto incident = test_incident({{42, 5000}}, 42);
    incident.kind = OomKind::memcg;
    incident.memcg = "/a/b";
    incident.oom_memcg = "/a";
    incident.memory_limit = {20'480, 40'960, 0};
    incident.memsw_limit = {81'920, 81'920, 7};
    Verdict verdict = judge(incident);
    REQUIRE(verdict.why.size() == 3);
    CHECK(verdict.why[0].starts_with("the control group /a reached its limit"));
    CHECK(verdict.why[1] == "memory and swap of the group: 81920 of 81920 kB in use: its limit");
    CHECK(verdict.why[2] == "memory of the group: 20480 of 40960 kB in use");
    CHECK(advises(verdict, "echo 61M > /sys/fs/cgroup/memory'/a'/memory.limit_in_bytes"));
    incident.memsw_limit.reset();
    CHECK(advises(judge(incident), "echo 61M > /sys/fs/cgroup'/a'/memory.max"));
    incident.oom_memcg = "/system.slice/web.service";
    CHECK(advises(judge(incident), "systemctl set-property 'web.service' MemoryMax=61M"));
    incident.oom_memcg = "/x'; reboot; '.service";
    CHECK(advises(judge(incident), "systemctl set-property NAME MemoryMax=61M"));
}

TEST_CASE("the culprit is not named where it is the victim") {
    CHECK(judge(machine({{41, 1'000}, {42, 400'000}}, 42)).culprit.empty());
    CHECK(judge(test_incident({{41, 1'000}, {42, 400'000}}, 42)).culprit.empty());
}

TEST_CASE("culprits that are no process") {
    auto incident = machine({{41, 1'000}, {42, 100'000}}, 42);
    SECTION("a slab cache") {
        set(incident, "slab_unreclaimable", 400'000);
        CHECK(judge(incident).culprit == "slab");
        incident.slabs = {{"filp", 10, 20}, {"dentry\n", 1'000'000, 1'300'000}, {"kmalloc-64", 5, 5}};
        const Verdict verdict = judge(incident);
        CHECK(verdict.culprit == "slab dentry\\x0a");
        CHECK(verdict.culprit_evidence ==
              "1600000 kB of kernel objects that cannot be reclaimed; dentry\\x0a has 1300000 kB");
        CHECK(advises(verdict, "echo 2 > /proc/sys/vm/drop_caches"));
        incident.slabs[1].total_kb = 100'000;
        CHECK(judge(incident).culprit == "slab large kmalloc");
    }
    SECTION("shared memory") {
        set(incident, "shmem", 300'000);
        CHECK(judge(incident).culprit == "shmem");
        CHECK(judge(incident).culprit_evidence == "1200000 kB of 4000000 kB are shared memory and tmpfs");
        SECTION("unless a process has mapped it") {
            incident.killed[0].shmem_rss_kb = 1'000'000;
            CHECK(judge(incident).culprit.empty());
            incident.killed[0].shmem_rss_kb = 1'000;
            incident.tasks[0].rss_shmem_pages = 250'000;
            CHECK(judge(incident).culprit != "shmem");
        }
    }
    SECTION("page tables") {
        set(incident, "pagetables", 300'000);
        CHECK(judge(incident).culprit == "pagetables");
    }
    SECTION("huge pages") {
        incident.hugepages.push_back({0, 600, 600, 0, 2048});
        CHECK(judge(incident).culprit == "hugepages");
        CHECK(advises(judge(incident), "echo 0 > /proc/sys/vm/nr_hugepages"));
    }
    SECTION("what nothing accounts for") {
        incident.zones[0].counters[0].value = 8'000'000;
        CHECK(judge(incident).culprit == "kernel");
    }
    SECTION("not where the victim is larger") {
        set(incident, "shmem", 300'000);
        incident.tasks[1].rss_pages = 400'000;
        CHECK(judge(incident).culprit.empty());
    }
}

TEST_CASE("a culprit that is another process") {
    auto incident = machine({{40, 300'000, -1000, 0, "shielded"}, {42, 1'000, 1000, 0, "sacrifice"}}, 42);
    const Verdict verdict = judge(incident);
    CHECK(verdict.culprit == "task shielded (40)");
    CHECK(verdict.culprit_evidence == "shielded (40) uses 1200004 kB, the victim 4004 kB");
    CHECK(verdict.choice.matches == true);
    incident.killed[0].pid = 40;
    CHECK(judge(incident).culprit.empty());
}

TEST_CASE("many small twins") {
    auto incident = machine({{2, 900, 0, 0, "init2"}});
    for (uint32_t pid = 100; pid < 400; ++pid)
        incident.tasks.push_back(test_incident({{pid, 2'000, 0, 0, "bo\x1bmb"}}).tasks[0]);
    OomVictim victim;
    victim.pid = 300;
    incident.killed.push_back(victim);
    const Verdict verdict = judge(incident);
    CHECK(verdict.culprit == "twins bo\\x1bmb");
    CHECK(verdict.culprit_evidence == "300 processes named bo\\x1bmb use 2401200 kB together");
    CHECK(advises(verdict, "ulimit -u 1000"));
}

TEST_CASE("one control group below the one whose limit was hit") {
    auto incident = test_incident({{42, 1'000}}, 42);
    incident.kind = OomKind::memcg;
    incident.oom_memcg = "/a";
    incident.memcg = "/a/small";
    incident.memory_limit = {24'576, 24'576, 0};
    incident.memcg_stats = {stats("/a", {{"rss", 8, OomUnit::kb}}),
                            stats("/a/small", {{"rss", 4'000, OomUnit::kb}}),
                            stats("/a/large", {{"cache", 20'000, OomUnit::kb}})};
    CHECK(judge(incident).culprit == "memcg /a/large");
    incident.memcg = "/a/large";
    CHECK(judge(incident).culprit.empty());
}

TEST_CASE("what is set in the kernel is advised on") {
    auto incident = machine({{41, 1'000}, {42, 100'000}}, 42);
    incident.killed[0].comm = "a\nb";
    Verdict verdict = judge(incident);
    CHECK(verdict.choice.spare_adj);
    CHECK(advises(verdict, concat("choom -n ", *verdict.choice.spare_adj, " -- COMMAND")));
    incident.allocating_task = true;
    CHECK(advises(judge(incident), "echo 0 > /proc/sys/vm/oom_kill_allocating_task"));
    incident.panic = "Out of memory: system-wide panic_on_oom is enabled";
    CHECK(advises(judge(incident), "echo 0 > /proc/sys/vm/panic_on_oom"));
    incident.tasks.clear();
    CHECK(advises(judge(incident), "echo 1 > /proc/sys/vm/oom_dump_tasks"));
    incident.kind = OomKind::systemd_oomd;
    CHECK(judge(incident).advice.size() == 1);
    CHECK(says(judge(incident).why, "killed by systemd-oomd, not by the kernel"));
}

TEST_CASE("nobody is advised to spare the only one that can be killed") {
    const Verdict verdict = judge(machine({{1, 900}, {42, 100'000}}, 42));
    CHECK(verdict.choice.spare_adj == -1000);
    CHECK_FALSE(advises(verdict, "choom -n -1000 -- COMMAND"));
}

TEST_CASE("the kernel's order of killing") {
    auto incident = test_incident({{1, 900}, {40, 800, -1000}, {41, 500}, {42, 100, 300}, {43, 400, -10}});
    const Verdict verdict = judge(incident);
    CHECK(ranking(incident, verdict.choice) == std::vector<uint32_t>{3, 2, 4, 0, 1});
}

TEST_CASE("a judge remembers whom the same boot has killed") {
    Judge judge;
    auto incident = test_incident({{41, 50'000}, {42, 100'000}}, 42);
    incident.since_boot_us = 1'000'000;
    CHECK(judge(incident).choice.matches == true);
    auto later = test_incident({{41, 50'000}, {42, 100'000}}, 41);
    later.since_boot_us = 2'000'000;
    CHECK(judge(later).choice.matches == true);
    SECTION("not another boot") {
        later.since_boot_us = 500'000;
        CHECK(judge(later).choice.matches == false);
    }
    SECTION("not another log") {
        later.source = "other";
        CHECK(judge(later).choice.matches == false);
    }
}
