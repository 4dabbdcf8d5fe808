// SPDX-License-Identifier: MIT
// Expected texts are those of util-linux 2.38.1's dmesg for the same records.
#include "applets/dmesg/lines.h"

#include <stdlib.h>
#include <time.h>

#include <catch2/catch.hpp>

#include "applets/dmesg/names.h"

using namespace earlybox;
using namespace earlybox::dmesg;

namespace {

const Clock kClock(1795365000LL * 1000000);  // Sun Nov 22 16:30:00 2026 UTC

LogRecord record(uint64_t microseconds, std::string_view text, uint8_t level = 6, uint32_t facility = 0) {
    return {.level = level, .facility = facility, .since_boot_us = microseconds, .text = text};
}

std::string shown(const Style& style, std::vector<LogRecord> records, LogKind kind = LogKind::kmsg) {
    setenv("TZ", "UTC0", 1);
    tzset();
    Lines lines(style, kClock);
    std::string text;
    for (const auto& record : records) lines.show(text, record, kind);
    lines.finish(text);
    return text;
}

std::string shown(const Style& style, std::string_view text) { return shown(style, {record(1000000, text)}); }

const std::vector<LogRecord> kRecords = {record(0, "zero"), record(1000000, "one"), record(12500000, "two"),
                                         record(12400000, "back"), record(61000000, "minute")};

}  // namespace

TEST_CASE("dmesg's stamps") {
    CHECK(
        shown({}, kRecords) ==
        "[    0.000000] zero\n[    1.000000] one\n[   12.500000] two\n[   12.400000] back\n[   61.000000] minute\n");
    CHECK(shown({.time = TimeFormat::none}, kRecords) == "zero\none\ntwo\nback\nminute\n");
    CHECK(shown({.time = TimeFormat::ctime}, kRecords).starts_with("[Sun Nov 22 16:30:00 2026] zero\n"));
    CHECK(shown({.time = TimeFormat::delta}, kRecords) ==
          "[<    0.000000>] zero\n[<    0.000000>] one\n[<   11.500000>] two\n[<   -0.100000>] back\n"
          "[<   48.600000>] minute\n");
    CHECK(
        shown({.time = TimeFormat::reltime}, kRecords) ==
        "[Nov22 16:30] zero\n[  +0.000000] one\n[ +11.500000] two\n[  -0.100000] back\n[Nov22 16:31] minute\n");
    CHECK(shown({.time = TimeFormat::seconds_and_delta}, kRecords)
              .ends_with("[   61.000000 <   48.600000>] minute\n"));
    CHECK(shown({.time = TimeFormat::ctime_and_delta}, kRecords)
              .ends_with("[Sun Nov 22 16:31:01 2026 <   48.600000>] minute\n"));
    CHECK(shown({.time = TimeFormat::iso}, kRecords).ends_with("2026-11-22T16:31:01,000000+00:00 minute\n"));
}

TEST_CASE("a record with a wall clock's stamp only is shown with that") {
    const std::vector<LogRecord> records{{.wall_us = 1795365001000042, .text = "x"}};
    CHECK(shown({}, records) == "[Sun Nov 22 16:30:01 2026] x\n");
    CHECK(shown({.time = TimeFormat::seconds_and_delta}, records) ==
          "[Sun Nov 22 16:30:01 2026 <    0.000000>] x\n");
    CHECK(shown({.time = TimeFormat::iso}, records) == "2026-11-22T16:30:01,000042+00:00 x\n");
    CHECK(shown({.raw = true}, records) == "x\n");
}

TEST_CASE("text that never had stamps gets none; syslog(2)'s without gets zero, with printk.time=0") {
    CHECK(shown({.decode = true}, {{.text = "x"}}, LogKind::plain) == "x\n");
    CHECK(shown({.time = TimeFormat::ctime}, {{.text = "x"}}, LogKind::plain) == "x\n");
    CHECK(shown({}, {{.level = 6, .facility = 0, .text = "x"}}, LogKind::dmesg) == "[    0.000000] x\n");
}

