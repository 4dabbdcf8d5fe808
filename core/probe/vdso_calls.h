// SPDX-License-Identifier: MIT
// The vDSO's functions called for every clock, and judged by what the system calls say.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/probe/vdso.h"

namespace earlybox {

// Who answers a call, if all is well.
enum class Answered : uint8_t {
    by_counter,  // the vDSO, from the clock source's counter
    by_memory,   // the vDSO, from what the kernel noted
    by_kernel,   // nobody else knows
};

// A vDSO function called with one kind of argument, and judged.
struct JudgedCall {
    std::string function;  // "clock_gettime"
    std::string argument;  // "MONOTONIC"; empty: none
    Answered answered;
    std::string trouble = {};                         // what is wrong with its answer; empty: nothing
    int error = 0;                                    // errno that the system call and it agree upon
    std::optional<std::vector<uint64_t>> calls = {};  // system calls that it made; nothing: not traced

    enum class Outcome : uint8_t {
        saves_call,  // agrees, without any system call
        needs_call,  // agrees, by a system call that it has to make
        falls_back,  // agrees, by a system call that it should not have to make
        not_traced,  // agrees; its system calls could not be counted
        unanswered,  // ENOSYS: there is no system call to fall back on (CONFIG_COMPAT_32BIT_TIME)
        disagrees,
    };
    Outcome outcome() const;
    // It makes a system call although the vDSO should be able to answer.
    bool is_needless() const { return answered != Answered::by_kernel && calls && !calls->empty(); }
};

// "clock_gettime(REALTIME, MONOTONIC), gettimeofday()": those of this outcome; empty: none.
std::string listed(const std::vector<JudgedCall>& calls, JudgedCall::Outcome outcome);

struct Judgement {
    std::vector<JudgedCall> calls;
    std::optional<Error> untraced;  // why it is not known which of them made system calls
};

// Adds to a script what getrandom needs before it can do without system calls: memory for its state, and a
// first call. Returns a call for 32 bytes more; nothing where the vDSO has no such function or says no.
std::optional<ScriptedCall> prepare_random(const GivenVdso& given, CallScript& script);

// Calls every time function for every clock: once in a traced child, which counts its system calls; and
// between two readings of the same clock by system call, which have to enclose what it says.
enum class Scope : uint8_t {
    usual,  // clocks that the vDSO answers for, compared once
    all,    // every clock; what disagrees may do so because the time was set in between, and is tried again
};
Result<Judgement> judge_time_functions(const GivenVdso& given, Scope scope);

}  // namespace earlybox
