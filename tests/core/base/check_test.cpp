// SPDX-License-Identifier: MIT
#include "core/base/check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/sys/file.h"

using namespace earlybox;

TEST_CASE("a broken invariant names its place and ends the program") {
    CHECK_INVARIANT(1 + 1 == 2);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const Fd reader(ends[0]);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        CHECK_INVARIANT(1 + 1 == 3);
        _exit(0);
    }
    close(ends[1]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    const auto said = read_all(reader.number(), "pipe");
    REQUIRE(said);
    CHECK_THAT(*said, Catch::Contains("broken invariant at tests/core/base/check_test.cpp:") &&
                          Catch::EndsWith("1 + 1 == 3\n"));
}
