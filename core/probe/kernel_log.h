// SPDX-License-Identifier: MIT
// What the examined machine's kernel logged about something.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

struct LogLine {
    uint64_t microseconds;  // since boot
    std::string text;
    // "kernel log, 3 s: its first line"
    std::string evidence() const;
};

// What the kernel itself logged that contains one of `parts`, oldest first.
Result<std::vector<LogLine>> find_logged(Machine& machine, std::initializer_list<std::string_view> parts);

}  // namespace earlybox
