// SPDX-License-Identifier: MIT
// The reader of kernel logs that are text, of every kind: blocks of bytes in, records out, in constant memory
// however long the input or a line of it is.
//
// Kernel text may hold what a process chose: newlines, brackets, whole lines that look like the kernel's. In
// the records of /dev/kmsg and in JSON they are escaped, and dmesg indents the lines below a record's first:
// there a record is never taken for two. Where the kernel repeats its stamp on every line (syslog(2),
// consoles, pstore), and in system logs, each line is a record, and no reader can tell a process's line from
// the kernel's.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/search.h"
#include "core/parse/log_lines.h"
#include "core/parse/log_record.h"
#include "core/parse/log_time.h"

namespace earlybox {

// What a log is that begins so; nothing for what is no text. LogKind::journal is told, but not read here.
std::optional<LogKind> log_kind(std::string_view beginning);

class LogText {
 public:
    // A longer line is cut, and a longer record divided.
    static constexpr size_t kLongestRecord = size_t{1} << 16;

    LogText(LogKind kind, const WallClock& clock, const LogFilter& filter, LogSink& sink);

    // Reads on; a line or record may go on in the next block. False: the sink wants no more.
    bool add(std::string_view block);
    // What was added is all there is for now: delivers what was held back.
    bool finish();

    const LogTally& tally() const { return lines_.tally(); }

 private:
    struct Sought {
        Needle needle;
        size_t hit;  // its next place in the text that is being read
    };

    bool read(size_t size, bool final);
    size_t read_every(std::string_view text, bool final);
    size_t read_hits(std::string_view text, bool final);
    size_t first_hit(std::string_view text, size_t from);
    size_t line_begin(std::string_view text, size_t at, size_t from) const;
    size_t record_begin(std::string_view text, size_t at, size_t from) const;
    size_t record_end(std::string_view text, size_t begin, bool final) const;
    void read_record(std::string_view text, size_t begin, size_t end);
    size_t pass_zeros(std::string_view text, size_t begin);
    void cut_line();
    void skip(std::string_view& block);
    LogPlace place_at(size_t offset);
    void drop(size_t size);

    LogLines lines_;
    std::vector<Sought> sought_;  // none: every line is looked at
    std::string buffer_;          // what is not read yet
    LogPlace place_;              // of what counted_ bytes of it
    size_t counted_ = 0;
    uint64_t hole_end_ = 0;  // behind the last zeros that were passed over
    bool skipping_ = false;  // to the end of a line that was cut
};

}  // namespace earlybox
