// SPDX-License-Identifier: MIT
#include "applets/dmesg/lines.h"

#include <ctype.h>

#include <iterator>

#include "applets/dmesg/moment.h"
#include "core/base/text.h"

namespace earlybox::dmesg {
namespace {

constexpr int64_t kSecond = 1000000;

constexpr const char* kReset = "\033[0m";
constexpr const char* kSubsystemColor = "\033[33m";
constexpr const char* kTimeColor = "\033[32m";
constexpr const char* kTimeBreakColor = "\033[32m\033[1m";
constexpr const char* kSegfaultColor = "\033[2m\033[31m";
constexpr const char* kLevelColors[] = {nullptr, "\033[7m\033[31m", "\033[1m\033[31m", "\033[31m", "\033[1m"};

// "   12.345678"
std::string seconds(const LogRecord& record) {
    std::string text;
    append_seconds(text, static_cast<int64_t>(record.since_boot_us.value_or(0)), 12);
    return text;
}

bool has_names(const LogRecord& record) {
    return record.level && record.facility && *record.facility < std::size(kLogFacilities);
}

// 2.38 joins level and facility without the shift that the kernel's number has (util-linux fa6ac102d), and
// knows no facility behind ftp.
int64_t joined_priority(const LogRecord& record) {
    if (!record.level || *record.facility > std::size(kLogFacilities)) return -1;
    return static_cast<int64_t>(*record.facility | *record.level);
}

// As the kernel's syslog(2) begins a line.
std::string raw_prefix(const LogRecord& record, LogKind kind) {
    std::string prefix;
    if (record.level && record.facility)
        append(prefix, '<',
               kind == LogKind::kmsg ? joined_priority(record) : *record.facility << 3 | *record.level, '>');
    if (record.since_boot_us) {
        append(prefix, '[', seconds(record), ']');
        if (kind == LogKind::kmsg || record.caller.empty()) prefix += ' ';
    }
    return prefix;
}

// Stands in the text of every source but /dev/kmsg, where it is a field that dmesg does not show.
std::string caller_prefix(const LogRecord& record, LogKind kind) {
    constexpr size_t kWidth = 6;  // print_caller() in kernel/printk/printk.c
    if (kind == LogKind::kmsg || record.caller.empty()) return {};
    const size_t missing = kWidth > record.caller.size() ? kWidth - record.caller.size() : 0;
    return concat('[', std::string(missing, ' '), record.caller, "] ");
}

bool keeps_lines_together(LogKind kind) {
    return kind == LogKind::kmsg || kind == LogKind::json || kind == LogKind::journal;
}

// Where "subsystem: " at the front of a line ends; 0: there is none.
size_t subsystem_length(std::string_view line) {
    for (size_t at = 0; (at = line.find(':', at)) != line.npos; ++at)
        if (at + 2 < line.size() && isblank(static_cast<unsigned char>(line[at + 1]))) return at + 2;
    return 0;
}

const char* color_of(const LogRecord& record, std::string_view text) {
    const char* color =
        record.level && *record.level < std::size(kLevelColors) ? kLevelColors[*record.level] : nullptr;
    return color == nullptr && text.find("segfault at") != text.npos ? kSegfaultColor : color;
}

}  // namespace

int64_t Lines::count_delta(const LogRecord& record) {
    const auto now = record.since_boot_us ? static_cast<int64_t>(*record.since_boot_us) : clock_.at(record);
    const int64_t delta = last_us_ == 0 ? 0 : now - last_us_;
    last_us_ = now;
    return delta;
}

Lines::Stamp Lines::stamp(const LogRecord& record) {
    Stamp stamp;
    TimeFormat format = style_.time;
    if (!record.since_boot_us && record.wall_us) {
        if (format == TimeFormat::seconds) format = TimeFormat::ctime;
        if (format == TimeFormat::seconds_and_delta) format = TimeFormat::ctime_and_delta;
    }
    const auto with_delta = [&](std::string_view time) {
        append(stamp.text, '[', time, time.empty() ? "<" : " <");
        append_seconds(stamp.text, count_delta(record), 12);
        stamp.text += ">] ";
    };
    std::string words;
    switch (format) {
        case TimeFormat::none:
            break;
        case TimeFormat::seconds:
            append(stamp.text, '[', seconds(record), "] ");
            break;
        case TimeFormat::ctime:
            append_ctime(words, local_time(clock_.at(record)));
            append(stamp.text, '[', words, "] ");
            break;
        case TimeFormat::delta:
            with_delta("");
            break;
        case TimeFormat::seconds_and_delta:
            with_delta(seconds(record));
            break;
        case TimeFormat::ctime_and_delta:
            append_ctime(words, local_time(clock_.at(record)));
            with_delta(words);
            break;
        case TimeFormat::iso:
            append_iso(stamp.text, clock_.at(record));
            stamp.text += ' ';
            break;
        case TimeFormat::reltime: {
            const auto time = local_time(clock_.at(record));
            const int minute = (time.tm_yday * 24 + time.tm_hour) * 60 + time.tm_min;
            const int64_t delta = count_delta(record);
            stamp.breaks = minute != last_minute_;
            last_minute_ = minute;
            if (stamp.breaks) {
                append_minute(words, time);
            } else {
                words = delta < 10 * kSecond ? "  " : " ";
                append_seconds(words, delta, 0, Sign::always);
            }
            append(stamp.text, '[', words, "] ");
            break;
        }
    }
    return stamp;
}

void Lines::show_line(std::string& to, const LogRecord& record, std::string_view decoded, const Stamp& stamp,
                      std::string_view line, size_t indent) const {
    to += decoded;
    if (style_.color && !stamp.text.empty())
        append(to, stamp.breaks ? kTimeBreakColor : kTimeColor, stamp.text, kReset);
    else
        to += stamp.text;
    const size_t subsystem = style_.color ? subsystem_length(line) : 0;
    if (subsystem != 0) {
        to += kSubsystemColor;
        append_escaped(to, line.substr(0, subsystem), style_.escaping, indent);
        to += kReset;
        line.remove_prefix(subsystem);
    }
    const char* color = style_.color ? color_of(record, line) : nullptr;
    if (color != nullptr) to += color;
    append_escaped(to, line, style_.escaping, indent);
    if (color != nullptr) to += kReset;
    to += '\n';
}

void Lines::show_object(std::string& to, const LogRecord& record, std::string_view text) {
    to += has_objects_ ? ",{\n" : "{\n   \"dmesg\": [\n      {\n";
    has_objects_ = true;
    constexpr const char* kIndent = "         ";
    if (has_names(record) && style_.decode)
        append(to, kIndent, "\"fac\": \"", kLogFacilities[*record.facility], "\",\n", kIndent, "\"pri\": \"",
               kLogLevels[*record.level], "\",\n");
    else if (has_names(record))
        append(to, kIndent, "\"pri\": ", joined_priority(record), ",\n");
    append(to, kIndent, "\"time\": ", seconds(record), ",\n", kIndent, "\"msg\": ");
    append_json_string(to, text, style_.escaping);
    to += "\n      }";
}

void Lines::show(std::string& to, const LogRecord& record, LogKind kind) {
    const bool copies_lines = style_.raw && kind != LogKind::kmsg;
    if (record.text.empty() && !copies_lines) {
        if (!style_.json) to += '\n';
        return;
    }
    std::string joined;
    std::string_view text = record.text;
    if (const auto caller = caller_prefix(record, kind); !caller.empty())
        text = joined = caller + std::string(text);
    if (style_.json) return show_object(to, record, text);

    std::string decoded;
    Stamp stamp;
    if (style_.raw) {
        stamp.text = raw_prefix(record, kind);
    } else {
        if (style_.decode && has_names(record))
            decoded = concat(padded(kLogFacilities[*record.facility], 6), ':',
                             padded(kLogLevels[*record.level], 6), ": ");
        stamp = this->stamp(record);
    }
    const size_t indent = copies_lines ? 0 : decoded.size() + stamp.text.size();
    if (!style_.every_line || !keeps_lines_together(kind))
        return show_line(to, record, decoded, stamp, text, indent);
    const size_t before = to.size();
    for (std::string_view line; next_line(text, line);) {
        if (line.empty()) continue;
        if (to.size() != before && style_.time == TimeFormat::reltime) stamp.text = "[  +0.000000] ";
        show_line(to, record, decoded, stamp, line, 0);
    }
    if (to.size() == before) show_line(to, record, decoded, stamp, "", 0);
}

void Lines::finish(std::string& to) const {
    if (has_objects_) to += "\n   ]\n}\n";
}

}  // namespace earlybox::dmesg
