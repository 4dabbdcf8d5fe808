// SPDX-License-Identifier: MIT
// Reports of all generations, written from the kernel's formats (mm/oom_kill.c, mm/page_alloc.c,
// mm/memcontrol.c of the versions named).
#include "core/parse/oom.h"

#include <catch2/catch.hpp>

#include "core/parse/oom_lines.h"
#include "tests/core/parse/oom_fixture.h"

using namespace earlybox;

namespace {

// The lines with the kernel's stamps, a millisecond apart.
std::string stamped(std::string_view lines, std::string_view caller = "", uint64_t first_ms = 100'000) {
    std::string text;
    uint64_t ms = first_ms;
    for (std::string_view line; next_line(lines, line); ++ms) {
        std::string fraction = concat(1000 + ms % 1000);
        append(text, "[  ", ms / 1000, ".", fraction.substr(1), "000]", caller, " ", line, '\n');
    }
    return text;
}

OomIncident only(std::vector<OomIncident> incidents) {
    REQUIRE(incidents.size() == 1);
    return std::move(incidents[0]);
}

OomIncident incident_of(std::string_view lines) { return only(incidents_of(stamped(lines))); }

bool has_note(const OomIncident& incident, std::string_view text) {
    for (const auto& note : incident.notes)
        if (note.find(text) != note.npos) return true;
    return false;
}

// 2.6.31, i386 without NUMA
constexpr std::string_view k2631 = R"(java invoked oom-killer: gfp_mask=0x201da, order=0, oomkilladj=0
java cpuset=/ mems_allowed=0
Pid: 2131, comm: java Not tainted 2.6.31-14-generic #48
Call Trace:
 [<c01b0a5c>] ? oom_kill_process+0xac/0x1d0
 [<c01b0fe3>] __out_of_memory+0x63/0xa0
 [<c01b107a>] out_of_memory+0x5a/0xb0
 [<f80a1234>] ? ext4_readpages+0x12/0x20 [ext4]
Mem-Info:
DMA per-cpu:
CPU    0: hi:    0, btch:   1 usd:   0
Normal per-cpu:
CPU    0: hi:  186, btch:  31 usd:  57
Active_anon:98042 active_file:55 inactive_anon:24599
 inactive_file:98 unevictable:3 dirty:0 writeback:0 unstable:0
 free:1177 slab:1793 mapped:62 pagetables:1176 bounce:0
DMA free:1988kB min:84kB low:104kB high:124kB active_anon:3476kB inactive_anon:3896kB active_file:0kB inactive_file:0kB unevictable:0kB present:15868kB pages_scanned:11 all_unreclaimable? no
lowmem_reserve[]: 0 489 489
Normal free:2720kB min:2760kB low:3448kB high:4140kB active_anon:388692kB inactive_anon:94500kB active_file:220kB inactive_file:392kB unevictable:12kB present:500896kB pages_scanned:1200 all_unreclaimable? yes
lowmem_reserve[]: 0 0 0
DMA: 3*4kB 1*8kB 1*16kB 1*32kB 0*64kB 1*128kB 1*256kB 1*512kB 1*1024kB 0*2048kB 0*4096kB = 1988kB
Normal: 32*4kB 8*8kB 2*16kB 0*32kB 1*64kB 1*128kB 1*256kB 0*512kB 0*1024kB 1*2048kB 0*4096kB = 2720kB
250 total pagecache pages
97 pages in swap cache
Swap cache stats: add 1200, delete 1103, find 15/20
Free swap  = 0kB
Total swap = 4088kB
131056 pages RAM
0 pages HighMem
4567 pages reserved
1234 pages shared
12345 pages non-shared
[ pid ]   uid  tgid total_vm      rss cpu oom_adj name
[  880]     0   880      560       14   0     -17 udevd
[ 2131]  1000  2130   190000   110022   0       0 java
Out of memory: kill process 2130 (java) score 47500 or a child
Killed process 2131 (java)
)";

}  // namespace

