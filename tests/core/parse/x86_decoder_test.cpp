// SPDX-License-Identifier: MIT
// Lengths are compared with what GNU objdump says: of the recorded instructions here, and of whole kernels
// where it is at hand (tests/disassembly/run).
#include "core/parse/x86_decoder.h"

#include <catch2/catch.hpp>
#include <iostream>
#include <string>

#include "core/base/text.h"
#include "tests/embed.h"

using namespace earlybox;
using Kind = X86Instruction::Kind;

EMBED(recorded_instructions, "tests/fixtures/x86/instructions")

namespace {

std::string bytes(std::string_view hex) {
    std::string text;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string digits(hex);
    std::erase(digits, ' ');
    for (size_t i = 0; i + 1 < digits.size(); i += 2)
        text += static_cast<char>(digit(digits[i]) << 4 | digit(digits[i + 1]));
    return text;
}

X86Instruction decoded(std::string_view hex) { return decode_x86(bytes(hex)); }

}  // namespace

TEST_CASE("x86: one of each instruction of five kernels is as long as objdump says") {
    std::string_view rest = recorded_instructions();
    std::string_view line;
    size_t count = 0;
    while (next_line(rest, line)) {
        INFO(line);
        const std::string code = bytes(next_word(line));
        CHECK(decode_x86(code).length == code.size());
        CHECK(decode_x86(code + "\xcc\x90\x90\x90\x90\x90\x90\x90\x90\x90\x90").length == code.size());
        for (size_t length = 0; length < code.size(); ++length)
            CHECK(decode_x86(std::string_view(code).substr(0, length)).length <= length);
        ++count;
    }
    CHECK(count > 600);
}

TEST_CASE("x86: where jumps and calls lead") {
    const auto call = decoded("e8 ef ee d3 00");
    CHECK(call.kind == Kind::call);
    CHECK(call.leads_to_fixed_place());
    CHECK(call.place(0xffff'ffff'8100'0000) == 0xffff'ffff'81d3'eef4);
    CHECK(decoded("eb fe").place(0x1000) == 0x1000);
    CHECK(decoded("0f 8f fa ff ff ff").place(0x1000) == 0x1000);
    CHECK(decoded("77 10").kind == Kind::jump_if);
    CHECK(decoded("77 10").condition == 7);
    CHECK(decoded("0f 87 10 00 00 00").condition == 7);
    const auto table = decoded("ff 24 f5 60 02 80 81");
    CHECK(table.kind == Kind::jump);
    CHECK_FALSE(table.leads_to_fixed_place());
    CHECK(table.target.index == 6);
    CHECK(table.target.scale == 8);
    CHECK(table.target.base == X86Operand::kNoRegister);
    CHECK(static_cast<uint64_t>(table.target.value) == 0xffff'ffff'8180'0260);
    CHECK(decoded("3e ff e0").kind == Kind::jump);  // notrack
    CHECK(decoded("ff d0").kind == Kind::call);
}

TEST_CASE("x86: operands") {
    const auto compare = decoded("81 fe c2 01 00 00");  // cmp $0x1c2,%esi
    CHECK(compare.kind == Kind::compare);
    CHECK(compare.width == 4);
    CHECK(compare.target.reg == 6);
    CHECK(compare.source.value == 0x1c2);
    CHECK(decoded("83 fe ff").source.value == -1);
    CHECK(decoded("48 3d b8 01 00 00").width == 8);  // cmp $0x1b8,%rax
    CHECK(decoded("66 83 f8 01").width == 2);
    CHECK(decoded("48 63 04 b2").kind == Kind::move_sign_extended);  // movslq (%rdx,%rsi,4),%rax
    CHECK(decoded("48 8d 15 00 01 00 00").source.counts_from_next);
    CHECK(decoded("65 48 8b 04 25 00 ac 01 00").source.in_segment);
    const auto load = decoded("4d 8b 4c 83 f8");  // mov -8(%r11,%rax,4),%r9
    CHECK(load.target.reg == 9);
    CHECK(load.source.base == 11);
    CHECK(load.source.index == 0);
    CHECK(load.source.value == -8);
    CHECK(decoded("48 b8 f0 de bc 9a 78 56 34 12").source.value == 0x1234'5678'9abc'def0);
    CHECK(decoded("41 54").target.reg == 12);
    CHECK(decoded("49 0f a3 f0").kind == Kind::bit_test);
}

TEST_CASE("x86: what does nothing") {
    for (const char* code :
         {"90", "66 90", "f3 0f 1e fa", "0f 1f 44 00 00", "66 0f 1f 00", "66 66 66 66 90"}) {
        INFO(code);
        CHECK(decoded(code).kind == Kind::nop);
    }
    CHECK(decoded("41 90").kind == Kind::other);  // xchg %rax,%r8
    CHECK(decoded("f3 48 0f 1e c8").kind ==
          Kind::other);  // rdsspq: a nop only where there is no shadow stack
}

TEST_CASE("x86: no instruction") {
    for (const char* code : {"", "66", "0f", "e8 00 00 00", "06", "c5", "62 f1", "0f 04", "48"}) {
        INFO(code);
        CHECK(decoded(code).kind == Kind::invalid);
        CHECK(decoded(code).length == 0);
    }
    CHECK(decode_x86(std::string(15, '\x66') + "\x90").kind ==
          Kind::invalid);  // longer than the processor takes
}

// Run by tests/disassembly/run, which writes objdump's instructions to its input: bytes in hexadecimal, a
// line each.
TEST_CASE("x86: lengths of the instructions on standard input", "[.objdump]") {
    size_t count = 0;
    size_t wrong = 0;
    for (std::string line; std::getline(std::cin, line); ++count) {
        const std::string code = bytes(line);
        if (decode_x86(code).length == code.size()) continue;
        if (++wrong <= 20) UNSCOPED_INFO(line << ": " << int{decode_x86(code).length});
    }
    CHECK(wrong == 0);
    CHECK(count != 0);
    std::cout << count << " instructions\n";
}
