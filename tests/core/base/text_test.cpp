// SPDX-License-Identifier: MIT
#include "core/base/text.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("concat takes text, characters and integers of every width") {
    CHECK(concat("a", std::string("b"), std::string_view("c"), 'd') == "abcd");
    CHECK(concat(0, ' ', -7, ' ', UINT64_MAX, ' ', INT64_MIN) ==
          "0 -7 18446744073709551615 -9223372036854775808");
    CHECK(concat() == "");
}

TEST_CASE("hex is lower-case and padded to a width") {
    CHECK(hex(0) == "0");
    CHECK(hex(0xABC, 6) == "000abc");
    CHECK(hex(UINT64_MAX, 4) == "ffffffffffffffff");
}

TEST_CASE("join and padded") {
    CHECK(join({}, ", ") == "");
    CHECK(join({"a", "b"}, ", ") == "a, b");
    CHECK(padded("ä", 3) == "ä  ");
    CHECK(padded("longer", 3) == "longer");
    CHECK(columns("äöü") == 3);
}

TEST_CASE("join keeps empty parts") { CHECK(join({"", "a", ""}, ",") == ",a,"); }

TEST_CASE("a number is the whole text or nothing") {
    CHECK(parse_number("0") == 0U);
    CHECK(parse_number("18446744073709551615") == UINT64_MAX);
    CHECK(parse_number("0xfF") == 255U);
    CHECK(parse_number("0XffffFFFFffffFFFF") == UINT64_MAX);
    const auto text = GENERATE("", "0x", "-1", "+1", " 1", "1 ", "0x-1", "0x0x1", "18446744073709551616",
                               "12a", "0x10000000000000000");
    INFO(text);
    CHECK_FALSE(parse_number(text));
}

TEST_CASE("lines and words come off the front") {
    std::string_view rest = "one\n\nlast";
    std::string_view line;
    REQUIRE(next_line(rest, line));
    CHECK(line == "one");
    REQUIRE(next_line(rest, line));
    CHECK(line == "");
    REQUIRE(next_line(rest, line));
    CHECK(line == "last");
    CHECK_FALSE(next_line(rest, line));

    rest = " \ta  b\t";
    CHECK(next_word(rest) == "a");
    CHECK(next_word(rest) == "b");
    CHECK(next_word(rest) == "");
}

TEST_CASE("UTF-8 is recognised where it is well-formed") {
    CHECK(utf8_length("a") == 1);
    CHECK(utf8_length("é") == 2);
    CHECK(utf8_length("€") == 3);
    CHECK(utf8_length("\U0001f427") == 4);
    CHECK(utf8_length("\xf4\x8f\xbf\xbf") == 4);
    const auto malformed =
        GENERATE(as<std::string>(), "", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                 "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x82x", "\xff");
    CHECK(utf8_length(malformed) == 0);
}

TEST_CASE("what could harm a terminal is spelled out") {
    CHECK(printable("plain \\ text é") == "plain \\ text é");
    CHECK(printable("\x1b[2J\r\n\t\x7f") == "\\x1b[2J\\x0d\\x0a\\x09\\x7f");
    CHECK(printable(std::string_view("\0", 1)) == "\\x00");
    CHECK(printable("\xff\xc3") == "\\xff\\xc3");
    CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");           // the one-byte CSI of C1
    CHECK(printable("\xe2\x80\xae") == "\\xe2\\x80\\xae");  // right-to-left override
}

TEST_CASE("every character that hides or reorders its neighbours is spelled out") {
    const auto invisible = GENERATE(as<std::string>(), "\u061c", "\u200b", "\u200f", "\u2028", "\u2060",
                                    "\u2064", "\u2066", "\u206f", "\ufeff", "\ufff9", "\U000e0041");
    CHECK(printable(invisible).starts_with("\\x"));
}

TEST_CASE("patterns are the shell's") {
    CHECK(glob_match("__ia32*32*", "__ia32_sys_clock_gettime32"));
    CHECK_FALSE(glob_match("ia32*", "__ia32_sys"));
    CHECK(glob_match("[ab]?", "bx"));
    CHECK(has_glob("a*"));
    CHECK(has_glob("a?"));
    CHECK(has_glob("[a"));
    CHECK_FALSE(has_glob("a.b+c"));
}

TEST_CASE("did you mean") {
    const std::vector<std::string_view> names{"doctor", "init", "ksyms", "mountfs", "syscall-probe"};
    CHECK(did_you_mean("ksym", names) == "ksyms");
    CHECK(did_you_mean("doktor", names) == "doctor");
    CHECK(did_you_mean("syscall", names) == "syscall-probe");
    CHECK(did_you_mean("mountsf", names) == "mountfs");
    CHECK_FALSE(did_you_mean("frobnicate", names));
    CHECK_FALSE(did_you_mean("x", names));
    CHECK_FALSE(did_you_mean(std::string(1000, 'a'), names));
    CHECK_FALSE(did_you_mean("ksyms", {}));
}

TEST_CASE("text is wrapped at spaces") {
    using Lines = std::vector<std::string>;
    CHECK(wrapped("", 10) == Lines{""});
    CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped("a muchtoolongword b", 5) == Lines{"a", "muchtoolongword", "b"});
    CHECK(wrapped("  spaces   collapse ", 40) == Lines{"spaces collapse"});
}
