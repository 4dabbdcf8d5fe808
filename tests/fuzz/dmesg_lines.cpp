// SPDX-License-Identifier: MIT
// Any log in any style: a terminal gets nothing that acts on it, and JSON can be read again.
#include "applets/dmesg/lines.h"

#include <algorithm>

#include "core/parse/log_text.h"
#include "tests/core/parse/log_fixture.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;
using namespace earlybox::dmesg;

namespace {

const LogFilter kEverything;

class View : public LogSink {
 public:
    View(const Style& style, LogKind kind) : kind_(kind), lines_(style, clock_) {}
    void source(const std::string&, LogKind) override {}
    void damage(const LogDamage&) override {}
    bool record(const LogRecord& record) override {
        lines_.show(text, record, kind_);
        if (!record.text.empty()) ++shown;
        return true;
    }
    void finish() { lines_.finish(text); }

    std::string text;
    size_t shown = 0;

 private:
    LogKind kind_;
    Clock clock_{1795365000LL * 1000000};
    Lines lines_;
};

Style style_of(unsigned char bits, unsigned char more) {
    return {.time = static_cast<TimeFormat>(bits & 7),
            .decode = (bits & 8) != 0,
            .raw = (bits & 16) != 0,
            .json = (bits & 32) != 0,
            .every_line = (bits & 64) != 0,
            .color = (bits & 128) != 0,
            .escaping = {.off = false, .utf8 = (more & 1) != 0, .terminal = (more & 2) != 0}};
}

KeptLog read_as(LogKind kind, std::string_view text) {
    KeptLog log;
    LogText reader(kind, WallClock(kNovember2026, same_time), kEverything, log);
    reader.add(text);
    reader.finish();
    return log;
}

}  // namespace

// Two bytes of style, then the log.
void try_text(std::string_view text) {
    if (text.size() < 3) return;
    const Style style = style_of(static_cast<unsigned char>(text[0]), static_cast<unsigned char>(text[1]));
    text.remove_prefix(2);
    const LogKind kind = log_kind(text).value_or(LogKind::plain);
    if (kind == LogKind::journal) return;
    View view(style, kind);
    LogText reader(kind, WallClock(kNovember2026, same_time), kEverything, view);
    reader.add(text);
    reader.finish();
    view.finish();
    if (style.json) promise(read_as(LogKind::json, view.text).records.size() == view.shown);
    const auto acts = [&](char c) {
        const bool blank = c == '\n' || c == '\t' || (!style.escaping.terminal && c >= '\v' && c <= '\r');
        const bool is_color = style.color && c == '\033';
        return (static_cast<unsigned char>(c) < ' ' && !blank && !is_color) || c == '\x7f';
    };
    if (!style.json || style.escaping.terminal) promise(std::ranges::none_of(view.text, acts));
}