TEST_CASE("levels and facilities in front") {
    const Style style{.decode = true};
    CHECK(shown(style, {record(1000000, "a", 4, 0)}) == "kern  :warn  : [    1.000000] a\n");
    CHECK(shown(style, {record(1000000, "a", 7, 10)}) == "authpriv:debug : [    1.000000] a\n");
    CHECK(shown(style, {record(1000000, "a", 7, 16)}) == "[    1.000000] a\n");
    CHECK(shown(style, {{.since_boot_us = 1000000, .text = "a"}}) == "[    1.000000] a\n");
}

TEST_CASE("no stamp is too odd to be shown") {
    const std::vector<LogRecord> records{record(INT64_MAX, "a"), record(uint64_t{1} << 63, "b"),
                                         record(UINT64_MAX, "c")};
    for (const auto format :
         {TimeFormat::seconds_and_delta, TimeFormat::ctime_and_delta, TimeFormat::reltime, TimeFormat::iso})
        CHECK(shown({.time = format}, records).ends_with(" c\n"));
}

TEST_CASE("raw lines are syslog(2)'s, but for the sum that 2.38 makes of what comes from /dev/kmsg") {
    const Style style{.raw = true};
    CHECK(shown(style, {record(1000000, "a", 6, 3)}) == "<7>[    1.000000] a\n");
    CHECK(shown(style, {record(1000000, "a", 6, 3)}, LogKind::dmesg) == "<30>[    1.000000] a\n");
    auto called = record(1000000, "a");
    called.caller = "T49";
    CHECK(shown(style, {called}) == "<6>[    1.000000] a\n");
    CHECK(shown(style, {called}, LogKind::dmesg) == "<6>[    1.000000][   T49] a\n");
    CHECK(shown({}, {called}, LogKind::dmesg) == "[    1.000000] [   T49] a\n");
}

TEST_CASE("lines below a record's first are indented, or stamped like it") {
    CHECK(shown({}, "a\nb\n\nc") ==
          "[    1.000000] a\n               b\n               \n               c\n");
    CHECK(shown({}, "a\n") == "[    1.000000] a\n\n");
    CHECK(shown({.time = TimeFormat::none}, "a\nb") == "a\nb\n");
    CHECK(shown({.time = TimeFormat::none, .decode = true}, "a\nb") ==
          "kern  :info  : a\n               b\n");
    CHECK(shown({.every_line = true}, "a\n\nb\n") == "[    1.000000] a\n[    1.000000] b\n");
    CHECK(shown({.every_line = true}, "\n") == "[    1.000000] \n");
    CHECK(shown({.time = TimeFormat::reltime, .every_line = true}, "a\nb") ==
          "[Nov22 16:30] a\n[  +0.000000] b\n");
    CHECK(shown({.raw = true}, {record(1000000, "a\nb")}) == "<6>[    1.000000] a\n                  b\n");
    CHECK(shown({.raw = true}, {record(1000000, "a\nb")}, LogKind::dmesg) == "<6>[    1.000000] a\nb\n");
    CHECK(shown({.every_line = true}, {record(1000000, "a\nb")}, LogKind::dmesg) ==
          "[    1.000000] a\n               b\n");
}

TEST_CASE("an empty record is an empty line, and nothing in JSON") {
    CHECK(shown({}, "") == "\n");
    CHECK(shown({.json = true}, "").empty());
    CHECK(shown({.raw = true}, "") == "\n");
    CHECK(shown({.raw = true}, {record(1000000, "")}, LogKind::dmesg) == "<6>[    1.000000] \n");
}

TEST_CASE("control characters are escaped, those that move a cursor on terminals only") {
    const std::string_view text = "\033[2J\x01\r\v\f\t\x7f\x9b\\x1b\xc3\xa9\xff";
    CHECK(shown({}, text) == "[    1.000000] \\x1b[2J\\x01\r\v\f\t\\x7f\\x9b\\x1b\\xc3\\xa9\\xff\n");
    CHECK(shown({.escaping = {.terminal = true}}, text) ==
          "[    1.000000] \\x1b[2J\\x01\\x0d\\x0b\\x0c\t\\x7f\\x9b\\x1b\\xc3\\xa9\\xff\n");
    CHECK(shown({.escaping = {.utf8 = true}}, "\xc3\xa9\xff\xe2\x80\xae\xc2\x9b") ==
          "[    1.000000] \xc3\xa9\\xff\\xe2\\x80\\xae\\xc2\\x9b\n");
    CHECK(shown({.escaping = {.off = true}}, "\033\n\xff") == "[    1.000000] \033\n               \xff\n");
    CHECK(shown({}, std::string_view("a\0\n\0b", 5)) == "[    1.000000] a\\x00\n\\x00b\n");
}

