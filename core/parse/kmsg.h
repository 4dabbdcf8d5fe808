// SPDX-License-Identifier: MIT
// Records of /dev/kmsg: "6,339,5140900,-,caller=T49;text" and " KEY=value" lines below
// (Documentation/ABI/testing/dev-kmsg; kernel/printk/printk.c, info_print_ext_header).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earlybox {

// A record's first line.
struct KmsgHead {
    uint32_t priority;  // facility * 8 + level
    uint64_t sequence;
    uint64_t microseconds;  // since boot
    bool continues;         // flag 'c': a fragment of the record before
    std::string_view caller;
    std::string_view text;  // with its escapes
};

// Nothing for a line that begins no record.
std::optional<KmsgHead> kmsg_head(std::string_view line);

// The kernel writes \xNN for control characters, bytes above 126 and the backslash itself.
std::string kmsg_unescaped(std::string_view text);

}  // namespace earlybox
