// SPDX-License-Identifier: MIT
#include "core/probe/journal_log.h"

#include <catch2/catch.hpp>

#include "core/sys/file.h"
#include "tests/core/parse/journal_builder.h"
#include "tests/core/parse/journal_fixtures.h"
#include "tests/embed.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

EMBED(recorded_boots, "tests/fixtures/journal/boots.tar.xz")

namespace {

struct Listing : LogSink {
    void source(const std::string& path, LogKind kind) override {
        CHECK(kind == LogKind::journal);
        append(text, "== ", path.substr(path.rfind('/') + 1), '\n');
    }
    bool record(const LogRecord& record) override {
        append(text, record.level.value_or(9), ' ', record.facility.value_or(99), ' ',
               record.since_boot_us.value_or(0), ' ', record.wall_us.value_or(0), ' ', record.text, '\n');
        if (!record.dictionary.empty() && dictionaries) append(text, " (", record.dictionary, ")\n");
        return ++records != most;
    }
    void damage(const LogDamage& damage) override {
        append(text, "! ", damage.place.offset, ' ', damage.what, '\n');
    }

    std::string text;
    size_t records = 0;
    size_t most = 1000;
    bool dictionaries = true;
};

std::vector<std::string> kernel_fields(const std::string& message, const std::string& stamp) {
    return {"_TRANSPORT=kernel",        "PRIORITY=6",         "SYSLOG_FACILITY=0",
            "SYSLOG_IDENTIFIER=kernel", "MESSAGE=" + message, "_SOURCE_MONOTONIC_TIMESTAMP=" + stamp};
}

std::string listing(const std::string& directory, const LogFilter& filter = {}, bool dictionaries = true) {
    Listing listing;
    listing.dictionaries = dictionaries;
    auto journals = open_journals(directory);
    REQUIRE(journals);
    const auto tally = read_journals(std::move(*journals), filter, listing);
    REQUIRE(tally);
    CHECK(tally->records == listing.records);
    return listing.text;
}

// The entries of an export, as records.
std::string records_of(std::string_view exported) {
    std::string text;
    std::map<std::string, std::string, std::less<>> fields;
    while (!exported.empty()) {
        std::string_view line;
        next_line(exported, line);
        const size_t equals = line.find('=');
        if (!line.empty() && equals != line.npos) {
            fields[std::string(line.substr(0, equals))] = line.substr(equals + 1);
        } else if (!line.empty()) {  // a name, the content's length in eight bytes, the content, a newline
            const size_t size = static_cast<uint8_t>(exported[0]) | size_t{static_cast<uint8_t>(exported[1])}
                                                                        << 8;
            fields[std::string(line)] = exported.substr(8, size);
            exported.remove_prefix(8 + size + 1);
        } else {
            const auto number = [&](const char* name) { return parse_number(fields[name]).value_or(0); };
            const uint64_t stamp = number("_SOURCE_MONOTONIC_TIMESTAMP");
            const uint64_t monotonic = number("__MONOTONIC_TIMESTAMP");
            const auto& facility = fields["SYSLOG_FACILITY"];
            const auto& pid = fields["SYSLOG_PID"];
            append(text, fields["PRIORITY"], ' ', facility, ' ', stamp, ' ',
                   number("__REALTIME_TIMESTAMP") - (stamp < monotonic ? monotonic - stamp : 0), ' ');
            if (facility != "0" && !fields["SYSLOG_IDENTIFIER"].empty())
                append(text, fields["SYSLOG_IDENTIFIER"], pid.empty() ? "" : "[" + pid + "]", ": ");
            append(text, fields["MESSAGE"], '\n');
            fields.clear();
        }
    }
    return text;
}

}  // namespace

TEST_CASE("the records of real journals are those that journalctl -k shows", "[journal]") {
    auto files = files_of(recorded_boots());
    TemporaryTree tree;
    for (const auto& [name, content] : files)
        if (name.ends_with(".journal")) tree.add("m/" + name, content);
    const auto listed = [&](const LogFilter& filter) {
        std::string records;
        const std::string text = listing(tree.path(), filter, false);
        std::string_view rest = text;
        for (std::string_view line; next_line(rest, line);)
            if (!line.starts_with("== ")) append(records, line, '\n');
        return records;
    };
    CHECK(listed({}) == records_of(files["export-kernel"]));
    CHECK(listed({.last_boot = true}) == records_of(files["export-last-boot"]));
}

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

TEST_CASE("journal log: programs whose names are sought") {
    TemporaryTree tree;
    for (const auto& [name, content] : files_of(recorded_boots()))
        if (name.ends_with(".journal")) tree.add("m/" + name, content);
    const auto count = [](std::string_view text, std::string_view what) {
        size_t found = 0;
        for (size_t at = 0; (at = text.find(what, at)) != text.npos; ++at) ++found;
        return found;
    };
    const auto kernel = listing(tree.path(), {.needles = {"cat", "su"}});
    const auto with_programs = listing(tree.path(), {.needles = {"cat", "su"}, .others = true});
    CHECK(count(kernel, " cat: ") == 0);
    CHECK(count(with_programs, " cat: ") == 4);  // as the export has them
    CHECK(count(with_programs, " su: ") == 4);
    CHECK(count(with_programs, " joes: ") == 0);
}
