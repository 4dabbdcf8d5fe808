// SPDX-License-Identifier: MIT
#include "core/parse/journal.h"

#include "tests/core/parse/journal_builder.h"
#include "tests/core/parse/memory_bytes.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

class CountedBytes : public MemoryBytes {
 public:
    using MemoryBytes::MemoryBytes;
    Result<std::string_view> at(uint64_t offset, size_t least) override {
        ++calls;
        return MemoryBytes::at(offset, least);
    }
    size_t calls = 0;
};

void read(std::string_view journal, JournalFile::Entries wanted) {
    CountedBytes bytes(journal);
    auto file = JournalFile::open(bytes, wanted);
    if (!file) {
        promise(!file.error().cause.empty());
        return;
    }
    uint64_t last = 0;
    size_t fields = 0;
    while (file->next()) {
        promise(file->entry().offset > last && file->entry().offset < journal.size());
        last = file->entry().offset;
        fields += file->fields();
        for (size_t i = 0; i < file->fields(); ++i) (void)file->field(i, JournalFile::Fields::all);
        if (wanted == JournalFile::Entries::kernel) (void)file->find(JournalField::message);
    }
    for (const auto& damage : file->take_damages()) promise(damage.offset <= journal.size());
    promise(fields <= journal.size());
    promise(bytes.calls <= 100 * journal.size());
}

uint64_t take(std::string_view& text, size_t width) {
    uint64_t value = 0;
    for (; width != 0 && !text.empty(); --width, text.remove_prefix(1))
        value = value << 8 | static_cast<uint8_t>(text[0]);
    return value;
}

}  // namespace

// The text is what is changed in a small journal: where, how many bytes, which.
void try_text(std::string_view text) {
    const bool compact = take(text, 1) % 2 != 0;
    auto builder = example_journal({.compact = compact});
    // A field that is packed by lz4: its size, then 14 bytes as they are.
    builder.data("MESSAGE=packed", 2, std::string("\16\0\0\0\0\0\0\0\xe0MESSAGE=packed", 23));
    builder.entry(2'000'000, 9'000, {"_TRANSPORT=kernel", "MESSAGE=packed"});
    std::string journal = builder.bytes();
    read(journal, JournalFile::Entries::all);
    while (!text.empty()) {
        const uint64_t offset = take(text, 2) % journal.size();
        const size_t width = 1 + take(text, 1) % 8;
        uint64_t value = take(text, width);
        for (size_t i = 0; i < width && offset + i < journal.size(); ++i, value >>= 8)
            journal[offset + i] = static_cast<char>(value);
    }
    read(journal, JournalFile::Entries::all);
    read(journal, JournalFile::Entries::kernel);
}
