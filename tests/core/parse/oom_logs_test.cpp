// SPDX-License-Identifier: MIT
// Reports as logs hold them: cut, run into each other, broken by terminals, amid other lines; and programs
// that kill.
#include <catch2/catch.hpp>

#include "tests/core/parse/oom_fixture.h"

using namespace earlybox;

namespace {

struct Report {
    std::string_view comm;
    unsigned pid;
    std::string_view memcg;  // whose limit was hit
    unsigned victim;
};

// A short memcg report of 6.1, line by line.
std::vector<std::string> lines_of(const Report& report) {
    return {
        concat(report.comm, " invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"),
        concat("CPU: 0 PID: ", report.pid, " Comm: ", report.comm, " Not tainted 6.1.0-9-amd64 #1"),
        "Call Trace:",
        " <TASK>",
        " dump_stack_lvl+0x33/0x42",
        " dump_header+0x4a/0x1fb",
        " oom_kill_process+0xad/0x190",
        " out_of_memory+0xf3/0x540",
        " mem_cgroup_out_of_memory+0x145/0x160",
        " </TASK>",
        concat("memory: usage ", report.pid, "kB, limit ", report.pid, "kB, failcnt 19"),
        concat("Memory cgroup stats for ", report.memcg, ":"),
        concat("anon ", report.pid * 1024),
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        concat("[ ", report.victim, "]     0    ", report.victim,
               "     3691     3642    65536        0             0 victim", report.victim),
        concat("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=",
               report.memcg, ",task_memcg=", report.memcg, ",task=victim", report.victim,
               ",pid=", report.victim, ",uid=0"),
        concat(
            "Memory cgroup out of memory: Killed process ", report.victim, " (victim", report.victim,
            ") total-vm:14764kB, anon-rss:14512kB, file-rss:0kB, shmem-rss:56kB, UID:0 pgtables:64kB oom_score_adj:0"),
    };
}

constexpr Report kA{"alpha", 1001, "/a", 2001};
constexpr Report kB{"beta", 1002, "/b", 2002};

// Stamped text, line by line.
class Console {
 public:
    Console& line(std::string_view text, std::string_view caller = "") {
        us_ += 150;
        append(text_, "[  100.", us_, "]", caller, " ", text, "\n");
        return *this;
    }
    Console& raw(std::string_view text) { return text_.append(text), *this; }
    Console& pause(unsigned us) { return us_ += us, *this; }
    const std::string& text() const { return text_; }

 private:
    unsigned us_ = 100'000;
    std::string text_;
};

void check(const OomIncident& incident, const Report& report) {
    CHECK(incident.trigger.comm == report.comm);
    CHECK(incident.trigger.pid == report.pid);
    REQUIRE(incident.memory_limit);
    CHECK(incident.memory_limit->usage_kb == report.pid);
    CHECK(incident.oom_memcg == report.memcg);
    REQUIRE(incident.memcg_stats.size() == 1);
    CHECK(incident.memcg_stats[0].path == report.memcg);
    CHECK(incident.memcg_stats[0].counters.kb("anon", {}) == report.pid);
    REQUIRE(incident.tasks.size() == 1);
    CHECK(incident.tasks[0].pid == report.victim);
    REQUIRE(incident.killed.size() == 1);
    CHECK(incident.killed[0].pid == report.victim);
    CHECK(incident.killed[0].comm == concat("victim", report.victim));
    CHECK(incident.chosen->pid == report.victim);
    CHECK(incident.page_size_bytes == 4096);
    CHECK(incident.complete);
}

const OomIncident* by(const std::vector<OomIncident>& incidents, std::string_view comm) {
    for (const auto& incident : incidents)
        if (incident.trigger.comm == comm) return &incident;
    return nullptr;
}

constexpr std::string_view kOthers[] = {
    "usb 1-1: new high-speed USB device number 5 using xhci_hcd",
    "EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: (null)",
    "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
    "audit: type=1400 audit(1.1:2): pid=99 comm=\"x\"", "cpu 3: 12 34"};

}  // namespace

TEST_CASE("oom: reports one after the other, other messages amid them") {
    Console console;
    size_t i = 0;
    for (const auto& report : {kA, kB, kA})
        for (const auto& line : lines_of(report)) console.line(line).line(kOthers[i++ % std::size(kOthers)]);
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 3);
    check(incidents[0], kA);
    check(incidents[1], kB);
    check(incidents[2], kA);
    CHECK(incidents[0].place.line == 1);
    CHECK(incidents[1].place.line == 37);
    CHECK(incidents[0].since_boot_us == 100'100'150);
    CHECK(incidents[0].report.find("xhci_hcd") == std::string::npos);
}

