// SPDX-License-Identifier: MIT
// What is known about single calls beyond their tables: what serves instead, whose absence is normal, how to
// try them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/abi/gates.h"
#include "core/abi/syscalls.h"

namespace earlybox {

// Another call of the ABI that does the job and depends on something else: clock_gettime64 for i386's
// clock_gettime.
std::optional<Syscall> twin_of(Abi abi, const Syscall& call);

// Why ENOSYS from this call is normal and alarms nobody; null where it is a fault. Holes are normal too.
const char* harmless_without(std::string_view name);

// A call that exists, but answers ENOSYS for some of its uses.
struct Remark {
    const char* name;
    Gate gate;  // it holds where this gate is closed; Gate::none: everywhere
    const char* text;
};
// Null where there is nothing to say.
const Remark* remark_on(std::string_view name);

// How to find out whether the kernel knows a call: make it from a child process that may be lost. ENOSYS from
// these arguments means that it is not implemented; any other outcome, death included, that it is.
struct Trial {
    bool safe = true;  // false: not even a child should make it; only symbols can tell
    std::array<long, 6> arguments = {-1, -1, -1, -1, -1, -1};
    const char* reason = "";  // why not, or why these arguments
};
Trial trial_of(std::string_view name);

}  // namespace earlybox
