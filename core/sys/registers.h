// SPDX-License-Identifier: MIT
// The registers of a stopped tracee, by what they mean to a system call or a function call. A 64-bit tracer
// sees a 32-bit tracee's in its own layout (PTRACE_GETREGS; arch/x86/entry/calling.h for the calls'
// registers).
#pragma once
#include <sys/user.h>

#include <cstdint>

namespace earlybox {

// The table that a system call's number refers to, and how its arguments are passed.
enum class CallAbi : uint8_t {
    x86_64,
    i386,
    x32,
    aarch64,
    unknown,  // of another architecture than this build knows
};

// "x86_64"
const char* abi_name(CallAbi abi);

#if defined(__x86_64__) || defined(__i386__)
struct Registers {
    user_regs_struct raw;

    // It runs 64-bit code (of either 64-bit ABI).
    bool wide() const;
    uint64_t instruction() const;
    void set_instruction(uint64_t address);
    uint64_t stack() const;
    // What a call came back with; negative: -errno.
    int64_t result() const;
    void set_result(int64_t value);
    // As it was on entry; -1: not in a system call, and none is restarted. Setting it on entry replaces the
    // call.
    int64_t number() const;
    void set_number(int64_t number);
    uint64_t argument(CallAbi abi, unsigned index) const;
    void set_argument(CallAbi abi, unsigned index, uint64_t value);
};
#elif defined(__aarch64__)
struct Registers {
    user_regs_struct raw;

    bool wide() const { return true; }
    uint64_t instruction() const { return raw.pc; }
    void set_instruction(uint64_t address) { raw.pc = address; }
    uint64_t stack() const { return raw.sp; }
    int64_t result() const { return static_cast<int64_t>(raw.regs[0]); }
    void set_result(int64_t value) { raw.regs[0] = static_cast<uint64_t>(value); }
    int64_t number() const { return static_cast<int64_t>(raw.regs[8]); }
    void set_number(int64_t number) { raw.regs[8] = static_cast<uint64_t>(number); }
    uint64_t argument(CallAbi, unsigned index) const { return raw.regs[index]; }
    void set_argument(CallAbi, unsigned index, uint64_t value) { raw.regs[index] = value; }
};
#endif

}  // namespace earlybox
