// SPDX-License-Identifier: MIT
// Which calls, results and signals are shown: strace's -e expressions, -z, -Z.
#pragma once
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/abi/syscalls.h"
#include "core/base/result.h"

namespace earlybox::trace_syscall {

// Numbers of one ABI; all that are too large count as the last.
using NumberSet = std::bitset<1024>;

// "open,close", "%file", "!%desc", "/^clock_", "?nosuch", "mount@32", "all", "none". The error says which
// part means nothing, and what may have been meant.
class CallSet {
 public:
    static Result<CallSet> parse(std::string_view expression);
    static CallSet all();
    static CallSet of(Abi abi, const NumberSet& numbers);
    bool has(Abi abi, unsigned number) const {
        const NumberSet& numbers = this->numbers(abi);
        return numbers[std::min<size_t>(number, numbers.size() - 1)];
    }
    const NumberSet& numbers(Abi abi) const { return numbers_[static_cast<size_t>(abi)]; }
    CallSet& operator|=(const CallSet& other);
    bool is_all() const { return all_; }
    bool is_empty() const;

 private:
    NumberSet& numbers(Abi abi) { return numbers_[static_cast<size_t>(abi)]; }
    Result<> add(std::string_view word);
    std::array<NumberSet, 3> numbers_;
    bool all_ = false;
};

// "SIGINT,TERM", "!chld", "all", "none"
struct SignalSet {
    uint64_t bits = ~uint64_t{0};  // bit 0: signal 1
    static Result<SignalSet> parse(std::string_view expression);
    bool has(int signal) const { return signal >= 1 && signal <= 64 && (bits >> (signal - 1) & 1) != 0; }
};

// How calls end: "successful", "failed", "unfinished", "unavailable", "detached".
struct StatusSet {
    bool successful = true;
    bool failed = true;
    bool unfinished = true;
    static Result<StatusSet> parse(std::string_view expression);
    bool is_all() const { return successful && failed && unfinished; }
    bool has(int64_t result) const;
};

// The signal's number: "TERM", "sigterm", "15".
std::optional<int> signal_number(std::string_view name);
// The errno's number: "ENOENT", "2".
std::optional<int> errno_number(std::string_view name);

}  // namespace earlybox::trace_syscall
