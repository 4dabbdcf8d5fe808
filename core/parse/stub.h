// SPDX-License-Identifier: MIT
// Machine code of x86 kernel functions that do nothing but return an error.
#pragma once
#include <optional>
#include <string_view>

namespace earlybox {

inline constexpr size_t kLongestStub = 26;

// The errno that the function returns at once, told from its first bytes (kLongestStub are enough); nothing
// if it does anything else. The forms that compilers and live patching give such a stub, measured in memory
// and in images of 5.10 to 7.2:
//   [endbr, or the nop it was sealed to] [nop or call of the function tracer] [push %rbp; mov %rsp,%rbp]
//   mov $-errno,%rax or %eax, or $-1 into it; [pop %rbp;] ret or jmp to a thunk
// What is called in the tracer's place is not looked at: a function that calls another one first thing of
// all, and then returns an error, passes for a stub.
std::optional<int> stub_errno(std::string_view code);

}  // namespace earlybox
