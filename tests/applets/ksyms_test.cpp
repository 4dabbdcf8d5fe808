// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/applet.h"
#include "tests/captured_machine.h"

using namespace earlybox;

namespace {

constexpr const char* kKallsyms =
    "ffffffff81000000 T _text\n"
    "ffffffff81000010 T __pfx_do_sys_open\n"
    "ffffffff81000020 T do_sys_open\n"
    "ffffffff810000a0 t helper\n"
    "ffffffff810001a0 W __ia32_sys_utimensat_time32\n"
    "ffffffff810001b0 W __ia32_sys_clock_gettime32\n"
    "ffffffff810001c0 D sys_call_table\n"
    "ffffffffc0000000 t e1000_probe\t[e1000]\n";

struct Captured : CapturedMachine {
    using CapturedMachine::CapturedMachine;
    Outcome ksyms(std::vector<std::string> words) const {
        words.insert(words.begin(), "ksyms");
        return run(words);
    }
};

}  // namespace

TEST_CASE("ksyms shows address, size, type, name, module, with words for the type") {
    Captured machine(kKallsyms);
    const auto all = machine.ksyms({});
    CHECK(all.code == kFine);
    CHECK(all.err == "");
    CHECK(all.out ==
          "ffffffff81000000 32      T global code   _text\n"
          "ffffffff81000020 128     T global code   do_sys_open\n"
          "ffffffff810000a0 256     t local code    helper\n"
          "ffffffff810001a0 16      W weak code     __ia32_sys_utimensat_time32\n"
          "ffffffff810001b0 16      W weak code     __ia32_sys_clock_gettime32\n"
          "ffffffff810001c0 1056964160 D global data   sys_call_table\n"
          "ffffffffc0000000 -       t local code    e1000_probe [e1000]\n");
}

TEST_CASE("ksyms selects by name, pattern, regular expression and type") {
    Captured machine(kKallsyms);
    CHECK(machine.ksyms({"--raw", "helper"}).out == "ffffffff810000a0 t helper\n");
    CHECK(machine.ksyms({"--raw", "e1000_*"}).out == "ffffffffc0000000 t e1000_probe\t[e1000]\n");
    CHECK(machine.ksyms({"-c", "sys_"}).out == "0\n");  // a name is the whole name
    CHECK(machine.ksyms({"-c", "-e", "sys_"}).out == "4\n");
    CHECK(machine.ksyms({"-c", "-e", "^(do_)?sys_"}).out == "2\n");
    CHECK(machine.ksyms({"-c", "-t", "tD"}).out == "3\n");
    CHECK(machine.ksyms({"-c", "--weak"}).out == "2\n");
    CHECK(machine.ksyms({"-c", "--weak", "-t", "D"}).out == "3\n");
    CHECK(machine.ksyms({"-c", "helper", "_text"}).out == "2\n");
}

TEST_CASE("ksyms says by its exit code whether something was found") {
    Captured machine(kKallsyms);
    CHECK(machine.ksyms({"helper"}).code == kFine);
    const auto nothing = machine.ksyms({"no_such_symbol"});
    CHECK(nothing.code == kBadNews);
    CHECK(nothing.out == "");
    CHECK(machine.ksyms({"-c", "no_such_symbol"}).code == kBadNews);
}

TEST_CASE("ksyms sorts") {
    Captured machine(kKallsyms);
    const auto names = [&](const char* key) {
        std::string first_letters;
        const std::string text = machine.ksyms({"--raw", "-s", key, "-t", "Tt"}).out;
        std::string_view rest = text;
        for (std::string_view line; next_line(rest, line);) first_letters += line[19];
        return first_letters;
    };
    CHECK(names("addr") == "__dhe");
    CHECK(names("name") == "__deh");
    CHECK(names("size") == "hd__e");
    CHECK(machine.ksyms({"-s", "colour"}).code == kUsage);
}

TEST_CASE("ksyms resolves addresses to symbol and offset") {
    Captured machine(kKallsyms);
    CHECK(machine.ksyms({"0xffffffff81000024"}).out == "0xffffffff81000024 do_sys_open+0x4/0x80\n");
    CHECK(machine.ksyms({"0xffffffff81000018"}).out == "0xffffffff81000018 _text+0x18/0x20\n");
    CHECK(machine.ksyms({"0xffffffffc0000100"}).out == "0xffffffffc0000100 e1000_probe+0x100 [e1000]\n");
    const auto below = machine.ksyms({"0x1000"});
    CHECK(below.code == kBadNews);
    CHECK(below.out == "");
    CHECK(machine.ksyms({"0xyz"}).code == kUsage);
}

TEST_CASE("ksyms reports JSON lines") {
    Captured machine(kKallsyms);
    CHECK(
        machine.ksyms({"--json", "e1000_probe"}).out ==
        R"({"address":"0xffffffffc0000000","size":null,"type":"t","meaning":"local code","name":"e1000_probe","module":"e1000"})"
        "\n");
    CHECK(
        machine.ksyms({"--json", "0xffffffff810000a1"}).out ==
        R"({"address":"0xffffffff810000a0","size":256,"type":"t","meaning":"local code","name":"helper","offset":1})"
        "\n");
}

TEST_CASE("ksyms refuses a broken regular expression with its reason") {
    Captured machine(kKallsyms);
    const auto outcome = machine.ksyms({"-e", "a("});
    CHECK(outcome.code == kUsage);
    CHECK_THAT(outcome.err, Catch::Contains("'a(' is no regular expression: a ( without )"));
}

TEST_CASE("ksyms names hidden addresses, and still answers what it can") {
    Captured machine("0000000000000000 T a\n0000000000000000 W b\n");
    const auto names = machine.ksyms({"--weak"});
    CHECK_THAT(names.out, Catch::StartsWith("0000000000000000 -       W weak code     b"));
    CHECK_THAT(names.err,
               Catch::Contains("every symbol address reads as zero") && Catch::Contains("capture it again"));
    CHECK(names.code == kFine);
    CHECK(machine.ksyms({"0xffffffff81000000"}).code == kFailed);
    CHECK(machine.ksyms({"-s", "size"}).code == kFailed);
}

TEST_CASE("ksyms on a damaged, empty or missing file") {
    Captured damaged("ffffffff81000000 T _text\n\x1b[2Jgarbage\n");
    auto outcome = damaged.ksyms({"--raw"});
    CHECK(outcome.code == kFailed);
    CHECK(outcome.out == "ffffffff81000000 T _text\n");
    CHECK_THAT(outcome.err, Catch::Contains("1 of 2 lines are no symbols, the first is line 2"));

    Captured empty("");
    outcome = empty.ksyms({});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err, Catch::Contains("is empty"));

    TemporaryTree nothing;
    outcome = call({"ksyms", "--root", nothing.path()});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err, Catch::Contains("No such file or directory (ENOENT)"));
}

TEST_CASE("ksyms escapes what a kernel calls its symbols") {
    Captured machine("ffffffff81000000 T evil\xc2\x9b\n");
    CHECK(machine.ksyms({"--raw"}).out == "ffffffff81000000 T evil\\xc2\\x9b\n");
}