TEST_CASE("oom: 2.6.31") {
    const auto incident = incident_of(k2631);
    CHECK(incident.kind == OomKind::global);
    CHECK(incident.complete);
    CHECK(incident.kernel == "2.6.31-14-generic");
    CHECK(incident.trigger.comm == "java");
    CHECK(incident.trigger.pid == 2131);
    CHECK(incident.trigger.gfp_mask == 0x201da);
    CHECK(incident.trigger.gfp_flags == "GFP_HIGHUSER_MOVABLE|__GFP_COLD");
    CHECK(incident.trigger.gfp_flags_decoded);
    CHECK(incident.trigger.order == 0);
    CHECK(incident.trigger.oom_adj == 0);
    CHECK(!incident.trigger.oom_score_adj);
    CHECK(incident.trigger.cpuset == "/");
    CHECK(incident.trigger.mems_allowed == "0");
    CHECK(!incident.constraint);  // these kernels do not say
    REQUIRE(incident.call_trace.size() == 4);
    CHECK(incident.call_trace[0].function == "oom_kill_process+0xac/0x1d0");
    CHECK(incident.call_trace[0].uncertain);
    CHECK(!incident.call_trace[1].uncertain);
    CHECK(incident.call_trace[3].function == "ext4_readpages+0x12/0x20 [ext4]");
    CHECK(incident.page_size_bytes == 4096);
    CHECK(incident.memory_kb("active_anon") == 98042 * 4);
    CHECK(incident.memory_kb("inactive_file") == 98 * 4);
    CHECK(incident.memory_kb("slab") == 1793 * 4);
    CHECK(incident.memory_kb("pagetables") == 1176 * 4);
    CHECK(incident.memory_kb("total_pagecache") == 1000);
    CHECK(incident.memory_kb("in_swap_cache") == 97 * 4);
    CHECK(incident.memory_kb("free_swap") == 0);
    CHECK(incident.memory_kb("total_swap") == 4088);
    CHECK(incident.memory_kb("ram") == 131056 * 4);
    CHECK(incident.memory_kb("reserved") == 4567 * 4);
    CHECK(incident.memory_kb("highmem") == 0);
    REQUIRE(incident.zones.size() == 2);
    const auto& zone = incident.zones[1];
    CHECK(zone.name == "Normal");
    CHECK(!zone.node);
    CHECK(zone.kb("free") == 2720);
    CHECK(zone.kb("min") == 2760);
    CHECK(zone.kb("present") == 500896);
    CHECK(zone.all_unreclaimable == true);
    CHECK(zone.counters.find("pages_scanned")->unit == OomUnit::count);
    CHECK(zone.blocks.size() == 11);
    CHECK(zone.blocks_kb == 2720);
    CHECK(incident.zones[0].lowmem_reserve_pages == std::vector<uint64_t>{0, 489, 489});
    REQUIRE(incident.tasks.size() == 2);
    const auto& task = incident.tasks[1];
    CHECK(task.pid == 2131);
    CHECK(task.uid == 1000);
    CHECK(task.tgid == 2130);
    CHECK(task.total_vm_pages == 190000);
    CHECK(task.rss_pages == 110022);
    CHECK(task.cpu == 0);
    CHECK(task.oom_adj == 0);
    CHECK(!task.oom_score_adj);
    CHECK(!task.swap_pages);
    CHECK(incident.tasks[0].oom_adj == -17);
    REQUIRE(incident.chosen);
    CHECK(incident.chosen->pid == 2130);
    CHECK(incident.chosen->score == 47500);
    CHECK(incident.may_sacrifice_child);
    REQUIRE(incident.killed.size() == 1);
    CHECK(incident.killed[0].pid == 2131);
    CHECK(incident.killed[0].comm == "java");
    CHECK(!incident.killed[0].total_vm_kb);
}

