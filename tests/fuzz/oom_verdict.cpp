// SPDX-License-Identifier: MIT
// Verdicts and views over whatever the scanner makes of reports with changed bytes: the parts of memory add
// up, a choice is one of the table's, a spared victim is another's; and no view lets a byte of a log through
// as it is.
#include <algorithm>

#include "applets/oomscan/html.h"
#include "applets/oomscan/view.h"
#include "tests/core/parse/oom_fixture.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;
using namespace earlybox::oomscan;

namespace {

constexpr const char* kReports[] = {
    "a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=2, oom_score_adj=0\n"
    "CPU: 0 PID: 54 Comm: a Not tainted 6.12.117 #1\n"
    "Mem-Info:\n"
    "active_anon:459 inactive_anon:14454 isolated_anon:0\n"
    " slab_reclaimable:9 slab_unreclaimable:902\n"
    " mapped:459 shmem:564 pagetables:165\n"
    " free:683 free_pcp:245 free_cma:0\n"
    "Node 0 active_anon:1836kB inactive_anon:55836kB kernel_stack:560kB all_unreclaimable? yes\n"
    "Node 0 DMA32 free:2732kB min:5112kB low:5364kB high:5616kB present:81400kB managed:67180kB\n"
    "Node 0 DMA32: 683*4kB (M) 0*8kB 0*16kB = 2732kB\n"
    "Node 0 hugepages_total=1 hugepages_free=1 hugepages_surp=0 hugepages_size=2048kB\n"
    "Free swap  = 100kB\n"
    "Total swap = 24572kB\n"
    "20350 pages RAM\n"
    "3555 pages reserved\n"
    "Unreclaimable slab info:\n"
    "kmalloc-64   44KB   44KB\n"
    "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"
    "[     48]     0    48       88       32    40960        0         -1000 b\n"
    "[     51]     0    51     2136     2102    57344        0             0 c\n"
    "[     54]     0    54     5208     5142    81920        5           300 a\n"
    "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=0,cpuset=/,mems_allowed=0-3,global_oom,task_memcg=/,task=a,pid=54,uid=0\n"
    "Out of memory: Killed process 54 (a) total-vm:20832kB, anon-rss:20568kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:80kB oom_score_adj:300\n",
    "a invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
    "CPU: 0 PID: 54 Comm: a Not tainted 3.10.104 #1\n"
    "Task in /a killed as a result of limit of /b\n"
    "memory: usage 24576kB, limit 24576kB, failcnt 19\n"
    "memory+swap: usage 24586kB, limit 50000kB, failcnt 1\n"
    "Memory cgroup stats for /b: cache:0KB rss:4KB\n"
    "Memory cgroup stats for /b/a: cache:10KB rss:24000KB\n"
    "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n"
    "[   51]     0    51     2136     2102      12        0             0 c\n"
    "[   54]     0    54     5208     3142      14        5            20 a\n"
    "Memory cgroup out of memory: Kill process 54 (a) score 511 or sacrifice child\n"
    "Killed process 51 (c) total-vm:8544kB, anon-rss:8000kB, file-rss:0kB\n"};

bool plain(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return c == '\n' || static_cast<unsigned char>(c) >= ' '; });
}

size_t count(std::string_view text, std::string_view part) {
    size_t found = 0;
    for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
    return found;
}

void check_choice(const OomIncident& incident, const Choice& choice) {
    promise(choice.badness.size() == incident.tasks.size());
    if (choice.expected_pid) promise(incident.task(*choice.expected_pid) != nullptr);
    if (choice.next_pid) promise(incident.task(*choice.next_pid) != nullptr);
    if (choice.spare_adj) promise(*choice.spare_adj >= -1000 && *choice.spare_adj <= 1000);
    auto rows = ranking(incident, choice);
    std::ranges::sort(rows);
    for (size_t i = 0; i < rows.size(); ++i) promise(rows[i] == i);
}

void check(const OomIncident& incident, const Verdict& verdict) {
    uint64_t sum = 0;
    for (const MemoryPart& part : verdict.memory.parts) sum += part.kb;
    promise(sum == verdict.memory.total_kb);
    check_choice(incident, verdict.choice);

    auto text = Output::memory(), page = Output::memory();
    show_text(text, incident, verdict);
    HtmlPage(page).add(incident, verdict);
    promise(plain(text.text()) && plain(page.text()) && plain(json_line(incident, verdict)));
    promise(count(page.text(), "<script") == 1 && count(page.text(), "</pre>") <= 1);
    promise(count(summary_line(incident, verdict), "\n") == 0);
}

}  // namespace

void try_text(std::string_view text) {
    if (text.empty()) return;
    const char* const report = kReports[static_cast<unsigned char>(text[0]) % std::size(kReports)];
    Judge judge;
    for (const OomIncident& incident : incidents_of(LogKind::plain, changed(report, text.substr(1))))
        check(incident, judge(incident));
}
