// SPDX-License-Identifier: MIT
// System calls made by number, through each entry of an x86 kernel, in a child that may die of them.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

enum class CallEntry : uint8_t {
    native,  // this program's own: SYSCALL on x86_64
    int80,   // i386 numbers and 32-bit layouts, through int $0x80
    x32,     // x86_64's entry with the x32 bit in the number
};

struct CallAttempt {
    CallEntry entry;
    unsigned number;
    int64_t arguments[6] = {-1, -1, -1, -1, -1, -1};  // -1: no address, no descriptor, no pid
};

struct CallAnswer {
    enum class How : uint8_t {
        not_made,  // this build has no such entry, or there was no child to make it
        returned,  // value: what came back in the register; -errno for an error
        killed,    // value: the signal that killed the child in it
        hung,      // it did not return in time
    } how = How::not_made;
    int64_t value = 0;
    bool refused_as_unknown() const;  // ENOSYS
};

// Makes the calls one after another in a forked child (a new one after each that kills it) and returns an
// answer for each attempt, in order.
std::vector<CallAnswer> attempt_calls(std::span<const CallAttempt> attempts);

}  // namespace earlybox
