// SPDX-License-Identifier: MIT
#include "core/parse/kmsg.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("kmsg: a record's fields") {
    std::string_view rest =
        "30,1234,5140900,-,caller=T49;systemd[1]: hello\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n";
    const auto record = next_kmsg_record(rest);
    REQUIRE(record);
    CHECK(record->level == 6);
    CHECK(record->facility == 3);
    CHECK(record->sequence == 1234);
    CHECK(record->microseconds == 5'140'900);
    CHECK(record->text == "systemd[1]: hello");
    CHECK(!next_kmsg_record(rest));
    CHECK(rest.empty());
}

TEST_CASE("kmsg: several records, and lines between them that are none") {
    std::string_view rest =
        "4,1,1,-;a\n SUBSYSTEM=x;y\ngarbage\n;\n\n4,x,1,-;b\n4,3,18446744073709551615,c;c;d\n4,4,2,-;";
    CHECK(next_kmsg_record(rest)->text == "a");
    const auto second = next_kmsg_record(rest);
    REQUIRE(second);
    CHECK(second->text == "c;d");
    CHECK(second->microseconds == ~uint64_t{0});
    CHECK(next_kmsg_record(rest)->text == "");
    CHECK(!next_kmsg_record(rest));
}

TEST_CASE("kmsg: escapes are undone") {
    const auto text = [](std::string line) {
        line.insert(0, "4,1,1,-;");
        std::string_view rest = line;
        return next_kmsg_record(rest)->text;
    };
    CHECK(text("a\\x0ab\\x5cx41") == "a\nb\\x41");
    CHECK(text("\\x00") == std::string(1, '\0'));
    CHECK(text("\\xff") == "\xff");
    CHECK(text("\\xZZ \\x4 \\x") == "\\xZZ \\x4 \\x");
}
