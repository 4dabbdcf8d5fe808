// SPDX-License-Identifier: MIT
// The kernel's log, record by record, through /dev/kmsg of the examined machine.
#pragma once
#include <optional>
#include <string>
#include <string_view>

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

}  // namespace earlybox
