// SPDX-License-Identifier: MIT
// A line of words as a user types it where there is no shell: at the prompt of init, in an option.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

struct CommandLine {
    std::vector<std::string> words;
    std::string file;  // > FILE, >> FILE; empty: standard output
    bool append = false;
};

// 'single' and "double" quotes keep words together, a backslash outside of single quotes takes the next
// character as it is, # begins a comment. What a shell would do more is an error that says so.
Result<CommandLine> parse_command_line(std::string_view text);

}  // namespace earlybox
