// SPDX-License-Identifier: MIT
#include "core/parse/mountinfo.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("a mountinfo line, with and without optional fields") {
    auto mount =
        parse_mountinfo_line("22 1 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw");
    REQUIRE(mount);
    CHECK(mount->id == 22);
    CHECK(mount->mount_point == "/proc");
    CHECK(mount->type == "proc");
    CHECK(mount->source == "proc");

    mount = parse_mountinfo_line("1 1 0:2 / / rw - rootfs rootfs rw,size=1k");
    REQUIRE(mount);
    CHECK(mount->mount_point == "/");
    CHECK(mount->type == "rootfs");

    mount =
        parse_mountinfo_line("40 22 0:30 / /mnt rw master:1 propagate_from:2 unbindable - tmpfs earlybox rw");
    REQUIRE(mount);
    CHECK(mount->source == "earlybox");
}

TEST_CASE("octal escapes are undone, and nothing else is") {
    const auto mount = parse_mountinfo_line(R"(30 1 8:1 / /a\040b\011\134c\09\0 rw - fuse.x \043src rw)");
    REQUIRE(mount);
    CHECK(mount->mount_point == "/a b\t\\c\\09\\0");
    CHECK(mount->source == "#src");
}

TEST_CASE("an incomplete line is no mount") {
    const auto line =
        GENERATE(as<std::string>(), "", "22", "x 1 0:21 / /proc rw - proc proc rw", "22 1 0:21 / /proc",
                 "22 1 0:21 / /proc rw shared:1", "22 1 0:21 / /proc rw -");
    INFO(line);
    CHECK_FALSE(parse_mountinfo_line(line));
}