TEST_CASE("oom: reports that run into each other are told apart by their callers") {
    const auto a = lines_of(kA);
    const auto b = lines_of(kB);
    const size_t delay = GENERATE(0, 1, 3, 6, 9, 11, 13, 17);
    Console console;
    for (size_t i = 0; i < a.size() + delay; ++i) {
        if (i < a.size()) console.line(a[i], "[ T1001]");
        if (i >= delay) console.line(b[i - delay], "[ T1002]");
        console.line("random: crng init done", "[    C0]");
    }
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 2);
    const auto* const first = by(incidents, "alpha");
    const auto* const second = by(incidents, "beta");
    REQUIRE(first);
    REQUIRE(second);
    check(*first, kA);
    check(*second, kB);
    CHECK(first->caller == "T1001");
    CHECK(second->caller == "T1002");
}

TEST_CASE("oom: reports that run into each other without callers") {
    const auto a = lines_of(kA);
    const auto b = lines_of(kB);
    Console console;
    for (size_t i = 0; i < a.size(); ++i) console.line(a[i]).line(b[i]);
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 2);
    for (const auto& [comm, report] : {std::pair{"alpha", kA}, std::pair{"beta", kB}}) {
        const auto* const found = by(incidents, comm);
        REQUIRE(found);
        CHECK(found->trigger.pid == report.pid);
        REQUIRE(found->killed.size() == 1);
        CHECK(found->killed[0].pid == report.victim);
        CHECK(found->oom_memcg == report.memcg);
        CHECK(!found->notes.empty());
    }
}

TEST_CASE("oom: a report that lost its head, wherever it was cut") {
    const auto lines = lines_of(kA);
    for (size_t from = 1; from < lines.size(); ++from) {
        INFO(from);
        Console console;
        for (size_t i = from; i < lines.size(); ++i) console.line(lines[i]);
        const auto incidents = incidents_of(console.text());
        REQUIRE(incidents.size() == 1);
        const auto& incident = incidents[0];
        CHECK(incident.head_lost);
        CHECK(!incident.complete);
        CHECK(incident.killed.at(0).pid == kA.victim);
        CHECK(incident.kind == OomKind::memcg);
        CHECK(incident.memory_limit.has_value() == (from <= 10));
        CHECK(incident.tasks.size() == (from <= 15 ? 1 : 0));
        CHECK(!incident.notes.empty());
    }
}

TEST_CASE("oom: a report that lost its tail, before the next or at the log's end") {
    const auto lines = lines_of(kA);
    const bool more = GENERATE(false, true);
    const unsigned pause = GENERATE(0U, 300'000U);
    for (size_t to = 1; to < lines.size(); ++to) {
        INFO(to);
        Console console;
        for (size_t i = 0; i < to; ++i) console.line(lines[i]);
        console.pause(pause);
        if (more)
            for (const auto& line : lines_of(kB)) console.line(line);
        const auto incidents = incidents_of(console.text());
        REQUIRE(incidents.size() == (more ? 2 : 1));
        const auto* const cut = by(incidents, "alpha");
        REQUIRE(cut);
        CHECK(cut->tail_lost);
        CHECK(!cut->complete);
        CHECK(cut->killed.empty());
        if (!more) continue;
        const auto* const whole = by(incidents, "beta");
        REQUIRE(whole);
        check(*whole, kB);
    }
}

TEST_CASE("oom: kills without a report are incidents, one each") {
    Console console;
    const auto a = lines_of(kA);
    const auto b = lines_of(kB);
    const bool only_victims = GENERATE(false, true);
    for (int i = 0; i < 2; ++i)
        for (const auto& lines : {a, b}) {
            if (!only_victims) console.line(lines[lines.size() - 2]);
            console.line(lines.back());
        }
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 4);
    for (size_t i = 0; i < 4; ++i) {
        const auto& report = i % 2 == 0 ? kA : kB;
        CHECK(incidents[i].killed.at(0).pid == report.victim);
        CHECK(incidents[i].oom_memcg == (only_victims ? "" : report.memcg));
        CHECK(incidents[i].kind == OomKind::memcg);
        CHECK(!incidents[i].complete);
    }
}

