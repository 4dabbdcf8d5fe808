// SPDX-License-Identifier: MIT
// Which of the kernel's events and functions a pattern names.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/probe/tracefs.h"

namespace earlybox::trace_kernel {

// "sched:*", "*exec*", or a whole system: "sched". Sorted as the kernel lists them, each once. The error says
// which pattern matches nothing, and what is like it.
Result<std::vector<std::string>> matching_events(const Tracefs& tracefs,
                                                 const std::vector<std::string>& patterns);

}  // namespace earlybox::trace_kernel
