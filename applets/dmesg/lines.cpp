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
    // Unsigned: a damaged log's stamps may be anything.
    const uint64_t delta = last_us_ == 0 ? 0 : static_cast<uint64_t>(now) - static_cast<uint64_t>(last_us_);
    last_us_ = now;
    return static_cast<int64_t>(delta);
}

void Lines::put_stamp(Head& head, const LogRecord& record) {
    TimeFormat format = style_.time;
    if (!record.since_boot_us && record.wall_us) {
        if (format == TimeFormat::seconds) format = TimeFormat::ctime;
        if (format == TimeFormat::seconds_and_delta) format = TimeFormat::ctime_and_delta;
    }
    const auto with_delta = [&](std::string_view time) {
        append(head.stamp, '[', time, time.empty() ? "<" : " <");
        append_seconds(head.stamp, count_delta(record), 12);
        head.stamp += ">] ";
    };
    std::string words;
    switch (format) {
        case TimeFormat::none:
            break;
        case TimeFormat::seconds:
            append(head.stamp, '[', seconds(record), "] ");
            break;
        case TimeFormat::ctime:
            append_ctime(words, local_time(clock_.at(record)));
            append(head.stamp, '[', words, "] ");
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
            append_iso(head.stamp, clock_.at(record));
            head.stamp += ' ';
            break;
        case TimeFormat::reltime: {
            const auto time = local_time(clock_.at(record));
            const int minute = (time.tm_yday * 24 + time.tm_hour) * 60 + time.tm_min;
            const int64_t delta = count_delta(record);
            head.breaks = minute != last_minute_;
            last_minute_ = minute;
            if (head.breaks) {
                append_minute(words, time);
            } else {
                words = delta < 10 * kSecond ? "  " : " ";
                append_seconds(words, delta, 0, Sign::always);
            }
            append(head.stamp, '[', words, "] ");
            break;
        }
    }
}

Lines::Head Lines::head(const LogRecord& record, LogKind kind) {
    Head head;
    if (style_.raw) {
        head.stamp = raw_prefix(record, kind);
        head.copied = kind != LogKind::kmsg;
        return head;
    }
    if (style_.decode && has_names(record))
        head.names = concat(padded(kLogFacilities[*record.facility], 6), ':',
                            padded(kLogLevels[*record.level], 6), ": ");
    if (kind != LogKind::plain) put_stamp(head, record);
    return head;
}

void Lines::show_line(std::string& to, const LogRecord& record, const Head& head,
                      std::string_view line) const {
    const bool colored = style_.color && !head.copied;
    const size_t indent = head.copied ? 0 : head.names.size() + head.stamp.size();
    to += head.names;
    if (colored && !head.stamp.empty())
        append(to, head.breaks ? kTimeBreakColor : kTimeColor, head.stamp, kReset);
    else
        to += head.stamp;
    const size_t subsystem = colored ? subsystem_length(line) : 0;
    if (subsystem != 0) {
        to += kSubsystemColor;
        append_escaped(to, line.substr(0, subsystem), style_.escaping, indent);
        to += kReset;
        line.remove_prefix(subsystem);
    }
    const char* color = colored ? color_of(record, line) : nullptr;
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
    if (style_.json && record.text.empty()) return;
    std::string joined;
    std::string_view text = record.text;
    if (const auto caller = caller_prefix(record, kind); !caller.empty())
        text = joined = caller + std::string(text);
    if (style_.json) return show_object(to, record, text);

    const bool is_copied = style_.raw && kind != LogKind::kmsg;
    if (text.empty() && !is_copied) {
        to += '\n';
        return;
    }
    Head head = this->head(record, kind);
    if (!style_.every_line || !keeps_lines_together(kind)) return show_line(to, record, head, text);
    const size_t before = to.size();
    for (std::string_view line; next_line(text, line);) {
        if (line.empty()) continue;
        if (to.size() != before && style_.time == TimeFormat::reltime) head.stamp = "[  +0.000000] ";
        show_line(to, record, head, line);
    }
    if (to.size() == before) show_line(to, record, head, "");
}

void Lines::finish(std::string& to) const {
    if (has_objects_) to += "\n   ]\n}\n";
}

}  // namespace earlybox::dmesg
