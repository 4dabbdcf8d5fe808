// SPDX-License-Identifier: MIT
// What /proc/PID tells of a process, as far as it matters to the OOM killer (proc(5); mm/oom_kill.c,
// oom_badness), and the lines "key value" that many files of /proc and control groups consist of. Any text
// may come in: what it does not say is zero or nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earlybox {

struct ProcessStat {
    std::string_view name;  // as the process has set it: may hold anything
    bool zombie = false;
    bool kernel_thread = false;
    uint64_t start = 0;  // in clock ticks since boot
};

// /proc/PID/stat: "42 (name) S 1 …".
ProcessStat parse_process_stat(std::string_view stat);

// The number on the line of `text` that begins with `key` and a colon or space: "MemFree:  123 kB", "oom_kill
// 0".
std::optional<uint64_t> number_of(std::string_view text, std::string_view key);

// Of /proc/PID/oom_score_adj: -1000 to 1000.
inline constexpr int kMostOomAdj = 1000;  // OOM_SCORE_ADJ_MAX; what its negative excludes is never killed
std::optional<int> parse_oom_score_adj(std::string_view text);

// A value in kB of /proc/PID/status or /proc/meminfo, in bytes: "VmRSS:     123 kB".
uint64_t kilobytes_of(std::string_view text, std::string_view key);

// The control group that limits its memory, of /proc/PID/cgroup: version 1's memory controller, else
// version 2.
std::string_view memory_cgroup(std::string_view cgroup);

}  // namespace earlybox
