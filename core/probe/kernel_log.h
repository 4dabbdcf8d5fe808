// SPDX-License-Identifier: MIT
// The kernel's log, record by record, through /dev/kmsg of the examined machine.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/parse/kmsg.h"
#include "core/probe/machine.h"

namespace earlybox {

class KernelLog {
 public:
    // The error says what is missing: a devtmpfs, CONFIG_PRINTK, CAP_SYSLOG, a copy below --root.
    static Result<KernelLog> open(Machine& machine);

    // The next record, oldest first; nothing when all that was logged so far has been read.
    std::optional<KmsgRecord> next();

 private:
    Fd device_;         // gives one record a read; none: a captured file
    std::string text_;  // what was read last
    size_t taken_ = 0;  // of it
};

struct LogLine {
    uint64_t microseconds;  // since boot
    std::string text;
    // "kernel log, 3 s: its first line"
    std::string evidence() const;
};

// What the kernel itself logged that contains one of `parts`, oldest first.
Result<std::vector<LogLine>> find_logged(Machine& machine, std::initializer_list<std::string_view> parts);

}  // namespace earlybox
