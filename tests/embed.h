// SPDX-License-Identifier: MIT
// EMBED(name, "path"): a file of the tree as a function name() that returns its text. The text is part of the
// test program, which also runs in guests, where no file of the tree is.
#pragma once
#include <string_view>

#define EMBED(name, path)                                                                                    \
    asm(".pushsection .rodata\n" #name "_begin: .incbin \"" path "\"\n" #name "_end: .byte 0\n.popsection"); \
    extern "C" const char name##_begin[], name##_end[];                                                      \
    static std::string_view name() { return {name##_begin, name##_end}; }
