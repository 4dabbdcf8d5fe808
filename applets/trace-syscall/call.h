// SPDX-License-Identifier: MIT
// A system call as it was made.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/abi/syscalls.h"

namespace earlybox::trace_syscall {

struct Call {
    Abi abi = Abi::x86_64;
    unsigned number = 0;
    std::optional<Syscall> row;  // nothing for a number without a name
    uint64_t arguments[6] = {};
    uint64_t stack = 0;       // where its stack pointer stood
    pid_t process = 0;        // who made it
    std::string_view before;  // the name of the call that its thread made before
    uint64_t length = 0;      // that a caller gave behind a pointer: of a socket's address, of an option
};

// "clock_gettime", "syscall_0x1f4"
void append_name(std::string& to, const Call& call);

// What a call came back with, as the kernel put it into the register.
inline bool is_error(int64_t result) { return result < 0 && result >= -4095; }
// The call goes on after a signal: no result yet.
inline bool is_restart(int64_t result) { return result <= -512 && result >= -516; }

}  // namespace earlybox::trace_syscall
