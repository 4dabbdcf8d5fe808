// SPDX-License-Identifier: MIT
// earlybox.shim=time32: a boot of the real init as PID 1, while trace-syscall serves the 32-bit time calls
// that this kernel refuses, to it and to all its children.
#pragma once
#include <span>

#include "applets/init/boot.h"

namespace earlybox::init {

// Forks the tracer, starts this program anew as its tracee, and that becomes the real init, with the
// arguments that the kernel gave. Returns only where this is not possible: why has been told, and `choices`
// are what is left to do.
void boot_served(BootChoices& choices, std::span<char*> arguments);

}  // namespace earlybox::init
