// SPDX-License-Identifier: MIT
#include "core/parse/journal.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>

#include "core/base/text.h"
#include "tests/core/parse/journal_builder.h"
#include "tests/core/parse/journal_fixtures.h"
#include "tests/core/parse/memory_bytes.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(journal_boots, "tests/fixtures/journal/boots.tar.xz")
EMBED(journal_old_hash, "tests/fixtures/journal/old-hash.tar.xz")
EMBED(journal_xz, "tests/fixtures/journal/xz.tar.xz")
EMBED(journal_lz4, "tests/fixtures/journal/lz4.tar.xz")
EMBED(journal_unpacked, "tests/fixtures/journal/unpacked.tar.xz")
EMBED(journal_remote, "tests/fixtures/journal/remote.tar.xz")

namespace {

std::string text_of(const JournalId& id) {
    std::string text;
    for (const uint8_t byte : id) text += hex(byte, 2);
    return text;
}

std::string text_of(const std::vector<JournalDamage>& damages) {
    std::string text;
    for (const auto& damage : damages) append(text, damage.offset, ": ", damage.what, '\n');
    return text;
}

// As `journalctl -o export` takes it: else a field goes out with its length.
bool is_text(std::string_view field) {
    while (!field.empty()) {
        const size_t length = utf8_length(field);
        const auto first = static_cast<uint8_t>(field[0]);
        if (length == 0 || (first < 0x20 && first != '\t') || first == 0x7f) return false;
        if (length == 2 && first == 0xc2 && static_cast<uint8_t>(field[1]) < 0xa0) return false;
        field.remove_prefix(length);
    }
    return true;
}

// systemd.io/JOURNAL_EXPORT_FORMATS
std::string exported(JournalFile& file) {
    const JournalEntry& entry = file.entry();
    const std::string boot = text_of(entry.boot);
    std::string text = concat("__CURSOR=s=", text_of(file.sequence_source()), ";i=", hex(entry.sequence),
                              ";b=", boot, ";m=", hex(entry.monotonic_us), ";t=", hex(entry.realtime_us),
                              ";x=", hex(entry.contents), "\n__REALTIME_TIMESTAMP=", entry.realtime_us,
                              "\n__MONOTONIC_TIMESTAMP=", entry.monotonic_us, "\n_BOOT_ID=", boot, '\n');
    for (size_t i = 0; i < file.fields(); ++i) {
        const auto field = file.field(i, JournalFile::Fields::all);
        if (!field || field->text.starts_with("_BOOT_ID=")) continue;
        if (is_text(field->text)) {
            append(text, field->text, '\n');
            continue;
        }
        append(text, field->text.substr(0, field->text.find('=')), '\n');
        for (size_t byte = 0; byte < 8; ++byte)
            text += static_cast<char>(field->value().size() >> (8 * byte));
        append(text, field->value(), '\n');
    }
    return text + '\n';
}

struct Reading {
    std::string text;
    size_t entries = 0;
    std::vector<JournalDamage> damages;
};

Reading read(const std::vector<std::string>& journals, JournalFile::Entries wanted) {
    Reading reading;
    std::deque<MemoryBytes> bytes;
    std::vector<JournalFile> files;
    for (const auto& journal : journals) {
        bytes.emplace_back(journal);
        auto file = JournalFile::open(bytes.back(), wanted);
        if (file)
            files.push_back(std::move(*file));
        else
            reading.damages.push_back({0, file.error().cause});
    }
    JournalMerge merge(files);
    while (JournalFile* file = merge.next()) {
        reading.text += exported(*file);
        ++reading.entries;
        std::ranges::move(file->take_damages(), std::back_inserter(reading.damages));
    }
    for (auto& file : files) std::ranges::move(file.take_damages(), std::back_inserter(reading.damages));
    return reading;
}

std::vector<std::string> journals_of(const std::map<std::string, std::string>& files) {
    std::vector<std::string> journals;
    for (const auto& [name, content] : files)
        if (name.ends_with(".journal")) journals.push_back(content);
    return journals;
}

// Not CHECK(a == b): the texts are long.
void check_same(std::string_view ours, std::string_view theirs) {
    const auto difference = std::ranges::mismatch(ours, theirs);
    const auto place = static_cast<size_t>(difference.in1 - ours.begin());
    INFO("ours: " << ours.substr(place, 200) << "\ntheirs: " << theirs.substr(place, 200));
    CHECK(place == ours.size());
    CHECK(ours.size() == theirs.size());
}

}  // namespace

TEST_CASE("journals are read as journalctl reads them, entry by entry, field by field", "[journal]") {
    const auto& [name, archive, flags] = GENERATE(table<const char*, std::string_view (*)(), int>({
        {"two boots, zstd, keyed hashes, compact, not closed", journal_boots, 0x1c},
        {"zstd, unkeyed hashes, not closed", journal_old_hash, 0x08},
        {"xz, keyed hashes, compact", journal_xz, 0x15},
        {"lz4, keyed hashes", journal_lz4, 0x06},
        {"nothing packed, unkeyed hashes, compact", journal_unpacked, 0x10},
        {"of systemd-journal-remote", journal_remote, 0x1c},
    }));
    INFO(name);
    auto files = files_of(archive());
    const auto journals = journals_of(files);
    REQUIRE(journals.size() >= 1);
    for (const auto& journal : journals) CHECK(journal[12] == flags);
    const auto all = read(journals, JournalFile::Entries::all);
    check_same(all.text, files["export"]);
    CHECK(text_of(all.damages) == "");
    const auto kernel = read(journals, JournalFile::Entries::kernel);
    check_same(kernel.text, files["export-kernel"]);
    CHECK(text_of(kernel.damages) == "");
    CHECK(kernel.entries > 10);
}

