// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/applet.h"
#include "core/sys/file.h"
#include "core/sys/process.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

namespace {

struct Captured : TemporaryTree {
    Captured() { add("proc/meminfo", "MemTotal:  1000000 kB\nSwapTotal: 0 kB\n"); }

    struct Process {
        const char* pid;
        const char* name;
        const char* score;
        const char* adjustment;
        const char* resident = "0";
        const char* flags = "4194304";
        char state = 'S';
        const char* start = "100";
    };
    Captured& process(const Process& p) {
        const std::string folder = concat("proc/", p.pid, '/');
        add(folder + "stat", concat(p.pid, " (", p.name, ") ", p.state, " 1 1 1 0 -1 ", p.flags,
                                    " 0 0 0 0 0 0 0 0 20 0 1 0 ", p.start, " 0 0\n"));
        add(folder + "oom_score", concat(p.score, '\n'))
            .add(folder + "oom_score_adj", concat(p.adjustment, '\n'));
        add(folder + "status",
            concat("Name:\t", p.name, "\nVmRSS:\t", p.resident, " kB\nVmSwap:\t2048 kB\nVmPTE:\t40 kB\n"));
        add(folder + "cgroup", concat("0::/", p.name, ".slice\n"));
        return *this;
    }
    Outcome choom(std::vector<std::string> words) const {
        words.insert(words.begin(), {"choom", "--root", path()});
        return call(words);
    }
};

// A child of this test that waits to be killed.
struct Sleeper {
    Sleeper() {
        if (pid = fork(); pid == 0) {
            pause();
            _exit(0);
        }
    }
    ~Sleeper() {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    pid_t pid;
};

}  // namespace

TEST_CASE("choom shows a process as util-linux does", "[choom]") {
    Captured machine;
    machine.process({"42", "grower", "667", "-5"});
    const auto shown = machine.choom({"-p", "42"});
    CHECK(shown.code == kFine);
    CHECK(shown.out == "pid 42's current OOM score: 667\npid 42's current OOM score adjust value: -5\n");
    CHECK(machine.choom({"--json", "-p", "42"}).out == "{\"pid\":42,\"score\":667,\"adj\":-5}\n");
    const auto gone = machine.choom({"-p", "43"});
    CHECK(gone.code == kFailed);
    CHECK_THAT(gone.err, Catch::Contains("there is no process 43"));
}

TEST_CASE("choom ranks processes as the kernel would kill them", "[choom]") {
    Captured machine;
    machine.process({"1", "init", "0", "0", "9000"})
        .process({"2", "kthreadd", "0", "0", "0", "2129984"})
        .process({"10", "small", "666", "0", "100"})
        .process({"11", "large", "666", "0", "900"})
        .process({"12", "twin-a", "666", "0", "500", "4194304", 'S', "7"})
        .process({"13", "twin-b", "666", "0", "500", "4194304", 'S', "8"})
        .process({"14", "chosen", "800", "200", "300000"})
        .process({"15", "sshd", "0", "-1000", "5000"})
        .process({"16", "dead", "0", "0", "0", "4194304", 'Z'});
    const auto listed = machine.choom({"-l"});
    CHECK(listed.err == "");
    CHECK(listed.code == kFine);
    CHECK(listed.out ==
          "PID  SCORE  ADJ    RSS      SWAP     NAME                 CGROUP\n"
          "14   800    200    292 MB   2048 kB  chosen               /chosen.slice\n"
          "11   666    0      900 kB   2048 kB  large                /large.slice\n"
          "13   666    0      500 kB   2048 kB  twin-b               /twin-b.slice\n"
          "12   666    0      500 kB   2048 kB  twin-a               /twin-a.slice\n"
          "10   666    0      100 kB   2048 kB  small                /small.slice\n"
          "1    never  0      9000 kB  2048 kB  init (init)          /init.slice\n"
          "15   never  -1000  5000 kB  2048 kB  sshd (adj is -1000)  /sshd.slice\n"
          "16   never  0      0        2048 kB  dead (has ended)     /dead.slice\n"
          "never: kernel threads (1)\n");
    const auto json = machine.choom({"-l", "--json"});
    CHECK_THAT(
        json.out,
        Catch::StartsWith(R"({"pid":14,"name":"chosen","score":800,"adj":200,"rss":307200000,)"
                          R"("swap":2097152,"cgroup":"/chosen.slice","killed":true})"
                          "\n") &&
            Catch::Contains(R"("name":"kthreadd","score":0,"adj":0,"rss":0,"swap":2097152,)"
                            R"("cgroup":"/kthreadd.slice","killed":false,"because":"kernel thread"})"));
}

TEST_CASE("names of processes are escaped", "[choom]") {
    Captured machine;
    machine.process({"10", "evil\x1b[2J", "666", "0"});
    CHECK_THAT(machine.choom({"-l"}).out, Catch::Contains("evil\\x1b[2J") && !Catch::Contains("\x1b"));
}

TEST_CASE("a tree without processes is said to be one", "[choom]") {
    Captured machine;
    const auto outcome = machine.choom({"-l"});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err, Catch::Contains("/proc shows none"));
}

TEST_CASE("choom refuses what makes no sense", "[choom]") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"choom"},
                                               {"choom", "-n", "5"},
                                               {"choom", "-p", "1", "x"},
                                               {"choom", "-l", "-p", "1"},
                                               {"choom", "-l", "x"},
                                               {"choom", "-n", "1001", "-p", "1"},
                                               {"choom", "-n", "-1001", "-p", "1"},
                                               {"choom", "-n", "--5", "-p", "1"},
                                               {"choom", "-n", "x", "-p", "1"},
                                               {"choom", "-p", "x"},
                                               {"choom", "-n", "5", "-p", "1", "--root", "/tmp"}}) {
        INFO(words.back());
        CHECK(call(words).code == kUsage);
    }
}

TEST_CASE("choom changes a live process", "[choom]") {
    const Sleeper sleeper;
    const std::string pid = concat(sleeper.pid);
    const auto value = [&] {
        const auto shown = call({"choom", "--json", "-p", pid});
        return shown.out.substr(shown.out.rfind(':') + 1);
    };
    const std::string before = value();
    const auto changed = call({"choom", "-n", "700", "-p", pid});
    INFO(changed.err);
    CHECK(changed.code == kFine);
    CHECK(changed.out == concat("pid ", pid, "'s OOM score adjust value changed from ",
                                before.substr(0, before.size() - 2), " to 700\n"));
    CHECK(value() == "700}\n");
    CHECK_THAT(call({"choom", "-l"}).out, Catch::Contains("\n" + pid + " "));
}

TEST_CASE("choom starts a command that can be killed by SIGPIPE, and tells why one does not start",
          "[choom]") {
    const auto end = run_in_child(
        [] {
            claim_standard_descriptors();  // as main() does: ignores it
            return call({"choom", "-n", "900", "--", "/bin/sh", "-c", "kill -PIPE $$"}).code;
        },
        10'000);
    REQUIRE(end);
    CHECK(describe(*end) == "was killed by SIGPIPE");
    const auto missing =
        run_in_child([] { return call({"choom", "-n", "900", "/no/such/program"}).code; }, 10'000);
    REQUIRE(missing);
    CHECK(missing->exited_with(127));
    const auto no_program = run_in_child([] { return call({"choom", "-n", "900", "--", "/"}).code; }, 10'000);
    REQUIRE(no_program);
    CHECK(no_program->exited_with(126));
}
