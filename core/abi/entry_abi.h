// SPDX-License-Identifier: MIT
// Which kind of program a function works for, told from its name (arch/x86/entry, asm/syscall_wrapper.h).
#pragma once
#include <optional>
#include <string_view>

#include "core/abi/syscalls.h"

namespace earlybox {

// Of an entry point ("do_syscall_64") or a system call's handler ("__ia32_compat_sys_openat"); nothing for
// any other function.
std::optional<Abi> abi_of_function(std::string_view name);

// "openat" for a handler of any ABI: its name without what tells the ABI; empty for another function.
std::string_view handled_call(std::string_view name);

}  // namespace earlybox
