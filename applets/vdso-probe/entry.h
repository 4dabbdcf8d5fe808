// SPDX-License-Identifier: MIT
// What only the vDSO of 32-bit programs has: the entry to the kernel (__kernel_vsyscall), and the places that
// signal handlers return to (arch/x86/entry/vdso/vdso32/system_call.S, sigreturn.S).
#pragma once
#include <string>
#include <vector>

#include "core/probe/vdso.h"

namespace earlybox::vdso_probe {

struct EntryFact {
    std::string symbol;
    std::string bytes;  // as they lie in memory
    std::string says;   // "enters by SYSENTER"
    bool fine;
};

// Its instructions looked at, called and compared with int $0x80; real signals taken.
Result<std::vector<EntryFact>> examine_entries(const GivenVdso& given);

// "SYSENTER", "SYSCALL", "int $0x80": the first of them in the code; empty: none.
std::string entry_instruction(std::string_view code);

}  // namespace earlybox::vdso_probe