TEST_CASE("oom: the line of the victim, in all its forms") {
    struct Form {
        std::string_view line;
        std::string_view comm;
        std::optional<uint64_t> total_vm_kb, anon_rss_kb, shmem_rss_kb, pgtables_kb;
        std::optional<uint32_t> uid;
        std::optional<int> adj;
        OomKind kind = OomKind::global;
    };
    const auto form = GENERATE(
        // 2.6.32
        Form{"Killed process 54 (a b) vsz:2400kB, anon-rss:2264kB, file-rss:8kB",
             "a b",
             2400,
             2264,
             {},
             {},
             {},
             {}},
        // 2.6.36
        Form{"Killed process 54 (init) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB",
             "init",
             2400,
             2264,
             {},
             {},
             {},
             {}},
        // Red Hat's 2.6.32
        Form{"Killed process 54, UID 679, (java) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB",
             "java",
             2400,
             2264,
             {},
             {},
             679,
             {}},
        // Red Hat's 3.10
        Form{
            "Killed process 54 (java), UID 679, total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB",
            "java",
            2400,
            2264,
            4,
            {},
            679,
            {}},
        // 4.5
        Form{"Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB",
             "x",
             2400,
             2264,
             4,
             {},
             {},
             {}},
        // 5.0
        Form{
            "Memory cgroup out of memory: Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB",
            "x",
            2400,
            2264,
            4,
            {},
            {},
            {},
            OomKind::memcg},
        // 5.1
        Form{
            "Out of memory: Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB, UID:1000",
            "x",
            2400,
            2264,
            4,
            {},
            1000,
            {}},
        // 5.3
        Form{
            "Out of memory: Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB, UID:1000 pgtables:44kB oom_score_adj:-500",
            "x", 2400, 2264, 4, 44, 1000, -500},
        // names that look like what follows them
        Form{
            "Out of memory: Killed process 54 () total-vm:9kB) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB, UID:1000 pgtables:44kB oom_score_adj:7",
            ") total-vm:9kB", 2400, 2264, 4, 44, 1000, 7},
        Form{
            "Out of memory: Killed process 54 (Killed process ) total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB, UID:0 pgtables:44kB oom_score_adj:7",
            "Killed process ", 2400, 2264, 4, 44, 0, 7},
        Form{
            "Out of memory: Killed process 54 () total-vm:2400kB, anon-rss:2264kB, file-rss:8kB, shmem-rss:4kB, UID:0 pgtables:44kB oom_score_adj:7",
            "", 2400, 2264, 4, 44, 0, 7});
    INFO(form.line);
    const auto incident = incident_of(concat("Out of memory elsewhere\n", form.line, "\n"));
    REQUIRE(incident.killed.size() == 1);
    const auto& victim = incident.killed[0];
    CHECK(victim.pid == 54);
    CHECK(victim.comm == form.comm);
    CHECK(victim.total_vm_kb == form.total_vm_kb);
    CHECK(victim.anon_rss_kb == form.anon_rss_kb);
    CHECK(victim.file_rss_kb == 8);
    CHECK(victim.shmem_rss_kb == form.shmem_rss_kb);
    CHECK(victim.pgtables_kb == form.pgtables_kb);
    CHECK(victim.uid == form.uid);
    CHECK(victim.oom_score_adj == form.adj);
    CHECK(incident.kind == form.kind);
    CHECK(!incident.complete);
    CHECK(incident.head_lost);
}

