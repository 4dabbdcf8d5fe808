// SPDX-License-Identifier: MIT
// Records of /dev/kmsg: "6,339,5140900,-;text" and " KEY=value" lines below
// (Documentation/ABI/testing/dev-kmsg; kernel/printk/printk.c, info_print_ext_header).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earlybox {

struct KmsgRecord {
    unsigned level;     // 0 emergency … 7 debug
    unsigned facility;  // 0: the kernel itself; others were written to /dev/kmsg
    uint64_t sequence;
    uint64_t microseconds;  // since boot
    std::string text;       // \x0a and its like undone: may hold anything
};

// Takes the next record off the front of `rest`; nothing at the end. Lines that belong to no record are
// passed over.
std::optional<KmsgRecord> next_kmsg_record(std::string_view& rest);

}  // namespace earlybox
