// SPDX-License-Identifier: MIT
// The kernel's log from wherever it is: this kernel's own, files of any kind that the parsers know,
// directories.
#pragma once
#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/parse/log_record.h"
#include "core/probe/machine.h"

namespace earlybox {

// Reads a file, packed or not, or a directory: rotated logs (oldest first), journals, a pstore; its kind is
// told by content. Constant memory. The error says why nothing could be read at all; what is damaged goes to
// the sink.
Result<LogTally> read_log(const std::string& path, const LogFilter& filter, LogSink& sink);

// The same from what is open: standard input, a directory that no path leads to.
Result<LogTally> read_log(Fd file, const std::string& shown, const LogFilter& filter, LogSink& sink);

// The running kernel's log: /dev/kmsg (also where /dev is empty), else syslog(2).
class LiveLog {
 public:
    enum class Interface { any, kmsg, syslog };
    enum class Start {
        boot,   // the oldest record that the kernel still has
        clear,  // what came after the last dmesg -C; syslog(2) knows no other
        now,    // only what is yet to come (kmsg only)
    };
    // The error says what is missing: CONFIG_PRINTK, CAP_SYSLOG.
    static Result<LiveLog> open(Machine& machine, Interface interface, Start start);

    // /dev/kmsg, to be polled for more; -1: syslog(2), which cannot be waited for.
    int descriptor() const { return device_.number(); }

    // All that was logged since the last call.
    Result<LogTally> read(const LogFilter& filter, LogSink& sink);

 private:
    Fd device_;
};

// The examined machine's: the live one's as above from boot on, or a copy of /dev/kmsg below --root.
Result<LogTally> read_kernel_log(Machine& machine, const LogFilter& filter, LogSink& sink);

}  // namespace earlybox
