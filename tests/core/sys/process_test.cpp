// SPDX-License-Identifier: MIT
#include "core/sys/process.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("how a child ends is returned") {
    auto end = run_in_child([] { return 3; }, 10'000);
    REQUIRE(end);
    CHECK(end->exited_with(3));
    CHECK_FALSE(end->exited_with(0));

    end = run_in_child([]() -> int { return raise(SIGKILL); }, 10'000);
    REQUIRE(end);
    CHECK(end->how == ChildEnd::How::killed);
    CHECK(end->code == SIGKILL);

    end = run_in_child([] { return pause(); }, 50);
    REQUIRE(end);
    CHECK(end->how == ChildEnd::How::timed_out);
}

TEST_CASE("a child starts with default signal dispositions") {
    signal(SIGUSR1, SIG_IGN);
    const auto end = run_in_child([] { return raise(SIGUSR1); }, 10'000);
    signal(SIGUSR1, SIG_DFL);
    REQUIRE(end);
    CHECK(end->how == ChildEnd::How::killed);
    CHECK(end->code == SIGUSR1);
}

TEST_CASE("ends and signals have words") {
    CHECK(describe(ChildEnd{ChildEnd::How::exited, 3}) == "exited with status 3");
    CHECK(describe(ChildEnd{ChildEnd::How::killed, SIGSEGV}) == "was killed by SIGSEGV");
    CHECK(describe(ChildEnd{ChildEnd::How::timed_out, 0}) == "did not end in time");
    CHECK(signal_name(SIGHUP) == "SIGHUP");
    CHECK(signal_name(SIGTERM) == "SIGTERM");
    CHECK(signal_name(SIGCHLD) == "SIGCHLD");
    CHECK(signal_name(SIGWINCH) == "SIGWINCH");
    CHECK(signal_name(SIGSYS) == "SIGSYS");
    CHECK(signal_name(40) == "signal 40");
    CHECK(signal_name(0) == "signal 0");
}

TEST_CASE("shared memory is zeroed, and seen from both sides") {
    Shared<int> number;
    REQUIRE(number);
    CHECK(*number == 0);
    REQUIRE(run_in_child([&] { return *number = 7, 0; }, 10'000));
    CHECK(*number == 7);
#ifdef __x86_64__
    CHECK(reinterpret_cast<uintptr_t>(&*number) <= UINT32_MAX);
#endif
}
