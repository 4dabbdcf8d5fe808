// SPDX-License-Identifier: MIT
// ksyms --disasm: the machine code of x86 kernel functions as instructions, by Zydis.
#pragma once
#include <span>
#include <string_view>

#include "core/applet.h"
#include "core/probe/kernel.h"

namespace earlybox::ksyms {

enum class Syntax : uint8_t { att, intel };
bool store_option(Syntax& syntax, const char* argument);

// Each operand is a function's name, or an address inside one, whose instruction is marked. Where calls and
// jumps lead, and what is addressed from %rip, is named. The exit code: kBadNews where there is no such
// function.
int show_instructions(Context& context, Machine& machine, Kernel& kernel, std::span<char*> functions,
                      Syntax syntax);

}  // namespace earlybox::ksyms
