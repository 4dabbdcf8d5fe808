// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/abi/findings.h"
#include "core/applet.h"
#include "tests/captured_machine.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(own_510, "tests/fixtures/kallsyms/own-5.10")
EMBED(own_612, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612, "tests/fixtures/kallsyms/debian-6.12")

TEST_CASE(
    "doctor names the missing 32-bit time calls of a captured machine, with evidence, cause, effect and fix") {
    const CapturedMachine machine(GENERATE(own_510(), own_612()));
    const auto outcome = machine.run({"doctor"});
    CHECK(outcome.code == kBadNews);
    CHECK(outcome.err == "");
    CHECK_THAT(outcome.out, Catch::Contains("FAILURE  time32: ") &&
                                Catch::Contains("CONFIG_COMPAT_32BIT_TIME") &&
                                Catch::Contains("  evidence  kallsyms: W __ia32_sys_") &&
                                Catch::Contains("  effect ") && Catch::Contains("  fix "));
    CHECK_THAT(machine.run({"doctor", "--json"}).out,
               Catch::StartsWith(R"({"id":"time32","severity":"failure","title":")"));  // the worst first
}

TEST_CASE("doctor has nothing to say about the calls of a healthy kernel") {
    const CapturedMachine machine(debian_612());
    const auto outcome = machine.run({"doctor"});
    CHECK(outcome.code == kFine);
    CHECK_THAT(outcome.out, Catch::Contains("nothing is wrong") && !Catch::Contains("FAILURE"));
}

TEST_CASE("doctor does not judge what it cannot see") {
    TemporaryTree empty;
    empty.add("proc/version", "");
    const auto outcome = call({"doctor", "--root", empty.path()});
    CHECK(outcome.code == kFine);
    CHECK_THAT(outcome.out, Catch::Contains("time32") && !Catch::Contains("FAILURE"));
}
