// SPDX-License-Identifier: MIT
// The files of rotated logs, as logrotate, savelog and their like name them: kern.log, kern.log.1,
// kern.log.2.gz, kern.log-20261115.xz.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace earlybox {

struct LogFamily {
    std::string name;  // "kern.log"
    std::vector<std::string>
        files;  // oldest first; of a file that is there packed and unpacked only the latter
};

// By name, from the names of a directory's files.
std::vector<LogFamily> log_families(const std::vector<std::string>& names);

}  // namespace earlybox
