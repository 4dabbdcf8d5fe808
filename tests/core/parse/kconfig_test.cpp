// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("an option of a kernel configuration") {
    constexpr const char* kText =
        "#\n# Automatically generated file; DO NOT EDIT.\n#\n"
        "CONFIG_64BIT=y\n"
        "CONFIG_NET_VENDOR=m\n"
        "CONFIG_NET=y\n"
        "# CONFIG_COMPAT_32BIT_TIME is not set\n"
        "CONFIG_DEFAULT_HOSTNAME=\"(none)\"\n"
        "CONFIG_LOG_BUF_SHIFT=17";
    CHECK(kconfig_value(kText, "CONFIG_64BIT") == "y");
    CHECK(kconfig_value(kText, "CONFIG_NET") == "y");
    CHECK(kconfig_value(kText, "CONFIG_NET_VENDOR") == "m");
    CHECK(kconfig_value(kText, "CONFIG_COMPAT_32BIT_TIME") == "n");
    CHECK(kconfig_value(kText, "CONFIG_DEFAULT_HOSTNAME") == "\"(none)\"");
    CHECK(kconfig_value(kText, "CONFIG_LOG_BUF_SHIFT") == "17");
    CHECK_FALSE(kconfig_value(kText, "CONFIG_COMPAT"));
    CHECK_FALSE(kconfig_value(kText, "CONFIG_64"));
    CHECK_FALSE(kconfig_value(kText, "CONFIG_MISSING"));
    CHECK_FALSE(kconfig_value("", "CONFIG_NET"));
}

TEST_CASE("a mention in a comment is no value") {
    CHECK_FALSE(kconfig_value("# CONFIG_NET=y\n# CONFIG_NET is not set yet\n", "CONFIG_NET"));
}
