// SPDX-License-Identifier: MIT
// Machine code of x86-64 kernel functions that do nothing but return an error.
#pragma once
#include <optional>
#include <string_view>

namespace earlybox {

inline constexpr size_t kLongestStub = 21;

// The errno that the function returns at once, told from its first bytes (kLongestStub are enough); nothing
// if it does anything else. The forms that compilers and live patching give such a stub, measured on 5.10
// to 6.12:
//   [endbr64, or the nop it was sealed to] [nop or call of the function tracer] mov $-errno,%rax; ret or jmp
//   to a thunk
std::optional<int> stub_errno(std::string_view code);

}  // namespace earlybox
