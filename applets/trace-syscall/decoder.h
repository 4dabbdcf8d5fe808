// SPDX-License-Identifier: MIT
// A system call as text: name(arguments), in strace's form. Total: any numbers and any memory will do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "applets/trace-syscall/style.h"
#include "core/abi/syscalls.h"

namespace earlybox::trace_syscall {

struct Call {
    Abi abi = Abi::x86_64;
    unsigned number = 0;
    std::optional<Syscall> row;  // nothing for a number without a name
    uint64_t arguments[6] = {};
    uint64_t stack = 0;  // where its stack pointer stood
};

// "clock_gettime", "syscall_0x1f4"
std::string name_of(const Call& call);

// What a call came back with, as the kernel put it into the register.
inline bool is_error(int64_t result) { return result < 0 && result >= -4095; }
// The call goes on after a signal: no result yet.
inline bool is_restart(int64_t result) { return result <= -512 && result >= -516; }

class Decoder {
 public:
    Decoder(const Style& style, const RemoteMemory& memory, const Call& call)
        : style_(style), memory_(memory), call_(call) {}

    // Appends the arguments that are known before the call is made, up to the first that it fills in. Returns
    // how many.
    unsigned append_entry(std::string& to) const;
    // Appends those from `printed` on, when it has come back.
    void append_exit(std::string& to, int64_t result, unsigned printed) const;
    // "3", "0x7f0000000000", "-1 ENOENT (No such file or directory)", "1 (in [3])"
    void append_result(std::string& to, int64_t result) const;

 private:
    const Style& style_;
    const RemoteMemory& memory_;
    const Call& call_;
};

}  // namespace earlybox::trace_syscall
