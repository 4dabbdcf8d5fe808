// SPDX-License-Identifier: MIT
#include "core/parse/ftrace_text.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/embed.h"

using namespace earlybox;
using Kind = FtraceLine::Kind;

EMBED(function_510, "tests/fixtures/ftrace/own-5.10-function")
EMBED(function_61, "tests/fixtures/ftrace/own-6.1-function")
EMBED(function_612, "tests/fixtures/ftrace/own-6.12-function")
EMBED(graph_510, "tests/fixtures/ftrace/own-5.10-graph")
EMBED(graph_61, "tests/fixtures/ftrace/own-6.1-graph")
EMBED(graph_612, "tests/fixtures/ftrace/own-6.12-graph")
EMBED(pipe_510, "tests/fixtures/ftrace/own-5.10-pipe")
EMBED(pipe_61, "tests/fixtures/ftrace/own-6.1-pipe")
EMBED(pipe_612, "tests/fixtures/ftrace/own-6.12-pipe")

namespace {

std::vector<std::pair<std::string_view, FtraceLine>> lines_of(std::string_view text) {
    std::vector<std::pair<std::string_view, FtraceLine>> lines;
    for (std::string_view line; next_line(text, line);) lines.emplace_back(line, parse_ftrace_line(line));
    return lines;
}

}  // namespace

TEST_CASE("ftrace text: the function tracer", "[ftrace]") {
    const auto line = parse_ftrace_line(
        "    busybox-i386-39      [001] d.h1.     1.868582: __ia32_sys_utimensat_time32 <-__do_fast_syscall_32");
    CHECK(line.kind == Kind::function);
    CHECK(line.task == "busybox-i386");
    CHECK(line.pid == 39);
    CHECK(line.cpu == 1);
    CHECK(line.flags == "d.h1.");
    CHECK(line.time == 1868582000);
    CHECK(line.function == "__ia32_sys_utimensat_time32");
    CHECK(line.caller == "__do_fast_syscall_32");

    // Names that hold anything; a column for the thread group; no flags; arguments; a module.
    const auto evil = parse_ftrace_line(
        " a [0] <-b: 7-12   (     11) [003]     5.000001: ext4_lookup [ext4](dir=0x1, d=0x2) <-lookup_open+0x12/0x30");
    CHECK(evil.kind == Kind::function);
    CHECK(evil.task == "a [0] <-b: 7");
    CHECK(evil.pid == 12);
    CHECK(evil.cpu == 3);
    CHECK(evil.flags.empty());
    CHECK(evil.function == "ext4_lookup [ext4]");
    CHECK(evil.caller == "lookup_open+0x12/0x30");

    const auto event = parse_ftrace_line("  sh-1   [000] .....   2.000000: sys_exit: NR 265 = -38");
    CHECK(event.kind == Kind::event);
    CHECK(event.text == "sys_exit: NR 265 = -38");
    CHECK(parse_ftrace_line("  sh-1  [000] .....  2.0: x <-y").kind == Kind::other);
    CHECK(parse_ftrace_line("  sh-1  [000] ..... 99999999999999999999.000000: x <-y").kind == Kind::other);
    CHECK(parse_ftrace_line("  sh-1  [000] ..... 18446744073709.551616: x <-y").kind == Kind::other);
    CHECK(parse_ftrace_line(" sh-1 [99999999999] .... 2.000000: x <-y").kind == Kind::other);
}

TEST_CASE("ftrace text: stacks and losses", "[ftrace]") {
    CHECK(parse_ftrace_line("  sh-1  [000] .....  2.000000: <stack trace>").kind == Kind::stack);
    const auto frame = parse_ftrace_line(" => [FTRACE TRAMPOLINE]");
    CHECK(frame.kind == Kind::frame);
    CHECK(frame.function == "[FTRACE TRAMPOLINE]");
    CHECK(parse_ftrace_line(" => 0xffffffffc014b083").function == "0xffffffffc014b083");

    const auto lost = parse_ftrace_line("CPU:2 [LOST 123 EVENTS]");
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.cpu == 2);
    CHECK(lost.count == 123);
    CHECK(parse_ftrace_line("CPU:0 [LOST EVENTS]").kind == Kind::lost);
    CHECK(parse_ftrace_line("CPU:0 [LOST EVENTS]").count == 0);
    const auto overwritten = parse_ftrace_line("# entries-in-buffer/entries-written: 205/1034   #P:1");
    CHECK(overwritten.kind == Kind::lost);
    CHECK(overwritten.count == 829);
    CHECK(parse_ftrace_line("# entries-in-buffer/entries-written: 8/8   #P:1").kind == Kind::other);
}