TEST_CASE("oom: groups are killed together, and a kill after them is another") {
    auto lines = lines_of(kA);
    lines.insert(lines.begin() + 16, "");
    Console console;
    for (const auto& line : lines) console.line(line);
    console.line("Tasks in /a b are going to be killed due to memory.oom.group set");
    constexpr std::string_view kKilled = "Memory cgroup out of memory: Killed process ";
    for (const auto* const pid : {"3001", "3002", "2001"})
        console.line(concat(kKilled, pid, " (w) total-vm:4448kB, anon-rss:4152kB"));
    for (const auto& line : lines_of(kB)) console.line(line);
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 2);
    CHECK(incidents[0].group);
    CHECK(incidents[0].group_memcg == "/a b");
    REQUIRE(incidents[0].killed.size() == 3);
    CHECK(incidents[0].killed[0].pid == 2001);
    CHECK(incidents[0].killed[2].pid == 3002);
    check(incidents[1], kB);
}

TEST_CASE("oom: lines that were dropped make a report incomplete") {
    const auto lines = lines_of(kA);
    Console console;
    for (size_t i = 0; i < lines.size(); ++i) {
        console.line(lines[i]);
        if (i == 12) console.line("** 17 printk messages dropped **");
    }
    const auto incident = incidents_of(console.text()).at(0);
    CHECK(!incident.complete);
    CHECK(incident.killed.size() == 1);

    std::string kmsg;
    for (size_t i = 0; i < lines.size(); ++i)
        append(kmsg, "6,", i + (i > 8 ? 4 : 1), ",", 1000 + i, ",-;", lines[i], "\n");
    const auto skipped = incidents_of(kmsg).at(0);
    CHECK(skipped.killed.size() == 1);
    CHECK(!skipped.complete);
}

TEST_CASE("oom: a terminal of 80 columns broke the lines") {
    const auto ending = GENERATE("\n", "\r\n");
    Console console;
    for (const auto& line : lines_of(kA)) console.line(line);
    std::string wrapped = concat("SeaBIOS (version 1.16.2)", ending, "Booting from ROM..", ending);
    std::string_view rest = console.text();
    for (std::string_view line; next_line(rest, line);) do {
            append(wrapped, line.substr(0, 80), ending);
            line.remove_prefix(std::min<size_t>(80, line.size()));
        } while (!line.empty());
    const auto incidents = incidents_of(LogKind::console, wrapped);
    REQUIRE(incidents.size() == 1);
    check(incidents[0], kA);

    std::string plain;
    for (const auto& whole : lines_of(kA)) {
        std::string_view line = whole;
        do {
            append(plain, line.substr(0, 80), ending);
            line.remove_prefix(std::min<size_t>(80, line.size()));
        } while (!line.empty());
    }
    const auto bare = incidents_of(LogKind::plain, plain);
    REQUIRE(bare.size() == 1);
    check(bare[0], kA);
}

