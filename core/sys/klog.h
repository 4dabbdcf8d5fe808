// SPDX-License-Identifier: MIT
// syslog(2): the kernel's log without any file, and what of it goes to consoles (kernel/printk/printk.c).
#pragma once
#include <cstddef>

#include "core/base/result.h"

namespace earlybox {

enum class KlogAction {
    read_all = 3,
    clear = 5,  // for later reads; /dev/kmsg keeps the records, and seeks behind them with SEEK_DATA
    console_off = 6,
    console_on = 7,
    console_level = 8,
    buffer_size = 10,
};

// What the call returns. `argument`: the size of `to`, or the level. The error says what is missing:
// CAP_SYSLOG, CONFIG_PRINTK.
Result<size_t> klog(KlogAction action, char* to = nullptr, size_t argument = 0);

}  // namespace earlybox
