// SPDX-License-Identifier: MIT
#include "core/probe/log_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/probe/kernel_log.h"
#include "tests/core/parse/log_fixture.h"
#include "tests/embed.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

#define ROTATED(name, file) EMBED(name, "tests/fixtures/log-rotated/" file)
ROTATED(kern_0, "kern.log")
ROTATED(kern_1, "kern.log.1")
ROTATED(kern_2, "kern.log.2.gz")
ROTATED(kern_3, "kern.log.3.gz")
ROTATED(kern_4, "kern.log.4.gz")
ROTATED(kern_5, "kern.log.5.gz")
ROTATED(kern_6, "kern.log.6.gz")
ROTATED(kern_7, "kern.log.7.gz")
ROTATED(kern_8, "kern.log.8.gz")
ROTATED(kern_9, "kern.log.9.gz")
ROTATED(kern_10, "kern.log.10.gz")
ROTATED(kern_11, "kern.log.11.gz")
ROTATED(messages_1, "messages-20261122-1795367482.zst")
ROTATED(messages_2, "messages-20261122-1795367483.zst")
ROTATED(messages_3, "messages-20261122-1795367484.zst")
ROTATED(messages_4, "messages-20261122-1795367486.zst")
EMBED(whole_log, "tests/fixtures/log/rsyslog-3164")
EMBED(dump, "tests/fixtures/log-pstore/dmesg-ramoops-0")
EMBED(packed_dump, "tests/fixtures/log-pstore/dmesg-ramoops-0.enc.z")
EMBED(console, "tests/fixtures/log-pstore/console-ramoops-0")

namespace {

struct Answer {
    Result<LogTally> tally;
    KeptLog log;
};

Answer read(const std::string& path, const LogFilter& filter = {}, size_t enough = SIZE_MAX) {
    Answer answer;
    answer.log.enough = enough;
    answer.tally = read_log(path, filter, answer.log);
    return answer;
}

void add_rotations(TemporaryTree& tree, const std::string& directory) {
    const std::string_view files[] = {kern_0(), kern_1(), kern_2(), kern_3(), kern_4(),  kern_5(),
                                      kern_6(), kern_7(), kern_8(), kern_9(), kern_10(), kern_11()};
    for (size_t i = 0; i < std::size(files); ++i)
        tree.add(concat(directory, "/kern.log", i == 0 ? "" : concat(".", i), i > 1 ? ".gz" : ""), files[i]);
}

void add_dated(TemporaryTree& tree, const std::string& directory) {
    tree.add(directory + "/messages", "")
        .add(directory + "/messages-20261122-1795367482.zst", messages_1())
        .add(directory + "/messages-20261122-1795367483.zst", messages_2())
        .add(directory + "/messages-20261122-1795367484.zst", messages_3())
        .add(directory + "/messages-20261122-1795367486.zst", messages_4());
}

std::vector<std::string> whole_texts() { return read_text(whole_log()).texts(); }

}  // namespace

TEST_CASE("read_log: rotations that logrotate made, in order") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    add_dated(tree, "log");  // the same again
    tree.add("log/auth.log", "Nov 22 16:52:49 guest sshd[1]: x\n").add("log/wtmp", std::string(400, '\0'));
    const auto answer = read(tree.path("log"));
    REQUIRE(answer.tally);
    CHECK(answer.log.texts() == whole_texts());
    CHECK(answer.tally->others == 2);
    REQUIRE(answer.log.sources.size() == 12);
    CHECK(answer.log.sources.front() == tree.path("log/kern.log.11.gz"));
    CHECK(answer.log.sources.back() == tree.path("log/kern.log"));
    CHECK(answer.log.damages.empty());
}

TEST_CASE("read_log: rotations by date, and an empty log") {
    TemporaryTree tree;
    add_dated(tree, "var/log");
    const auto answer = read(tree.path("var/log"));
    REQUIRE(answer.tally);
    const auto truth = whole_texts();
    const auto texts = answer.log.texts();
    CHECK(texts ==
          std::vector<std::string>(truth.begin(), truth.begin() + static_cast<ptrdiff_t>(texts.size())));
    CHECK(texts.size() == 87);  // 88 lines, of which one is no kernel's
}

TEST_CASE("read_log: a sink that has enough ends it, whatever files are left") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    CHECK(read(tree.path("log"), {}, 5).log.records.size() == 5);
}

TEST_CASE("read_log: a filter, through packed files too") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    const auto answer = read(tree.path("log"), {{"e820: [mem", "Killed process"}});
    CHECK(answer.log.records.size() > 5);
    const auto all = whole_texts();
    CHECK(static_cast<ptrdiff_t>(answer.log.records.size()) ==
          std::ranges::count_if(all, [](const std::string& text) {
              return text.find("e820: [mem") != text.npos || text.find("Killed process") != text.npos;
          }));
}

TEST_CASE("read_log: damage in a packed file is told, and the other files are read") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    tree.add("log/kern.log.5.gz", kern_5().substr(0, kern_5().size() / 2));
    const auto answer = read(tree.path("log"));
    REQUIRE(answer.tally);
    REQUIRE(answer.log.damages.size() == 1);
    CHECK(answer.log.damages[0].what.find("gzip") != std::string::npos);
    CHECK(answer.tally->damages == 1);
    CHECK(answer.tally->unread == 1);
    const auto truth = whole_texts();
    CHECK(answer.log.records.size() > truth.size() - 24);
    CHECK(answer.log.records.size() < truth.size());
    CHECK(answer.log.records.back().text == truth.back());
}

