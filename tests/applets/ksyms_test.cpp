// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/applet.h"
#include "tests/captured_machine.h"
#include "tests/kernel_image_builder.h"

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

namespace {

constexpr const char* kStub = "\xf3\x0f\x1e\xfa\xe8\x01\x02\x03\x04\x48\xc7\xc0\xda\xff\xff\xff\xc3";

// A machine whose /boot/vmlinuz has 300 symbols and a padding one; one of the functions is a stub.
struct WithImage : Captured {
    WithImage() : Captured(kKallsyms) {
        using namespace earlybox::test;
        const KallsymsLayout layout{"6.12 x86_64", 8, EmbeddedKallsyms::Addresses::absolute_percpu, true, 4,
                                    true,          3};
        auto symbols = some_symbols(layout, 300);
        symbols.insert(symbols.begin() + 3, {symbols[2].address + 1, 't', "__pfx_helper"});
        SmallImage image = image_with(symbols, layout);
        for (auto& symbol : symbols)
            if (symbol.name == "__x64_sys_40") stub = symbol.address;
        image.bytes.replace(stub - 0xffffffff81000000, 17, kStub);
        add("boot/vmlinuz", elf_file(image, {}, 8));
    }
    uint64_t stub = 0;
};

}  // namespace

TEST_CASE("ksyms answers from a kernel image as from a live kernel") {
    WithImage machine;
    const auto image = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"-K", "/boot/vmlinuz"});
        return machine.ksyms(words);
    };
    CHECK(image({"_text"}).out == "ffffffff81000000 16      T global code   _text\n");
    CHECK(image({"__pfx_helper"}).code == kBadNews);
    CHECK(image({"--raw", "__pfx_helper"}).out == "ffffffff81000001 t __pfx_helper\n");
    CHECK(image({"0xffffffff81000003"}).out == "0xffffffff81000003 _text+0x3/0x10\n");
    CHECK(image({"-c", "*"}).out == "300\n");
    CHECK(image({"-c", "--weak"}).out == "59\n");
    CHECK(image({"--json", "_text"}).out ==
          R"({"address":"0xffffffff81000000","size":16,"type":"T","meaning":"global code","name":"_text"})"
          "\n");
    CHECK(machine.ksyms({"-K", "live", "-c", "helper"}).out == "1\n");
    CHECK(machine.ksyms({"-K", "/proc/kallsyms", "-c", "helper"}).out == "1\n");

    const auto missing = machine.ksyms({"-K", "/boot/none"});
    CHECK(missing.code == kFailed);
    CHECK_THAT(missing.err, Catch::Contains("boot/none: No such file or directory"));
}

TEST_CASE("ksyms prints the addresses of 32-bit kernels as they do") {
    Captured machine("c1000000 T _text\nc1000010 T next\n");
    CHECK(machine.ksyms({"--raw"}).out == "c1000000 T _text\nc1000010 T next\n");
}

TEST_CASE("ksyms names functions that only return an error, whatever their type") {
    WithImage machine;
    const auto stubs = machine.ksyms({"-K", "/boot/vmlinuz", "--stubs"});
    CHECK(stubs.code == kFine);
    CHECK(stubs.out == concat(hex(machine.stub), " T -ENOSYS      __x64_sys_40\n"));
    CHECK(machine.ksyms({"-K", "/boot/vmlinuz", "--stubs", "_text"}).code == kBadNews);
    CHECK(machine.ksyms({"-K", "/boot/vmlinuz", "--stubs", "--json", "*_40"}).out ==
          concat(R"({"address":"0x)", hex(machine.stub),
                 R"(","type":"T","name":"__x64_sys_40","returns_only":"ENOSYS"})", "\n"));
    const auto list = machine.ksyms({"-K", "/proc/kallsyms", "--stubs"});
    CHECK(list.code == kFailed);
    CHECK_THAT(list.err, Catch::Contains("is a list of symbols: it holds no memory"));
}

