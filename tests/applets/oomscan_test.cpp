// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <catch2/catch.hpp>

#include "applets/oomscan/merge.h"
#include "core/applet.h"
#include "core/sys/file.h"
#include "tests/embed.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;
using Catch::Contains;

EMBED(packed_log, "tests/fixtures/log-rotated/kern.log.5.gz")

namespace {

// What a kernel of 6.1 says of a kill, each line after the stamp of a kind of log.
struct Kill {
    unsigned milliseconds = 2158;
    unsigned pid = 49;
    std::string name = "grower";

    std::string kmsg() const {
        return lines([&](auto stamp) { return concat("4,1,", stamp, ",-;"); }, "");
    }
    std::string dmesg() const {
        return lines([](auto stamp) { return bracketed(stamp); }, "");
    }
    std::string syslog() const {
        return lines(
            [](auto stamp) {
                return concat("Nov 22 16:00:0", stamp / 1'000'000, " guest kernel: ", bracketed(stamp));
            },
            "");
    }
    // Without the kernel's own stamps.
    std::string plain_syslog() const {
        return lines([](auto) { return "Nov 22 16:00:03 guest kernel: "; }, "");
    }

 private:
    static std::string bracketed(unsigned microseconds) {
        const std::string fraction = concat(1'000'000 + microseconds % 1'000'000).substr(1);
        return concat("[    ", microseconds / 1'000'000, '.', fraction, "] ");
    }
    template <class Stamp>
    std::string lines(Stamp stamp, std::string text) const {
        unsigned at = milliseconds * 1000;
        for (const std::string& line : {
                 name + " invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), "
                        "order=0, oom_score_adj=0",
                 concat("CPU: 0 PID: ", pid, " Comm: ", name, " Not tainted 6.1.192 #1"),
                 std::string("Mem-Info:"),
                 std::string("DMA32 free:996kB boost:0kB min:1000kB low:1248kB high:1496kB present:81400kB "
                             "managed:67148kB mlocked:264kB"),
                 std::string("20350 pages RAM"),
                 std::string("3563 pages reserved"),
                 std::string("Tasks state (memory values in pages):"),
                 std::string("[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj "
                             "name"),
                 std::string("[     46]     0    46     2136     2105    53248        0             0 plain"),
                 concat("[     ", pid, "]     0    ", pid,
                        "     4440     4217    69632        0             0 ", name),
                 concat("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
                        "global_oom,task_memcg=/,task=",
                        name, ",pid=", pid, ",uid=0"),
                 concat("Out of memory: Killed process ", pid, " (", name,
                        ") total-vm:17760kB, anon-rss:16868kB, file-rss:0kB, shmem-rss:0kB, UID:0 "
                        "pgtables:68kB oom_score_adj:0"),
             }) {
            append(text, stamp(at), line, '\n');
            at += 100;
        }
        return text;
    }
};

Outcome scan(std::vector<std::string> words) {
    words.insert(words.begin(), "oomscan");
    return call(words);
}

size_t lines_of(const std::string& text) { return static_cast<size_t>(std::ranges::count(text, '\n')); }

}  // namespace

