// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <catch2/catch.hpp>

#include "applets/init/boot.h"
#include "applets/init/orders.h"
#include "applets/init/prompt.h"
#include "applets/init/session.h"
#include "core/parse/command_line.h"
#include "core/sys/file.h"
#include "core/sys/process.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;
using namespace earlybox::init;
using namespace std::string_literals;
using Words = std::vector<std::string>;

TEST_CASE("init's boot parameters") {
    const auto none = boot_choices(parse_cmdline("console=ttyS0 quiet"));
    CHECK(none.doctor);
    CHECK_FALSE(none.command);
    CHECK_FALSE(none.real_init);
    CHECK_FALSE(none.shell);
    CHECK_FALSE(none.shim);
    CHECK(none.consoles.empty());

    const auto all =
        boot_choices(parse_cmdline("earlybox.run=\"doctor -v\" earlybox.doctor=0 earlybox.shell=/bin/ash "
                                   "earlybox.console=/dev/ttyS1,hvc0 earlybox.init earlybox.shim=time32"));
    CHECK_FALSE(all.doctor);
    CHECK(all.command == "doctor -v");
    CHECK(all.shell == "/bin/ash");
    CHECK(all.consoles == Words{"ttyS1", "hvc0"});
    CHECK(all.real_init == "");
    CHECK(all.shim == "time32");
}

TEST_CASE("split keeps empty pieces, but for what follows the last separator") {
    CHECK(split("", ',').empty());
    CHECK(split("a", ',') == Words{"a"});
    CHECK(split("a,,b,", ',') == Words{"a", "", "b"});
}

TEST_CASE("PID 1 reads what it is to become from a command line") {
    CHECK(exec_order("init\0exec\0/sbin/init\0--flag\0"s) == Words{"/sbin/init", "--flag"});
    CHECK(exec_order("/earlybox/earlybox\0init\0exec\0sh\0exec\0"s) == Words{"sh", "exec"});
    CHECK(exec_order("/bin/init\0exec\0"s) == Words{""});
    CHECK(exec_order("init\0reboot\0"s).empty());
    CHECK(exec_order("sh\0exec\0x\0"s).empty());
    CHECK(exec_order("exec\0init\0"s).empty());
    CHECK(exec_order("myinit\0exec\0x\0"s).empty());
    CHECK(exec_order("").empty());
}

TEST_CASE("programs that PID 1 can become") {
    CHECK(find_program("sh").ends_with("/sh"));
    CHECK(find_program("/bin/sh") == "/bin/sh");
    CHECK(find_program("/bin/no such program").empty());
    CHECK(find_program("no such program").empty());
}

TEST_CASE("how a real init in a namespace ended") {
    using How = ChildEnd::How;
    const auto told = [](const std::string& command, ChildEnd end) {
        return describe_real_init(command, end);
    };
    CHECK_THAT(told("/sbin/init", {How::killed, SIGHUP}), Catch::EndsWith("asked for a reboot"));
    CHECK_THAT(told("/sbin/init", {How::killed, SIGINT}), Catch::EndsWith("asked to halt or power off"));
    CHECK_THAT(told("/sbin/init", {How::killed, SIGSEGV}), Catch::EndsWith("was killed by SIGSEGV"));
    CHECK_THAT(told("", {How::exited, 1}),
               Catch::StartsWith("the real init, ") && Catch::EndsWith("status 1"));
}

TEST_CASE("the prompt's command lines") {
    const auto words = [](std::string_view text) { return parse_command_line(text).value().words; };
    CHECK(words("").empty());
    CHECK(words("  # nothing").empty());
    CHECK(words(" ls\t-l  /proc ") == Words{"ls", "-l", "/proc"});
    CHECK(words(R"(echo "a  b" 'c"d' e\ f "" x#y)") == Words{"echo", "a  b", "c\"d", "e f", "", "x#y"});
    CHECK(words(R"('\' "\"" '|$*')") == Words{"\\", "\"", "|$*"});
    CHECK(words("echo \\") == Words{"echo", "\\"});

    const auto into = parse_command_line("echo b>/proc/sysrq-trigger").value();
    CHECK(into.words == Words{"echo", "b"});
    CHECK(into.file == "/proc/sysrq-trigger");
    CHECK_FALSE(into.append);
    CHECK(parse_command_line(">> 'a b' echo").value().file == "a b");
    CHECK(parse_command_line("echo >> x").value().append);

    for (const char* text : {"ls | cat", "a & b", "a;b", "cat <x", "echo $x", "ls *", "echo 'x", "echo \"x",
                             "echo >", "echo > a > b", "echo >>> a"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_command_line(text));
    }
}

TEST_CASE("the prompt runs builtins, applets and programs, and survives their failure") {
    TemporaryTree tree;
    const auto run = [&](const std::string& lines) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        REQUIRE(write(ends[1], lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
        close(ends[1]);
        const auto end = run_in_child(  // it changes the signals and the working directory of its process
            [&] {
                auto out = Output::memory();
                auto err = Output::memory();
                const int code = run_prompt(ends[0], out, err);
                (void)write_all(open_at(AT_FDCWD, tree.path("err"), O_WRONLY | O_CREAT | O_TRUNC)->number(),
                                err.text(), "");
                return code;
            },
            20'000);
        close(ends[0]);
        REQUIRE(end);
        CHECK(end->exited_with(0));
        return read_file(tree.path("err")).value();
    };
    tree.add("folder/file", "line\n");
    CHECK(run("cd " + tree.path() +
              "\npwd > 1\nls . folder > 2\ncat folder/file 1 > 3\nearlybox --version > 4\n"
              "sh -c 'echo hello' > 5\necho more >> 5\nexit\necho never > 6") == "");
    const auto content = [&](const char* name) { return read_file(tree.path(name)).value(); };
    CHECK(content("1") == tree.path() + "\n");
    CHECK(content("2") == "1\n2\nfolder/\nfile\n");
    CHECK(content("3") == "line\n" + tree.path() + "\n");
    CHECK_THAT(content("4"), Catch::StartsWith("earlybox "));
    CHECK(content("5") == "hello\nmore\n");
    CHECK_FALSE(exists(tree.path("6")));

    CHECK_THAT(run("cd /no/such\nls | x\nsh -c 'exit 3'\nsh -c 'kill -9 $$'"),
               Catch::Contains("cd /no/such: No such file") && Catch::Contains("'|'") &&
                   Catch::Contains("status 3") && Catch::Contains("killed by SIGKILL"));
}

TEST_CASE("init refuses what it cannot do below another PID 1") {
    CHECK(call({"init"}).code == 3);
    CHECK_THAT(call({"init"}).err, Catch::Contains("not PID 1"));
    CHECK(call({"init", "explode"}).code == 2);
    CHECK(call({"init", "reboot", "now"}).code == 2);
}
