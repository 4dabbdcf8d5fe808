// SPDX-License-Identifier: MIT
// From the lines of one record, of any kind of log that is text, to the record.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/parse/log_record.h"
#include "core/parse/log_time.h"

namespace earlybox {

class LogLines {
 public:
    LogLines(LogKind kind, const WallClock& clock, const LogFilter& filter, LogSink& sink);

    // A line that belongs to the record above it, as far as its beginning tells.
    bool continues_record(std::string_view line) const;

    // Delivers what stands in the lines: a record's first line and those that continue it, or others.
    void read(std::string_view lines, const LogPlace& place);

    void damage(const LogPlace& place, std::string what);
    bool stopped() const { return stopped_; }  // the sink wants no more
    bool wants_every_record() const { return sink_.wants_every_record(); }
    const LogTally& tally() const { return tally_; }

 private:
    struct DmesgRecord;

    void read_kmsg(std::string_view lines, const LogPlace& place);
    void read_json(std::string_view lines, const LogPlace& place);
    void read_syslog(std::string_view line, const LogPlace& place);
    void read_dmesg(std::string_view lines, LogPlace place);
    bool begin_dmesg(DmesgRecord& record, std::string_view line, const LogPlace& place);
    void end_dmesg(DmesgRecord& record);
    void pass_over(std::string_view line, const LogPlace& place);
    void deliver(const LogRecord& record);

    LogKind kind_;
    WallClock clock_;
    const LogFilter& filter_;
    LogSink& sink_;
    LogTally tally_;
    bool stopped_ = false;
    bool in_damage_ = false;               // the line before was no record either
    std::optional<int64_t> last_wall_us_;  // what the differences of dmesg -e add up to
};

}  // namespace earlybox
