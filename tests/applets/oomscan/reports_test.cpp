// SPDX-License-Identifier: MIT
// Verdicts on whole reports, one for each generation of kernels; figures are chosen so that the rule of
// another generation would lead elsewhere.
#include <catch2/catch.hpp>

#include "applets/oomscan/view.h"
#include "core/base/text.h"

using namespace earlybox;
using namespace earlybox::oomscan;

namespace {

struct Judged {
    OomIncident incident;
    Verdict verdict;
};

std::vector<Judged> judged(std::string_view report) {
    std::vector<Judged> all;
    Judge judge;
    const auto found = [&](OomIncident& incident) {
        Verdict verdict = judge(incident);
        all.emplace_back(std::move(incident), std::move(verdict));
    };
    OomScanner scanner(found);
    scanner.source("log", LogKind::dmesg);
    LogRecord record;
    uint64_t stamp = 100'000'000;
    std::string_view line;
    while (next_line(report, line)) {
        record.text = line;
        record.since_boot_us = stamp++;
        scanner.record(record);
    }
    scanner.finish();
    return all;
}

Judged judged_one(std::string_view report) {
    auto all = judged(report);
    REQUIRE(all.size() == 1);
    return std::move(all.front());
}

// 250,000 pages of memory, no swap.
constexpr std::string_view kMemory = R"(Mem-Info:
active_anon:180000 inactive_anon:50000 isolated_anon:0
 active_file:20 inactive_file:40 isolated_file:0
 unevictable:0 dirty:0 writeback:0 unstable:0
 free:1500 slab_reclaimable:1200 slab_unreclaimable:3000
 mapped:50 shmem:40 pagetables:900 bounce:0
DMA32: 10*4kB 45*128kB = 5800kB
)";
constexpr std::string_view kMachine = R"(60 total pagecache pages
0 pages in swap cache
Swap cache stats: add 0, delete 0, find 0/0
Free swap  = 0kB
Total swap = 0kB
262144 pages RAM
12144 pages reserved
)";

}  // namespace

TEST_CASE("2.6.31: the rule is not to be recomputed") {
    const auto [incident, verdict] =
        judged_one(concat("httpd invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=0\n"
                          "Pid: 2301, comm: httpd Not tainted 2.6.31-14-server #48-Ubuntu\n"
                          "Call Trace:\n"
                          " [<ffffffff810d6c94>] oom_kill_process+0xb4/0x290\n"
                          " [<ffffffff810d72ef>] __out_of_memory+0x4f/0xc0\n",
                          kMemory, kMachine,
                          "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name\n"
                          "[ 1801]    33  1801    60000    50000   0       0 httpd\n"
                          "[ 2301]    33  2301    90000    80000   1       0 httpd\n"
                          "Out of memory: kill process 1801 (httpd) score 60000 or a child\n"
                          "Killed process 1801 (httpd)\n"));
    CHECK_FALSE(verdict.choice.matches);
    CHECK_FALSE(verdict.choice.expected_pid);
    CHECK(verdict.choice.reason.find("2.6.36") != std::string::npos);
    REQUIRE(incident.killed.size() == 1);
    CHECK(incident.killed[0].pid == 1801);
    CHECK(verdict.memory.total_kb == 1'000'000);
}

TEST_CASE("2.6.32 with the rule of 2.6.36 carried back: thousandths, page tables not counted") {
    // 100,000 of 250,000 pages are 400 thousandths, 370 for root; 375 for the other.
    const auto [incident, verdict] = judged_one(
        concat("java invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0\n"
               "java cpuset=/ mems_allowed=0\n"
               "Pid: 2301, comm: java Not tainted 2.6.32-754.el6.x86_64 #1\n"
               "Call Trace:\n"
               " [<ffffffff8113ab10>] ? dump_header+0x90/0x1b0\n",
               kMemory, kMachine,
               "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name\n"
               "[  501]     0   501     2000      300   0     -17         -1000 udevd\n"
               "[ 1801]     0  1801   120000   100000   0       0             0 master\n"
               "[ 2301]    99  2301   110000    93750   0       0             0 java\n"
               "Out of memory: Kill process 2301 (java) score 375 or sacrifice child\n"
               "Killed process 2301, UID 99, (java) total-vm:440000kB, anon-rss:374960kB, file-rss:40kB\n"));
    REQUIRE(verdict.choice.rule);
    CHECK(verdict.choice.rule->thousandths);
    CHECK(verdict.choice.matches == true);
    CHECK(verdict.choice.badness == std::vector<std::optional<int64_t>>{std::nullopt, 370, 375});
    CHECK(verdict.choice.next_pid == 1801U);
    CHECK(verdict.choice.spare_adj == -5);  // 370 each, and the first of equals is picked
    CHECK(incident.killed.at(0).uid == 99U);
}

