// SPDX-License-Identifier: MIT
// A seccomp filter that sends calls to a tracer (seccomp(2), SECCOMP_RET_TRACE) and lets all others pass.
#pragma once
#include <linux/filter.h>

#include <vector>

#include "applets/trace-syscall/selection.h"

namespace earlybox::trace_syscall {

// For the calls of `traced`, each ABI by its own numbers; and with `kills_of_all`, for kill(-1, SIGKILL) and
// kill(-1, SIGSTOP), which would not spare the tracer.
std::vector<sock_filter> call_filter(const CallSet& traced, bool kills_of_all = false);

}  // namespace earlybox::trace_syscall
