// SPDX-License-Identifier: MIT
// ksyms --stubs: functions that do nothing but return an error, by their machine code.
#pragma once
#include "applets/ksyms/selection.h"
#include "core/applet.h"
#include "core/probe/kernel.h"

namespace earlybox::ksyms {

// A line for each, whatever its type letter. The exit code: kBadNews where there is none.
int show_stubs(Context& context, Kernel& kernel, const Selection& selection);

}  // namespace earlybox::ksyms
