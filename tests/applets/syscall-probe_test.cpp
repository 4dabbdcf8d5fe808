// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <set>

#include "core/applet.h"
#include "tests/captured_machine.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(own_612, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612, "tests/fixtures/kallsyms/debian-6.12")

namespace {

// The numbers of the lines that contain `part`.
std::set<int> numbers_with(std::string_view json_lines, std::string_view part) {
    constexpr std::string_view kKey = "\"number\":";
    std::set<int> numbers;
    std::string_view line;
    while (next_line(json_lines, line))
        if (line.find(part) != line.npos) numbers.insert(atoi(line.data() + line.find(kKey) + kKey.size()));
    return numbers;
}

}  // namespace

TEST_CASE(
    "syscall-probe names every call that 32-bit programs miss without COMPAT_32BIT_TIME, and no other") {
    const auto outcome =
        CapturedMachine(own_612()).run({"syscall-probe", "--abi", "i386", "--missing", "--json"});
    CHECK(outcome.err == "");
    CHECK(outcome.code == kBadNews);
    // Measured by calling each of them on such a kernel.
    CHECK(numbers_with(outcome.out, "CONFIG_COMPAT_32BIT_TIME") ==
          std::set<int>{13,  25,  30,  124, 161, 162, 177, 240, 247, 260, 261, 264, 265, 266,
                        267, 271, 279, 280, 299, 308, 309, 320, 325, 326, 337, 343, 385});
}

TEST_CASE("syscall-probe finds nothing of that on Debian's kernel, and none in the 64-bit ABI") {
    for (const auto kallsyms : {own_612(), debian_612()}) {
        const auto outcome =
            CapturedMachine(kallsyms).run({"syscall-probe", "--abi", "x86_64", "-m", "--json"});
        CHECK(numbers_with(outcome.out, "CONFIG_COMPAT_32BIT_TIME").empty());
    }
    const auto outcome =
        CapturedMachine(debian_612()).run({"syscall-probe", "--abi", "i386", "-m", "--json"});
    CHECK(numbers_with(outcome.out, "CONFIG_COMPAT_32BIT_TIME").empty());
}

TEST_CASE("syscall-probe selects by name, pattern and number, and makes no live call on a captured machine") {
    const CapturedMachine machine(own_612());
    const auto outcome =
        machine.run({"syscall-probe", "--abi", "i386", "--json", "clock_gettime", "*utime*", "240"});
    CHECK(numbers_with(outcome.out, "") == std::set<int>{30, 240, 265, 271, 299, 320, 412});
    CHECK(numbers_with(outcome.out, "\"live\":\"not tried\"") == numbers_with(outcome.out, ""));
    const auto both = machine.run({"syscall-probe", "clock_gettime"});
    CHECK_THAT(both.out,
               Catch::Contains("__x64_sys_clock_gettime") && Catch::Contains("W __ia32_sys_clock_gettime32"));
}

TEST_CASE("syscall-probe says what it cannot judge") {
    const auto outcome = CapturedMachine("no kallsyms\n").run({"syscall-probe"});
    CHECK(outcome.code == kFailed);
    CHECK(outcome.out == "");
    CHECK_THAT(outcome.err, Catch::Contains("find system call handlers in "));
    CHECK(CapturedMachine(own_612()).run({"syscall-probe", "--abi", "m68k"}).code == kUsage);
}

TEST_CASE("syscall-probe -K takes a list of symbols, says that names alone decide, and calls nothing") {
    TemporaryTree tree;
    tree.add("System.map", own_612());
    const std::string map = tree.path() + "/System.map";
    const auto outcome = call({"syscall-probe", "-K", map, "--abi", "i386", "-m", "--json"});
    CHECK(outcome.code == kBadNews);
    CHECK_THAT(outcome.err, Catch::Contains("judged by names alone"));
    CHECK(numbers_with(outcome.out, "CONFIG_COMPAT_32BIT_TIME").size() == 27);
    CHECK(numbers_with(outcome.out, "\"live\":\"not tried\"") == numbers_with(outcome.out, ""));
    const auto missing = call({"syscall-probe", "-K", tree.path() + "/nothing"});
    CHECK(missing.code == kFailed);
    CHECK_THAT(missing.err, Catch::Contains("ENOENT"));
}
