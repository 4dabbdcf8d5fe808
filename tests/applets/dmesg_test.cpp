// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <time.h>

#include <catch2/catch.hpp>

#include "core/applet.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

namespace {

constexpr const char* kKmsg =
    "6,0,0,-;Linux version 6.1.0\n"
    "4,1,1000000,-;ACPI: warning\n SUBSYSTEM=acpi\n"
    "30,2,2500000,-;systemd[1]: hello\n"
    "3,3,3000000,-,caller=T49;two\\x0alines \\x1b[2J\n";

Outcome dmesg(std::vector<std::string> words) {
    setenv("TZ", "UTC0", 1);
    tzset();
    words.insert(words.begin(), "dmesg");
    return call(words);
}

struct File : TemporaryTree {
    explicit File(std::string_view content) { add("log", content); }
    Outcome dmesg(std::vector<std::string> words) const {
        words.insert(words.end(), {"-F", path("log")});
        return ::dmesg(words);
    }
};

}  // namespace

TEST_CASE("dmesg -F shows records, whole or selected") {
    const File file(kKmsg);
    const auto all = file.dmesg({});
    CHECK(all.code == kFine);
    CHECK(all.err == "");
    CHECK(
        all.out ==
        "[    0.000000] Linux version 6.1.0\n[    1.000000] ACPI: warning\n[    2.500000] systemd[1]: hello\n"
        "[    3.000000] two\n               lines \\x1b[2J\n");
    CHECK(file.dmesg({"-t", "-l", "err,warn"}).out == "ACPI: warning\ntwo\nlines \\x1b[2J\n");
    CHECK(file.dmesg({"-t", "-u"}).out == "systemd[1]: hello\n");
    CHECK(file.dmesg({"-t", "-k", "-l", "info"}).out == "Linux version 6.1.0\n");
    CHECK(file.dmesg({"-t", "-k", "-f", "daemon", "-l", "info"}).out ==
          "Linux version 6.1.0\nsystemd[1]: hello\n");
    CHECK(file.dmesg({"-t", "--grep", "hello", "--grep", "version"}).out ==
          "Linux version 6.1.0\nsystemd[1]: hello\n");
    CHECK(file.dmesg({"--grep", "no such"}).out == "");
    CHECK(file.dmesg({"-t", "-d", "-k"}).out.starts_with("[<    0.000000>] Linux"));
}

TEST_CASE("dmesg -F below another root; without it that root's /dev/kmsg") {
    TemporaryTree root;
    root.add("var/log/mine", kKmsg).add("dev/kmsg", "6,7,8000000,-;captured\n");
    CHECK(dmesg({"--root", root.path(), "-t", "-u", "-F", "/var/log/mine"}).out == "systemd[1]: hello\n");
    CHECK(dmesg({"--root", root.path()}).out == "[    8.000000] captured\n");
}

TEST_CASE("stamps of the wall clock are its own where the log has them, else reckoned, which is said") {
    const File own("Nov 22 16:00:00 host kernel: [    5.000000] x\n");
    CHECK(own.dmesg({}).out == "[    5.000000] x\n");
    CHECK(own.dmesg({"-T"}).out.find(" Nov 22 16:00:00 ") != std::string::npos);
    CHECK(own.dmesg({"-T"}).err == "");
    const File none(kKmsg);
    CHECK(none.dmesg({"-d"}).err == "");
    for (const char* format : {"ctime", "reltime", "iso"})
        CHECK_THAT(none.dmesg({"--time-format", format}).err,
                   Catch::Contains("log has no wall clock's stamps"));
    CHECK(none.dmesg({"--since", "2001-01-01"}).out.find("ACPI") != std::string::npos);
    CHECK(none.dmesg({"--since", "tomorrow"}).out == "");
    CHECK(none.dmesg({"--until", "2001-01-01"}).out == "");
}

TEST_CASE("--suspend moves stamps by the sleep that a log tells of") {
    const File file(
        "6,0,10000000,-;before\n"
        "6,1,20000000,-;PM: suspend entry (s2idle)\n"
        "6,2,21000000,-;PM: Timekeeping suspended for 3600.000 seconds\n"
        "6,3,22000000,-;PM: suspend exit\n"
        "6,4,30000000,-;after\n");
    const auto hour = [&](const Outcome& outcome, const char* text) {
        const size_t at = outcome.out.find(text);
        REQUIRE(at != std::string::npos);
        return outcome.out.substr(outcome.out.rfind('T', at) + 1, 5);  // hours and minutes of an ISO stamp
    };
    const auto plain = file.dmesg({"--time-format", "iso"});
    const auto moved = file.dmesg({"--time-format", "iso", "--suspend"});
    CHECK(moved.code == kFine);
    CHECK(hour(moved, "before") == hour(plain, "before"));
    const auto minutes = [](const std::string& clock) {
        return std::stoi(clock) * 60 + std::stoi(clock.substr(3));
    };
    CHECK((minutes(hour(moved, "after")) - minutes(hour(plain, "after")) + 1440) % 1440 == 60);
}

TEST_CASE("dmesg refuses options that exclude each other, and words that mean nothing") {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"-C", "-c"},
                                                  {"-D", "-E"},
                                                  {"-n", "1", "-C"},
                                                  {"-r", "-x"},
                                                  {"-r", "-H"},
                                                  {"-rT"},
                                                  {"-r", "-L"},
                                                  {"-re"},
                                                  {"-rd"},
                                                  {"-rt"},
                                                  {"-S", "-w"},
                                                  {"-S", "-W"},
                                                  {"-F", "x", "-c"},
                                                  {"-F", "x", "-n1"}}) {
        const auto outcome = dmesg(words);
        CHECK(outcome.code == kUsage);
        CHECK_THAT(outcome.err, Catch::Contains("exclude each other"));
    }
    for (const std::vector<std::string>& words : {std::vector<std::string>{"-l", "bad"},
                                                  {"-f", "13"},
                                                  {"-n", "9"},
                                                  {"--time-format", "x"},
                                                  {"--color=x"},
                                                  {"--since", "soon"},
                                                  {"--until", "2026-13-01"},
                                                  {"-s", "x"}})
        CHECK(dmesg(words).code == kUsage);
    CHECK_THAT(dmesg({"/var/log/kern.log"}).err, Catch::Contains("did you mean dmesg -F /var/log/kern.log?"));
    CHECK_THAT(dmesg({"--suspend", "-F", "-"}).err, Catch::Contains("standard input"));
    TemporaryTree root;
    CHECK_THAT(dmesg({"--root", root.path(), "-C"}).err, Catch::Contains("live machine"));
}

TEST_CASE("dmesg says why a log cannot be read, or holds nothing of the kernel's") {
    const auto missing = dmesg({"-F", "/no/such/log"});
    CHECK(missing.code == kFailed);
    CHECK_THAT(missing.err, Catch::Contains("/no/such/log: No such file or directory (ENOENT)"));
    TemporaryTree root;
    const auto captured = dmesg({"--root", root.path()});
    CHECK(captured.code == kFailed);
    CHECK_THAT(captured.err, Catch::Contains("holds no copy of /dev/kmsg"));
    const File others("Nov 22 16:00:00 host cron[1]: x\nNov 22 16:00:01 host sshd[2]: y\n");
    const auto none = others.dmesg({});
    CHECK(none.out == "");
    CHECK_THAT(none.err, Catch::Contains("holds 2 lines, but none of the kernel's"));
}
