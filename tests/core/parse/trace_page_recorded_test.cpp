// SPDX-License-Identifier: MIT
// Pages of the ring buffers of three kernels, read by the formats that these kernels give, against what the
// kernels themselves say of the same events.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/parse/ftrace_text.h"
#include "core/parse/trace_page.h"
#include "tests/core/parse/trace_page_fixture.h"
#include "tests/embed.h"

EMBED(pages_510, "tests/fixtures/trace_page/own-5.10-pages")
EMBED(pages_61, "tests/fixtures/trace_page/own-6.1-pages")
EMBED(pages_612, "tests/fixtures/trace_page/own-6.12-pages")
EMBED(formats_510, "tests/fixtures/trace_page/own-5.10-formats")
EMBED(formats_61, "tests/fixtures/trace_page/own-6.1-formats")
EMBED(formats_612, "tests/fixtures/trace_page/own-6.12-formats")
EMBED(text_510, "tests/fixtures/trace_page/own-5.10-text")
EMBED(text_61, "tests/fixtures/trace_page/own-6.1-text")
EMBED(text_612, "tests/fixtures/trace_page/own-6.12-text")
EMBED(stats_510, "tests/fixtures/trace_page/own-5.10-stats")
EMBED(stats_61, "tests/fixtures/trace_page/own-6.1-stats")
EMBED(stats_612, "tests/fixtures/trace_page/own-6.12-stats")

using namespace earlybox;

namespace {

struct Recorded {
    std::string_view pages, formats, text, stats;
};

Recorded recorded(int which) {
    switch (which) {
        case 0:
            return {pages_510(), formats_510(), text_510(), stats_510()};
        case 1:
            return {pages_61(), formats_61(), text_61(), stats_61()};
        default:
            return {pages_612(), formats_612(), text_612(), stats_612()};
    }
}

std::vector<std::string_view> pages_of(const Recorded& kernel, const TracePageLayout& layout) {
    std::vector<std::string_view> pages;
    for (auto rest = kernel.pages; !rest.empty();) {
        pages.push_back(rest.substr(0, layout.page_size()));
        rest.remove_prefix(pages.back().size());
    }
    return pages;
}

uint64_t overrun(std::string_view stats) {
    constexpr std::string_view kOverrun = "\noverrun: ";
    stats.remove_prefix(stats.find(kOverrun) + kOverrun.size());
    return parse_number(stats.substr(0, stats.find('\n'))).value();
}

// A page that is full has no room for the count: then it only tells that there were some.
uint64_t lost_before(std::string_view page, const TracePageLayout& layout, uint64_t count) {
    constexpr unsigned kFlags = 0xc0;  // in the highest byte of the commit's lower half
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(page[layout.commit_offset + i]); };
    const size_t used = byte(0) | byte(1) << 8U;
    CHECK((byte(3) & kFlags) == (used + layout.commit_size > layout.data_size ? 0x80 : kFlags));
    return (byte(3) & kFlags) == kFlags ? count : TracePage::kUncounted;
}

// An event as the kernel's text has it, told from its bytes and its format.
class Sentence {
 public:
    Sentence(const TraceFormat& format, std::string_view event) : format_(format), event_(event) {
        append(text, format.name, ": ");
    }
    Sentence& say(std::string_view words) { return append(text, words), *this; }
    Sentence& value(const char* field) {
        return append(text, static_cast<int64_t>(at(field).number(event_))), *this;
    }
    // " name=value"
    Sentence& number(const char* field) { return say(concat(" ", field, "=")).value(field); }
    Sentence& words(const char* field) {
        return append(text, " ", field, "=", at(field).text(event_)), *this;
    }
    const TraceField& at(const char* field) const {
        const TraceField* found = format_.field(field);
        REQUIRE(found != nullptr);
        return *found;
    }
    std::string text;

 private:
    const TraceFormat& format_;
    std::string_view event_;
};

std::string switch_state(const TraceField& field, std::string_view event) {
    constexpr uint64_t kPreempted = 0x100;  // TASK_REPORT_MAX
    const uint64_t state = field.number(event);
    const uint64_t known = state & (kPreempted - 1);
    return concat(known == 0 ? "R" : field.display.show(known, true), (state & kPreempted) != 0 ? "+" : "");
}

