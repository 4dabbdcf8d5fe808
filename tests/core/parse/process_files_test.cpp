// SPDX-License-Identifier: MIT
#include "core/parse/process_files.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("stat is read from its right end: a name may hold anything", "[process_files]") {
    const auto plain = parse_process_stat(
        "1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 77 1000 200 18446744073709551615\n");
    CHECK(plain.name == "init");
    CHECK(plain.start == 77);
    CHECK_FALSE(plain.zombie);
    CHECK_FALSE(plain.kernel_thread);
    const auto thread =
        parse_process_stat("2 (kworker/0:1) I 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 9\n");
    CHECK(thread.kernel_thread);
    CHECK(thread.start == 9);
    const auto evil =
        parse_process_stat("3 (a) Z 1\n(b) c) Z 0 0 0 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 5\n");
    CHECK(evil.name == "a) Z 1\n(b) c");
    CHECK(evil.zombie);
    CHECK(evil.start == 5);
    for (const char* broken : {"", "4 (", "4 )(", "4 name S"}) CHECK(parse_process_stat(broken).name.empty());
}

TEST_CASE("sizes are found by their whole name", "[process_files]") {
    constexpr std::string_view kStatus =
        "Name:\tVmRSS: 1 kB\nVmRSSx:\t9 kB\nVmRSS:\t     120 kB\nVmSwap:\t18446744073709551615 kB\n";
    CHECK(kilobytes_of(kStatus, "VmRSS") == 120 * 1024);
    CHECK(kilobytes_of(kStatus, "VmSwap") == 0);  // no number of bytes
    CHECK(kilobytes_of(kStatus, "VmPTE") == 0);
    CHECK(kilobytes_of("VmRSS: much", "VmRSS") == 0);
    CHECK(kilobytes_of("VmRSS:", "VmRSS") == 0);
}

TEST_CASE("oom_score_adj is a number from -1000 to 1000", "[process_files]") {
    CHECK(parse_oom_score_adj("-1000") == -1000);
    CHECK(parse_oom_score_adj("17") == 17);
    for (const char* wrong : {"", "-", "1001", "-1001", "--1", "+1", "1 ", "18446744073709551617"})
        CHECK_FALSE(parse_oom_score_adj(wrong));
}

TEST_CASE("the control group is the one that limits memory", "[process_files]") {
    CHECK(memory_cgroup("0::/system.slice/sshd.service\n") == "/system.slice/sshd.service");
    CHECK(memory_cgroup("12:cpu,cpuacct:/a\n5:memory:/b\n0::/c\n") == "/b");
    CHECK(memory_cgroup("5:hugetlb,memory:/b:with:colons\n") == "/b:with:colons");
    CHECK(memory_cgroup("1:name=systemd:/a\n0::/c\n") == "/c");
    CHECK(memory_cgroup("5:memoryless:/b\n") == "");
    CHECK(memory_cgroup("nonsense\n:\n0:") == "");
}

TEST_CASE("numbers are found by the key that begins their line", "[process_files]") {
    constexpr std::string_view kEvents = "low 0\noom_kill_group 4\noom_kill 3\noom\noom x\n";
    CHECK(number_of(kEvents, "oom_kill") == 3);
    CHECK(number_of(kEvents, "low") == 0);
    CHECK(number_of("MemFree:  123 kB\n", "MemFree") == 123);
    CHECK_FALSE(number_of(kEvents, "oom"));
    CHECK_FALSE(number_of(kEvents, "kill"));
}
