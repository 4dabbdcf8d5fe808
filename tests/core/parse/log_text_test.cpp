// SPDX-License-Identifier: MIT
#include "core/parse/log_text.h"

#include <catch2/catch.hpp>

#include "core/parse/dmesg_text.h"
#include "tests/core/parse/log_fixture.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(evil_kmsg, "tests/fixtures/log/evil-names.kmsg")
EMBED(evil_dmesg, "tests/fixtures/log/evil-names.dmesg")
EMBED(caller_kmsg, "tests/fixtures/log/caller.kmsg")
EMBED(caller_dmesg, "tests/fixtures/log/caller.dmesg")
EMBED(sysrq_kmsg, "tests/fixtures/log/sysrq.kmsg")
EMBED(sysrq_dmesg, "tests/fixtures/log/sysrq.dmesg")
EMBED(rsyslog_3164, "tests/fixtures/log/rsyslog-3164")
EMBED(serial_console, "tests/fixtures/log/serial-console")
EMBED(rsyslog_3339, "tests/fixtures/log/rsyslog-3339")

namespace {

// As syslog(2) and consoles show records: each line has the stamp.
std::vector<KeptRecord> line_by_line(const std::vector<KeptRecord>& records) {
    std::vector<KeptRecord> lines;
    for (const auto& record : records) {
        std::string_view rest = record.text;
        do {
            lines.push_back(record);
            lines.back().text = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(lines.back().text.size() + 1, rest.size()));
        } while (!rest.empty());
    }
    return lines;
}

bool says_the_same(const KeptRecord& a, const KeptRecord& b) {
    return a.since_boot_us == b.since_boot_us && a.text == b.text && a.caller == b.caller;
}

constexpr int64_t kSecond = 1'000'000;

}  // namespace

TEST_CASE("log: the same boot, recorded from /dev/kmsg and from syslog(2)") {
    // syslog(2) cuts what one record's lines become with their stamps (PRINTK_MESSAGE_MAX).
    const auto [kmsg, dmesg, cut] =
        GENERATE(table<std::string_view, std::string_view, size_t>({{evil_kmsg(), evil_dmesg(), 0},
                                                                    {caller_kmsg(), caller_dmesg(), 17},
                                                                    {sysrq_kmsg(), sysrq_dmesg(), 0}}));
    const auto from_kmsg = read_text(kmsg);
    const auto from_dmesg = read_text(dmesg);
    CHECK(from_kmsg.kinds[0] == LogKind::kmsg);
    CHECK(from_dmesg.kinds[0] == LogKind::dmesg);
    size_t heads = 0;
    std::string_view rest = kmsg;
    for (std::string_view line; next_line(rest, line);) heads += !line.starts_with(' ');
    CHECK(from_kmsg.records.size() == heads);
    CHECK(from_kmsg.damages.empty());
    const auto lines = line_by_line(from_kmsg.records);
    CHECK(lines.size() == from_dmesg.records.size() + cut);
    auto expected = lines.begin();
    for (const auto& record : from_dmesg.records) {
        expected = std::find_if(expected, lines.end(),
                                [&](const auto& line) { return says_the_same(line, record); });
        REQUIRE(expected != lines.end());
        ++expected;
    }
}

TEST_CASE("log: rsyslog's files hold what the kernel wrote, and what others did") {
    const auto truth = read_text(evil_dmesg());
    const auto text = GENERATE(rsyslog_3164(), rsyslog_3339());
    LogTally tally;
    const auto log = read_text(text, {}, SIZE_MAX, &tally);
    CHECK(log.kinds[0] == LogKind::syslog);
    CHECK(std::ranges::equal(log.records, truth.records, says_the_same));
    CHECK(tally.others == 2);
    CHECK(tally.records == truth.records.size());
    constexpr int64_t kWritten = 1'795'366'369;  // 2026-11-22 16:52:49 UTC
    CHECK(*log.records[0].wall_us / kSecond == kWritten);
    CHECK(log.records[0].facility == 0);
}

