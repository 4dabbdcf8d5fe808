// SPDX-License-Identifier: MIT
// A PID 1 that dies takes the kernel along: one that faults starts itself anew.
#pragma once
#include <signal.h>

namespace earlybox::init {

inline constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};

// From here on a fault of this process (one of kFaults; abort() is one) executes the program again, which
// then finds the signal's number by past_fault(); one of these signals that is only sent has no effect.
// Allocations that fail are tried again until there is memory.
void survive_own_faults();

// The environment variable that carries it; not for children to see.
inline constexpr const char* kFaultVariable = "EARLYBOX_INIT_FAULT";

// The signal that the program's last life ended with; 0: this is its first.
int past_fault();

}  // namespace earlybox::init
