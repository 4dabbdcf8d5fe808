// SPDX-License-Identifier: MIT
#include "core/dispatch.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/applet.h"
#include "core/notices.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

TEST_CASE("an applet is found by argv[0], by path, as a login shell's name, or as the first argument") {
    const std::string help = call({"earlybox", "ksyms", "--help"}).out;
    CHECK_THAT(help, Catch::StartsWith("Usage: earlybox ksyms"));
    CHECK(call({"ksyms", "--help"}).out == help);
    CHECK(call({"/earlybox/bin/ksyms", "--help"}).out == help);
    CHECK(call({"-ksyms", "--help"}).out == help);
    CHECK(call({"/any/other-name", "ksyms", "--help"}).out == help);
}

TEST_CASE("earlybox alone lists every applet with its summary") {
    const auto overview = call({"earlybox"});
    CHECK(overview.code == kFine);
    CHECK(overview.err == "");
    CHECK(call({"earlybox", "--help"}).out == overview.out);
    CHECK(call({}).out == overview.out);
    std::string list;
    for (const Applet* applet : all_applets()) {
        CHECK_THAT(overview.out, Catch::Contains(applet->summary));
        append(list, applet->name, '\n');
    }
    CHECK(call({"earlybox", "--list"}).out == list);
    std::string_view rest = overview.out;
    for (std::string_view line; next_line(rest, line);) CHECK(columns(line) <= 80);
}

TEST_CASE("version and licences") {
    CHECK(call({"earlybox", "--version"}).out == "earlybox " EARLYBOX_VERSION "\n");
    const auto licences = call({"earlybox", "--licenses"});
    CHECK(licences.out == notices());
    CHECK_THAT(licences.out, Catch::Contains("MIT") && Catch::Contains("zlib"));
}

TEST_CASE("an unknown applet gets a hint and exit code 127") {
    const auto outcome = call({"earlybox", "ksym"});
    CHECK(outcome.code == 127);
    CHECK(outcome.out == "");
    CHECK(outcome.err ==
          "earlybox: there is no applet 'ksym'\n  did you mean ksyms?\n  try: earlybox --list\n");
    CHECK(call({"earlybox", "\x1b[2J"}).err ==
          "earlybox: there is no applet '\\x1b[2J'\n  try: earlybox --list\n");
}

TEST_CASE("an unknown option is a usage error") {
    const auto outcome = call({"earlybox", "--bogus"});
    CHECK(outcome.code == kUsage);
    CHECK(outcome.err == "earlybox: unknown option --bogus\n  try: earlybox --help\n");
}

TEST_CASE("--install makes a link for every applet") {
    TemporaryTree tree;
    const auto made = call({"earlybox", "--install", "-s", tree.path()});
    CHECK(made.err == "");
    CHECK(made.code == kFine);
    for (const Applet* applet : all_applets()) CHECK(std::filesystem::is_symlink(tree.path(applet->name)));
    CHECK(made.out == concat(all_applets().size(), " symbolic links made in ", tree.path(), "\n"));
    const auto again = call({"earlybox", "--install", "-s", tree.path()});
    CHECK(again.code == kFine);
    CHECK(again.out == concat("0 symbolic links made in ", tree.path(), "\n"));
}

TEST_CASE("--install leaves what has the name of an applet") {
    TemporaryTree tree;
    tree.add("ksyms", "mine");
    const auto outcome = call({"earlybox", "--install", "-s", tree.path()});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err,
               Catch::Contains("make the link " + tree.path("ksyms")) && Catch::Contains("left as it is"));
    CHECK(outcome.out == concat(all_applets().size() - 1, " symbolic links made in ", tree.path(), "\n"));
}

TEST_CASE("--install names what is wrong") {
    CHECK(call({"earlybox", "--install"}).code == kUsage);
    CHECK(call({"earlybox", "--install", "a", "b"}).code == kUsage);
    CHECK(call({"earlybox", "--install", "-x", "a"}).code == kUsage);
    const auto outcome = call({"earlybox", "--install", "-s", "/nonexistent"});
    CHECK(outcome.code == kFailed);
    CHECK_THAT(outcome.err, Catch::Contains("No such file or directory"));
}