TEST_CASE("a journal that is cut anywhere gives the entries before the cut, and says so", "[journal]") {
    auto files = files_of(journal_xz());
    const auto& journal = std::ranges::max(
        journals_of(files), {}, [](const auto& j) { return read({j}, JournalFile::Entries::all).entries; });
    const auto whole = read({journal}, JournalFile::Entries::all);
    const size_t used = journal.find_last_not_of('\0');
    size_t most = 0;
    for (size_t size = 208; size < used; size += 1000) {
        INFO(size);
        const auto cut = read({journal.substr(0, size)}, JournalFile::Entries::all);
        CHECK(whole.text.starts_with(cut.text));
        CHECK(cut.entries >= most);
        CHECK_FALSE(cut.damages.empty());
        most = cut.entries;
    }
    CHECK(most >= whole.entries / 2);
    CHECK_THAT(text_of(read({journal.substr(0, 100)}, JournalFile::Entries::all).damages),
               Catch::Contains("ends within its header"));
}

TEST_CASE("a damaged number anywhere costs no more than it must, and is reported with its place",
          "[journal]") {
    const bool compact = GENERATE(false, true);
    auto builder = example_journal({.compact = compact});
    const std::string intact = builder.bytes();
    const auto all = read({intact}, JournalFile::Entries::all);
    const auto kernel = read({intact}, JournalFile::Entries::kernel);
    REQUIRE(all.entries == 8);
    REQUIRE(kernel.entries == 6);
    REQUIRE(all.damages.empty());
    REQUIRE(kernel.damages.empty());
    const auto is_content = [&](uint64_t offset) {
        return std::ranges::any_of(builder.contents(),
                                   [&](const auto& range) { return offset - range.first < range.second; });
    };
    size_t fewer = 0;
    for (uint64_t offset = 24; offset < intact.size(); offset += 8) {
        if (offset < 88) continue;  // names of the file, the machine, the boot
        for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{8}, offset, intact.size(),
                                     uint64_t{1} << 63, ~uint64_t{0}}) {
            std::string damaged = intact;
            for (size_t i = 0; i < 8; ++i) damaged[offset + i] = static_cast<char>(value >> (8 * i));
            if (damaged == intact) continue;
            INFO("at " << offset << ": " << value);
            const auto reading = read({damaged}, JournalFile::Entries::all);
            const auto of_kernel = read({damaged}, JournalFile::Entries::kernel);
            CHECK(reading.entries <= all.entries);
            CHECK(of_kernel.entries <= kernel.entries);
            CHECK(reading.entries + 1 >= all.entries);
            if (is_content(offset)) continue;
            if (reading.text != all.text) CHECK_FALSE(reading.damages.empty());
            if (of_kernel.text != kernel.text) CHECK_FALSE(of_kernel.damages.empty());
            for (const auto& damage : reading.damages) CHECK(damage.offset <= damaged.size());
            fewer += reading.entries < all.entries ? 1 : 0;
        }
    }
    CHECK(fewer > 0);
}

TEST_CASE("the last entry is found as reading all of them finds it, also in damaged files", "[journal]") {
    const bool compact = GENERATE(false, true);
    const auto wanted = GENERATE(JournalFile::Entries::all, JournalFile::Entries::kernel);
    const std::string intact = example_journal({.compact = compact}).bytes();
    size_t others = 0;
    for (uint64_t offset = 88; offset < intact.size(); offset += 8) {
        INFO(offset);
        std::string journal = intact;
        if (offset != 88) journal.replace(offset, 8, 8, '\0');
        MemoryBytes bytes(journal);
        auto last = JournalFile::open(bytes, wanted);
        auto each = JournalFile::open(bytes, wanted);
        REQUIRE(last);
        const bool found = last->last();
        uint64_t sequence = 0;
        while (each->next()) sequence = each->entry().sequence;
        CHECK(found == (sequence != 0));
        if (found && last->entry().sequence != sequence) ++others;
    }
    CHECK(others <= 4);  // an array that seems to be the last one
}

TEST_CASE("features that came later are named", "[journal]") {
    std::string journal = example_journal({}).bytes();
    journal[12] = 0x20;
    CHECK(text_of(read({journal}, JournalFile::Entries::all).damages) ==
          "0: it uses features that are unknown here (flags 0x20)\n");
    CHECK_FALSE(is_journal("LPKSHHR"));
}

TEST_CASE("journals of one writer are merged by number, others by time; identical entries come once",
          "[journal]") {
    const auto order = [](std::vector<std::string> journals) {
        std::string order;
        std::string_view rest;
        const auto reading = read(journals, JournalFile::Entries::all);
        CHECK(reading.damages.empty());
        rest = reading.text;
        for (std::string_view line; next_line(rest, line);)
            if (line.starts_with("MESSAGE=")) order += line.substr(8);
        return order;
    };
    const auto journal = [](char source, uint64_t first) {
        return JournalBuilder({.source = source, .first_sequence = first});
    };
    // Numbers count, although the wall's clock was set back.
    const std::string early =
        journal('S', 1).entry(900, 10, {"MESSAGE=a"}).entry(910, 20, {"MESSAGE=b"}).bytes();
    const std::string late = journal('S', 3).entry(500, 30, {"MESSAGE=c"}).bytes();
    CHECK(order({late, early}) == "abc");
    // Different writers: the boot's clock, where it is the same boot.
    const std::string other =
        journal('T', 1).entry(100, 15, {"MESSAGE=x"}).entry(905, 40, {"MESSAGE=y"}, 'C').bytes();
    CHECK(order({early, other}) == "axyb");
    CHECK(order({other, early}) == "axyb");
    CHECK(order({early, early}) == "ab");
    CHECK(order({}) == "");
}
