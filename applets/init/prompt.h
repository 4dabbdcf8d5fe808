// SPDX-License-Identifier: MIT
// A prompt for a machine without any shell: one plain command a line; no editing, so a serial line will do.
#pragma once
#include <string>
#include <vector>

#include "core/base/output.h"
#include "core/base/result.h"

namespace earlybox::init {

// Reads lines from `input` until "exit" or its end; returns 0.
int run_prompt(int input, Output& out, Output& err);

struct CommandLine {
    std::vector<std::string> words;
    std::string file;  // > FILE, >> FILE; empty: standard output
    bool append = false;
};

// 'single' and "double" quotes keep words together, a backslash outside of single quotes takes the next
// character as it is, # begins a comment. What a shell would do more is an error that says so.
Result<CommandLine> parse_command_line(std::string_view text);

}  // namespace earlybox::init
