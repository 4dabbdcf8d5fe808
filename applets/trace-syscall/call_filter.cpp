// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/call_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>

#include <span>

namespace earlybox::trace_syscall {
namespace {

using Program = std::vector<sock_filter>;
constexpr unsigned kX32Bit = 0x40000000;
constexpr unsigned kKill = 62;  // x32's, too
constexpr unsigned kKill32 = 37;

void add(Program& program, std::span<const sock_filter> more) {
    program.insert(program.end(), more.begin(), more.end());
}

Program load(size_t field) { return {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(field))}; }

sock_filter answer(bool traced) {
    return BPF_STMT(BPF_RET | BPF_K, traced ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW);
}

// `block` answers itself. A jump that depends on something reaches no farther than 255 instructions.
void add_when(Program& program, unsigned condition, unsigned value, std::span<const sock_filter> block) {
    add(program, {{BPF_JUMP(BPF_JMP | BPF_K | condition, value, 1, 0),
                   BPF_STMT(BPF_JMP | BPF_JA, static_cast<unsigned>(block.size()))}});
    add(program, block);
}

// By where the answer changes, upwards.
Program answers(const NumberSet& traced, unsigned first) {
    Program program;
    for (unsigned number = 1; number < traced.size(); ++number)
        if (traced[number] != traced[number - 1])
            add(program,
                {{BPF_JUMP(BPF_JMP | BPF_K | BPF_JGE, first + number, 1, 0), answer(traced[number - 1])}});
    program.push_back(answer(traced[traced.size() - 1]));
    return program;
}

// kill(-1, SIGKILL) and kill(-1, SIGSTOP)
Program killing_all() {
    Program program = load(offsetof(seccomp_data, args[0]));
    add(program, {{BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, UINT32_MAX, 1, 0), answer(false)}});
    add(program, load(offsetof(seccomp_data, args[1])));
    for (const unsigned signal : {SIGKILL, SIGSTOP})
        add(program, {{BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, signal, 0, 1), answer(true)}});
    program.push_back(answer(false));
    return program;
}

void add_table(Program& program, const NumberSet& traced, unsigned first, unsigned kill, bool kills_of_all) {
    if (kills_of_all && !traced[kill]) add_when(program, BPF_JEQ, first + kill, killing_all());
    add(program, answers(traced, first));
}

}  // namespace

std::vector<sock_filter> call_filter(const CallSet& traced, bool kills_of_all) {
    const auto by_number = load(offsetof(seccomp_data, nr));
    Program narrow = by_number;
    add_table(narrow, traced.numbers(Abi::i386), 0, kKill32, kills_of_all);
    Program x32;
    add_table(x32, traced.numbers(Abi::x32), kX32Bit, kKill, kills_of_all);
    Program wide = by_number;
    add_when(wide, BPF_JGE, kX32Bit, x32);
    add_table(wide, traced.numbers(Abi::x86_64), 0, kKill, kills_of_all);

    Program program = load(offsetof(seccomp_data, arch));
    add_when(program, BPF_JEQ, AUDIT_ARCH_I386, narrow);
    add_when(program, BPF_JEQ, AUDIT_ARCH_X86_64, wide);
    program.push_back(answer(false));
    return program;
}

}  // namespace earlybox::trace_syscall