TEST_CASE("log: blocks of any size give the same, and a filter gives what it should") {
    const auto text = GENERATE(evil_kmsg(), evil_dmesg(), caller_kmsg(), rsyslog_3164());
    const auto whole = read_text(text);
    for (const size_t block : {1, 7, 100, 4096}) CHECK(read_text(text, {}, block).records == whole.records);

    for (const LogFilter& filter :
         {LogFilter{{"Killed process"}}, LogFilter{{"e"}}, LogFilter{{"acpi", "free_cma:0", "no such text"}},
          LogFilter{{"\x0a[ 1.0] Kill"}}, LogFilter{{"\t"}}, LogFilter{{"SUBSYSTEM"}}}) {
        std::vector<KeptRecord> expected;
        std::ranges::copy_if(whole.records, std::back_inserter(expected),
                             [&](const auto& record) { return filter.accepts(record.text); });
        for (const size_t block : {size_t{1}, size_t{100}, size_t{4096}, SIZE_MAX}) {
            LogTally tally;
            CHECK(read_text(text, filter, block, &tally).records == expected);
            CHECK(tally.records == expected.size());
        }
    }
}

TEST_CASE("log: a record of /dev/kmsg") {
    const auto log = read_text(
        "30,1234,5140900,c,caller=T49;systemd[1]: a\\x0ab\\x5cx41 \\xZZ\n SUBSYSTEM=acpi\n DEVICE=+a:b\\x20\n");
    REQUIRE(log.records.size() == 1);
    const auto& record = log.records[0];
    CHECK(record.level == 6);
    CHECK(record.facility == 3);
    CHECK(record.sequence == 1234);
    CHECK(record.since_boot_us == 5'140'900);
    CHECK(record.continues);
    CHECK(record.caller == "T49");
    CHECK(record.text == "systemd[1]: a\nb\\x41 \\xZZ");
    CHECK(record.dictionary == "SUBSYSTEM=acpi\nDEVICE=+a:b \n");
}

TEST_CASE("log: lines among kmsg's records that are none are damage") {
    const auto log =
        read_text("4,1,1,-;a\n SUBSYSTEM=x;y\ngarbage\n;\n\n4,x,1,-;b\n4,3,18446744073709,c;c;d\n4,4,2,-;");
    CHECK(log.texts() == std::vector<std::string>{"a", "c;d", ""});
    REQUIRE(log.damages.size() == 1);
    CHECK(log.damages[0].place.line == 3);
    CHECK(log.damages[0].place.offset == 25);
}

