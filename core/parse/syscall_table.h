// SPDX-License-Identifier: MIT
// Where an x86-64 kernel's system call numbers lead to. Through 6.8 its entry code calls through arrays of
// pointers (sys_call_table, ia32_sys_call_table, x32_sys_call_table); since commit 1e3ad78334a6, which stable
// kernels took over, through functions that are one large switch (x64_sys_call(regs, number) …), compiled
// into comparisons or into a jump table.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/function_ref.h"
#include "core/base/result.h"

namespace earlybox {

// The page of the kernel's memory at an address; fewer bytes, or none, where there are none.
using ReadPage = FunctionRef<std::string(uint64_t address)>;
inline constexpr size_t kKernelPage = 4096;

// Whether a system call's handler begins at this address, by its symbols.
using IsHandler = FunctionRef<bool(uint64_t address)>;

// The handlers that such a switch calls for the numbers from 0 to `count` - 1. The function is followed
// instruction by instruction, a few hundred at most for a number; the error names the place where something
// else than the number decides.
Result<std::vector<uint64_t>> follow_dispatcher(ReadPage read_page, uint64_t dispatcher, unsigned count,
                                                IsHandler is_handler);

// The handlers that such an array begins with, at most `count`; the error says that there is none.
Result<std::vector<uint64_t>> read_pointer_table(ReadPage read_page, uint64_t table, unsigned count,
                                                 IsHandler is_handler);

}  // namespace earlybox
