// SPDX-License-Identifier: MIT
// Logs of every kind: however they are cut into blocks, the same records come out; a filter delivers just
// those that hold what it seeks.
#include "core/parse/log_text.h"
#include "tests/core/parse/log_fixture.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

KeptLog read_as(LogKind kind, std::string_view text, size_t block, const LogFilter& filter) {
    KeptLog log;
    LogText reader(kind, WallClock(kNovember2026, same_time), filter, log);
    for (size_t at = 0; at < text.size(); at += block) promise(reader.add(text.substr(at, block)));
    promise(reader.finish());
    promise(reader.tally().records == log.records.size());
    promise(reader.tally().damages == log.damages.size());
    return log;
}

void try_kind(LogKind kind, std::string_view text, const LogFilter& filter) {
    const auto whole = read_as(kind, text, text.size(), {});
    if (text.size() < 200) promise(read_as(kind, text, 1, {}).records == whole.records);
    promise(read_as(kind, text, 37, {}).records == whole.records);
    uint64_t line = 1;
    uint64_t offset = 0;
    std::vector<KeptRecord> expected;
    for (const auto& record : whole.records) {
        promise(record.line >= line && record.offset >= offset && record.offset < text.size());
        promise(record.level.value_or(0) < 8);
        line = record.line;
        offset = record.offset;
        if (filter.accepts(record.text)) expected.push_back(record);
    }
    for (const size_t block : {size_t{11}, text.size()}) {
        auto found = read_as(kind, text, block, filter).records;
        // The differences of dmesg -e add up only where every record is looked at.
        for (auto* records : {&found, &expected})
            for (auto& record : *records) record.wall_us.reset();
        promise(found == expected);
    }
}

}  // namespace

// The first bytes choose the kind, and how much of the text behind them is sought.
void try_text(std::string_view text) {
    if (text.size() < 4) return;
    constexpr LogKind kKinds[] = {LogKind::plain, LogKind::kmsg, LogKind::dmesg, LogKind::json,
                                  LogKind::syslog};
    const auto kind = kKinds[static_cast<unsigned char>(text[0]) % std::size(kKinds)];
    const LogFilter filter{
        {std::string(text.substr(2, static_cast<unsigned char>(text[1]) % 8 + 1)), "ut of memory"}};
    text.remove_prefix(2);
    log_kind(text);
    try_kind(kind, text, filter);
}