TEST_CASE("ksyms compares kernels") {
    Captured machine(kKallsyms);
    machine.add("before", kKallsyms);
    machine.add("after",
                "ffffffff81000000 T _text\n"
                "ffffffff81000020 T do_sys_open\n"
                "ffffffff810000a0 t helper\n"
                "ffffffff810000c0 t helper\n"
                "ffffffff810001a0 W __ia32_sys_utimensat_time32\n"
                "ffffffff810001b0 T __ia32_sys_clock_gettime32\n"
                "ffffffff810001f0 D sys_call_table\n"
                "ffffffffc0000000 t another_probe\t[e1000]\n");
    const auto differences = machine.ksyms({"--diff", "before", "after"});
    CHECK(differences.code == kBadNews);
    CHECK(differences.out ==
          "strong  W->T 16->64        __ia32_sys_clock_gettime32\n"
          "resized t    256->32       helper\n"
          "added   t    224           helper\n");
    CHECK(machine.ksyms({"--diff", "after", "before", "*time32", "*gettime32"}).out ==
          "weak    T->W 64->16        __ia32_sys_clock_gettime32\n");
    CHECK(
        machine.ksyms({"--diff", "--json", "before", "after", "helper"}).out ==
        R"({"change":"resized","name":"helper","type_before":"t","size_before":256,"type_after":"t","size_after":32})"
        "\n"
        R"({"change":"added","name":"helper","type_after":"t","size_after":224})"
        "\n");
    const auto same = machine.ksyms({"--diff", "before", "live"});
    CHECK(same.code == kFine);
    CHECK(same.out == "");

    CHECK(machine.ksyms({"--diff", "before"}).code == kUsage);
    CHECK(machine.ksyms({"--diff", "before", "none"}).code == kFailed);
    machine.add("hidden", "0000000000000000 T a\n");
    CHECK_THAT(machine.ksyms({"--diff", "before", "hidden"}).err, Catch::Contains("it tells no addresses"));
}

TEST_CASE("ksyms prints instructions, in either syntax, and as JSON") {
    WithImage machine;
    const auto line = [&](unsigned offset, std::string_view text) {
        return concat(hex(machine.stub + offset), " ", padded(concat("+0x", hex(offset)), 7), " ", text,
                      "\n");
    };
    const uint64_t callee = machine.stub + 9 + 0x04030201;
    const std::string call_text = concat("call 0x", hex(callee));
    const auto att = machine.ksyms({"-K", "/boot/vmlinuz", "--disasm", "__x64_sys_40"});
    CHECK(att.code == kFine);
    CHECK_THAT(att.out, Catch::StartsWith(
                            concat("__x64_sys_40:\n  ", line(0, "endbr64"), "  ", line(4, call_text), "  ",
                                   line(9, "mov $0xffffffffffffffda, %rax"), "  ", line(16, "ret"))));
    const auto intel = machine.ksyms(
        {"-K", "/boot/vmlinuz", "--disasm", "--syntax", "intel", concat("0x", hex(machine.stub + 10))});
    CHECK_THAT(intel.out, Catch::Contains(concat("\n> ", line(9, "mov rax, 0xffffffffffffffda"))));
    const auto json = machine.ksyms({"-K", "/boot/vmlinuz", "--disasm", "--json", "__x64_sys_40"});
    CHECK_THAT(json.out,
               Catch::Contains(concat(R"({"function":"__x64_sys_40","address":"0x)", hex(machine.stub + 4),
                                      R"(","offset":4,"bytes":"e8 01 02 03 04","text":")", call_text,
                                      R"(","target":"0x)", hex(callee), "\"")));
}

TEST_CASE("ksyms --disasm needs a function, and says where there is none, or no memory") {
    TemporaryTree tree;
    tree.add("System.map", "ffffffff81000000 T _text\nffffffff81000010 T next\n");
    const std::string map = tree.path("System.map");
    CHECK(call({"ksyms", "-K", map, "--disasm"}).code == kUsage);
    CHECK(call({"ksyms", "-K", map, "--disasm", "--syntax", "masm", "next"}).code == kUsage);
    const auto none = call({"ksyms", "-K", map, "--disasm", "nothing"});
    CHECK(none.code == kBadNews);
    CHECK_THAT(none.err, Catch::Contains("no function nothing"));
    const auto no_memory = call({"ksyms", "-K", map, "--disasm", "next"});
    CHECK(no_memory.code == kFailed);
    CHECK_THAT(no_memory.err, Catch::Contains("a list of symbols: it holds no memory"));
}
