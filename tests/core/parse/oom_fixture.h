// SPDX-License-Identifier: MIT
// The incidents of a log's text, as a reader of logs and the scanner find them together.
#pragma once
#include <string_view>
#include <vector>

#include "core/parse/log_text.h"
#include "core/parse/oom.h"
#include "tests/core/parse/log_fixture.h"

class OomSink : public earlybox::LogSink {
 public:
    explicit OomSink(earlybox::OomScanner& scanner) : scanner_(scanner) {}
    void source(const std::string& path, earlybox::LogKind kind) override { scanner_.source(path, kind); }
    bool record(const earlybox::LogRecord& record) override { return scanner_.record(record), true; }
    void damage(const earlybox::LogDamage&) override {}
    bool wants_every_record() const override { return scanner_.wants_every_record(); }

 private:
    earlybox::OomScanner& scanner_;
};

inline earlybox::LogFilter oom_filter() {
    return {.needles = earlybox::OomScanner::needles(), .others = true};
}

inline std::vector<earlybox::OomIncident> incidents_of(earlybox::LogKind kind, std::string_view text,
                                                       size_t block = SIZE_MAX,
                                                       const earlybox::LogFilter& filter = oom_filter()) {
    using namespace earlybox;
    std::vector<OomIncident> incidents;
    const auto keep = [&](OomIncident& incident) { incidents.push_back(std::move(incident)); };
    OomScanner scanner(keep);
    OomSink sink(scanner);
    sink.source("log", kind);
    LogText reader(kind, WallClock(kNovember2026, same_time), filter, sink);
    for (size_t at = 0; at < text.size(); at += std::min(block, text.size()))
        reader.add(text.substr(at, block));
    reader.finish();
    scanner.finish();
    return incidents;
}

inline std::vector<earlybox::OomIncident> incidents_of(std::string_view text) {
    const auto kind = earlybox::log_kind(text.substr(0, size_t{1} << 16));
    return kind ? incidents_of(*kind, text) : std::vector<earlybox::OomIncident>{};
}
