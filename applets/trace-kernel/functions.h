// SPDX-License-Identifier: MIT
// From what users call functions to those that this kernel can trace.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/base/function_ref.h"
#include "core/probe/machine.h"
#include "core/probe/tracefs.h"

namespace earlybox::trace_kernel {

// The lines of available_filter_functions: "vfs_read", "ext4_lookup [ext4]". The error says which option the
// kernel lacks, or who may not know.
Result<> for_each_function(const Tracefs& tracefs, FunctionRef<void(std::string_view)> take);

struct TracedFunctions {
    std::vector<std::string>
        lines;  // for set_ftrace_filter and its like: names, and the kernel's own patterns
    std::vector<std::string> remarks;  // what each pattern matched, where it is not just itself
};

// The error says of the first pattern that matches nothing why that is, and what is near.
Result<TracedFunctions> find_functions(const Tracefs& tracefs, Machine& machine,
                                       const std::vector<std::string>& patterns);

// The functions that a list such as available_filter_functions names: each line's first word.
struct FunctionMatch {
    std::string pattern;
    std::vector<std::string> handlers;     // of the system call of that name, in every ABI
    std::vector<std::string> names{};      // that the pattern matches; the first few
    std::vector<std::string> variants{};   // NAME.isra.0 and the like
    std::vector<std::string> traceable{};  // those of `handlers` that are in the list
    size_t count = 0;                      // that the pattern matches
};
FunctionMatch match_of(const std::string& pattern);
void match_line(std::string_view line, std::vector<FunctionMatch>& matches);
// The patterns that match anything here.
Result<std::vector<std::string>> known_patterns(const Tracefs& tracefs,
                                                std::span<const char* const> patterns);

}  // namespace earlybox::trace_kernel