TEST_CASE("oomscan finds the incidents of a file, in each view", "[oomscan]") {
    TemporaryTree tree;
    tree.add("log", Kill().dmesg() + Kill{.milliseconds = 3000, .pid = 50}.dmesg())
        .add("quiet", "[    0.000000] Linux version 6.1\n");
    const auto text = scan({tree.path("log")});
    CHECK(text.err == "");
    CHECK(text.code == kBadNews);
    CHECK_THAT(text.out, Contains("grower") && Contains("2.158"));
    const auto summary = scan({"--summary", tree.path("log")});
    CHECK(summary.code == kBadNews);
    CHECK(lines_of(summary.out) == 2);
    const auto json = scan({"--json", tree.path("log")});
    CHECK(lines_of(json.out) == 2);
    CHECK_THAT(json.out, Contains(R"("source":")" + tree.path("log")) && Contains(R"("killed":[{"pid":50,)"));
    const auto quiet = scan({tree.path("quiet")});
    CHECK(quiet.code == kFine);
    CHECK(quiet.err == "");
}

TEST_CASE("oomscan --html writes a page, and the text as well", "[oomscan]") {
    TemporaryTree tree;
    tree.add("log", Kill().dmesg());
    const auto outcome = scan({"--html", tree.path("page"), "-s", tree.path("log")});
    CHECK(outcome.code == kBadNews);
    CHECK(lines_of(outcome.out) == 1);
    const auto page = read_file(tree.path("page"));
    REQUIRE(page);
    CHECK_THAT(*page, Contains("grower") && Contains("</html>"));
    const auto refused = scan({"--html", tree.path("no/such/folder"), tree.path("log")});
    CHECK(refused.code == kFailed);
    CHECK_THAT(refused.err, Contains("no/such/folder"));
}

TEST_CASE("oomscan shows what several logs tell once, and names them all", "[oomscan]") {
    TemporaryTree tree;
    tree.add("var/log/kern.log", "Nov 22 16:00:00 guest kernel: [    0.000000] Linux\n" + Kill().syslog())
        .add("var/log/syslog", Kill().syslog() + Kill{.milliseconds = 5000, .name = "other"}.syslog())
        .add("sys/fs/pstore/console-ramoops-0", Kill().dmesg());
    const auto outcome = scan({"--all", "--json", "--root", tree.path()});
    CHECK(outcome.err == "");
    CHECK(outcome.code == kBadNews);
    CHECK(lines_of(outcome.out) == 2);
    CHECK_THAT(outcome.out,
               Contains(R"("source":")" + tree.path("var/log/kern.log") + R"(","line":2,)") &&
                   Contains(concat("also in ", tree.path("var/log/syslog"), ":1")) &&
                   Contains(concat("also in ", tree.path("sys/fs/pstore/console-ramoops-0"), ":1")) &&
                   Contains(R"("comm":"other")"));
}

TEST_CASE("oomscan --all says where there is no log at all", "[oomscan]") {
    TemporaryTree tree;
    tree.add("etc/hostname", "x\n").add("var/log/wtmp", std::string(10, '\0'));
    const auto outcome = scan({"--all", "--root", tree.path()});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err, Contains("there is none"));
}

TEST_CASE("oomscan reads on where a source cannot be read, and says so", "[oomscan]") {
    TemporaryTree tree;
    tree.add("log", Kill().kmsg()).add("cut.gz", packed_log().substr(0, packed_log().size() / 2));
    const auto missing = scan({"-s", tree.path("none"), tree.path("log")});
    CHECK(missing.code == kFailed);
    CHECK(lines_of(missing.out) == 1);
    CHECK_THAT(missing.err, Contains(tree.path("none")) && Contains("ENOENT"));
    const auto cut = scan({"-s", tree.path("cut.gz"), tree.path("log")});
    CHECK(cut.code == kFailed);
    CHECK(lines_of(cut.out) == 1);
    CHECK_THAT(cut.err, Contains(tree.path("cut.gz: byte ")));
}

TEST_CASE("oomscan --root: files below it, and a captured kernel log", "[oomscan]") {
    TemporaryTree tree;
    tree.add("dev/kmsg", Kill().kmsg()).add("logs/mine", Kill().dmesg());
    CHECK(lines_of(scan({"-s", "--root", tree.path()}).out) == 1);
    CHECK(lines_of(scan({"-s", "--root", tree.path(), "logs/mine"}).out) == 1);
}

TEST_CASE("oomscan's options exclude each other", "[oomscan]") {
    for (const char* line : {"--summary --json", "--next --all", "--next log", "--follow log",
                             "--follow --root .", "--all log"}) {
        INFO(line);
        std::vector<std::string> words;
        std::string_view rest = line;
        for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) words.emplace_back(word);
        CHECK(scan(words).code == kUsage);
    }
}

TEST_CASE("incidents of different logs are the same by stamp, asker and victims", "[oomscan]") {
    const auto incident = [](const char* source) {
        OomIncident one;
        one.source = source;
        one.since_boot_us = 2'158'364;
        one.trigger.comm = "grower";
        one.complete = true;
        one.killed.push_back({.pid = 48, .comm = "sacrifice", .total_vm_kb = 2400});
        return one;
    };
    const OomIncident a = incident("a");
    OomIncident b = incident("b");
    CHECK(oomscan::is_same(a, b));
    CHECK_FALSE(oomscan::is_same(a, incident("a")));
    b.since_boot_us = 2'158'365;
    CHECK_FALSE(oomscan::is_same(a, b));
    b.complete = false;  // its first line is a later one
    CHECK(oomscan::is_same(a, b));
    b.killed[0].pid = 49;
    CHECK_FALSE(oomscan::is_same(a, b));
    b = incident("b");
    b.killed.clear();  // the end was lost
    CHECK(oomscan::is_same(a, b));
    b.since_boot_us = 2'158'365;
    CHECK_FALSE(oomscan::is_same(a, b));
    b = incident("b");
    b.trigger.comm = "other";
    CHECK_FALSE(oomscan::is_same(a, b));
    b = incident("b");
    b.since_boot_us.reset();
    CHECK(oomscan::is_same(a, b));
    b.killed.clear();
    CHECK_FALSE(oomscan::is_same(a, b));

    OomIncident c = incident("c");
    OomIncident d = incident("d");
    c.wall_us = 1'000'000'000'000;
    d.wall_us = *c.wall_us + 2'000'000;
    CHECK(oomscan::is_same(c, d));
    d.wall_us = *c.wall_us + 100'000'000'000;  // the same stamp in another boot
    CHECK_FALSE(oomscan::is_same(c, d));
    d.wall_us = *c.wall_us + 3'000'000;
    d.since_boot_us.reset();
    CHECK_FALSE(oomscan::is_same(c, d));
}

TEST_CASE("a panic that is all that a quiet console has of a report", "[oomscan]") {
    OomIncident whole;
    whole.source = "dump";
    whole.since_boot_us = 3'022'782;
    whole.trigger.comm = "grower";
    whole.panic = "Out of memory: system-wide panic_on_oom is enabled";
    whole.complete = true;
    OomIncident line;
    line.source = "console";
    line.since_boot_us = 3'026'594;
    line.panic = whole.panic;
    CHECK(oomscan::is_same(whole, line));
    line.panic = "System is deadlocked on memory";
    CHECK_FALSE(oomscan::is_same(whole, line));
}

TEST_CASE("oomscan: a log without the kernel's stamps tells of the same", "[oomscan]") {
    TemporaryTree tree;
    tree.add("a", Kill().dmesg()).add("b", Kill().plain_syslog());
    CHECK(lines_of(scan({"-s", tree.path("a"), tree.path("b")}).out) == 1);
}

TEST_CASE("oomscan keeps a few megabytes of what it merges", "[oomscan]") {
    size_t shown = 0;
    const auto count = [&](const OomIncident&, const oomscan::Verdict&) { ++shown; };
    oomscan::Merger merger(count);
    const auto add = [&](const char* source, uint64_t stamp) {
        OomIncident one;
        one.source = source;
        one.since_boot_us = stamp;
        one.report.assign(100'000, 'x');
        merger.add(one, {});
    };
    for (uint64_t i = 0; i < 200; ++i) add("a", i);
    CHECK(shown > 150);
    for (uint64_t i = 0; i < 200; ++i) add("b", i);
    merger.show();
    CHECK(shown == 200);
}

namespace {

// Processes of a captured machine of 100,000 kB.
struct Captured : TemporaryTree {
    Captured() {
        add("proc/meminfo", "MemTotal:  100000 kB\nSwapTotal: 0 kB\n").add("proc/vmstat", "oom_kill 0\n");
        add("dev/kmsg", "6,0,0,-;Linux version 6.1.0\n");
    }
    Captured& process(const char* pid, const char* name, const char* kilobytes, const char* adjustment,
                      const char* cgroup) {
        const std::string folder = concat("proc/", pid, '/');
        add(folder + "stat", concat(pid, " (", name, ") S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0\n"));
        add(folder + "oom_score", "666\n").add(folder + "oom_score_adj", concat(adjustment, '\n'));
        add(folder + "status", concat("VmRSS:\t", kilobytes, " kB\n"));
        add(folder + "cgroup", concat(cgroup, '\n'));
        return *this;
    }
    Captured& group(const std::string& path, const char* limit, const char* events, const char* whole = "0") {
        const std::string folder = concat("sys/fs/cgroup", path, '/');
        add(folder + "memory.max", concat(limit, '\n')).add(folder + "memory.current", "1048576\n");
        add(folder + "memory.events.local", events).add(folder + "memory.oom.group", concat(whole, '\n'));
        return *this;
    }
    Outcome next(std::vector<std::string> words = {}) const {
        words.insert(words.begin(), {"--next", "--root", path()});
        return scan(words);
    }
};

}  // namespace

TEST_CASE("oomscan --next: who dies for the machine, and who at the limit of a group", "[oomscan]") {
    Captured machine;
    machine.process("10", "outside", "50000", "0", "0::/")
        .process("11", "worker", "3000", "0", "0::/jobs/a")
        .process("12", "leader", "2000", "300", "0::/jobs/b")
        .process("13", "spared", "9000", "-1000", "0::/jobs/b")
        .process("14", "jobs-too", "99", "0", "0::/jobs2")
        .group("/jobs", "8388608", "oom_kill 0\noom_group_kill 0\n")
        .group("/jobs/b", "max", "oom_kill 0\n", "1")
        .group("/jobs2", "max", "oom_kill 0\n");
    const auto text = machine.next();
    CHECK(text.err == "");
    CHECK(text.code == kFine);
    CHECK_THAT(text.out, Contains("When the machine is out of memory (97 MB, swap 0) the kernel kills:\n") &&
                             Contains("1  10   0    48 MB    0     outside   /\n") &&
                             Contains("At the limit of /jobs (8192 kB, 1024 kB in use) it kills:\n") &&
                             Contains("1  12   300  2000 kB  0     leader  /jobs/b\n"
                                      "2  11   0    3000 kB  0     worker  /jobs/a\n"
                                      "With the first dies all of /jobs/b (memory.oom.group).\n") &&
                             !Contains("spared"));
    const auto json = machine.next({"--json"});
    CHECK(lines_of(json.out) == 4 + 2);
    CHECK_THAT(json.out, Contains(R"({"scope":"memcg","memcg":"/jobs","rank":1,"pid":12,"name":"leader",)"
                                  R"("score":666,"adj":300,"rss":2048000,"swap":0,"cgroup":"/jobs/b",)"
                                  R"("group":"/jobs/b"})"));
}

TEST_CASE("oomscan --next names kills that are counted, but not in the log", "[oomscan]") {
    Captured machine;
    machine.process("10", "outside", "50000", "0", "0::/")
        .group("/jobs", "max", "oom_kill 2\noom_group_kill 1\n")
        .add("proc/vmstat", "oom_kill 3\n")
        .add("dev/kmsg", Kill().kmsg());
    const auto text = machine.next();
    CHECK(text.code == kBadNews);
    CHECK_THAT(text.out, Contains("/proc/vmstat: oom_kill is 3, the log shows 1: ") &&
                             Contains("/jobs: oom_kill is 2, the log shows 0: ") &&
                             Contains("/jobs: oom_group_kill is 1, the log shows 0: "));
    CHECK_THAT(
        machine.next({"--json"}).out,
        Contains(R"({"scope":"counter","counter":"oom_kill","counted":3,"logged":1})") &&
            Contains(R"({"scope":"counter","counter":"oom_kill","memcg":"/jobs","counted":2,"logged":0})"));
    machine.group("/jobs", "max", "oom_kill 0\n").add("proc/vmstat", "oom_kill 1\n");
    CHECK(machine.next().code == kFine);
}

TEST_CASE("oomscan --next: groups of version 1, settings that overrule the order", "[oomscan]") {
    Captured machine;
    machine.process("10", "inside", "500", "0", "5:cpu,memory:/a")
        .add("proc/sys/vm/oom_kill_allocating_task", "1\n")
        .add("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
        .add("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2097152\n")
        .add("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1048576\n")
        .add("sys/fs/cgroup/memory/a/memory.oom_control", "oom_kill_disable 1\nunder_oom 0\noom_kill 4\n");
    const auto text = machine.next();
    CHECK(text.code == kBadNews);
    CHECK_THAT(text.out, Contains("At the limit of /a (2048 kB, 1024 kB in use) its processes wait") &&
                             Contains("/a: oom_kill is 4, the log shows 0"));
    CHECK_THAT(text.err, Contains("whoever asks for memory is killed instead"));
    machine.add("proc/sys/vm/panic_on_oom", "2\n");
    CHECK_THAT(machine.next().err, Contains("the kernel panics instead"));
}
