// SPDX-License-Identifier: MIT
// What mounts nothing; tests/guest mounts.
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/abi/filesystems.h"
#include "core/applet.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

TEST_CASE("mountfs lists every file system that it knows") {
    TemporaryTree root;
    const auto outcome = call({"mountfs", "--list", "--target", root.path()});
    for (const auto& file_system : pseudo_filesystems()) {
        CHECK_THAT(outcome.out, Catch::Contains(file_system.name));
        CHECK_THAT(outcome.out, Catch::Contains(root.path() + file_system.mount_point));
    }
    CHECK_THAT(call({"mountfs", "-l", "--json", "proc"}).out,
               Catch::StartsWith(R"({"name":"proc","type":"proc",)"));
}

TEST_CASE("mountfs says what it would do, and does not do it") {
    TemporaryTree root;
    const auto outcome = call({"mountfs", "-n", "-t", root.path(), "proc", "tmp"});
    CHECK(outcome.code == kFine);
    CHECK(outcome.err == "");
    CHECK_THAT(outcome.out, Catch::Contains("would mount proc       " + root.path("proc")) &&
                                Catch::Contains("would mount tmpfs      " + root.path("tmp")));
    CHECK(std::filesystem::is_empty(root.path()));
}

TEST_CASE("mountfs does not hide what a directory holds, unless it was asked to") {
    TemporaryTree root;
    root.add("tmp/file", "");
    CHECK_THAT(call({"mountfs", "-n", "-t", root.path()}).out,
               Catch::Contains("left alone  tmpfs      " + root.path("tmp")));
    CHECK_THAT(call({"mountfs", "-n", "-t", root.path(), "tmp"}).out, Catch::Contains("would mount tmpfs"));
}

TEST_CASE("mountfs names what it cannot understand") {
    const auto unknown = call({"mountfs", "-n", "sysf"});
    CHECK(unknown.code == kUsage);
    CHECK_THAT(unknown.err,
               Catch::Contains("there is no file system 'sysf'") && Catch::Contains("did you mean sysfs?"));
    CHECK(call({"mountfs", "--undo", "proc"}).code == kUsage);
    const auto nowhere = call({"mountfs", "-n", "-t", "/nonexistent"});
    CHECK(nowhere.code == kFailed);
    CHECK_THAT(nowhere.err, Catch::Contains("mount below /nonexistent: No such file or directory"));
}