TEST_CASE("log: every form of dmesg's text") {
    struct Form {
        const char* line;
        std::optional<int> priority;
        std::optional<uint64_t> since_boot_us;
        std::optional<int64_t> wall_us;
        const char* caller;
    };
    constexpr int64_t kWall = 1'795'351'810 * kSecond;  // 2026-11-22 12:50:10 UTC
    const auto form = GENERATE(values<Form>({
        {"[    1.234567] ", {}, 1'234'567, {}, ""},
        {"[12345.234567] ", {}, 12'345'234'567, {}, ""},
        {"[    1.234567][   T49] ", {}, 1'234'567, {}, "T49"},
        {"[    1.234567] [    C1] ", {}, 1'234'567, {}, "C1"},
        {"<6>[    1.234567] ", 6, 1'234'567, {}, ""},
        {"<30>[    1.234567][T12345] ", 30, 1'234'567, {}, "T12345"},
        {"kern  :info  : [    1.234567] ", 6, 1'234'567, {}, ""},
        {"daemon:notice: [    1.234567 <    0.000001>] ", 29, 1'234'567, {}, ""},
        {"authpriv:err   : ", 83, {}, {}, ""},
        {"<4>", 4, {}, {}, ""},
        {"[Sun Nov 22 12:50:10 2026] ", {}, {}, kWall, ""},
        {"[Sun Nov 22 12:50:10 2026] [   T49] ", {}, {}, kWall, "T49"},
        {"[Sun Nov 22 12:50:10 2026 <    0.000001>] ", {}, {}, kWall, ""},
        {"[    1.234567 <   15.517204>] ", {}, 1'234'567, {}, ""},
        {"[<    0.000001>] ", {}, {}, {}, ""},
        {"[  +0.000001] ", {}, {}, {}, ""},
        {"[Nov22 12:50] ", {}, {}, kWall - 10 * kSecond, ""},
        {"2026-11-22T12:50:10,000042+00:00 ", {}, {}, kWall + 42, ""},
        {"2026-11-22T14:50:10,000042+02:00 ", {}, {}, kWall + 42, ""},
        {"\x1b[32m[    1.234567] \x1b[0m\x1b[33m", {}, 1'234'567, {}, ""},
    }));
    CAPTURE(form.line);
    const auto log = read_text(std::string(form.line) + "usb 1-1: [x] <y>\n");
    REQUIRE(log.records.size() == 1);
    CHECK(log.kinds[0] == LogKind::dmesg);
    const auto& record = log.records[0];
    CHECK(record.text == "usb 1-1: [x] <y>");
    CHECK(record.level == (form.priority ? std::optional(*form.priority & 7) : std::nullopt));
    CHECK(record.facility == (form.priority ? std::optional(*form.priority >> 3) : std::nullopt));
    CHECK(record.since_boot_us == form.since_boot_us);
    CHECK(record.wall_us == form.wall_us);
    CHECK(record.caller == form.caller);
    CHECK(!record.uncertain);
}

TEST_CASE("log: the differences of dmesg -e add up") {
    const auto log =
        read_text("[Nov22 12:50] a\n[  +0.500000] b\n[ +15.517204] c\n[Nov22 12:52] d\n[  +1.000000] e\n");
    REQUIRE(log.records.size() == 5);
    const int64_t first = *log.records[0].wall_us;
    CHECK(*log.records[1].wall_us == first + 500'000);
    CHECK(*log.records[2].wall_us == first + 16'017'204);
    CHECK(*log.records[4].wall_us == first + 121 * kSecond);
}

TEST_CASE("log: dmesg indents a record's further lines, whatever they look like") {
    const auto log = read_text(
        "[13456.959849] line one\n"
        "               [    1.000000] line two\n"
        "                 three\n"
        "kern  :info  : [13456.959850] x\n"
        "                              y\n"
        "   not the width\n"
        "[13456.959851] z\n");
    CHECK(log.texts() == std::vector<std::string>{"line one\n[    1.000000] line two\n  three", "x\ny", "z"});
    CHECK(log.records[2].line == 7);
}

TEST_CASE("log: JSON") {
    const auto log = read_text(
        "{\n   \"dmesg\": [\n      {\n         \"pri\": 30,\n         \"time\":     1.234567,\n"
        "         \"msg\": \"a \\\"b\\\" {\\n[    1.0] c\\u001b\\u00e4\"\n"
        "      },{\n         \"fac\": \"kern\",\n         \"pri\": \"warn\",\n         \"time\": 99999.000001,\n"
        "         \"caller\": \"T1\",\n         \"msg\": \"\"\n      }\n   ]\n}\n");
    REQUIRE(log.records.size() == 2);
    CHECK(log.kinds[0] == LogKind::json);
    CHECK(log.records[0].level == 6);
    CHECK(log.records[0].facility == 3);
    CHECK(log.records[0].since_boot_us == 1'234'567);
    CHECK(log.records[0].text == "a \"b\" {\n[    1.0] c\x1b\xc3\xa4");
    CHECK(log.records[1].level == 4);
    CHECK(log.records[1].facility == 0);
    CHECK(log.records[1].since_boot_us == 99'999'000'001);
    CHECK(log.records[1].caller == "T1");
    CHECK(read_text("{\"pri\":6,\"time\":1.000000,\"msg\":\"x\"}\n{\"msg\":\"y\"}\n").texts() ==
          std::vector<std::string>{"x", "y"});
}

TEST_CASE("log: system logs of other writers") {
    LogTally tally;
    const auto log = read_text(
        "Nov  2 16:00:00 (none) kern.warn kernel: [   12.345678] busybox\n"
        "<4>1 2026-11-22T16:00:00.5Z host kernel - - - [   12.345678] five thousand\n"
        "Nov 22 16:00:00.123456 host kernel: #011tab #012 #5 #999\n"
        "Nov 22 2025 16:00:00 host kernel: a year\n"
        "2026-11-22T16:00:00+0100 host kernel: journalctl\n"
        "2026-11-22T16:00:00+01:00 host systemd[1]: kernel: no\n"
        "no stamp\n",
        {}, SIZE_MAX, &tally);
    CHECK(log.texts() ==
          std::vector<std::string>{"busybox", "five thousand", "\ttab \n #5 #999", "a year", "journalctl"});
    CHECK(tally.others == 2);
    CHECK(log.records[0].level == 4);
    CHECK(log.records[0].since_boot_us == 12'345'678);
    CHECK(log.records[1].level == 4);
    constexpr int64_t kFour = 1'795'363'200 * kSecond;  // 2026-11-22 16:00:00 UTC
    CHECK(log.records[1].wall_us == kFour + 500'000);
    CHECK(log.records[2].wall_us == kFour + 123'456);
    CHECK(log.records[3].wall_us == kFour - int64_t{365} * 86'400 * kSecond);
    CHECK(log.records[4].wall_us == kFour - 3600 * kSecond);
}

TEST_CASE("log: a year that the stamp does not say") {
    constexpr int64_t kJanuary = 1'767'225'600;  // 2026-01-01 00:00:00 UTC
    const auto log = read_text(
        "Dec 31 23:59:59 host kernel: a\nJan  1 00:00:00 host kernel: b\nFeb 29 12:00:00 host kernel: c\n"
        "Feb 30 12:00:00 host kernel: d\n",
        {}, SIZE_MAX, nullptr, kJanuary + 600);
    REQUIRE(log.records.size() == 4);
    CHECK(*log.records[0].wall_us == (kJanuary - 1) * kSecond);
    CHECK(*log.records[1].wall_us == kJanuary * kSecond);
    CHECK(*log.records[2].wall_us == 1'709'208'000 * kSecond);  // 2024-02-29 12:00:00 UTC
    CHECK(!log.records[3].wall_us);
}

TEST_CASE("log: a serial console's capture") {
    LogTally tally;
    const auto log = read_text(
        "\x1b[2J\x1b[0mSeaBIOS (version 1.16)\r\nBooting from ROM..\x1b"
        "c\x1b[?7l\x1b[2J[    0.000000] Linux version 6\r\n"
        "[    0.100000] no stamp inside: [ 1.0] [    1.0] \x1b[31mred\r\r\n"
        "Welcome to \x1b[1mDebian\x1b[0m!\r\n\r\n"
        "   an indented line\r\n"
        "guest login: [   12.345678] usb 1-1: new device\r\n"
        "[  OK  ] Started something\r\n"
        "[   13.000000][    T1] the last, cut",
        {}, SIZE_MAX, &tally);
    CHECK(log.kinds[0] == LogKind::console);
    CHECK(log.texts() == std::vector<std::string>{"Linux version 6",
                                                  "no stamp inside: [ 1.0] [    1.0] \x1b[31mred",
                                                  "usb 1-1: new device", "the last, cut"});
    CHECK(log.records[0].uncertain);
    CHECK(!log.records[1].uncertain);
    CHECK(log.records[2].uncertain);
    CHECK(log.records[2].since_boot_us == 12'345'678);
    CHECK(tally.others == 4);
}

TEST_CASE("log: what came over a real serial line, with firmware, a prompt and programs") {
    LogTally tally;
    const auto log = read_text(serial_console(), {}, 4096, &tally);
    CHECK(log.kinds[0] == LogKind::console);
    CHECK(log.records.size() == 191);  // grep -acP '\[ *\d+\.\d{6}\] '
    std::vector<std::string> uncertain;
    for (const auto& record : log.records)
        if (record.uncertain) uncertain.push_back(record.text.substr(0, 20));
    CHECK(uncertain ==
          std::vector<std::string>{"Linux version 6.1.19", "fixture: a message w", "an indented line of "});
    CHECK(log.records.back().text == "reboot: Power down");
    CHECK(tally.others == 8);  // three of the firmware, two of each session and prompt, one of a program
}

TEST_CASE("log: pstore's dumps") {
    const auto log =
        read_text("Panic#2 Part10\n<4>[    1.072356] a\n<0>[    1.072400][   T49] b\nOops#1 Part1\n<6>c");
    CHECK(log.kinds[0] == LogKind::dmesg);
    CHECK(log.texts() == std::vector<std::string>{"a", "b", "c"});
    CHECK(log.records[1].level == 0);
    CHECK(pstore_heading("Panic#2 Part10\r")->part == 10);
    CHECK(!pstore_heading("Panic#2 Part"));
    CHECK(!pstore_heading("Tantrum#2 Part1"));
    CHECK(!pstore_heading("Panic#2 Part1 more"));
}

TEST_CASE("log: text without stamps") {
    const auto log = read_text("one\n\n  two\n[    5.000000] stamped\nthree");
    CHECK(read_text("one\ntwo\n").kinds[0] == LogKind::plain);
    CHECK(read_text("one\ntwo\n").texts() == std::vector<std::string>{"one", "two"});
    CHECK(log.texts() == std::vector<std::string>{"stamped"});
}

TEST_CASE("log: what is no log") {
    CHECK(log_kind(std::string(1000, '\0')) == LogKind::plain);
    CHECK(
        !log_kind(std::string("\x7f"
                              "ELF\2\1\1\0\0\0\0\0",
                              12)));
    CHECK(log_kind("LPKSHHRH\0\0") == LogKind::journal);
    CHECK(log_kind("") == LogKind::plain);
}

TEST_CASE("log: a hole of zeros is damage, and what follows it is read") {
    const size_t size = GENERATE(size_t{1}, size_t{5000}, 3 * LogText::kLongestRecord);
    const std::string text = "[    1.000000] a\n" + std::string(size, '\0') + "[    2.000000] b\n";
    for (const size_t block : {size_t{4096}, SIZE_MAX}) {
        const auto log = read_text(text, {}, block);
        CHECK(log.texts() == std::vector<std::string>{"a", "b"});
        REQUIRE(log.damages.size() == 1);
        CHECK(log.damages[0].place.offset == 17);
        CHECK(log.damages[0].place.line == 2);
        CHECK(log.records[1].line == 2);
        CHECK(log.records[1].offset == 17 + size);
    }
}

TEST_CASE("log: an endless line is cut, and the next one is read") {
    const std::string endless = "[    1.000000] " + std::string(5 * LogText::kLongestRecord, 'x');
    for (const size_t block : {size_t{5000}, SIZE_MAX}) {
        for (const LogFilter& filter : {LogFilter{}, LogFilter{{"x", "b"}}}) {
            const auto log = read_text(endless + "\n[    2.000000] b\n", filter, block);
            REQUIRE(log.records.size() == 2);
            CHECK(log.records[0].text.size() >= LogText::kLongestRecord - 15);
            CHECK(log.records[0].text.size() <= LogText::kLongestRecord + block % SIZE_MAX);
            CHECK(log.records[1].text == "b");
            CHECK(log.records[1].line == 2);
            CHECK(log.records[1].offset == endless.size() + 1);
            REQUIRE(log.damages.size() == 1);
            CHECK(log.damages[0].place.line == 1);
        }
    }
}

TEST_CASE("log: a record of very many lines is divided") {
    std::string text = "[    1.000000] a\n";
    for (int i = 0; i < 20'000; ++i) text += "               b\n";
    text += "[    2.000000] c\n";
    LogTally tally;
    const auto log = read_text(text, {}, 4096, &tally);
    CHECK(log.records.front().text.starts_with("a\nb\nb"));
    CHECK(log.records.front().text.size() < LogText::kLongestRecord);
    CHECK(log.records.back().text == "c");
    CHECK(log.records.back().line == 20'002);
}

TEST_CASE("log: a sink that has enough") {
    LogFilter all;
    KeptLog log;
    log.enough = 3;
    LogText reader(LogKind::kmsg, WallClock(0, same_time), all, log);
    CHECK(!reader.add(evil_kmsg()));
    CHECK(log.records.size() == 3);
}

#define FORM(name, file) EMBED(name, "tests/fixtures/log-forms/" file)
FORM(form_plain, "plain")
FORM(form_raw, "raw")
FORM(form_decoded, "decoded")
FORM(form_ctime, "ctime")
FORM(form_ctime_decoded, "ctime-decoded")
FORM(form_delta, "delta")
FORM(form_ctime_delta, "ctime-delta")
FORM(form_delta_only, "delta-only")
FORM(form_iso, "iso")
FORM(form_reltime, "reltime")
FORM(form_colored, "colored")
FORM(form_colored_ctime, "colored-ctime")
FORM(form_colored_human, "colored-human")
FORM(form_json, "json")
FORM(form_json_decoded, "json-decoded")
FORM(form_kmsg, "kmsg")

TEST_CASE("log: three records in every form that util-linux prints") {
    struct Form {
        std::string_view text;
        bool boot, wall, level;
    };
    const auto truth = read_text(form_kmsg());
    REQUIRE(truth.records.size() == 3);
    CHECK(truth.records[1].text == "fixture: two lines\n[    1.000000] the second\n  and a third");
    const auto form = GENERATE(values<Form>({{form_plain(), true, false, false},
                                             {form_raw(), true, false, false},
                                             {form_decoded(), true, false, true},
                                             {form_ctime(), false, true, false},
                                             {form_ctime_decoded(), false, true, true},
                                             {form_delta(), true, false, false},
                                             {form_ctime_delta(), false, true, false},
                                             {form_delta_only(), false, false, false},
                                             {form_iso(), false, true, false},
                                             {form_reltime(), false, true, false},
                                             {form_colored(), true, false, false},
                                             {form_colored_ctime(), false, true, true},
                                             {form_colored_human(), false, true, false},
                                             {form_json(), true, false, false},
                                             {form_json_decoded(), true, false, true}}));
    CAPTURE(form.text);
    const auto log = read_text(form.text);
    REQUIRE(log.records.size() == 3);
    CHECK(log.kinds[0] == (form.text.starts_with('{') ? LogKind::json : LogKind::dmesg));
    CHECK(log.records[0].text == truth.records[0].text);
    CHECK(log.records[1].text == truth.records[1].text);
    CHECK(log.records[2].text.starts_with("fixture: a backslash \\ and an escape "));
    for (size_t i = 0; i < 3; ++i) {
        if (form.boot) CHECK(log.records[i].since_boot_us == truth.records[i].since_boot_us);
        CHECK(log.records[i].wall_us.has_value() == form.wall);
        constexpr int64_t kAboutThen = 1'795'367'436 * kSecond;  // 2026-11-22 17:10:36 UTC
        if (form.wall) CHECK(std::abs(*log.records[i].wall_us - kAboutThen) <= 60 * kSecond);
        // `dmesg -r` and --json join facility and level wrongly for what programs wrote.
        if (form.level) CHECK(log.records[i].level == truth.records[i].level);
        if (form.level) CHECK(log.records[i].facility == truth.records[i].facility);
    }
}

namespace {

// Wants the record behind each that holds the needle.
struct Following : KeptLog {
    bool wants_every_record() const override {
        return !records.empty() && records.back().text.find("needle") != std::string::npos;
    }
};

}  // namespace

TEST_CASE("what follows a needle can be asked for, whatever the blocks") {
    std::string text;
    std::vector<std::string> wanted;
    for (unsigned i = 0; i < 60; ++i) {
        const std::string line = concat(i % 10 == 3 ? "needle " : "line ", i);
        append(text, "6,", i, ',', 1'000 + i, ",-;", line, '\n');
        if (i % 10 == 3 || i % 10 == 4) wanted.push_back(line);
    }
    for (size_t block = 1; block < text.size(); ++block) {
        INFO(block);
        Following log;
        const LogFilter filter{.needles = {"needle"}};
        LogText reader(LogKind::kmsg, WallClock(kNovember2026, same_time), filter, log);
        for (size_t at = 0; at < text.size(); at += block)
            reader.add(std::string_view(text).substr(at, block));
        reader.finish();
        REQUIRE(log.texts() == wanted);
    }
}
