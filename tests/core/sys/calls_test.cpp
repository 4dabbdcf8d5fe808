// SPDX-License-Identifier: MIT
#include "core/sys/calls.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace earlybox;
using How = CallAnswer::How;

TEST_CASE("each attempt has its answer, in order") {
    const CallAttempt attempts[] = {
        {.entry = CallEntry::native, .number = SYS_getppid},
        {.entry = CallEntry::native, .number = 4000},
        {.entry = CallEntry::native, .number = SYS_close},
    };
    const auto answers = attempt_calls(attempts);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].how == How::returned);
    CHECK(answers[0].value > 0);
    CHECK_FALSE(answers[0].refused_as_unknown());
    CHECK(answers[1].refused_as_unknown());
    CHECK(answers[2].value == -EBADF);
    CHECK(attempt_calls({}).empty());
}

TEST_CASE("a call that kills does not end the series") {
    const CallAttempt attempts[] = {
        {.entry = CallEntry::native, .number = SYS_tkill, .arguments = {-1, SIGTERM, 0, 0, 0, 0}},
        {.entry = CallEntry::native, .number = SYS_exit, .arguments = {0, 0, 0, 0, 0, 0}},
        {.entry = CallEntry::native, .number = SYS_getppid},
    };
    const auto answers = attempt_calls(attempts);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].value == -EINVAL);
    CHECK(answers[2].how == How::returned);
}

#if defined(__x86_64__)
TEST_CASE("the 32-bit entry answers, or is closed with a signal") {
    const CallAttempt getpid_call{.entry = CallEntry::int80, .number = 20};
    const auto answers = attempt_calls({&getpid_call, 1});
    REQUIRE(answers.size() == 1);
    if (answers[0].how == How::returned)
        CHECK(answers[0].value > 0);
    else
        CHECK((answers[0].how == How::killed && answers[0].value == SIGSEGV));
}
#endif
