// SPDX-License-Identifier: MIT
// A prompt for a machine without any shell: one plain command a line; no editing, so a serial line will do.
#pragma once
#include "core/base/output.h"

namespace earlybox::init {

// Reads lines from `input` until "exit" or its end; returns 0.
int run_prompt(int input, Output& out, Output& err);

}  // namespace earlybox::init
