// SPDX-License-Identifier: MIT
#include "core/sys/klog.h"

#include <errno.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/sys/process.h"

using namespace earlybox;

TEST_CASE("a refused call says what decides it") {
    const auto end = run_in_child(
        [] {
            if (setuid(65534) != 0) return 3;
            const auto cleared = klog(KlogAction::clear);
            if (cleared) return 4;
            if (cleared.error().code == ENOSYS)
                return cleared.error().cause.find("CONFIG_PRINTK") == std::string::npos ? 5 : 0;
            return cleared.error().code == EPERM && cleared.error().cause == "CAP_SYSLOG is missing" ? 0 : 6;
        },
        5000);
    REQUIRE(end);
    CHECK(describe(*end) == "exited with status 0");
}

TEST_CASE("a level that does not exist is refused by the kernel") {
    const auto set = klog(KlogAction::console_level, nullptr, 9);
    REQUIRE_FALSE(set);
    CHECK((set.error().code == EINVAL || set.error().code == EPERM || set.error().code == ENOSYS));
}
