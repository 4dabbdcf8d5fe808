// SPDX-License-Identifier: MIT
// How the calls of another process' vDSO functions are counted while it runs at full speed: each function's
// stub adds one to a counter and jumps to the function. Nothing stops, and nothing can be left behind that
// would do harm.
#pragma once
#include <cstdint>

#include "core/parse/vdso_redirect.h"

namespace earlybox::vdso_probe {

enum class MachineCode : uint8_t { x86_64, i386 };

// For counters at this address of the process: 64 bits for each function. The error says that the stubs find
// no room.
Result<Redirection> redirect_to_counters(const Vdso& vdso, MachineCode code, uint64_t counters);

}  // namespace earlybox::vdso_probe