TEST_CASE("oom: in system logs, with stamps that no reader knows, and with escaped newlines") {
    std::string syslog, copied;
    for (const auto& line : lines_of(kA)) {
        append(syslog, "Nov 22 16:00:01 host kernel: [12345.678901] ", line, "\n");
        append(copied, "[Di Aug 12 03:54:03 2025] ", line, "\n");
    }
    const auto found = incidents_of(syslog);
    REQUIRE(found.size() == 1);
    check(found[0], kA);
    CHECK(found[0].since_boot_us == 12'345'678'901);
    CHECK(found[0].wall_us);
    const auto odd = incidents_of(copied);
    REQUIRE(odd.size() == 1);
    check(odd[0], kA);

    const auto counters = incidents_of(
        "x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\nMem-Info:\n"
        "active_anon:7355653 inactive_anon:660960#012 free:27412 free_pcp:0\n");
    REQUIRE(counters.size() == 1);
    CHECK(counters[0].memory.find("free")->value == 27412);
}

TEST_CASE("oom: a report that goes on in the next file is one, and one at a file's end is not lost") {
    const auto lines = lines_of(kA);
    std::vector<OomIncident> incidents;
    const auto keep = [&](OomIncident& incident) { incidents.push_back(std::move(incident)); };
    OomScanner scanner(keep);
    for (size_t i = 0; i < lines.size(); ++i) {
        if (i == 0) scanner.source("kern.log.1", LogKind::syslog);
        if (i == 11) scanner.source("kern.log", LogKind::syslog);
        const LogRecord record{
            .facility = 0, .wall_us = 1'000'000'000'000 + static_cast<int64_t>(i), .text = lines[i]};
        scanner.record(record);
    }
    CHECK(scanner.wants_every_record());
    CHECK(incidents.empty());
    scanner.finish();
    REQUIRE(incidents.size() == 1);
    check(incidents[0], kA);
    CHECK(incidents[0].source == "kern.log.1");
}

TEST_CASE("oom: an allocation failure, and what sysrq shows, are no incidents") {
    constexpr std::string_view kMemory[] = {"Call Trace:",
                                            " dump_stack_lvl+0x33/0x42",
                                            "Mem-Info:",
                                            "active_anon:1 inactive_anon:2 isolated_anon:0",
                                            "DMA32 free:12kB min:4kB",
                                            "DMA32: 3*4kB (U) = 12kB",
                                            "20350 pages RAM"};
    const auto* const head =
        GENERATE("worker: page allocation failure: order:5, mode:0xcc0(GFP_KERNEL), nodemask=(null)",
                 "swapper/0: page allocation failure. order:1, mode:0x20", "sysrq: Show Memory");
    Console console;
    console.line(head);
    for (const auto line : kMemory) console.line(line);
    CHECK(incidents_of(console.text()).empty());
    // Nor do their figures become another report's.
    for (const auto& line : lines_of(kA)) console.line(line);
    console.line(head);
    for (const auto line : kMemory) console.line(line);
    const auto incidents = incidents_of(console.text());
    REQUIRE(incidents.size() == 1);
    check(incidents[0], kA);
    CHECK(incidents[0].memory.empty());
    CHECK(incidents[0].call_trace.size() == 5);
}

TEST_CASE("oom: kills by programs, and by Android's kernels") {
    struct Form {
        std::string_view line;
        OomKind kind;
        std::string_view comm;
        uint32_t pid;
        std::optional<uint32_t> uid;
        std::optional<int> adj;
        std::optional<uint64_t> score;
        std::string_view signal, memcg;
    };
    const auto form = GENERATE(
        Form{
            "Nov 22 16:00:01 host systemd-oomd[608]: Killed /user.slice/a b/x due to y.scope due to memory pressure for /user.slice being "
            "54.05% > 50.00% for > 20s with reclaim activity",
            OomKind::systemd_oomd,
            "",
            0,
            {},
            {},
            {},
            "SIGKILL",
            "/user.slice/a b/x due to y.scope"},
        Form{
            "Nov 22 16:00:01 host systemd-oomd[608]: Killed /x.scope due to memory used (8000000) / total (8100000) and swap used (1) / total "
            "(1) being more than 90.00%",
            OomKind::systemd_oomd,
            "",
            0,
            {},
            {},
            {},
            "SIGKILL",
            "/x.scope"},
        Form{
            "Nov 22 16:00:01 host earlyoom[9]: sending SIGTERM to process 57834 uid 1000 \"co\"de\": badness 866, VmRSS 5 MiB",
            OomKind::earlyoom,
            "co\"de",
            57834,
            1000,
            {},
            866,
            "SIGTERM",
            ""},
        Form{
            "Nov 22 16:00:01 host earlyoom[9]: sending SIGKILL to process 57834 uid 1000 \"code\": oom_score 866, VmRSS 5 MiB, cmdline \"code\"",
            OomKind::earlyoom,
            "code",
            57834,
            1000,
            {},
            866,
            "SIGKILL",
            ""},
        Form{
            "Nov 22 16:00:01 host earlyoom: killing process 27541 \"bash\" with signal 15: badness 550, VmRSS 7609 MiB",
            OomKind::earlyoom,
            "bash",
            27541,
            {},
            {},
            550,
            "SIGTERM",
            ""},
        Form{
            "Nov 22 16:00:01 host earlyoom[1]: Killing process 'bash' with signal 9, pid: 5874, badness: 538, VmRSS: 3160 MiB",
            OomKind::earlyoom,
            "bash",
            5874,
            {},
            {},
            538,
            "SIGKILL",
            ""},
        Form{"[  149.950550] lowmemorykiller: Killing 'd.process.media' (2846) (tgid 2846), adj 999,",
             OomKind::lmkd,
             "d.process.media",
             2846,
             {},
             999,
             {},
             "SIGKILL",
             ""},
        Form{"[  149.950550] lowmemorykiller: Killing 'android.browser' (28649), adj 18, score_adj 1000,",
             OomKind::lmkd,
             "android.browser",
             28649,
             {},
             1000,
             {},
             "SIGKILL",
             ""},
        Form{"[  149.950550] send sigkill to 2846 (media), adj 9, size 81288",
             OomKind::lmkd,
             "media",
             2846,
             {},
             9,
             {},
             "SIGKILL",
             ""},
        Form{
            "08-30 04:10:00.000  1  1 I lowmemorykiller: Kill 'com.example.app' (24017), uid 10123, oom_score_adj 900 to free 4963256kB rss, 0kB swap; "
            "reason: low watermark is breached",
            OomKind::lmkd,
            "com.example.app",
            24017,
            10123,
            900,
            {},
            "SIGKILL",
            ""});
    INFO(form.line);
    const auto incidents = incidents_of(concat(form.line, "\n"));
    REQUIRE(incidents.size() == 1);
    const auto& incident = incidents[0];
    CHECK(incident.kind == form.kind);
    REQUIRE(incident.killed.size() == 1);
    const auto& victim = incident.killed[0];
    CHECK(victim.comm == form.comm);
    CHECK(victim.pid == form.pid);
    CHECK(victim.uid == form.uid);
    CHECK(victim.oom_score_adj == form.adj);
    CHECK(victim.score == form.score);
    CHECK(victim.signal == form.signal);
    CHECK(victim.memcg == form.memcg);
    CHECK(incident.complete);
}

TEST_CASE("oom: what programs merely say is no kill") {
    for (
        const std::string_view line :
        {"Nov 22 16:00:01 host earlyoom[9]: mem avail: 27949 of 31880 MiB (87.67%), swap free: 44345 of 49151 MiB (90.22%)",
         "Nov 22 16:00:01 host earlyoom[9]: sending SIGTERM when mem <= 10.00% and swap <= 10.00%,",
         "Nov 22 16:00:01 host systemd-oomd[608]: Considered 145 cgroups for killing, top candidates were:",
         "Nov 22 16:00:01 host app[7]: Out of memory: Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB",
         "Nov 22 16:00:01 host app[7]: x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0",
         "[    1.0] kernel: nothing", "6,1,1,-;oom_reaper: unable to reap pid:54 (x)",
         "14,1,1,-;Out of memory: Killed process 54 (x) total-vm:2400kB, anon-rss:2264kB"}) {
        INFO(line);
        CHECK(incidents_of(concat(line, "\n")).empty());
    }
}

TEST_CASE("oom: a reader finds every report, wherever its blocks end") {
    std::string text;
    for (int report = 0; report < 20; ++report) {
        Console console;
        for (const auto& line : lines_of(report % 2 == 0 ? kA : kB)) console.line(line);
        text += console.text();
        for (int i = 0; i < 300; ++i) append(text, "[  300.", 100'000 + i, "] ", kOthers[i % 5], "\n");
    }
    for (const size_t block : {size_t{4096}, size_t{10'000}, size_t{65'536}, text.size()}) {
        INFO(block);
        CHECK(incidents_of(LogKind::dmesg, text, block).size() == 20);
        CHECK(incidents_of(LogKind::console, text, block).size() == 20);
    }
}

TEST_CASE("oom: most of a log is passed over") {
    std::string text;
    for (int i = 0; i < 2000; ++i) append(text, "[  100.", 100'000 + i, "] ", kOthers[i % 5], "\n");
    Console console;
    for (const auto& line : lines_of(kA)) console.line(line);
    text += console.text();
    for (int i = 0; i < 2000; ++i) append(text, "[  100.", 200'000 + i, "] ", kOthers[i % 5], "\n");
    std::vector<OomIncident> incidents;
    const auto keep = [&](OomIncident& incident) { incidents.push_back(std::move(incident)); };
    OomScanner scanner(keep);
    OomSink sink(scanner);
    sink.source("log", LogKind::dmesg);
    const auto filter = oom_filter();
    LogText reader(LogKind::dmesg, WallClock(kNovember2026, same_time), filter, sink);
    reader.add(text);
    reader.finish();
    scanner.finish();
    REQUIRE(incidents.size() == 1);
    check(incidents[0], kA);
    CHECK(reader.tally().records < 300);
}
