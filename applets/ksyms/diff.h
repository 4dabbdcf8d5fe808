// SPDX-License-Identifier: MIT
// ksyms --diff: what two kernels have not in common.
#pragma once
#include "applets/ksyms/selection.h"
#include "core/applet.h"
#include "core/probe/kernel.h"

namespace earlybox::ksyms {

// A line for each symbol that came, went, became weak or strong, or changed its size, by name. Symbols of one
// name are compared in the order of their addresses. The exit code: kBadNews where there is any.
int show_differences(Context& context, const Kernel& before, const Kernel& after, const Selection& selection);

}  // namespace earlybox::ksyms
