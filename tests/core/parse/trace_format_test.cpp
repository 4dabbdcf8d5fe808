// SPDX-License-Identifier: MIT
#include "core/parse/trace_format.h"

#include <catch2/catch.hpp>
#include <string>

using namespace earlybox;

namespace {

// As Linux 5.10 has it, shortened.
constexpr const char* kSwitch =
    "name: sched_switch\nID: 267\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:1;\n"
    "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
    "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n\n"
    "print fmt: \"prev_comm=%s prev_pid=%d prev_state=%s%s\", REC->prev_comm, REC->prev_pid, (REC->prev_state & 1) ? "
    "__print_flags(REC->prev_state & 3, \"|\", { 0x0001, \"S\" }, { 0x0002, \"D\" }) : \"R\", REC->prev_state & 256 ? \"+\" : "
    "\"\"\n";

}  // namespace

TEST_CASE("an event's format, and its fields") {
    const auto format = TraceFormat::parse(kSwitch);
    REQUIRE(format);
    CHECK(format->name == "sched_switch");
    CHECK(format->id == 267);
    REQUIRE(format->fields.size() == 5);
    CHECK(format->fields[0].is_common());
    std::string event(40, '\0');
    event.replace(0, 2, "\x0b\x01");
    event[4] = 47;
    event.replace(8, 3, "cat");
    event[24] = '\xff', event[25] = '\xff', event[26] = '\xff', event[27] = '\xff';
    event[32] = 3;
    CHECK(format->field("prev_comm")->text(event) == "cat");
    CHECK(static_cast<int64_t>(format->field("prev_pid")->number(event)) == -1);
    const TraceField& state = *format->field("prev_state");
    CHECK(state.display.show(state.number(event), true) == "S|D");
    CHECK(state.display.show(4, true) == "0x4");
    const auto head = trace_head(event);
    REQUIRE(head);
    CHECK(head->id == 267);
    CHECK(head->process == 47);
    CHECK(!trace_head("short"));
}

TEST_CASE("texts whose place is in the event") {
    const auto field =
        TraceField::parse("\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:1;");
    REQUIRE(field);
    CHECK(field->kind == TraceField::Kind::dynamic_text);
    CHECK(field->text(std::string("01234567\x0c\0\x05\0/bin\0", 17)) == "/bin");
    CHECK(field->text(std::string("01234567\xff\xff\xff\xff", 12)).empty());
    CHECK(field->text("short").empty());
}

TEST_CASE("numbers are shown as the kernel shows them") {
    const auto format = TraceFormat::parse(
        "name: one\nID: 5\n"
        "\tfield:unsigned long at;\toffset:8;\tsize:8;\tsigned:0;\n"
        "\tfield:int why;\toffset:16;\tsize:4;\tsigned:1;\n"
        "\tfield:unsigned long args[6];\toffset:24;\tsize:48;\tsigned:0;\n"
        "print fmt: \"at=%08lx why=%s\", REC->at, __print_symbolic(REC->why, { 0, \"NONE\" }, { (1 << 3), \"EIGHT\" })\n");
    REQUIRE(format);
    CHECK(format->field("at")->display.show(255, false) == "0xff");
    CHECK(format->field("why")->display.show(8, true) == "EIGHT");
    CHECK(format->field("why")->display.show(7, true) == "7");
    CHECK(format->field("args")->count(std::string(72, '\0')) == 6);
    CHECK(!TraceFormat::parse("name: no number\n"));
}
