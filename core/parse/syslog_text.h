// SPDX-License-Identifier: MIT
// Lines of system logs as rsyslog, syslog-ng, busybox and journalctl write them: a stamp of RFC 3164 or RFC
// 3339, the host, the sender's tag, the text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/parse/log_time.h"

namespace earlybox {

struct SyslogLine {
    CivilTime wall;
    std::optional<uint32_t> priority;  // where the line has it: "<6>" before it, or busybox's "kern.info"
    std::string_view tag;      // who wrote it: "kernel:", "systemd[1]:"; in RFC 5424's form without the colon
    bool from_kernel = false;  // the tag is "kernel"; whoever may write to the log can claim it
    std::string_view text;     // behind the tag
};

// Nothing for a line without a stamp.
std::optional<SyslogLine> syslog_line(std::string_view line);

// rsyslog writes control characters as # and three octal digits: "#012" is a newline.
std::string without_octal_escapes(std::string_view text);

}  // namespace earlybox
