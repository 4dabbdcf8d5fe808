// SPDX-License-Identifier: MIT
// What vdso-probe says of programs other than itself.
#pragma once
#include <sys/types.h>

#include <span>

#include "core/applet.h"

namespace earlybox::vdso_probe {

// Runs a command; then shows the vDSO that it was given, how often it called each function, and which system
// calls were made all the same. kBadNews: some of these the vDSO should have answered.
int probe_command(Context& context, std::span<char* const> command);

// The vDSO of a running process, which does not notice.
int probe_process(Context& context, pid_t process);

}  // namespace earlybox::vdso_probe
