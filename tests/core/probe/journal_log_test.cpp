// SPDX-License-Identifier: MIT
#include "core/probe/journal_log.h"

#include <catch2/catch.hpp>

#include "core/sys/file.h"
#include "tests/core/parse/journal_builder.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

namespace {

struct Listing : LogSink {
    void source(const std::string& path, LogKind kind) override {
        CHECK(kind == LogKind::journal);
        append(text, "== ", path.substr(path.rfind('/') + 1), '\n');
    }
    bool record(const LogRecord& record) override {
        append(text, record.level.value_or(9), ' ', record.facility.value_or(99), ' ',
               record.since_boot_us.value_or(0), ' ', record.wall_us.value_or(0), ' ', record.text, '\n');
        if (!record.dictionary.empty()) append(text, " (", record.dictionary, ")\n");
        return ++records != most;
    }
    void damage(const LogDamage& damage) override {
        append(text, "! ", damage.place.offset, ' ', damage.what, '\n');
    }

    std::string text;
    size_t records = 0;
    size_t most = 1000;
};

std::vector<std::string> kernel_fields(const std::string& message, const std::string& stamp) {
    return {"_TRANSPORT=kernel",        "PRIORITY=6",         "SYSLOG_FACILITY=0",
            "SYSLOG_IDENTIFIER=kernel", "MESSAGE=" + message, "_SOURCE_MONOTONIC_TIMESTAMP=" + stamp};
}

std::string listing(const std::string& directory, const LogFilter& filter = {}) {
    Listing listing;
    auto journals = open_journals(directory);
    REQUIRE(journals);
    const auto tally = read_journals(std::move(*journals), filter, listing);
    REQUIRE(tally);
    CHECK(tally->records == listing.records);
    return listing.text;
}

}  // namespace

TEST_CASE("journals give the records that the kernel gave", "[journal]") {
    auto device = kernel_fields("eth0: link is up", "2000");
    device.insert(device.end(), {"_KERNEL_SUBSYSTEM=pci", "_KERNEL_DEVICE=+pci:0000:00:03.0"});
    TemporaryTree tree;
    tree.add("m/system.journal",
             JournalBuilder({})
                 .entry(9'000'000, 5'000, kernel_fields("first", "1000"))
                 .entry(9'000'100, 5'100, device)
                 .entry(9'000'200, 5'200, {"_TRANSPORT=syslog", "MESSAGE=not the kernel's"})
                 .entry(9'000'300, 5'300,
                        {"_TRANSPORT=kernel", "PRIORITY=3", "SYSLOG_FACILITY=3", "SYSLOG_IDENTIFIER=systemd",
                         "SYSLOG_PID=1", "MESSAGE=two\nlines"})
                 .bytes());
    CHECK(listing(tree.path()) ==
          "== system.journal\n"
          "6 0 1000 8996000 first\n"
          "6 0 2000 8997000 eth0: link is up\n (SUBSYSTEM=pci\nDEVICE=+pci:0000:00:03.0)\n"
          "3 3 0 9000300 systemd[1]: two\nlines\n");
    CHECK(listing(tree.path(), {.needles = {"nothing", "link"}}).find("first") == std::string::npos);
    CHECK(listing(tree.path("m"), {.needles = {"systemd[1]: two"}}) ==
          "== system.journal\n3 3 0 9000300 systemd[1]: two\nlines\n");
    CHECK(listing(tree.path(), {.needles = {"not the kernel's"}}) == "== system.journal\n");
}

TEST_CASE("journals of a directory are one log, of which the last boot can be had alone", "[journal]") {
    TemporaryTree tree;
    tree.add("m/system@1.journal", JournalBuilder({.first_sequence = 1})
                                       .entry(1'000'000, 100, kernel_fields("old", "100"), 'A')
                                       .entry(2'000'000, 100, kernel_fields("new", "100"), 'B')
                                       .bytes())
        .add("m/system.journal", JournalBuilder({.first_sequence = 3})
                                     .entry(2'000'200, 300, kernel_fields("newest", "300"), 'B')
                                     .bytes())
        .add("m/user-1000.journal",
             JournalBuilder({.first_sequence = 4}).entry(2'000'300, 400, {"MESSAGE=x"}, 'C').bytes())
        .add("m/fss", "no journal")
        .add("notes", "none either");
    const std::string all =
        "== system@1.journal\n6 0 100 1000000 old\n6 0 100 2000000 new\n== system.journal\n6 0 300 2000200 newest\n";
    CHECK(listing(tree.path()) == all);
    CHECK(listing(tree.path(), {.last_boot = true}) ==
          all.substr(0, 20) + all.substr(all.find("6 0 100 2000000")));
    CHECK(listing(tree.path("m")) == all);
}

TEST_CASE("reading journals ends when it is told to", "[journal]") {
    TemporaryTree tree;
    tree.add("a.journal", example_journal({}).bytes());
    Listing two;
    two.most = 2;
    const auto tally = read_journals(*open_journals(tree.path()), {}, two);
    REQUIRE(tally);
    CHECK(tally->records == 2);
    CHECK(two.records == 2);
}

TEST_CASE("what is no journal, or damaged, is named, and the others are read", "[journal]") {
    const std::string intact = example_journal({}).bytes();
    TemporaryTree tree;
    tree.add("a.journal", "junk")
        .add("b.journal", intact.substr(0, intact.size() - 900))
        .add("c.journal~", intact);
    Listing damaged;
    const auto tally = read_journals(*open_journals(tree.path()), {}, damaged);
    REQUIRE(tally);
    CHECK(tally->records == 6);
    CHECK(tally->damages >= 2);
    CHECK_THAT(damaged.text, Catch::Contains("== a.journal\n! 0 read a journal: " + tree.path("a.journal")) &&
                                 Catch::Contains("it ends within its header") &&
                                 Catch::Contains("the file ends here"));

    TemporaryTree junk;
    junk.add("a.journal", std::string(300, 'x'));
    Listing nothing;
    const auto refused = read_journals(*open_journals(junk.path()), {}, nothing);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().cause == "it does not begin with LPKSHHRH");
    CHECK_FALSE(open_journals(junk.path("none")));
}
