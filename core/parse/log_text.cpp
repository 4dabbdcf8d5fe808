// SPDX-License-Identifier: MIT
#include "core/parse/log_text.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/dmesg_text.h"
#include "core/parse/kmsg.h"
#include "core/parse/syslog_text.h"

namespace earlybox {
namespace {

// The longest part of a needle that every kind of log writes as it is, without escapes.
std::string plain_part(std::string_view needle) {
    const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '"'; };
    std::string_view longest;
    for (size_t begin = 0; begin < needle.size(); ++begin) {
        size_t end = begin;
        while (end < needle.size() && is_plain(needle[end])) ++end;
        if (end - begin > longest.size()) longest = needle.substr(begin, end - begin);
        begin = end;
    }
    return std::string(longest);
}

}  // namespace

LogText::LogText(LogKind kind, const WallClock& clock, const LogFilter& filter, LogSink& sink)
    : lines_(kind, clock, filter, sink) {
    place_.line = 1;
    for (const auto& needle : filter.needles) {
        auto part = plain_part(needle);
        if (part.empty()) {
            sought_.clear();
            return;
        }
        sought_.push_back({Needle(std::move(part)), 0});
    }
}

// Of a byte of the buffer; asked for in ascending order.
LogPlace LogText::place_at(size_t offset) {
    place_.line += count_newlines(std::string_view(buffer_).substr(counted_, offset - counted_));
    place_.offset += offset - counted_;
    counted_ = offset;
    return place_;
}

void LogText::drop(size_t size) {
    place_at(size);
    buffer_.erase(0, size);
    counted_ = 0;
}

size_t LogText::line_begin(std::string_view text, size_t at, size_t from) const {
    const size_t newline = at == 0 ? text.npos : text.rfind('\n', at - 1);
    return newline == text.npos ? from : std::max(from, newline + 1);
}

// Where the record begins that the byte belongs to.
size_t LogText::record_begin(std::string_view text, size_t at, size_t from) const {
    size_t begin = line_begin(text, at, from);
    while (begin > from && lines_.continues_record(text.substr(begin, text.find('\n', begin) - begin)))
        begin = line_begin(text, begin - 1, from);
    return begin;
}

// Where the record ends that begins there; npos: that is not known yet.
size_t LogText::record_end(std::string_view text, size_t begin, bool final) const {
    size_t end = begin;
    while (true) {
        const size_t line = find_newline(text.substr(end));
        if (line == text.npos) break;
        const size_t next = end + line + 1;
        if (end != begin && next - begin > kLongestRecord) return end;
        end = next;
        if (end == text.size()) break;
        if (!lines_.continues_record(text.substr(end, find_newline(text.substr(end))))) return end;
    }
    return final ? text.size() : text.npos;
}

// A file system that lost its last writes leaves zeros in their place; what follows is good again.
size_t LogText::pass_zeros(std::string_view text, size_t begin) {
    const size_t end = std::min(text.find_first_not_of('\0', begin), text.size());
    if (end == begin) return begin;
    const LogPlace place = place_at(begin);
    if (place.offset != hole_end_) lines_.damage(place, "zero bytes: what was written here is lost");
    hole_end_ = place.offset + (end - begin);
    return end;
}

void LogText::read_record(std::string_view text, size_t begin, size_t end) {
    begin = pass_zeros(text, begin);
    if (begin >= end) return;
    const LogPlace place = place_at(begin);
    auto record = text.substr(begin, end - begin);
    if (record.size() > kLongestRecord) {
        lines_.damage(place,
                      concat("a line is longer than ", kLongestRecord, " bytes: its rest is left out"));
        record = record.substr(0, kLongestRecord);
    }
    lines_.read(record, place);
}

size_t LogText::read_every(std::string_view text, bool final) {
    size_t begin = 0;
    while (begin < text.size() && !lines_.stopped()) {
        const size_t end = record_end(text, begin, final);
        if (end == text.npos) break;
        read_record(text, begin, end);
        begin = end;
    }
    return begin;
}

size_t LogText::first_hit(std::string_view text, size_t from) {
    size_t first = text.npos;
    for (auto& [needle, hit] : sought_) {
        if (hit < from || from == 0) {
            hit = needle.find_in(text.substr(from));
            if (hit != text.npos) hit += from;
        }
        first = std::min(first, hit);
    }
    return first;
}