TEST_CASE("ftrace text: function_graph's columns", "[ftrace]") {
    const auto bare = parse_ftrace_line(" 0) ! 200.330 us  |  __ia32_sys_clock_gettime32();");
    CHECK(bare.kind == Kind::leaf);
    CHECK(bare.cpu == 0);
    CHECK(bare.pid == -1);
    CHECK(bare.depth == 0);
    CHECK(bare.duration == 200330);
    CHECK(bare.function == "__ia32_sys_clock_gettime32");

    const auto open = parse_ftrace_line(" 3)               |    do_mkdirat() {");
    CHECK(open.kind == Kind::call);
    CHECK(open.cpu == 3);
    CHECK(open.depth == 1);
    CHECK_FALSE(open.duration);
    const auto close = parse_ftrace_line(" 0) * 12345.678 us |    }");
    CHECK(close.kind == Kind::leave);
    CHECK(close.duration == 12345678);
    CHECK(close.function.empty());

    const auto full = parse_ftrace_line(
        "   15.889424 |   0)    t32-127     | + 17.206 us   |    } /* posix_get_realtime_timespec */");
    CHECK(full.kind == Kind::leave);
    CHECK(full.time == 15889424000);
    CHECK(full.task == "t32");
    CHECK(full.pid == 127);
    CHECK(full.duration == 17206);
    CHECK(full.function == "posix_get_realtime_timespec");

    // A name with a bar; the latency format; durations switched off; modules, arguments.
    CHECK(parse_ftrace_line("  1)   a | b-12    |   1.000 us    |  x();").pid == 12);
    CHECK(parse_ftrace_line("  1)   a | b-12    |   1.000 us    |  x();").function == "x");
    CHECK(parse_ftrace_line(" 0)  ....2..  |   1.000 us    |  x();").function == "x");
    CHECK(parse_ftrace_line(" 0)  ....2..  |   1.000 us    |  x();").duration == 1000);
    CHECK(parse_ftrace_line(" 0)               |  /* a: b | c */").text == "a: b | c");
    CHECK(parse_ftrace_line(" 0)  ext4_lookup [ext4]() {").function == "ext4_lookup [ext4]");
    const auto arguments = parse_ftrace_line(" 0)               |    getname_flags(name=0x7f, \"a(b\") {");
    CHECK(arguments.kind == Kind::call);
    CHECK(arguments.function == "getname_flags");

    const auto change = parse_ftrace_line(" 0)   busybox-45   =>    mkdir-47   ");
    CHECK(change.kind == Kind::task_switch);
    CHECK(change.cpu == 0);
    CHECK(change.task == "mkdir");
    CHECK(change.pid == 47);
    CHECK(parse_ftrace_line(" ------------------------------------------").kind == Kind::other);
    CHECK(parse_ftrace_line(" 0)   ==========> |").kind == Kind::other);
}

TEST_CASE("ftrace text: what functions return", "[ftrace]") {
    const auto leaf = [](const char* text) { return parse_ftrace_line(text); };
    CHECK(leaf(" 0)   1.0 us |  f(); /* = -2 */").kind == Kind::leaf);
    CHECK(leaf(" 0)   1.000 us    |  f(); /* = -2 */").value == -2);
    CHECK(leaf(" 0)   1.000 us    |  f(); /* = 0xffff9f00c02d2cc0 */").value ==
          static_cast<int64_t>(0xffff9f00c02d2cc0));
    CHECK(leaf(" 0)   1.000 us    |  } /* f = 0x0 */").value == 0);
    CHECK(leaf(" 0)   1.000 us    |  } /* f = 0x0 */").function == "f");
    CHECK(leaf(" 0)   1.000 us    |  } /* f ret=-110 */").value == -110);
    CHECK(leaf(" 0)   1.000 us    |  } /* f ret=-110 */").function == "f");
    CHECK(leaf(" 0)   1.000 us    |  } /* f <-caller ret=0x10 */").value == 16);
    CHECK(leaf(" 0)   1.000 us    |  } /* f <-caller ret=0x10 */").function == "f");
    CHECK(leaf(" 0)   1.000 us    |  f(x=1); /* <-caller ret=0x1 */").value == 1);
    CHECK(leaf(" 0)               |  f() { /* <-caller */").kind == Kind::call);
    CHECK_FALSE(leaf(" 0)   1.000 us    |  f(); /* = what */").value);

    CHECK(returned_errno(-2) == 2);
    CHECK(returned_errno(4294967294) == 2);
    CHECK(returned_errno(-4095) == 4095);
    CHECK_FALSE(returned_errno(-4096));
    CHECK_FALSE(returned_errno(0));
    CHECK_FALSE(returned_errno(INT64_MIN));
    CHECK_FALSE(returned_errno(4294963200));
}