TEST_CASE("oom: the head, in all its forms") {
    struct Form {
        std::string_view line;
        std::string_view comm;
        uint64_t mask;
        std::string_view flags, nodemask;
        std::optional<int> order, score_adj, adj;
    };
    const auto form = GENERATE(
        Form{"sh invoked oom-killer: gfp_mask=0xd0, order=2, oomkilladj=-17",
             "sh",
             0xd0,
             "GFP_KERNEL",
             "",
             2,
             {},
             -17},
        Form{"sh invoked oom-killer: gfp_mask=0x800d0, order=0, oom_adj=15",
             "sh",
             0x800d0,
             "GFP_TEMPORARY",
             "",
             0,
             {},
             15},
        Form{"sh invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=-17, oom_score_adj=-1000", "sh",
             0x280da, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO", "", 0, -1000, -17},
        Form{"sh invoked oom-killer: gfp_mask=0x24201ca, order=0, oom_score_adj=0",
             "sh",
             0x24201ca,
             "GFP_HIGHUSER_MOVABLE|__GFP_COLD",
             "",
             0,
             0,
             {}},
        Form{"sh invoked oom-killer: gfp_mask=0x26040c0, order=3, oom_score_adj=5",
             "sh",
             0x26040c0,
             "GFP_KERNEL|__GFP_COMP|__GFP_NOTRACK",
             "",
             3,
             5,
             {}},
        Form{"sh invoked oom-killer: gfp_mask=0x1000000000, order=0, oom_score_adj=0",
             "sh",
             0x1000000000,
             "0x1000000000",
             "",
             0,
             0,
             {}},
        Form{
            "sh invoked oom-killer: gfp_mask=0x24280ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), order=0, oom_score_adj=0",
            "sh",
            0x24280ca,
            "GFP_HIGHUSER_MOVABLE|__GFP_ZERO",
            "",
            0,
            0,
            {}},
        Form{
            "sh invoked oom-killer: gfp_mask=0x24280ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), nodemask=0-1,3, order=0, oom_score_adj=0",
            "sh",
            0x24280ca,
            "GFP_HIGHUSER_MOVABLE|__GFP_ZERO",
            "0-1,3",
            0,
            0,
            {}},
        Form{
            "sh invoked oom-killer: gfp_mask=0x14200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null),  order=0, oom_score_adj=998",
            "sh",
            0x14200ca,
            "GFP_HIGHUSER_MOVABLE",
            "(null)",
            0,
            998,
            {}},
        Form{"sh invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=0", "sh", 0, "", "", 0, 0, {}},
        Form{"a invoked oom- invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0",
             "a invoked oom-",
             0xcc0,
             "GFP_KERNEL",
             "",
             -1,
             0,
             {}},
        Form{"x, order=7 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
             "x, order=7",
             0xcc0,
             "GFP_KERNEL",
             "",
             0,
             0,
             {}});
    INFO(form.line);
    const auto incident = incident_of(concat(form.line, "\n"));
    CHECK(incident.trigger.comm == form.comm);
    CHECK(incident.trigger.gfp_mask == form.mask);
    CHECK(incident.trigger.gfp_flags == form.flags);
    CHECK(incident.trigger.gfp_flags_decoded == (form.line.find('(') == form.line.npos));
    CHECK(incident.trigger.nodemask == form.nodemask);
    CHECK(incident.trigger.order == form.order);
    CHECK(incident.trigger.oom_score_adj == form.score_adj);
    CHECK(incident.trigger.oom_adj == form.adj);
    CHECK(incident.sysrq == (form.order == -1));
    CHECK(incident.tail_lost);
    CHECK(!incident.complete);
}

TEST_CASE("oom: the table of tasks, in all its column sets") {
    struct Form {
        std::string_view head, row;
        OomTask expected;
    };
    OomTask base{.pid = 1234,
                 .tgid = 1234,
                 .uid = 1000,
                 .cpu = {},
                 .comm = "a 1",
                 .total_vm_pages = 50000,
                 .rss_pages = 4000};
    auto with = [&](auto change) {
        auto copy = base;
        change(copy);
        return copy;
    };
    const auto form = GENERATE_COPY(
        Form{"[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
             "[ 1234]  1000  1234    50000     4000   1     -17 a 1", with([](OomTask& t) {
                 t.cpu = 1;
                 t.oom_adj = -17;
             })},
        Form{"[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
             "[ 1234]  1000  1234    50000     4000   1     -17         -1000 a 1", with([](OomTask& t) {
                 t.cpu = 1;
                 t.oom_adj = -17;
                 t.oom_score_adj = -1000;
             })},
        Form{"[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
             "[ 1234]  1000  1234    50000     4000      99       12           300 a 1", with([](OomTask& t) {
                 t.nr_ptes = 99;
                 t.swap_pages = 12;
                 t.oom_score_adj = 300;
             })},
        Form{"[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
             "[ 1234]  1000  1234    50000     4000      99       5       12           300 a 1",
             with([](OomTask& t) {
                 t.nr_ptes = 99;
                 t.nr_pmds = 5;
                 t.swap_pages = 12;
                 t.oom_score_adj = 300;
             })},
        Form{"[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds nr_puds swapents oom_score_adj name",
             "[ 1234]  1000  1234    50000     4000      99       5       2       12           300 a 1",
             with([](OomTask& t) {
                 t.nr_ptes = 99;
                 t.nr_pmds = 5;
                 t.nr_puds = 2;
                 t.swap_pages = 12;
                 t.oom_score_adj = 300;
             })},
        Form{"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
             "[   1234]  1000  1234    50000     4000   405504       12           300 a 1",
             with([](OomTask& t) {
                 t.pgtables_bytes = 405504;
                 t.swap_pages = 12;
                 t.oom_score_adj = 300;
             })},
        Form{
            "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
            "[   1234]  1000  1234    50000     4000     3000      900       100   405504       12           300 a 1",
            with([](OomTask& t) {
                t.rss_anon_pages = 3000;
                t.rss_file_pages = 900;
                t.rss_shmem_pages = 100;
                t.pgtables_bytes = 405504;
                t.swap_pages = 12;
                t.oom_score_adj = 300;
            })},
        // a column that is not known
        Form{"[  pid  ]   uid  tgid total_vm      rss novelty oom_score_adj name",
             "[   1234]  1000  1234    50000     4000   77           300 a 1",
             with([](OomTask& t) { t.oom_score_adj = 300; })});
    INFO(form.head);
    const auto incident = incident_of(concat(form.head, '\n', form.row, '\n'));
    CHECK(incident.task_columns == form.head);
    REQUIRE(incident.tasks.size() == 1);
    const auto& found = incident.tasks[0];
    const auto& expected = form.expected;
    CHECK(found.pid == expected.pid);
    CHECK(found.tgid == expected.tgid);
    CHECK(found.uid == expected.uid);
    CHECK(found.cpu == expected.cpu);
    CHECK(found.comm == expected.comm);
    CHECK(found.total_vm_pages == expected.total_vm_pages);
    CHECK(found.rss_pages == expected.rss_pages);
    CHECK(found.rss_anon_pages == expected.rss_anon_pages);
    CHECK(found.rss_file_pages == expected.rss_file_pages);
    CHECK(found.rss_shmem_pages == expected.rss_shmem_pages);
    CHECK(found.nr_ptes == expected.nr_ptes);
    CHECK(found.nr_pmds == expected.nr_pmds);
    CHECK(found.nr_puds == expected.nr_puds);
    CHECK(found.pgtables_bytes == expected.pgtables_bytes);
    CHECK(found.swap_pages == expected.swap_pages);
    CHECK(found.oom_score_adj == expected.oom_score_adj);
    CHECK(found.oom_adj == expected.oom_adj);

    // Without its head the columns are told by their number, where they are no unknown ones.
    if (form.head.find("novelty") != form.head.npos) return;
    if (form.head.find("cpu oom_adj oom_score_adj") != form.head.npos) return;  // as many as with nr_ptes
    const auto lost =
        incident_of(concat(form.row, "\nOut of memory: Killed process 1234 (a 1) total-vm:200000kB\n"));
    REQUIRE(lost.tasks.size() == 1);
    CHECK(lost.tasks[0].comm == expected.comm);
    CHECK(lost.tasks[0].oom_score_adj == expected.oom_score_adj);
    CHECK(lost.tasks[0].oom_adj == expected.oom_adj);
    CHECK(lost.tasks[0].pgtables_bytes == expected.pgtables_bytes);
    CHECK(lost.tasks[0].nr_pmds == expected.nr_pmds);
    CHECK(lost.page_size_bytes == 4096);
    CHECK(has_note(lost, "the head of the task table is lost"));
    CHECK(lost.head_lost);
}

TEST_CASE("oom: whom the kernel chose is read from the right") {
    struct Form {
        std::string_view line;
        std::string_view comm;
        uint32_t pid;
        std::string_view memcg, oom_memcg, cpuset, mems, nodemask;
        OomConstraint constraint;
    };
    const auto form = GENERATE(
        Form{
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=x,pid=54,uid=7",
            "x", 54, "/a", "", "/", "0", "(null)", OomConstraint::none},
        Form{
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x,pid=54,uid=7",
            "x", 54, "/a/b", "/a", "/", "0", "(null)", OomConstraint::memcg},
        Form{
            "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=0-1,3,cpuset=user.slice,mems_allowed=0-1,3,global_oom,task_memcg=/,"
            "task=x,pid=54,uid=7",
            "x", 54, "/", "", "user.slice", "0-1,3", "0-1,3", OomConstraint::memory_policy},
        Form{
            "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=a,mems_allowed=9,mems_allowed=1,global_oom,task_memcg=/,task=x,"
            "pid=54,uid=7",
            "x", 54, "/", "", "a,mems_allowed=9", "1", "(null)", OomConstraint::cpuset},
        // names that processes and groups chose
        Form{
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=g:1,pid=1,uid=0,pid=54,"
            "uid=7",
            "g:1,pid=1,uid=0", 54, "/", "", "/", "0", "(null)", OomConstraint::none},
        Form{
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=a,task=b,pid=54,uid=7",
            "a,task=b", 54, "/", "", "/", "0", "(null)", OomConstraint::none},
        Form{
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/z,task_memcg=/a,"
            "task_memcg=/z/b,task=,pid=54,uid=7",
            "", 54, "/a,task_memcg=/z/b", "/a,task_memcg=/z", "/", "0", "(null)", OomConstraint::memcg});
    INFO(form.line);
    const auto incident = incident_of(concat(form.line, "\n"));
    REQUIRE(incident.chosen);
    CHECK(incident.chosen->comm == form.comm);
    CHECK(incident.chosen->pid == form.pid);
    CHECK(incident.chosen->uid == 7);
    CHECK(incident.constraint == form.constraint);
    CHECK(incident.memcg == form.memcg);
    CHECK(incident.oom_memcg == form.oom_memcg);
    CHECK(incident.trigger.cpuset == form.cpuset);
    CHECK(incident.trigger.mems_allowed == form.mems);
    CHECK(incident.trigger.nodemask == form.nodemask);
    CHECK(incident.kind == (form.constraint == OomConstraint::memcg ? OomKind::memcg : OomKind::global));
}

TEST_CASE("oom: the table tells where a path ends and a name begins") {
    const auto incident =
        incident_of(R"([  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[     54]     7    54      856      785    40960        0             0 b
oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=a,task=b,pid=54,uid=7
)");
    CHECK(incident.chosen->comm == "b");
    CHECK(incident.memcg == "/a,task=a");
}

TEST_CASE("oom: a control group's limit, before 5.0") {
    const auto incident = incident_of(R"(stress invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0
stress cpuset=docker-1f mems_allowed=0-1
CPU: 3 PID: 3897 Comm: stress Tainted: G        W  O   ------------   3.10.0-327.el7.x86_64 #1
Hardware name: Example
 ffff8801ec262e00 000000008430afbc ffff880072f63cd0 ffffffff8163571c
Call Trace:
 [<ffffffff8163571c>] dump_stack+0x19/0x1b
 [<ffffffff8116ca56>] ? find_lock_task_mm+0x56/0xc0
Task in /docker/1f killed as a result of limit of /docker
memory: usage 1048576kB, limit 1048576kB, failcnt 267
memory+swap: usage 1048580kB, limit 2097152kB, failcnt 3
kmem: usage 12kB, limit 9007199254740988kB, failcnt 0
Memory cgroup stats for /docker: cache:0KB rss:0KB rss_huge:0KB mapped_file:0KB inactive_anon:0KB unevictable:0KB
Memory cgroup stats for /docker/1f: cache:188KB rss:1048388KB rss_huge:1044480KB mapped_file:16KB swap:4KB inactive_anon:588548KB
[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name
[ 3893]     0  3893     1655       22       8        0             0 stress
[ 3897]     0  3897   394872   262036     521        1             0 stress
Memory cgroup out of memory: Kill process 3897 (stress) score 1001 or sacrifice child
Killed process 3897 (stress) total-vm:1579488kB, anon-rss:1048132kB, file-rss:12kB
)");
    CHECK(incident.complete);
    CHECK(incident.kind == OomKind::memcg);
    CHECK(incident.constraint == OomConstraint::memcg);
    CHECK(incident.kernel == "3.10.0-327.el7.x86_64");
    CHECK(incident.trigger.cpu == 3);
    CHECK(incident.memcg == "/docker/1f");
    CHECK(incident.oom_memcg == "/docker");
    REQUIRE(incident.memory_limit);
    CHECK(incident.memory_limit->failures == 267);
    CHECK(!incident.memory_limit->unlimited());
    CHECK(incident.memsw_limit->usage_kb == 1048580);
    CHECK(incident.memsw_limit->limit_kb == 2097152);
    CHECK(incident.kmem_limit->unlimited());
    CHECK(!incident.swap_limit);
    REQUIRE(incident.memcg_stats.size() == 2);
    CHECK(incident.memcg_stats[0].path == "/docker");
    CHECK(incident.memcg_stats[1].path == "/docker/1f");
    CHECK(incident.memcg_stats[1].counters.kb("rss", std::nullopt) == 1048388);
    CHECK(incident.memory.empty());
    CHECK(incident.page_size_bytes == 4096);
    CHECK(incident.call_trace.size() == 2);
    CHECK(incident.chosen->score == 1001);
    CHECK(incident.killed.at(0).score == 1001);
    CHECK(incident.report.find("ffff8801ec262e00") != std::string::npos);
}

TEST_CASE("oom: the two halves of a line that others printed between") {
    const auto incident = incident_of(R"(Task in /1037/uid killed
usb 1-1: new high-speed USB device
 as a result of limit of /1037
memory: usage 102400kB, limit 102400kB, failcnt 736
Memory cgroup out of memory: Kill process 2188 (mysqld) score 60 or sacrifice child
Killed process 2190 (helper) total-vm:3330016kB, anon-rss:864176kB, file-rss:8072kB
)");
    CHECK(incident.memcg == "/1037/uid");
    CHECK(incident.oom_memcg == "/1037");
    CHECK(incident.chosen->pid == 2188);
    CHECK(incident.killed.at(0).pid == 2190);  // the child, sacrificed
    CHECK(!incident.killed[0].score);
    CHECK(incident.may_sacrifice_child);
}

TEST_CASE("oom: constraints by the wording of kernels before 2.6.36") {
    CHECK(
        incident_of("No available memory (MPOL_BIND): kill process 54 (x) score 5 or a child\n").constraint ==
        OomConstraint::memory_policy);
    CHECK(incident_of("No available memory in cpuset: kill process 54 (x) score 5 or a child\n").constraint ==
          OomConstraint::cpuset);
    CHECK(incident_of("Out of memory (oom_kill_allocating_task): kill process 54 (x) score 0 or a child\n")
              .allocating_task);
}

TEST_CASE("oom: panics") {
    struct Form {
        std::string_view lines, panic;
        bool no_killable, is_one;
    };
    const auto form = GENERATE(
        Form{"Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n",
             "Out of memory: system-wide panic_on_oom is enabled", false, true},
        Form{"Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled\n",
             "Out of memory: compulsory panic_on_oom is enabled", false, true},
        Form{"Kernel panic - not syncing: out of memory. panic_on_oom is selected\n",
             "out of memory. panic_on_oom is selected", false, true},
        Form{"Kernel panic - not syncing: Out of memory and no killable processes...\n",
             "Out of memory and no killable processes...", true, true},
        Form{
            "Out of memory and no killable processes...\nKernel panic - not syncing: System is deadlocked on memory\n",
            "System is deadlocked on memory", true, true},
        Form{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009\n", "", false, false});
    INFO(form.lines);
    const auto incidents = incidents_of(stamped(form.lines));
    CHECK(incidents.size() == (form.is_one ? 1 : 0));
    for (const auto& incident : incidents) {
        CHECK(incident.panic == form.panic);
        CHECK(incident.no_killable == form.no_killable);
        CHECK(!incident.tail_lost);
    }
    const auto after_head = only(incidents_of(stamped(
        concat("a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n", form.lines))));
    CHECK(after_head.panic == form.panic);
    CHECK(after_head.tail_lost == !form.is_one);
}

TEST_CASE("oom: sharers of memory and the oom_reaper") {
    const auto incident = incident_of(R"(rcu invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0
Out of memory: Kill process 3780 (rcu) score 879 or sacrifice child
Killed process 3780 (rcu) total-vm:2166860kB, anon-rss:1570864kB, file-rss:4kB
Kill process 3781 (rcu) sharing same memory
Kill process 3782 (r) sharing x) sharing same memory
oom_reaper: reaped process 3780 (rcu), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB
)");
    REQUIRE(incident.killed.size() == 3);
    CHECK(incident.killed[0].reaped);
    CHECK(!incident.killed[0].shares_memory);
    CHECK(incident.killed[1].shares_memory);
    CHECK(incident.killed[2].comm == "r) sharing x");
    CHECK(!incident.killed[2].reaped);
}

TEST_CASE("oom: nodes, hugepages and counters of 5.x, and large pages") {
    const auto incident =
        incident_of(R"(a invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
Mem-Info:
active_anon:20533 inactive_anon:97 isolated_anon:0
 free:9580 free_pcp:39 free_cma:8184
Node 1 active_anon:1314112kB inactive_anon:6208kB isolated(anon):0kB shmem_thp: 128kB anon_thp: 0kB kernel_stack:784kB all_unreclaimable? yes
Node 1 DMA32 free:613120kB min:91584kB low:114432kB high:137280kB present:2031616kB managed:1996672kB free_cma:523776kB
lowmem_reserve[]: 0 0 0
Node 1 DMA32: 12*64kB (UM) 10*128kB (UM) 5*256kB (UM) 5*512kB (MC) 0*524288kB = 613120kB
Node 1 hugepages_total=3 hugepages_free=1 hugepages_surp=0 hugepages_size=524288kB
1121 total pagecache pages
31744 pages RAM
0 pages HighMem/MovableOnly
546 pages reserved
8192 pages cma reserved
2 pages hwpoisoned
Unreclaimable slab info:
Name                      Used          Total
kmalloc-64               44KB         48KB
odd name            1234567KB    2345678KB
)");
    CHECK(incident.page_size_bytes == 65536);
    CHECK(incident.memory_kb("active_anon") == 20533 * 64);
    CHECK(incident.memory_kb("free") == 9580 * 64);
    CHECK(incident.memory_kb("cma_reserved") == 8192 * 64);
    CHECK(incident.memory_kb("hwpoisoned") == 128);
    REQUIRE(incident.nodes.size() == 1);
    CHECK(incident.nodes[0].node == 1);
    CHECK(incident.nodes[0].counters.kb("shmem_thp", {}) == 128);
    CHECK(incident.nodes[0].counters.kb("isolated(anon)", {}) == 0);
    CHECK(incident.nodes[0].all_unreclaimable == true);
    REQUIRE(incident.zones.size() == 1);
    CHECK(incident.zones[0].node == 1);
    CHECK(incident.zones[0].blocks.at(3).types == "MC");
    CHECK(incident.zones[0].blocks.at(4).size_kb == 524288);
    REQUIRE(incident.hugepages.size() == 1);
    CHECK(incident.hugepages[0].total == 3);
    CHECK(incident.hugepages[0].size_kb == 524288);
    REQUIRE(incident.slabs.size() == 2);
    CHECK(incident.slabs[0].used_kb == 44);
    CHECK(incident.slabs[1].name == "odd name");
    CHECK(incident.slabs[1].total_kb == 2345678);
}

TEST_CASE("oom: call traces of other machines") {
    const auto incident = incident_of(R"(a invoked oom-killer: gfp_mask=0xd0, order=2, oomkilladj=0
[<c0106494>] (dump_backtrace+0x0/0x110) from [<c03641a0>] (dump_stack+0x18/0x1c)
[c000000fe3b7f7c0] [c000000000012345] .show_stack+0x6c/0x1a0 (unreliable)
 __alloc_pages_slowpath.constprop.0+0x67f/0xe70
 xfs_filemap_fault+0x37/0x40 [xfs]
)");
    REQUIRE(incident.call_trace.size() == 4);
    CHECK(incident.call_trace[0].function == "dump_backtrace+0x0/0x110");
    CHECK(incident.call_trace[1].function == "show_stack+0x6c/0x1a0");
    CHECK(incident.call_trace[2].function == "__alloc_pages_slowpath.constprop.0+0x67f/0xe70");
    CHECK(incident.call_trace[3].function == "xfs_filemap_fault+0x37/0x40 [xfs]");
}