TEST_CASE("colours tell the stamp, the subsystem and the level") {
    const Style style{.color = true};
    const auto line = [&](std::string_view text, uint8_t level) {
        return shown(style, {record(1000000, text, level)});
    };
    const std::string stamp = "\033[32m[    1.000000] \033[0m";
    CHECK(line("ACPI: x", 6) == stamp + "\033[33mACPI: \033[0mx\n");
    CHECK(line("ACPI: PM: x", 3) == stamp + "\033[33mACPI: \033[0m\033[31mPM: x\033[0m\n");
    CHECK(line("a:b: ", 6) == stamp + "a:b: \n");
    CHECK(line("x", 0) == stamp + "x\n");
    CHECK(line("x", 1) == stamp + "\033[7m\033[31mx\033[0m\n");
    CHECK(line("x", 2) == stamp + "\033[1m\033[31mx\033[0m\n");
    CHECK(line("x", 4) == stamp + "\033[1mx\033[0m\n");
    CHECK(line("sh[1]: segfault at 0", 6) ==
          stamp + "\033[33msh[1]: \033[0m\033[2m\033[31msegfault at 0\033[0m\n");
    CHECK(shown({.time = TimeFormat::reltime, .color = true}, "x") ==
          "\033[32m\033[1m[Nov22 16:30] \033[0mx\n");
}

TEST_CASE("JSON as util-linux lays it out") {
    CHECK(
        shown({.json = true}, {record(1000000, "a\"\\\b\t\n\f\r\x01", 6, 3), record(2000000, "b", 6, 16)}) ==
        "{\n   \"dmesg\": [\n      {\n         \"pri\": 7,\n         \"time\":     1.000000,\n"
        "         \"msg\": \"a\\\"\\\\\\b\\t\\n\\f\\r\\u0001\"\n      },{\n         \"time\":     2.000000,\n"
        "         \"msg\": \"b\"\n      }\n   ]\n}\n");
    CHECK(shown({.decode = true, .json = true}, {record(1000000, "a", 6, 3)}) ==
          "{\n   \"dmesg\": [\n      {\n         \"fac\": \"daemon\",\n         \"pri\": \"info\",\n"
          "         \"time\":     1.000000,\n         \"msg\": \"a\"\n      }\n   ]\n}\n");
    CHECK(shown({.json = true}, std::vector<LogRecord>{}).empty());
    CHECK(shown({.json = true}, "\xff\x9b\x7f").find("\"\xff\x9b\x7f\"") != std::string::npos);
    CHECK(shown({.json = true, .escaping = {.terminal = true}}, "\xff\xc3\xa9\x7f")
              .find("\"\\u00ff\xc3\xa9\\u007f\"") != std::string::npos);
}

TEST_CASE("lists of levels and facilities") {
    CHECK(parse_levels("err") == 8U);
    CHECK(parse_levels("ERR,warn,0") == 25U);
    CHECK(parse_facilities("kern,ftp") == 0x801U);
    for (const char* list : {"", ",", "err,", ",err", "er", "errr", "8", "-1", "err warn"}) {
        INFO(list);
        CHECK_FALSE(parse_levels(list));
    }
    CHECK_FALSE(parse_facilities("12"));
    CHECK(parse_console_level("1") == 1);
    CHECK(parse_console_level("8") == 8);
    CHECK(parse_console_level("emerg") == 1);
    CHECK(parse_console_level("Debug") == 8);
    for (const char* level : {"0", "9", "", "x", "-1"}) CHECK_FALSE(parse_console_level(level));
}
