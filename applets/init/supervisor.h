// SPDX-License-Identifier: MIT
// PID 1 itself: keeps a session on every console, reaps what dies, and does what it is ordered to. All else
// is done by children, so that nothing here can hang on a terminal, and little can fail.
#pragma once
#include "applets/init/boot.h"

namespace earlybox::init {

// `choices` are forgotten as they are fulfilled.
[[noreturn]] void supervise(BootChoices& choices);

}  // namespace earlybox::init
