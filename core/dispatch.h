// SPDX-License-Identifier: MIT
// From argv to an applet: by the name the program was called by, or by its first argument.
#pragma once
#include <span>

#include "core/base/output.h"

namespace earlybox {

// `arguments` begin with argv[0]. Returns the exit code; 127 for an applet that does not exist.
int dispatch(std::span<char*> arguments, Output& out, Output& err);

}  // namespace earlybox
