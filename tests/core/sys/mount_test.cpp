// SPDX-License-Identifier: MIT
// These need no /proc, and change no mount table.
#include "core/sys/mount.h"

#include <errno.h>
#include <sys/vfs.h>

#include <catch2/catch.hpp>

#include "core/abi/filesystems.h"
#include "core/sys/file.h"

using namespace earlybox;

TEST_CASE("a detached mount is the file system itself, or the right to mount is missing") {
    const auto directory = mount_detached(kProcfs.type);
    if (!directory) {
        CHECK(directory.error().code == EPERM);
        return;
    }
    struct statfs file_system{};
    REQUIRE(fstatfs(directory->number(), &file_system) == 0);
    CHECK(static_cast<uint64_t>(file_system.f_type) == kProcfs.magic);
    CHECK(open_at(directory->number(), "version", O_RDONLY));
}

TEST_CASE("an unknown type is ENODEV, to whoever may ask") {
    const auto directory = mount_detached("nosuchfs");
    REQUIRE_FALSE(directory);
    CHECK((directory.error().code == ENODEV || directory.error().code == EPERM));
}

TEST_CASE("the state of a mount point") {
    CHECK(mount_state("/nonexistent", kProcfs.magic) == MountState::nothing);
    CHECK(mount_state("/tmp/..", kProcfs.magic) == MountState::nothing);
    if (exists("/proc/self")) {
        CHECK(mount_state(kProcfs.mount_point, kProcfs.magic) == MountState::mounted);
        CHECK(mount_state(kProcfs.mount_point, kSysfs.magic) == MountState::something_else);
    }
}

TEST_CASE("errors name type and target") {
    const auto mounted = mount_filesystem("none", "/nonexistent", "tmpfs", 0, nullptr);
    REQUIRE_FALSE(mounted);
    CHECK(mounted.error().what == "mount tmpfs on /nonexistent");
    const auto unmounted = unmount("/nonexistent");
    REQUIRE_FALSE(unmounted);
    CHECK(unmounted.error().what == "unmount /nonexistent");
}
