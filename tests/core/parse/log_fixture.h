// SPDX-License-Identifier: MIT
// What readers of logs deliver, kept.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/parse/log_text.h"

struct KeptRecord {
    std::optional<int> level, facility;
    std::optional<uint64_t> sequence, since_boot_us;
    std::optional<int64_t> wall_us;
    bool continues, uncertain;
    std::string caller, text, dictionary;
    uint64_t line, offset;
    bool operator==(const KeptRecord&) const = default;
};

struct KeptLog : earlybox::LogSink {
    std::vector<std::string> sources;
    std::vector<earlybox::LogKind> kinds;
    std::vector<KeptRecord> records;
    std::vector<earlybox::LogDamage> damages;
    size_t enough = SIZE_MAX;  // records

    void source(const std::string& path, earlybox::LogKind kind) override {
        sources.push_back(path);
        kinds.push_back(kind);
    }
    bool record(const earlybox::LogRecord& r) override {
        records.push_back({r.level, r.facility, r.sequence, r.since_boot_us, r.wall_us, r.continues,
                           r.uncertain, std::string(r.caller), std::string(r.text), std::string(r.dictionary),
                           r.place.line, r.place.offset});
        return records.size() < enough;
    }
    void damage(const earlybox::LogDamage& damage) override { damages.push_back(damage); }

    std::vector<std::string> texts() const {
        std::vector<std::string> texts;
        for (const auto& record : records) texts.push_back(record.text);
        return texts;
    }
};

inline int64_t same_time(int64_t local_s) { return local_s; }
inline constexpr int64_t kNovember2026 = 1'795'366'800;  // 2026-11-22 17:00:00 UTC

// The whole text, in blocks of so many bytes.
inline KeptLog read_text(std::string_view text, earlybox::LogFilter filter = {}, size_t block = SIZE_MAX,
                         earlybox::LogTally* tally = nullptr, int64_t latest_s = kNovember2026) {
    using namespace earlybox;
    KeptLog log;
    const auto kind = log_kind(text.substr(0, size_t{1} << 16));
    if (!kind) return log;
    log.kinds.push_back(*kind);
    LogText reader(*kind, WallClock(latest_s, same_time), filter, log);
    for (size_t at = 0; at < text.size(); at += std::min(block, text.size()))
        if (!reader.add(text.substr(at, block))) break;
    reader.finish();
    if (tally) *tally = reader.tally();
    return log;
}
