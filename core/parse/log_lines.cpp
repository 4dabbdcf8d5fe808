// SPDX-License-Identifier: MIT
#include "core/parse/log_lines.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/dmesg_json.h"
#include "core/parse/dmesg_text.h"
#include "core/parse/kmsg.h"
#include "core/parse/syslog_text.h"

namespace earlybox {
namespace {

std::string_view without_returns(std::string_view line) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void set_priority(LogRecord& record, uint32_t priority) {
    record.level = static_cast<uint8_t>(priority & 7);
    record.facility = priority >> 3;
}

}  // namespace

// A record of dmesg's text while its lines are put together.
struct LogLines::DmesgRecord {
    bool exists = false;
    bool uncertain = false;
    bool colored = false;
    DmesgPrefix prefix;
    std::string caller;
    std::string text;
    LogPlace place;
};

LogLines::LogLines(LogKind kind, const WallClock& clock, const LogFilter& filter, LogSink& sink)
    : kind_(kind), clock_(clock), filter_(filter), sink_(sink) {}

bool LogLines::continues_record(std::string_view line) const {
    switch (kind_) {
        case LogKind::kmsg:  // " SUBSYSTEM=acpi"
        case LogKind::dmesg:
        case LogKind::console:  // indented by the width of the stamp above
            return line.starts_with(' ');
        case LogKind::json: {
            const auto begin = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
            return !begin.starts_with('{') && !begin.starts_with("},");
        }
        default:
            return false;
    }
}

void LogLines::damage(const LogPlace& place, std::string what) {
    ++tally_.damages;
    sink_.damage({place, std::move(what)});
}

void LogLines::deliver(const LogRecord& record) {
    in_damage_ = false;
    if (stopped_ || (!filter_.accepts(record.text) && !sink_.wants_every_record())) return;
    ++tally_.records;
    stopped_ = !sink_.record(record);
}

void LogLines::pass_over(std::string_view line, const LogPlace& place) {
    if (!line.empty()) ++tally_.others;
    if (filter_.others) deliver({.other = true, .text = line, .place = place});
}

void LogLines::read(std::string_view lines, const LogPlace& place) {
    switch (kind_) {
        case LogKind::kmsg:
            return read_kmsg(lines, place);
        case LogKind::json:
            return read_json(lines, place);
        case LogKind::syslog:
            return read_syslog(lines, place);
        default:
            return read_dmesg(lines, place);
    }
}

void LogLines::read_kmsg(std::string_view lines, const LogPlace& place) {
    std::string_view line;
    next_line(lines, line);
    line = without_returns(line);
    const auto head = kmsg_head(line);
    if (!head) {
        if (!line.empty() && !in_damage_) damage(place, "no record of /dev/kmsg");
        in_damage_ |= !line.empty();
        return;
    }
    const std::string text = kmsg_unescaped(head->text);
    std::string dictionary;
    while (next_line(lines, line))
        if (take(line, ' ')) append(dictionary, kmsg_unescaped(without_returns(line)), '\n');
    LogRecord record{.sequence = head->sequence,
                     .since_boot_us = head->microseconds,
                     .continues = head->continues,
                     .caller = head->caller,
                     .text = text,
                     .dictionary = dictionary,
                     .place = place};
    set_priority(record, head->priority);
    deliver(record);
}

void LogLines::read_json(std::string_view lines, const LogPlace& place) {
    while (const auto object = next_dmesg_object(lines)) {
        LogRecord record{.facility = object->facility,
                         .since_boot_us = object->since_boot_us,
                         .caller = object->caller,
                         .text = object->text,
                         .place = place};
        if (object->level) record.level = static_cast<uint8_t>(*object->level);
        deliver(record);
    }
}

void LogLines::read_syslog(std::string_view line, const LogPlace& place) {
    line = line.substr(0, line.find('\n'));
    const auto parsed = syslog_line(without_returns(line));
    if (!parsed || (!parsed->from_kernel && !filter_.others)) return pass_over(line, place);
    LogRecord record{.wall_us = clock_.utc_us(parsed->wall), .place = place};
    if (!parsed->from_kernel) {
        ++tally_.others;
        const std::string text = concat(parsed->tag, parsed->tag.ends_with(':') ? " " : ": ", parsed->text);
        record.other = true;
        record.text = text;
        return deliver(record);
    }
    record.facility = 0;
    std::string_view text = parsed->text;
    if (uint64_t since_boot_us = 0; take_boot_stamp(text, since_boot_us, record.caller))
        record.since_boot_us = since_boot_us;
    if (parsed->priority) set_priority(record, *parsed->priority);
    std::string unescaped;
    if (text.find('#') != text.npos) text = unescaped = without_octal_escapes(text);
    record.text = text;
    deliver(record);
}

// Takes over the line if it is, or holds, a record's first.
bool LogLines::begin_dmesg(DmesgRecord& record, std::string_view line, const LogPlace& place) {
    auto prefix = dmesg_prefix(line);
    std::string plain;
    bool colored = false;
    if ((!prefix || !prefix->has_time()) && line.find('\x1b') != line.npos) {
        plain = without_escape_sequences(line);
        const auto found = dmesg_prefix(plain);
        colored = found && (!prefix || found->has_time());
        if (colored) {
            prefix = found;
            line = plain;
        }
    }
    size_t inner = 0;
    if (!prefix) {
        const auto stamp = find_inner_stamp(line);
        if (!stamp) return false;
        inner = *stamp;
        line.remove_prefix(inner);
        prefix = dmesg_prefix(line);
    }
    end_dmesg(record);
    record = {.exists = true,
              .uncertain = inner != 0,
              .colored = colored,
              .prefix = prefix.value_or(DmesgPrefix{}),
              .place = place};
    record.place.offset += inner;
    record.caller = record.prefix.caller;
    record.text = line.substr(record.prefix.size);
    return true;
}

void LogLines::end_dmesg(DmesgRecord& pending) {
    if (!pending.exists) return;
    pending.exists = false;
    const DmesgPrefix& prefix = pending.prefix;
    if (prefix.wall)
        last_wall_us_ = clock_.utc_us(*prefix.wall);
    else if (prefix.delta_us && last_wall_us_)
        *last_wall_us_ += static_cast<int64_t>(*prefix.delta_us);
    LogRecord record{.since_boot_us = prefix.since_boot_us,
                     .uncertain = pending.uncertain,
                     .caller = pending.caller,
                     .text = pending.text,
                     .place = pending.place};
    // Where only some of the records are looked at the differences do not add up.
    if (prefix.wall || (prefix.delta_us && filter_.needles.empty())) record.wall_us = last_wall_us_;
    if (prefix.priority) set_priority(record, *prefix.priority);
    deliver(record);
}

void LogLines::read_dmesg(std::string_view lines, LogPlace place) {
    DmesgRecord record;
    const char* const begin = lines.data();
    const uint64_t offset = place.offset;
    for (std::string_view line; next_line(lines, line); ++place.line) {
        place.offset = offset + static_cast<uint64_t>(line.data() - begin);
        line = without_returns(line);
        if (record.exists && record.prefix.size != 0 && line.find_first_not_of(' ') >= record.prefix.size &&
            line.size() >= record.prefix.size) {
            const auto more = line.substr(record.prefix.size);
            append(record.text, '\n', record.colored ? without_escape_sequences(more) : std::string(more));
            continue;
        }
        if (begin_dmesg(record, line, place)) continue;
        end_dmesg(record);
        if (pstore_heading(line)) continue;
        if (kind_ == LogKind::plain)
            deliver({.text = line, .place = place});
        else
            pass_over(line, place);
    }
    end_dmesg(record);
}

}  // namespace earlybox
