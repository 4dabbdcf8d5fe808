// SPDX-License-Identifier: MIT
// Records as lines of text, byte for byte as util-linux 2.38 shows them (sys-utils/dmesg.c, print_record), or
// as its JSON.
#pragma once
#include <optional>
#include <string>

#include "applets/dmesg/clock.h"
#include "applets/dmesg/escape.h"
#include "core/parse/log_record.h"

namespace earlybox::dmesg {

enum class TimeFormat { none, seconds, ctime, delta, reltime, iso, seconds_and_delta, ctime_and_delta };

struct Style {
    TimeFormat time = TimeFormat::seconds;
    bool decode = false;      // names of facility and level in front
    bool raw = false;         // "<6>[    1.234567] text"
    bool json = false;        // one object around all
    bool every_line = false;  // a stamp in front of each line of a record
    bool color = false;
    Escaping escaping;
};

class Lines {
 public:
    Lines(const Style& style, const Clock& clock) : style_(style), clock_(clock) {}

    void show(std::string& to, const LogRecord& record, LogKind kind);
    // What closes the JSON object.
    void finish(std::string& to) const;

 private:
    // What stands in front of a record's text.
    struct Head {
        std::string names;
        std::string stamp;
        bool breaks = false;  // a new minute begins
        bool copied = false;  // a line of syslog(2) as it is, neither coloured nor indented
    };
    Head head(const LogRecord& record, LogKind kind);
    void put_stamp(Head& head, const LogRecord& record);
    int64_t count_delta(const LogRecord& record);
    void show_line(std::string& to, const LogRecord& record, const Head& head, std::string_view line) const;
    void show_object(std::string& to, const LogRecord& record, std::string_view text);

    const Style& style_;
    const Clock& clock_;
    int64_t last_us_ = 0;  // the record's that was shown before this one
    int last_minute_ = 0;  // of its year
    bool has_objects_ = false;
};

}  // namespace earlybox::dmesg
