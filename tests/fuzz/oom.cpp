// SPDX-License-Identifier: MIT
// The whole scanner over logs of every kind: memory stays bounded, what it promises about an incident holds,
// and a filter changes nothing about what the lines say.
#include "core/parse/oom.h"

#include "core/parse/oom_lines.h"
#include "tests/core/parse/oom_fixture.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

constexpr LogKind kKinds[] = {LogKind::plain, LogKind::kmsg,   LogKind::dmesg,
                              LogKind::json,  LogKind::syslog, LogKind::console};

// What mutations would hardly ever find: the input's first bytes choose lines of a report, a byte each.
constexpr std::string_view kLines[] = {
    "a b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
    "CPU: 0 UID: 0 PID: 54 Comm: a b Not tainted 6.12.117 #1",
    "Call Trace:",
    " ? out_of_memory+0x213/0x223 [x]",
    "Mem-Info:",
    "active_anon:459 inactive_anon:14454 isolated_anon:0\n free:303",
    "Node 0 active_anon:1836kB shmem_thp: 4kB all_unreclaimable? yes",
    "Node 0 DMA32 free:1212kB min:5112kB",
    "lowmem_reserve[]: 0 1 2",
    "Node 0 DMA32: 1*4kB (M) 0*8kB = 4kB",
    "20350 pages RAM",
    "Total swap = 24572kB",
    "Task in /a killed as a result of limit of /b",
    "memory: usage 24576kB, limit 24576kB, failcnt 19",
    "Memory cgroup stats for /a: cache:0KB rss:4KB",
    "anon 25104384",
    "Unreclaimable slab info:",
    "kmalloc-64   44KB   44KB",
    "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    "[     53]     0    53      600      566    45056        0          1000 a b",
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=a,pid=53,uid=0",
    "Out of memory: Kill process 53 (a b) score 5 or sacrifice child",
    "Out of memory: Killed process 53 (a b) total-vm:2400kB, anon-rss:2264kB, file-rss:0kB",
    "Tasks in /a are going to be killed due to memory.oom.group set",
    "oom_reaper: reaped process 53 (a b), now anon-rss:0kB",
    "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled",
    "x: page allocation failure: order:0",
};

void check(const OomIncident& incident) {
    promise(incident.tasks.size() <= 20'000 && incident.report.size() <= (size_t{1} << 20));
    promise(!incident.complete || (!incident.head_lost && !incident.tail_lost));
    promise(!incident.page_size_bytes || *incident.page_size_bytes % 4096 == 0);
    for (size_t i = 0; i < incident.killed.size(); ++i)
        for (size_t k = 0; k < i; ++k) promise(incident.killed[i].pid != incident.killed[k].pid);
    for (const auto& counter : incident.memory) incident.memory_kb(counter.name);
    for (const auto& task : incident.tasks) promise(incident.task(task.pid) != nullptr);
}

std::string written(std::string_view choices) {
    std::string log;
    uint64_t us = 100'000;
    for (const char choice : choices.substr(0, 200)) {
        const auto number = static_cast<unsigned char>(choice);
        us += number >= 0xf0 ? 100'000 : 50;
        const bool by_other = (number & 0x80) != 0;
        append(log, "6,", us, ",", us, ",-",
               number % 3 == 0 ? ""
               : by_other      ? ",caller=T2"
                               : ",caller=T1",
               ";");
        for (const char c : kLines[(number & 0x7f) % std::size(kLines)])
            append(log, c == '\n' ? "\\x0a" : std::string(1, c));
        log += '\n';
    }
    return log;
}

}  // namespace

void try_text(std::string_view text) {
    if (text.size() < 2) return;
    const auto kind = kKinds[static_cast<unsigned char>(text[0]) % std::size(kKinds)];
    text.remove_prefix(1);
    for (std::string_view rest = text, line; next_line(rest, line);) {
        const auto part = oom_part(line);
        OomDraft draft;
        read_oom_part(part, line, draft);
        OomIncident incident;
        if (read_oom_program(line, incident)) promise(incident.killed.size() == 1);
    }
    const auto whole = incidents_of(kind, text);
    for (const auto& incident : whole) check(incident);
    promise(incidents_of(kind, text, 37).size() == whole.size());
    const auto log = written(text);
    for (const auto& incident : incidents_of(LogKind::kmsg, log)) check(incident);
}
