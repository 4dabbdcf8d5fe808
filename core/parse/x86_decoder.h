// SPDX-License-Identifier: MIT
// Machine code of x86-64, as far as call tables and small functions are made of it: the length of every
// instruction, and the meaning of the few that compare, move and go somewhere else (Intel SDM volume 2,
// appendix A).
#pragma once
#include <cstdint>
#include <string_view>

namespace earlybox {

struct X86Operand {
    enum class Kind : uint8_t { none, reg, memory, immediate };
    static constexpr uint8_t kNoRegister = 0xff;

    Kind kind = Kind::none;
    uint8_t reg = 0;              // rax 0, rcx 1 … r15 15
    uint8_t base = kNoRegister;   // of memory
    uint8_t index = kNoRegister;  // of memory
    uint8_t scale = 1;
    bool counts_from_next = false;  // memory at the next instruction's address + value (%rip)
    bool in_segment = false;        // %fs or %gs: the address is not all
    int64_t value = 0;              // the immediate, or the displacement; both sign-extended
};

struct X86Instruction {
    enum class Kind : uint8_t {
        invalid,  // no instruction, or its end is not there
        other,
        nop,  // all that do nothing, endbr64 among them
        add,
        bitwise_or,
        bitwise_and,
        subtract,
        exclusive_or,
        compare,
        test,
        bit_test,
        move,
        move_sign_extended,  // from memory or a register of 32 bits to one of 64
        load_address,
        push,
        pop,
        jump,
        jump_if,
        call,
        ret,
        trap,  // int3, ud2
    };

    Kind kind = Kind::invalid;
    uint8_t length = 0;     // 1 to 15; 0 only if invalid
    uint8_t width = 0;      // of the operands, in bytes
    uint8_t condition = 0;  // of jump_if: the low half of its opcode
    X86Operand target;      // what is changed or compared; where jumps and calls lead
    X86Operand source;

    // Jumps and calls whose target stands in the instruction, at `address`.
    bool leads_to_fixed_place() const { return target.kind == X86Operand::Kind::immediate; }
    uint64_t place(uint64_t address) const { return address + length + static_cast<uint64_t>(target.value); }
};

inline constexpr size_t kLongestX86Instruction = 15;

// The instruction at the front of `code`. Any bytes are taken.
X86Instruction decode_x86(std::string_view code);

}  // namespace earlybox