TEST_CASE("read_log: every file, also what repeats another and what lies below") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    add_dated(tree, "log");
    tree.add("log/hosts/other/kern.log", kern_0()).add("log/pstore/1/dmesg-ramoops-0", dump());
    tree.add("log/pstore/1/console-ramoops-0", console());
    LogFilter filter;
    filter.every_file = true;
    const auto answer = read(tree.path("log"), filter);
    REQUIRE(answer.tally);
    CHECK(answer.tally->unread == 0);
    const auto& sources = answer.log.sources;
    CHECK(sources.size() == 12 + 4 + 1 + 2);  // one is empty
    for (const char* one : {"kern.log", "messages-20261122-1795367482.zst", "hosts/other/kern.log",
                            "pstore/1/dmesg-ramoops-0", "pstore/1/console-ramoops-0"})
        CHECK(std::ranges::count(sources, tree.path(concat("log/", one))) == 1);
}

TEST_CASE("read_log: an open directory") {
    TemporaryTree tree;
    add_rotations(tree, "log");
    KeptLog log;
    Fd directory(open(tree.path("log").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(read_log(std::move(directory), "shown", {}, log));
    CHECK(log.texts() == whole_texts());
    CHECK(log.sources.front() == "shown/kern.log.11.gz");
}

TEST_CASE("read_log: a pstore that ramoops filled") {
    TemporaryTree tree;
    tree.add("pstore/dmesg-ramoops-0", dump()).add("pstore/console-ramoops-0", console());
    const auto answer = read(tree.path("pstore"));
    REQUIRE(answer.tally);
    CHECK(answer.log.sources == std::vector<std::string>{tree.path("pstore/dmesg-ramoops-0")});
    CHECK(answer.log.records.front().text.starts_with("Linux version 6.1.192"));
    CHECK(answer.log.records.front().level == 5);
    CHECK(static_cast<ptrdiff_t>(answer.log.records.size()) == std::ranges::count(dump(), '\n') - 1);
    CHECK(answer.tally->others == 0);

    // The console has what came after the dump.
    const auto other = read(tree.path("pstore/console-ramoops-0"));
    CHECK(other.log.records.front().text == answer.log.records.front().text);
    CHECK(other.log.records.back().text == "Rebooting in 1 seconds..");
}

TEST_CASE("read_log: a dump in parts, of which the first is the last in time") {
    const auto records = read_text(dump()).texts();
    TemporaryTree tree;
    std::string_view rest = dump().substr(dump().find('\n') + 1);
    for (int part = 12; part >= 1; --part) {
        size_t size = part == 1 ? rest.size() : rest.find('\n', 1500) + 1;
        if (size == 0) size = rest.size();
        const std::string content = concat("Panic#3 Part", part, "\n", rest.substr(0, size));
        rest.remove_prefix(size);
        tree.add(concat("dmesg-efi-17000000000", part), content);
    }
    const auto answer = read(tree.path());
    REQUIRE(answer.tally);
    CHECK(answer.log.texts() == records);
    CHECK(answer.log.sources.size() == 12);
}

TEST_CASE("read_log: a dump that the kernel could not unpack") {
    TemporaryTree tree;
    tree.add("dmesg-ramoops-0.enc.z", packed_dump());
    CHECK(read(tree.path()).log.records == read_text(dump()).records);
    tree.add("dmesg-ramoops-0.enc.z", packed_dump().substr(0, 3000));
    const auto cut = read(tree.path());
    CHECK(cut.log.records.size() > 50);
    CHECK(cut.log.damages.size() == 1);
}

TEST_CASE("read_log: directories below, where a directory has no logs itself") {
    TemporaryTree tree;
    tree.add("pstore/1700000000/001/dmesg.txt", dump()).add("pstore/readme", "nothing here\n");
    CHECK(read(tree.path("pstore")).log.texts() == read_text(dump()).texts());
}

TEST_CASE("read_log: what cannot be read says why") {
    TemporaryTree tree;
    tree.add("empty/readme", "nothing here\n")
        .add("program", std::string("\x7f"
                                    "ELF\2\1\1\0\0\0",
                                    10));
    CHECK(read(tree.path("none")).tally.error().code == ENOENT);
    CHECK(read(tree.path("program")).tally.error().cause == "it is no log: neither text nor a journal");
    CHECK(read(tree.path("empty")).tally.error().cause.starts_with("there is no log of the kernel in it"));
    tree.add("bad.gz", "\x1f\x8b\x08 this is no gzip file");
    CHECK(!read(tree.path("bad.gz")).tally);
}

TEST_CASE("read_log: an open file, and a pipe") {
    TemporaryTree tree;
    tree.add("log.gz", kern_2());
    KeptLog log;
    REQUIRE(read_log(Fd(open(tree.path("log.gz").c_str(), O_RDONLY)), "standard input", {}, log));
    CHECK(log.records.size() == 24);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(write(ends[1], kern_2().data(), kern_2().size()) == static_cast<ssize_t>(kern_2().size()));
    close(ends[1]);
    KeptLog piped;
    REQUIRE(read_log(Fd(ends[0]), "standard input", {}, piped));
    CHECK(piped.records == log.records);
}

TEST_CASE("kernel log: a captured machine's copy of /dev/kmsg") {
    TemporaryTree tree;
    tree.add("dev/kmsg",
             "6,1,1000000,-;one\n SUBSYSTEM=x\n12,2,2000000,-;two of a program\n3,3,3000000,-;three\n");
    Machine machine(tree.path());
    const auto lines = find_logged(machine, {"o", "three"});
    REQUIRE(lines);
    REQUIRE(lines->size() == 2);
    CHECK((*lines)[1].evidence() == "kernel log, 3 s: three");

    TemporaryTree empty;
    empty.add("dev/null", "");
    Machine other(empty.path());
    CHECK(find_logged(other, {"x"}).error().cause == "the captured tree holds no copy of /dev/kmsg");
}
