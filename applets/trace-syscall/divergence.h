// SPDX-License-Identifier: MIT
// Where two runs of a program, perhaps of different ABIs, part. Pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earlybox::trace_syscall {

// A call as one of the runs made it.
struct MadeCall {
    std::string job;        // what it is for, in every ABI: common_name()
    std::string path;       // the first that it names; empty: none
    int error = 0;          // errno; 0: it succeeded, or is not known to have failed
    std::string text = {};  // as in the trace
};

// The calls of a process or thread, in order; those of a run in the order in which they were started.
using CallList = std::vector<MadeCall>;

// One name for the calls that do the same: "clock_gettime" for clock_gettime64, "openat" for open.
std::string common_name(std::string_view name);
// A path without what only tells the ABI: the folders of libraries.
std::string common_path(std::string_view path);

// Which calls of the one list are the other's, both rising: the same jobs in the same order. Each is in at
// most one pair. In time and memory linear in the lists but for a window where they differ.
std::vector<std::pair<size_t, size_t>> align(const CallList& first, const CallList& second);

// The first pair whose calls differ in how they end, or in the path.
std::optional<std::pair<size_t, size_t>> first_difference(
    const CallList& first, const CallList& second, const std::vector<std::pair<size_t, size_t>>& pairs);

}  // namespace earlybox::trace_syscall
