// SPDX-License-Identifier: MIT
// `earlybox --install [-s] DIR`: a link per applet.
#pragma once
#include <span>

#include "core/base/output.h"

namespace earlybox {

// Makes a link to this binary in DIR for every applet (hard; -s: symbolic). A link that is already right
// stays. Returns the exit code.
int install_links(std::span<char*> arguments, Output& out, Output& err);

}  // namespace earlybox
