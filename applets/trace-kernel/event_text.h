// SPDX-License-Identifier: MIT
// An event's fields as text: names for what has some.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/abi/syscalls.h"
#include "core/parse/trace_format.h"

namespace earlybox::trace_kernel {

struct KnownEvent {
    std::string name;  // "sched:sched_switch"
    TraceFormat format;
};

// "comm=sh pid=47 ret=-2 (ENOENT)"; `call_abi` is for raw_syscalls' numbers, which every ABI has its own of.
std::string field_text(const TraceField& field, std::string_view event, bool is_system_call,
                       std::optional<Abi> call_abi);
// "clock_gettime", "clock_gettime?" where only one ABI has a call of this number that is likely, "?"
std::string system_call_text(uint64_t number, std::optional<Abi> abi);

}  // namespace earlybox::trace_kernel