std::string told(const TraceFormat& format, std::string_view event) {
    Sentence line(format, event);
    if (format.name == "sys_enter") {
        line.say("NR ").value("id").say(" (");
        const TraceField& arguments = line.at("args");
        for (size_t i = 0; i < arguments.count(event); ++i)
            line.say(i == 0 ? "" : ", ").say(concat(hex(arguments.element_at(event, i))));
        line.say(")");
    } else if (format.name == "sys_exit") {
        line.say("NR ").value("id").say(" = ").value("ret");
    } else if (format.name == "sched_process_exec") {
        line.words("filename").number("pid").number("old_pid");
    } else if (format.name == "sched_process_fork") {
        line.say(" comm=").say(line.at("parent_comm").text(event)).say(" pid=").value("parent_pid");
        line.words("child_comm").number("child_pid");
    } else if (format.name == "sched_switch") {
        line.words("prev_comm").number("prev_pid").number("prev_prio").say(" prev_state=");
        line.say(switch_state(line.at("prev_state"), event)).say(" ==>");
        line.words("next_comm").number("next_pid").number("next_prio");
    } else if (format.name == "signal_generate") {
        for (const char* field : {"sig", "errno", "code"}) line.number(field);
        line.words("comm").number("pid").say(" grp=").value("group").say(" res=").value("result");
    }
    // A name is followed by one blank.
    std::string text = std::move(line.text);
    if (const size_t two = text.find(":  "); two != text.npos) text.erase(two + 1, 1);
    return text;
}

std::vector<TraceEntry> entries_of(TracePage& page) {
    std::vector<TraceEntry> entries;
    for (TraceEntry entry; page.next(entry);) entries.push_back(entry);
    return entries;
}

}  // namespace

TEST_CASE("recorded pages of the ring buffer hold what the kernel's text says", "[trace_page]") {
    const Recorded kernel = recorded(GENERATE(0, 1, 2));
    const auto layout = TracePageLayout::parse(kernel.formats);
    REQUIRE(layout);
    const auto formats = formats_of(kernel.formats);
    REQUIRE(formats.size() == 6);

    std::vector<FtraceLine> lines;
    for (std::string_view rest = kernel.text, line; next_line(rest, line);)
        if (const auto parsed = parse_ftrace_line(line); parsed.kind == FtraceLine::Kind::event)
            lines.push_back(parsed);
    REQUIRE(lines.size() > 200);

    size_t next = 0;
    uint64_t longest_pause = 0, last = 0;
    std::vector<std::string> seen;
    for (const auto bytes : pages_of(kernel, *layout)) {
        TracePage page(bytes, *layout);
        CHECK(page.lost() == (next == 0 ? lost_before(bytes, *layout, overrun(kernel.stats)) : 0));
        for (const TraceEntry& entry : entries_of(page)) {
            REQUIRE(next < lines.size());
            const FtraceLine& line = lines[next++];
            CHECK((entry.time + 500) / 1000 * 1000 == line.time);
            if (last != 0) longest_pause = std::max(longest_pause, entry.time - last);
            last = entry.time;
            const auto head = trace_head(entry.bytes);
            REQUIRE(head);
            CHECK(head->process == line.pid);
            const auto format = std::ranges::find(formats, head->id, &TraceFormat::id);
            REQUIRE(format != formats.end());
            CHECK(told(*format, entry.bytes) == line.text);
            if (std::ranges::find(seen, format->name) == seen.end()) seen.push_back(format->name);
        }
        CHECK(!page.damaged());
    }
    CHECK(next == lines.size());
    CHECK(seen.size() == formats.size());
    // Longer than the time in an entry's head: there was a time extend.
    CHECK(longest_pause > uint64_t{1} << 27);
}

TEST_CASE("a recorded page that is cut short gives its first entries, and says so", "[trace_page]") {
    const Recorded kernel = recorded(GENERATE(0, 1, 2));
    const auto layout = TracePageLayout::parse(kernel.formats);
    REQUIRE(layout);
    const auto first = pages_of(kernel, *layout)[0];
    TracePage page(first, *layout);
    const auto whole = entries_of(page);
    REQUIRE(whole.size() > 30);
    size_t most = 0;
    for (size_t size = 0; size < first.size(); ++size) {
        const std::string copy(first.substr(0, size));  // so that a sanitizer sees its end
        TracePage cut(copy, *layout);
        const auto entries = entries_of(cut);
        REQUIRE(entries.size() <= whole.size());
        REQUIRE(entries.size() >= most);
        most = entries.size();
        REQUIRE(cut.damaged() == (size < layout->data_offset || entries.size() < whole.size()));
        if (entries.empty()) continue;
        REQUIRE(entries.back().time == whole[most - 1].time);
        REQUIRE(entries.back().bytes == whole[most - 1].bytes);
    }
}
