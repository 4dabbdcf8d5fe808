// SPDX-License-Identifier: MIT
// /proc/PID/mountinfo (proc(5); fs/proc_namespace.c, show_mountinfo).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace earlybox {

struct MountInfo {
    uint64_t id;
    std::string mount_point;  // \040 and its like undone
    std::string type;
    std::string source;
};

std::optional<MountInfo> parse_mountinfo_line(std::string_view line);

}  // namespace earlybox