TEST_CASE("3.2: thousandths, a child in its parent's place") {
    const auto [incident, verdict] = judged_one(
        concat("worker invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0\n"
               "worker cpuset=/ mems_allowed=0\n"
               "Pid: 1900, comm: worker Not tainted 3.2.0-4-amd64 #1 Debian 3.2.78-1\n",
               kMemory, kMachine,
               "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name\n"
               "[ 1801]  1000  1801   120000   100000   0       0             0 parent\n"
               "[ 1900]  1000  1900    60000    50000   0       0             0 worker\n"
               "Out of memory: Kill process 1801 (parent) score 400 or sacrifice child\n"
               "Killed process 1900 (worker) total-vm:240000kB, anon-rss:199000kB, file-rss:1000kB\n"));
    CHECK(verdict.choice.matches == false);
    CHECK(verdict.choice.expected_pid == 1801U);
    CHECK(verdict.choice.reason.find("its child worker (1900)") != std::string::npos);
    CHECK(incident.killed.at(0).pid == 1900);
}

TEST_CASE("3.10: pages; root has thirty thousandths of memory less, here 7500 pages") {
    constexpr std::string_view kZone =
        "Node 0 DMA32 free:6000kB min:5000kB low:6300kB high:7500kB active_anon:720000kB inactive_anon:200000kB "
        "active_file:80kB inactive_file:160kB unevictable:0kB isolated(anon):0kB isolated(file):0kB "
        "present:1048576kB managed:1000000kB mlocked:0kB kernel_stack:2000kB pagetables:3600kB all_unreclaimable? yes\n";
    const auto report = [&](const char* chosen) {
        return concat(
            "db invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0\n"
            "db cpuset=/ mems_allowed=0\n"
            "CPU: 0 PID: 1900 Comm: db Not tainted 3.10.104 #1\n",
            kMemory, kZone, kMachine,
            "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n"
            "[ 1801]     0  1801   120000    99700     200      100             0 root-owned\n"
            "[ 1900]   999  1900   120000    94000     180       20             0 db\n",
            "Out of memory: Kill process ", chosen);
    };
    const auto own = judged_one(
        report("1900 (db) score 376 or sacrifice child\n"
               "Killed process 1900 (db) total-vm:480000kB, anon-rss:375000kB, file-rss:1000kB\n"));
    CHECK(own.verdict.choice.matches == true);
    CHECK(own.verdict.choice.badness == std::vector<std::optional<int64_t>>{100'000 - 7'500, 94'200});
    CHECK(own.verdict.memory.kb("kernel_stack") == 2'000);
    // With root's bonus of 3 % the other scores 97,000: 388 thousandths.
    const auto carried = judged_one(
        report("1801 (root-owned) score 388 or sacrifice child\n"
               "Killed process 1801 (root-owned) total-vm:480000kB, anon-rss:398000kB, file-rss:800kB\n"));
    CHECK(carried.verdict.choice.matches == true);
    CHECK(carried.verdict.choice.rule->root_bonus == RootBonus::three_percent);
}

TEST_CASE("4.9: page tables of two levels, high-order request in fragmented memory") {
    const auto [incident, verdict] = judged_one(concat(
        "modprobe invoked oom-killer: gfp_mask=0x24040c0(GFP_KERNEL|__GFP_COMP), nodemask=0, order=3, oom_score_adj=0\n"
        "modprobe cpuset=/ mems_allowed=0\n"
        "CPU: 1 PID: 2000 Comm: modprobe Not tainted 4.9.0-19-amd64 #1 Debian 4.9.320-2\n"
        "Call Trace:\n"
        " [<ffffffff8113ab10>] ? dump_stack+0x66/0x81\n"
        " [<ffffffff8113ab11>] ? dump_header+0x90/0x1b0\n"
        "Mem-Info:\n"
        "active_anon:180000 inactive_anon:30000 isolated_anon:0\n"
        " active_file:20 inactive_file:40 isolated_file:0\n"
        " unevictable:0 dirty:0 writeback:0 unstable:0\n"
        " slab_reclaimable:1200 slab_unreclaimable:3000\n"
        " mapped:50 shmem:40 pagetables:900 bounce:0\n"
        " free:25000 free_pcp:0 free_cma:0\n"
        "Node 0 DMA32 free:100000kB min:5000kB low:6250kB high:7500kB active_anon:720000kB inactive_anon:120000kB "
        "present:1048576kB managed:1000000kB mlocked:0kB slab_reclaimable:4800kB slab_unreclaimable:12000kB "
        "kernel_stack:2000kB pagetables:3600kB bounce:0kB free_pcp:0kB local_pcp:0kB free_cma:0kB\n"
        "lowmem_reserve[]: 0 0 0 0 0\n"
        "Node 0 DMA32: 15000*4kB (UM) 5000*8kB (M) 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 100000kB\n",
        kMachine,
        "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name\n"
        "[ 1801]  1000  1801   220000   200000     400       4        0             0 large\n"
        "[ 1900]  1000  1900   220000    50000     180       3        0           700 volunteer\n"
        "Out of memory: Kill process 1900 (volunteer) score 900 or sacrifice child\n"
        "Killed process 1900 (volunteer) total-vm:880000kB, anon-rss:199000kB, file-rss:1000kB, shmem-rss:0kB\n"));
    CHECK(verdict.choice.matches == true);
    CHECK(verdict.choice.badness == std::vector<std::optional<int64_t>>{200'404, 225'183});
    CHECK(verdict.choice.spare_adj == 600);  // 600 * 250 + 50,183 is 200,183, 601 would be 200,433
    REQUIRE_FALSE(verdict.why.empty());
    CHECK(verdict.why[0] == "no 32 kB in one piece (order 3): memory is fragmented");
    CHECK(verdict.culprit == "task large (1801)");
    CHECK(incident.trigger.order == 3);
}

TEST_CASE("4.19: a version 1 control group with swap") {
    const auto [incident, verdict] = judged_one(
        "node invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), nodemask=(null), order=0, oom_score_adj=100\n"
        "node cpuset=/ mems_allowed=0\n"
        "CPU: 1 PID: 1900 Comm: node Not tainted 4.19.0-27-amd64 #1 Debian 4.19.316-1\n"
        "Task in /docker/abc killed as a result of limit of /docker/abc\n"
        "memory: usage 400000kB, limit 400000kB, failcnt 1234\n"
        "memory+swap: usage 500000kB, limit 500000kB, failcnt 99\n"
        "kmem: usage 2000kB, limit 9007199254740988kB, failcnt 0\n"
        "Memory cgroup stats for /docker/abc: cache:8000KB rss:389000KB rss_huge:0KB shmem:7000KB mapped_file:100KB dirty:0KB "
        "writeback:0KB swap:100000KB inactive_anon:0KB active_anon:389000KB inactive_file:500KB active_file:500KB unevictable:0KB\n"
        "Tasks state (memory values in pages):\n"
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"
        "[   1801]     0  1801    60000    49990    40960     5000             0 init.sh\n"
        "[   1900]  1000  1900   160000    40000   409600    19900           100 node\n"
        "Memory cgroup out of memory: Kill process 1900 (node) score 579 or sacrifice child\n"
        "Killed process 1900 (node) total-vm:640000kB, anon-rss:159000kB, file-rss:1000kB, shmem-rss:0kB\n");
    CHECK(incident.kind == OomKind::memcg);
    REQUIRE(verdict.choice.total);
    CHECK(verdict.choice.total->value == 125'000);
    CHECK(verdict.choice.badness == std::vector<std::optional<int64_t>>{55'000, 72'500});
    CHECK(verdict.choice.matches == true);
    CHECK(verdict.choice.spare_adj == -40);  // 55,000 each, and the first of equals is picked
    CHECK(verdict.memory.kb("anon") == 389'000);
    CHECK(verdict.memory.kb("shmem") == 7'000);
    CHECK(verdict.why.at(0).starts_with("the control group /docker/abc reached its limit"));
    CHECK(headline(incident) == "killed node (1900): out of memory of the control group /docker/abc");
}

TEST_CASE("5.4: never less than 1, the last of equals; who asked is killed") {
    const auto [incident, verdict] = judged_one(concat(
        "tail invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=-900\n"
        "CPU: 0 PID: 1900 Comm: tail Not tainted 5.4.0-26-generic #30-Ubuntu\n",
        kMemory, kMachine,
        "Tasks state (memory values in pages):\n"
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"
        "[   1801]     0  1801     2000     1000    40960        0          -900 agent\n"
        "[   1900]  1000  1900   160000   140000   409600        0          -900 tail\n"
        "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=tail,pid=1900,uid=1000\n"
        "Out of memory (oom_kill_allocating_task): Killed process 1900 (tail) total-vm:640000kB, anon-rss:560000kB, file-rss:0kB, "
        "shmem-rss:0kB, UID:1000 pgtables:400kB oom_score_adj:-900\n"));
    REQUIRE(verdict.choice.rule);
    CHECK(verdict.choice.rule->at_least_one);
    CHECK(verdict.choice.badness == std::vector<std::optional<int64_t>>{1, 1});
    CHECK(verdict.choice.matches == true);
    CHECK(verdict.choice.spare_adj == -1000);
    CHECK(incident.allocating_task);
}

TEST_CASE("6.8: pages of 64 KiB, less than nothing, and a cpuset's node") {
    const auto [incident, verdict] = judged_one(
        "stress invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0\n"
        "CPU: 3 PID: 1900 Comm: stress Not tainted 6.8.0-31-generic-64k #31-Ubuntu\n"
        "Mem-Info:\n"
        "active_anon:18000 inactive_anon:3000 isolated_anon:0\n"
        " slab_reclaimable:120 slab_unreclaimable:300\n"
        " mapped:50 shmem:40 pagetables:90\n"
        " free:12500 free_pcp:0 free_cma:0\n"
        "Node 0 active_anon:0kB inactive_anon:0kB shmem:0kB kernel_stack:1280kB pagetables:640kB all_unreclaimable? no\n"
        "Node 1 active_anon:1152000kB inactive_anon:192000kB shmem:2560kB kernel_stack:1280kB pagetables:5120kB all_unreclaimable? yes\n"
        "Node 0 Normal free:768000kB boost:0kB min:5120kB low:6400kB high:7680kB present:1280000kB managed:1280000kB\n"
        "Node 0 Normal: 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB 0*8192kB 0*16384kB 0*32768kB 0*65536kB 0*131072kB 0*262144kB 1*524288kB = 768000kB\n"
        "Node 1 Normal free:3200kB boost:0kB min:5120kB low:6400kB high:7680kB present:1280000kB managed:1200000kB\n"
        "40 total pagecache pages\n"
        "40000 pages RAM\n"
        "1250 pages reserved\n"
        "Tasks state (memory values in pages):\n"
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name\n"
        "[   1801]  1000  1801    12000    10000    10000        0         0   655360        0          -900 protected\n"
        "[   1900]  1000  1900    12000     9990     9000      990         0   131072        0          -600 stress\n"
        "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=/one,mems_allowed=1,global_oom,task_memcg=/one,task=stress,pid=1900,uid=1000\n"
        "Out of memory: Killed process 1900 (stress) total-vm:768000kB, anon-rss:576000kB, file-rss:63360kB, shmem-rss:0kB, UID:1000 "
        "pgtables:128kB oom_score_adj:-600\n");
    CHECK(incident.page_size_bytes == 65536U);
    REQUIRE(verdict.choice.total);
    CHECK(verdict.choice.total->value == 20'000);  // node 1's present pages
    CHECK(verdict.choice.badness == std::vector<std::optional<int64_t>>{10'010 - 18'000, 9'992 - 12'000});
    CHECK(verdict.choice.matches == true);
    CHECK(verdict.choice.spare_adj == -900);  // the later of equals is picked; 9,992 - 18,000 is less
    CHECK(verdict.why.at(0) == "the cpuset /one allows only memory of node 1");
    CHECK(verdict.memory.total_kb == 2'480'000);
    CHECK(verdict.memory.kb("free") == 800'000);
}

TEST_CASE("no table, no memory: nothing but the last line") {
    const auto [incident, verdict] = judged_one(
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/job,task_memcg=/job/a,task=x,pid=1900,uid=0\n");
    CHECK_FALSE(verdict.choice.matches);
    CHECK(verdict.memory.parts.empty());
    CHECK(verdict.culprit.empty());
    CHECK(incident.oom_memcg == "/job");
    CHECK(summary_line(incident, verdict).find("out of memory of the control group /job") !=
          std::string::npos);
}
