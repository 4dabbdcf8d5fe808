// SPDX-License-Identifier: MIT
#include "core/parse/x86_decoder.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    while (!text.empty()) {
        const X86Instruction instruction = decode_x86(text);
        const bool is_valid = instruction.kind != X86Instruction::Kind::invalid;
        promise(is_valid == (instruction.length != 0));
        promise(instruction.length <= kLongestX86Instruction && instruction.length <= text.size());
        // What follows an instruction does not change it.
        promise(decode_x86(text.substr(0, instruction.length)).kind == instruction.kind);
        text.remove_prefix(is_valid ? instruction.length : 1);
    }
}
