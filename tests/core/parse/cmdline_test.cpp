// SPDX-License-Identifier: MIT
#include "core/parse/cmdline.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("boot parameters, with and without values and quotes") {
    const auto parameters = parse_cmdline("console=ttyS0,115200 quiet a=\"b c\" \"d=e f\" empty= g=h=i\n");
    const auto value = [&](const char* name) { return boot_parameter(parameters, name); };
    REQUIRE(parameters.size() == 6);
    CHECK(parameters[1].name == "quiet");
    CHECK_FALSE(parameters[1].value);
    CHECK(value("console") == "ttyS0,115200");
    CHECK(value("quiet") == "");
    CHECK(value("a") == "b c");
    CHECK(value("d") == "e f");
    CHECK(value("empty") == "");
    CHECK(value("g") == "h=i");
    CHECK_FALSE(value("con"));
}

TEST_CASE("the last one wins") {
    CHECK(boot_parameter(parse_cmdline("x=1 y x=2"), "x") == "2");
    CHECK(boot_parameter(parse_cmdline("x=1 x"), "x") == "");
}

TEST_CASE("nothing, and a quote that is never closed") {
    CHECK(parse_cmdline("").empty());
    CHECK(parse_cmdline(" \n\t ").empty());
    CHECK(boot_parameter(parse_cmdline("run=\"a b"), "run") == "a b");
}
