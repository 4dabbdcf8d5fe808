// SPDX-License-Identifier: MIT
// What callers, callees and why make of traces that were recorded in guests.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "tests/embed.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

EMBED(stacks_510, "tests/fixtures/ftrace/own-5.10-function")
EMBED(stacks_61, "tests/fixtures/ftrace/own-6.1-function")
EMBED(stacks_612, "tests/fixtures/ftrace/own-6.12-function")
EMBED(calls_510, "tests/fixtures/ftrace/own-5.10-graph")
EMBED(calls_61, "tests/fixtures/ftrace/own-6.1-graph")
EMBED(calls_612, "tests/fixtures/ftrace/own-6.12-graph")

namespace {

Outcome ask(std::string_view trace, std::vector<std::string> words) {
    TemporaryTree tree;
    tree.add("trace", trace);
    words.insert(words.begin(), "trace-kernel");
    words.insert(words.end(), {"-i", tree.path("trace")});
    return call(std::move(words));
}

}  // namespace

TEST_CASE("trace-kernel callers: recorded", "[trace-kernel]") {
    for (const auto trace : {stacks_510(), stacks_61()}) {
        const auto told = ask(trace, {"callers"});
        CHECK(told.code == 0);
        CHECK_THAT(
            told.out,
            Catch::Matches("#1 1 call of __ia32_sys_utimensat_time32 by busybox-i386\\[\\d+\\] 1, i386\n"
                           "    __do_fast_syscall_32\n"
                           "    do_fast_syscall_32\n"
                           "    entry_SYSCALL_compat_after_hwframe\n"
                           "#2 1 call of __x64_sys_utimensat by touch\\[\\d+\\] 1, x86_64\n"
                           "    do_syscall_64\n"
                           "    entry_SYSCALL_64_after_hwframe\n"));
    }
    const auto folded = ask(stacks_612(), {"callers", "--flame"});
    CHECK(folded.out ==
          "busybox-i386;sysret32_from_system_call;do_fast_syscall_32;__do_fast_syscall_32;"
          "__ia32_sys_utimensat_time32 1\n"
          "touch;entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_utimensat 1\n");
    const auto sequence = ask(stacks_510(), {"callers", "-v"});
    CHECK_THAT(sequence.out,
               Catch::Contains("      1.868582  busybox-i386[39]       #1 __ia32_sys_utimensat_time32\n"
                               "      1.932897  touch[40]              #2 __x64_sys_utimensat\n"));
    const auto json = ask(stacks_510(), {"callers", "--json"});
    CHECK_THAT(json.out,
               Catch::StartsWith(R"({"function":"__ia32_sys_utimensat_time32","callers":["__do_fast_)"));
    CHECK(ask("", {"callers"}).code == 1);
}

TEST_CASE("trace-kernel callers: equal stacks are counted, losses said", "[trace-kernel]") {
    const auto told = ask(
        "  sh-7  [000] .....  1.000000: f <-g\n"
        "  sh-7  [000] .....  1.000001: <stack trace>\n => f\n => g\n => entry_SYSCALL_64\n"
        "  sh-8  [001] .....  1.000002: f <-g\n"
        "  sh-8  [001] .....  1.000003: <stack trace>\n => 0xffffffffc014b083\n => f\n => g\n => entry_SYSCALL_64\n"
        "CPU:1 [LOST 3 EVENTS]\n"
        "  sh-8  [001] .....  1.000004: f <-h\n",
        {"callers"});
    CHECK(told.code == 1);
    CHECK(told.out ==
          "#1 2 calls of f by sh[7] 1, sh[8] 1, x86_64\n    g\n    entry_SYSCALL_64\n"
          "#2 1 call of f by sh[8] 1, not in a system call\n    h\n");
}

TEST_CASE("trace-kernel callees: recorded", "[trace-kernel]") {
    const auto results = ask(calls_612(), {"callees"});
    CHECK(results.code == 0);
    CHECK_THAT(results.out, Catch::Contains("  __ia32_sys_utimensat_time32 = -ENOSYS\n"));
    CHECK_THAT(results.out, Catch::Contains("    do_mkdirat = -ENOENT\n"));
    CHECK_THAT(results.out, !Catch::Contains("handle_softirqs"));
    CHECK_THAT(ask(calls_612(), {"callees", "--irqs"}).out, Catch::Contains("handle_softirqs"));

    const auto probed = ask(calls_61(), {"callees", "-d", "1"});
    CHECK_THAT(probed.out, Catch::Contains("  __x64_sys_mkdir = -ENOENT\n"));
    CHECK_THAT(probed.out, Catch::Contains("    do_mkdirat = -ENOENT\n"));
    CHECK_THAT(probed.out, !Catch::Contains("      filename_create"));
    CHECK_THAT(ask(calls_510(), {"callees", "--flame"}).out,
               Catch::Contains("busybox;__ia32_sys_utimensat_time32 227967\n"));
}

TEST_CASE("trace-kernel callees: totals, repeats, tasks and losses", "[trace-kernel]") {
    const auto told =
        ask(" 0)    sh-7     |               |  f() {\n"
            " 0)    sh-7     |   1.000 us    |    g();\n"
            " 0)    sh-7     |   2.500 us    |    g(); /* = -2 */\n"
            " 0)    cat-9    |   7.000 us    |  f();\n"
            " 0)    sh-7     |   10.000 us   |  } /* f */\n"
            " 0)    sh-7     |               |  f() {\n",
            {"callees"});
    CHECK(told.code == 0);
    CHECK(told.out ==
          "sh[7]\n"
          "   calls      total us       self us  function\n"
          "       2        10.000         6.500  f = no return\n"
          "       2         3.500         3.500    g = -ENOENT\n"
          "cat[9]\n"
          "   calls      total us       self us  function\n"
          "       1         7.000         7.000  f\n");
    // Without a column for tasks, the lines between tell whose calls they are; what was lost tears trees
    // apart.
    const auto torn =
        ask(" 0)   sh-7   =>   cat-9   \n\n"
            " 0)               |  f() {\n"
            "CPU:0 [LOST 12 EVENTS]\n"
            " 0)   1.000 us    |    }\n"
            " 0)   2.000 us    |  h();\n",
            {"callees"});
    CHECK(torn.code == 1);
    CHECK_THAT(torn.out, Catch::StartsWith("cat[9]\n"));
    CHECK_THAT(torn.out, Catch::Contains("  h\n"));
}

TEST_CASE("trace-kernel why: recorded", "[trace-kernel]") {
    const auto whole = [](const Outcome& told) {
        std::string text = told.out;
        for (size_t at = 0; (at = text.find("\n    ", at)) != text.npos;) text.replace(at, 5, " ");
        return text;
    };
    for (const auto trace : {calls_510(), calls_61(), calls_612()}) {
        const auto told = ask(trace, {"why", "ENOENT"});
        CHECK(told.code == 1);
        CHECK_THAT(whole(told), Catch::Contains("mkdir → __x64_sys_mkdir → do_mkdirat → filename_create"));
        CHECK_THAT(whole(told), Catch::Contains("returned -ENOENT 1 time, x86_64, mkdir["));
        CHECK_THAT(whole(told), !Catch::Contains("utimensat"));
    }
    CHECK_THAT(whole(ask(calls_612(), {"why", "2"})),
               Catch::Contains("→ link_path_walk → walk_component → step_into returned -ENOENT"));
    CHECK_THAT(
        whole(ask(calls_510(), {"why"})),
        Catch::Contains(
            "utimensat → __ia32_sys_utimensat_time32 returned -ENOSYS at once 1 time, i386, busybox["));
    CHECK(ask(calls_612(), {"why", "EXDEV"}).code == 0);
}

TEST_CASE("trace-kernel why: whom to believe", "[trace-kernel]") {
    // A void function leaves in the register what was there: dput after lookup, kfree by its name; a chain is
    // not taken up again below a function that returned something else.
    const auto told =
        ask(" 0)    sh-7     |               |  __x64_sys_open() {\n"
            " 0)    sh-7     |               |    helper() {\n"
            " 0)    sh-7     |   1.000 us    |      deeper(); /* = -2 */\n"
            " 0)    sh-7     |   1.000 us    |    } /* helper = 0x0 */\n"
            " 0)    sh-7     |   1.000 us    |    kfree(); /* = -2 */\n"
            " 0)    sh-7     |               |    lookup() {\n"
            " 0)    sh-7     |   1.000 us    |      inner(); /* = 0xfffffffe */\n"
            " 0)    sh-7     |   1.000 us    |      some_cleanup(); /* = -2 */\n"
            " 0)    sh-7     |   9.000 us    |    } /* lookup = -2 */\n"
            " 0)    sh-7     |   1.000 us    |    other_cleanup(); /* = -2 */\n"
            " 0)    sh-7     |   20.000 us   |  } /* __x64_sys_open = -2 */\n"
            " 0)    sh-7     |               |  /* sys_exit: NR 2 = -2 */\n",
            {"why", "--json"});
    CHECK(told.out ==
          R"({"call":"open","abi":"x86_64","errno":"ENOENT","chain":["__x64_sys_open","lookup","inner"],)"
          R"("at_once":false,"remark":"","option":"","count":1,"processes":["sh[7]"],"complete":true})"
          "\n");
    // Restarts are no errors; a call that nothing was traced of was refused before, or is unknown.
    const auto refused =
        ask(" 0)    sh-7     |   1.000 us    |  __x64_sys_pause(); /* = -514 */\n"
            " 0)    sh-7     |               |  /* sys_exit: NR 34 = -514 */\n"
            " 0)    sh-7     |               |  /* sys_exit: NR 83 = -1 */\n",
            {"why"});
    CHECK_THAT(refused.out, Catch::StartsWith("mkdir = -EPERM: refused before a handler was reached"));
    CHECK_THAT(refused.out, !Catch::Contains("pause"));
}
