// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include <catch2/catch.hpp>

#include "core/base/text.h"

using namespace earlybox;
using namespace std::string_view_literals;

namespace {

// "CONFIG_X=y\n" as gzip -n packs it.
constexpr std::string_view kPacked =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x73\xf6\xf7\x73\xf3\x74\x8f\x8f\xb0\xad\xe4\x02\x00\x9b\xa9\x91\xf7"
    "\x0b\x00\x00\x00"sv;

}  // namespace

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

TEST_CASE("the options of a configuration, one after the other") {
    std::string_view rest =
        "# Automatically generated file; DO NOT EDIT.\n"
        "CONFIG_CC=\"gcc (Debian = 12)\"\n\n# CONFIG_A is not set\n# CONFIG_B is not set yet\nCONFIG_C\nCONFIG_D=0x10";
    std::string seen;
    while (const auto option = next_kconfig_option(rest))
        append(seen, option->name, '|', option->value, '\n');
    CHECK(seen == "CONFIG_CC|\"gcc (Debian = 12)\"\nCONFIG_A|n\nCONFIG_D|0x10\n");
    CHECK(kconfig_line("CONFIG_A", "n") == "# CONFIG_A is not set");
    CHECK(kconfig_line("CONFIG_A", "m") == "CONFIG_A=m");
}

TEST_CASE("a file is a configuration, packed or not, or it is none") {
    CHECK(kconfig_of_file("#\n# comment\nCONFIG_X=y\n") == "#\n# comment\nCONFIG_X=y\n");
    CHECK(kconfig_of_file(kPacked) == "CONFIG_X=y\n");
    CHECK_FALSE(kconfig_of_file(kPacked.substr(0, 20)));
    CHECK_FALSE(kconfig_of_file(""));
    CHECK_FALSE(kconfig_of_file("CONFIG_ is what it says\n"));
    CHECK_FALSE(
        kconfig_of_file(concat("\x7f"
                               "ELF"sv,
                               "\0\nCONFIG_X=y\n"sv)));
}

TEST_CASE("the configuration inside a kernel") {
    const std::string kernel =
        concat("code IKCFG_ST text "sv, "IKCFG_ST"sv, kPacked, "IKCFG_ED\0 more code"sv);
    CHECK(embedded_kconfig(kernel) == "CONFIG_X=y\n");
    const auto none = embedded_kconfig("code IKCFG_ST text");
    REQUIRE_FALSE(none);
    CHECK(none.error().cause == "it was built without CONFIG_IKCONFIG");
    const auto damaged = embedded_kconfig(concat("IKCFG_ST", kPacked.substr(0, 20)));
    REQUIRE_FALSE(damaged);
    CHECK(damaged.error().what == "read the configuration inside the kernel: unpack gzip data, at byte 20");
    CHECK(damaged.error().cause == "it ends too early");
}
