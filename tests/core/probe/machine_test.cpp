// SPDX-License-Identifier: MIT
#include "core/probe/machine.h"

#include <errno.h>

#include <catch2/catch.hpp>

#include "core/probe/symbols.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

TEST_CASE("a captured machine is read below its root") {
    TemporaryTree tree;
    tree.add("proc/version", "Linux version 6.1\n");
    Machine machine(tree.path());
    CHECK_FALSE(machine.live());
    CHECK(machine.read(kProcfs, "version") == "Linux version 6.1\n");

    const auto missing = machine.read(kProcfs, "cmdline");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().what == "open " + tree.path("proc/cmdline"));
    CHECK(missing.error().code == ENOENT);

    const auto no_sys = machine.directory(kSysfs);
    REQUIRE_FALSE(no_sys);
    CHECK(no_sys.error().what == "open " + tree.path("sys"));
}

TEST_CASE("the live machine has a /proc, mounted or not, or an error that says why not") {
    Machine machine("");
    CHECK(machine.live());
    const auto version = machine.read(kProcfs, "version");
    if (version)
        CHECK_THAT(*version, Catch::StartsWith("Linux version "));
    else
        CHECK(version.error().remedy != "");
}

TEST_CASE("a captured tree without kallsyms says how to capture it") {
    TemporaryTree tree;
    tree.add("proc/version", "");
    Machine machine(tree.path());
    const auto file = open_kallsyms(machine);
    REQUIRE_FALSE(file);
    CHECK_THAT(file.error().cause, Catch::Contains("captured tree"));
    CHECK_THAT(file.error().remedy, Catch::StartsWith("cp /proc/kallsyms"));
}
