// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/call_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>

#include <catch2/catch.hpp>

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

constexpr unsigned kX32Bit = 0x40000000;

// What the kernel makes of a program with these instructions (net/core/filter.c).
unsigned answer(const std::vector<sock_filter>& program, unsigned architecture, unsigned number,
                const std::vector<unsigned>& arguments = {}) {
    unsigned accumulator = 0;
    for (size_t at = 0; at < program.size(); ++at) {
        const sock_filter& step = program[at];
        switch (step.code) {
            case BPF_LD | BPF_W | BPF_ABS:
                if (step.k == offsetof(seccomp_data, arch)) {
                    accumulator = architecture;
                } else if (step.k == offsetof(seccomp_data, nr)) {
                    accumulator = number;
                } else {
                    const size_t index = (step.k - offsetof(seccomp_data, args)) / sizeof(uint64_t);
                    REQUIRE(step.k == offsetof(seccomp_data, args) + index * sizeof(uint64_t));
                    accumulator = arguments.at(index);
                }
                break;
            case BPF_JMP | BPF_JA:
                at += step.k;
                break;
            case BPF_JMP | BPF_JEQ | BPF_K:
                at += accumulator == step.k ? step.jt : step.jf;
                break;
            case BPF_JMP | BPF_JGE | BPF_K:
                at += accumulator >= step.k ? step.jt : step.jf;
                break;
            case BPF_RET | BPF_K:
                return step.k;
            default:
                FAIL("an unknown instruction");
        }
    }
    FAIL("it runs off its end");
    return 0;
}

CallSet calls(const char* expression) {
    const auto set = CallSet::parse(expression);
    REQUIRE(set);
    return *set;
}

}  // namespace

TEST_CASE("a filter sends the calls of a set to the tracer, of every ABI by its numbers", "[trace-syscall]") {
    for (const char* expression :
         {"openat,execve", "%file", "!%desc", "none", "all", "/^clock_", "read@32", "1000"}) {
        CAPTURE(expression);
        const CallSet set = calls(expression);
        const auto program = call_filter(set);
        CHECK(program.size() <= BPF_MAXINSNS);
        for (unsigned number = 0; number < 1100; ++number) {
            CAPTURE(number);
            const auto is_traced = [&](unsigned architecture, unsigned marked) {
                return answer(program, architecture, marked) == SECCOMP_RET_TRACE;
            };
            CHECK(is_traced(AUDIT_ARCH_X86_64, number) == set.has(Abi::x86_64, number));
            CHECK(is_traced(AUDIT_ARCH_X86_64, number | kX32Bit) == set.has(Abi::x32, number));
            CHECK(is_traced(AUDIT_ARCH_I386, number) == set.has(Abi::i386, number));
            CHECK_FALSE(is_traced(AUDIT_ARCH_AARCH64, number));
        }
    }
    CHECK(answer(call_filter(calls("read@32")), AUDIT_ARCH_I386, 3) == SECCOMP_RET_TRACE);
    CHECK(answer(call_filter(calls("read@32")), AUDIT_ARCH_X86_64, 0) == SECCOMP_RET_ALLOW);
}

TEST_CASE("a set has the numbers that no call has, too", "[trace-syscall]") {
    CHECK(calls("1000").has(Abi::x86_64, 1000));
    CHECK_FALSE(calls("1000").has(Abi::x86_64, 1001));
    CHECK(calls("all").has(Abi::i386, 0xffffffff));
    CHECK(calls("!read").has(Abi::x32, 1000));
    CHECK_FALSE(calls("%file").has(Abi::x86_64, 1000));
    CallSet both = calls("read");
    both |= calls("write@64");
    CHECK(both.has(Abi::x86_64, 0));
    CHECK(both.has(Abi::x86_64, 1));
    CHECK_FALSE(both.has(Abi::i386, 4));
}

TEST_CASE("a filter sends what would kill the tracer to it, and no other kill", "[trace-syscall]") {
    const struct {
        unsigned architecture;
        unsigned number;
    } kills[] = {{AUDIT_ARCH_I386, 37}, {AUDIT_ARCH_X86_64, 62}, {AUDIT_ARCH_X86_64, kX32Bit + 62}};
    const auto filter = call_filter(calls("nanosleep@32"), true);
    for (const auto& kill : kills) {
        const auto with = [&](const std::vector<sock_filter>& program, int process, unsigned signal) {
            return answer(program, kill.architecture, kill.number, {static_cast<unsigned>(process), signal});
        };
        CAPTURE(kill.architecture, kill.number);
        CHECK(with(filter, -1, SIGKILL) == SECCOMP_RET_TRACE);
        CHECK(with(filter, -1, SIGSTOP) == SECCOMP_RET_TRACE);
        CHECK(with(filter, -1, SIGTERM) == SECCOMP_RET_ALLOW);
        CHECK(with(filter, 1, SIGKILL) == SECCOMP_RET_ALLOW);
        CHECK(with(call_filter(calls("nanosleep@32")), -1, SIGKILL) == SECCOMP_RET_ALLOW);
        CHECK(with(call_filter(calls("kill"), true), 1, SIGTERM) == SECCOMP_RET_TRACE);
    }
    CHECK(answer(filter, AUDIT_ARCH_I386, 162) == SECCOMP_RET_TRACE);
    CHECK(answer(filter, AUDIT_ARCH_I386, 62) == SECCOMP_RET_ALLOW);
    CHECK(answer(filter, AUDIT_ARCH_X86_64, 37) == SECCOMP_RET_ALLOW);
}