size_t LogText::read_hits(std::string_view text, bool final) {
    for (auto& sought : sought_) sought.hit = 0;  // of another text
    size_t from = 0;
    while (from < text.size() && !lines_.stopped()) {
        const size_t hit = lines_.wants_every_record() ? from : first_hit(text, from);
        if (hit == text.npos) break;
        const size_t begin = record_begin(text, hit, from);
        const size_t end = record_end(text, begin, final);
        if (end == text.npos) return begin;
        read_record(text, begin, end);
        from = end;
    }
    if (final || from == text.size()) return text.size();
    // The last record may go on, and hold a needle there.
    const size_t last = record_begin(text, text.size() - 1, from);
    return text.size() - last > kLongestRecord ? text.size() : last;
}

// Reads so much of the buffer; `final`: no record goes on behind it.
bool LogText::read(size_t size, bool final) {
    const auto text = std::string_view(buffer_).substr(0, size);
    drop(sought_.empty() ? read_every(text, final) : read_hits(text, final));
    return !lines_.stopped();
}

// The buffer holds more than a line may have, and no end of it.
void LogText::cut_line() {
    if (const size_t zeros = pass_zeros(buffer_, 0); zeros != 0) return drop(zeros);
    read_record(buffer_, 0, buffer_.size());
    drop(buffer_.size());
    skipping_ = true;
}

// The rest of a line that was cut is passed over.
void LogText::skip(std::string_view& block) {
    const size_t newline = find_newline(block);
    skipping_ = newline == block.npos;
    const size_t skipped = skipping_ ? block.size() : newline + 1;
    place_.offset += skipped;
    place_.line += skipping_ ? 0 : 1;
    block.remove_prefix(skipped);
}

bool LogText::add(std::string_view block) {
    if (skipping_) skip(block);
    const bool has_end = find_newline(block) != block.npos;
    buffer_.append(block);
    if (has_end && !read(buffer_.rfind('\n') + 1, false)) return false;
    if (buffer_.size() > kLongestRecord && buffer_.size() - (buffer_.rfind('\n') + 1) > kLongestRecord) {
        read(buffer_.rfind('\n') + 1, true);
        while (buffer_.size() > kLongestRecord) cut_line();
    }
    return !lines_.stopped();
}

bool LogText::finish() {
    skipping_ = false;
    return read(buffer_.size(), true);
}

namespace {

// How many of the first lines are of which kind.
struct Census {
    size_t kmsg = 0, stamped = 0, syslog = 0, others = 0;
    bool terminal = false;  // carriage returns, escape sequences, stamps inside lines

    void count(std::string_view line) {
        terminal |= line.ends_with('\r');
        if (line.empty() || line[0] == ' ' || line[0] == '\r' || pstore_heading(line)) return;
        if (kmsg_head(line)) {
            ++kmsg;
        } else if (syslog_line(line)) {
            ++syslog;
        } else if (dmesg_prefix(line) ||
                   (line[0] == '\x1b' && dmesg_prefix(without_escape_sequences(line)))) {
            ++stamped;
        } else if (find_inner_stamp(line)) {
            ++stamped;
            terminal = true;
        } else {
            ++others;
        }
    }
};

bool is_text(std::string_view bytes) {
    constexpr size_t kMostControls = 32;  // one in so many
    const auto is_control = [](unsigned char c) { return c < ' ' && (c < '\a' || c > '\r') && c != '\x1b'; };
    const auto controls = static_cast<size_t>(std::ranges::count_if(bytes, is_control));
    return bytes.find('\0') == bytes.npos && controls <= bytes.size() / kMostControls;
}

}  // namespace

std::optional<LogKind> log_kind(std::string_view beginning) {
    if (beginning.starts_with("LPKSHHRH")) return LogKind::journal;
    beginning.remove_prefix(std::min(beginning.find_first_not_of('\0'), beginning.size()));
    const size_t first = beginning.find_first_not_of(" \t\r\n");
    if (first != beginning.npos && (beginning[first] == '{' || beginning[first] == '[') &&
        beginning.find("\"msg\"") != beginning.npos)
        return LogKind::json;

    Census census;
    std::string_view rest = beginning;
    for (std::string_view line; next_line(rest, line);) census.count(line);
    if (census.kmsg > census.syslog + census.stamped) return LogKind::kmsg;
    if (census.syslog != 0 && census.syslog >= census.stamped) return LogKind::syslog;
    if (census.stamped != 0) return census.terminal || census.others != 0 ? LogKind::console : LogKind::dmesg;
    if (!is_text(beginning)) return std::nullopt;
    return LogKind::plain;
}

}  // namespace earlybox
