// SPDX-License-Identifier: MIT
// Lines of kernel log as text: what syslog(2), consoles and pstore hold, and what dmesg makes of it in all
// its forms (kernel/printk/printk.c, info_print_prefix; util-linux, sys-utils/dmesg.c, print_record).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/parse/log_time.h"

namespace earlybox {

// What stands before a line's text; at least one of priority, a time or a difference.
struct DmesgPrefix {
    // Facility * 8 + level; but what programs wrote to /dev/kmsg has facility | level after util-linux's
    // dmesg -r.
    std::optional<uint32_t> priority;       // <6>, or dmesg -x: "kern  :info  :"
    std::optional<uint64_t> since_boot_us;  // [   12.345678]
    std::optional<CivilTime> wall;          // dmesg -T, -e, --time-format iso
    std::optional<uint64_t> delta_us;       // since the record before: dmesg -d, -e
    std::string_view caller;                // [   T49]
    size_t size = 0;                        // where the text begins

    bool has_time() const { return since_boot_us || wall || delta_us; }
};

// Nothing for a line that has no prefix.
std::optional<DmesgPrefix> dmesg_prefix(std::string_view line);

// The kernel's part of the prefix: "[   12.345678]" and the caller, with what divides them from the text.
bool take_boot_stamp(std::string_view& text, uint64_t& since_boot_us, std::string_view& caller);

// Where in the middle of a line the kernel's own stamp stands, padded exactly as the kernel pads it.
std::optional<size_t> find_inner_stamp(std::string_view line);

// "Panic#1 Part2": the head of a pstore dump's part (fs/pstore/platform.c, pstore_dump). Dumps are counted
// from 1; part 1 is the last in time.
struct PstoreHeading {
    uint64_t dump, part;
};
std::optional<PstoreHeading> pstore_heading(std::string_view line);

// Without the escape sequences that colour a terminal's text or move its cursor.
std::string without_escape_sequences(std::string_view line);

}  // namespace earlybox