TEST_CASE("ftrace text: events that tell results", "[ftrace]") {
    const auto exit = parse_sys_exit("sys_exit: NR 320 = -38");
    REQUIRE(exit);
    CHECK(exit->number == 320);
    CHECK(exit->result == -38);
    CHECK(parse_sys_exit("sys_exit: NR -1 = -38")->number == -1);
    CHECK_FALSE(parse_sys_exit("sys_exit: NR x = 1"));
    CHECK_FALSE(parse_sys_exit("sys_enter: NR 320 (0, 1)"));

    const auto probed =
        parse_probed_return("walk_component: (link_path_walk+0x2f0/0x35d <- walk_component) ret=-2");
    REQUIRE(probed);
    CHECK(probed->function == "walk_component");
    CHECK(probed->value == -2);
    CHECK(parse_probed_return("k: (a+0x1/0x2 <- f+0x4/0x11) ret=0xffffffffffffffda")->function == "f");
    CHECK(parse_probed_return("k: (a+0x1/0x2 <- f+0x4/0x11) ret=0xffffffffffffffda")->value == -38);
    CHECK_FALSE(parse_probed_return("k: (a <- f) arg=1"));
    CHECK_FALSE(parse_probed_return(") ret=1 <- "));
}

TEST_CASE("ftrace text: recorded stacks of three kernels", "[ftrace]") {
    for (const auto text : {function_510(), function_61(), function_612()}) {
        size_t stacks = 0;
        std::vector<std::string_view> functions, last;
        for (const auto& [line, parsed] : lines_of(text)) {
            INFO(line);
            CHECK((parsed.kind == Kind::other) == line.starts_with('#'));
            if (parsed.kind == Kind::function) functions.push_back(parsed.function);
            stacks += parsed.kind == Kind::stack;
            if (parsed.kind == Kind::frame) last.push_back(parsed.function);
        }
        CHECK(functions ==
              std::vector<std::string_view>{"__ia32_sys_utimensat_time32", "__x64_sys_utimensat"});
        CHECK(stacks == 2);
        CHECK(last.back() == "entry_SYSCALL_64_after_hwframe");
    }
}

TEST_CASE("ftrace text: recorded call graphs of three kernels", "[ftrace]") {
    for (const auto text : {graph_510(), graph_61(), graph_612()}) {
        size_t open = 0, results = 0, switches = 0;
        bool returned = false, probed = false;
        for (const auto& [line, parsed] : lines_of(text)) {
            INFO(line);
            const bool is_blank = line.empty() || line.starts_with('#') || line.starts_with(" ---");
            CHECK((parsed.kind == Kind::other) == is_blank);
            if (parsed.kind == Kind::call) {
                CHECK(parsed.depth == open);
                ++open;
            }
            if (parsed.kind == Kind::leave) {
                REQUIRE(open > 0);
                --open;
                CHECK(parsed.depth == open);
                CHECK(parsed.duration);
                CHECK_FALSE(parsed.function.empty());
            }
            if (parsed.kind == Kind::leaf) CHECK(parsed.depth == open);
            returned |= parsed.function == "__x64_sys_mkdir" && parsed.value == -2;
            switches += parsed.kind == Kind::task_switch;
            if (parsed.kind != Kind::event) continue;
            if (const auto exit = parse_sys_exit(parsed.text))
                results += exit->result == -2 && exit->number == 83;
            if (const auto value = parse_probed_return(parsed.text))
                probed |= value->function == "filename_create" && returned_errno(value->value) == 2;
        }
        CHECK(open == 0);
        CHECK(results == 1);
        CHECK(switches == 1);
        CHECK((returned || probed));
    }
}

TEST_CASE("what trace_pipe says: events, and how many were lost before them", "[ftrace]") {
    const size_t kernel = GENERATE(0U, 1U, 2U);
    std::string_view text = std::array{pipe_510(), pipe_61(), pipe_612()}[kernel], line;
    REQUIRE(next_line(text, line));
    const auto lost = parse_ftrace_line(line);
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.cpu == 0);
    CHECK(lost.count > 100);
    uint64_t before = 0;
    size_t exits = 0;
    while (next_line(text, line)) {
        INFO(line);
        const auto event = parse_ftrace_line(line);
        REQUIRE(event.kind == Kind::event);
        CHECK(event.cpu == 0);
        CHECK(event.pid > 0);
        CHECK(event.time > before);
        before = event.time.value_or(0);
        if (parse_sys_exit(event.text)) ++exits;
    }
    CHECK(exits > 10);
}
