// SPDX-License-Identifier: MIT
// The control groups that limit memory (Linux, Documentation/admin-guide/cgroup-v2.rst and
// cgroup-v1/memory.rst), mounted or not.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox::oomscan {

struct Group {
    std::string path;               // "/jobs/a", as /proc/PID/cgroup names it
    std::optional<uint64_t> limit;  // bytes; nothing: none
    uint64_t swap_limit = 0;        // bytes that may be swapped beyond it
    uint64_t used = 0;
    bool whole = false;   // memory.oom.group: its processes die together
    bool paused = false;  // memory.oom_control: they wait for memory, nobody is killed
    // Since the group was made, of its own processes.
    std::optional<uint64_t> kills, group_kills;
};

// Whether a process of the group `path` counts for `limiting`: it is the same or lies below it.
bool is_within(std::string_view path, std::string_view limiting);

// All that have a limit, counters or oom.group; none where the kernel has no control groups for memory.
// `swap` bytes is all there is.
Result<std::vector<Group>> memory_groups(Machine& machine, uint64_t swap);

}  // namespace earlybox::oomscan
