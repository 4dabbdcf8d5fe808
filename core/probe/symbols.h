// SPDX-License-Identifier: MIT
// /proc/kallsyms of the examined machine, and why it may not tell everything.
#pragma once
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

// The error says why there is none: CONFIG_KALLSYMS, no /proc, no such file below --root.
Result<Fd> open_kallsyms(Machine& machine);

// Why every address reads as zero, for whoever needs addresses (kptr_restrict, capabilities, lockdown): in
// the kernel's own file, or in a copy that was captured before.
Error hidden_addresses_error(Machine& machine, bool captured);

}  // namespace earlybox
