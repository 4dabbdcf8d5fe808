// SPDX-License-Identifier: MIT
// Small kernel images for tests: symbol tables in every layout that scripts/kallsyms.c has written, ELF files
// and bzImages around them.
#pragma once
#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/parse/embedded_kallsyms.h"

namespace earlybox::test {

struct NamedSymbol {
    uint64_t address;
    char type;
    std::string name;
    auto operator<=>(const NamedSymbol&) const = default;
};

struct KallsymsLayout {
    const char* name;
    unsigned word = 8;
    EmbeddedKallsyms::Addresses addresses = EmbeddedKallsyms::Addresses::absolute_percpu;
    bool addresses_behind = false;  // since 6.4
    unsigned marker_size = 4;
    bool long_names = true;   // since 6.1
    unsigned order_size = 0;  // of an entry of kallsyms_seqs_of_names, since 6.2
    unsigned alignment = word;
};

using enum EmbeddedKallsyms::Addresses;
inline constexpr KallsymsLayout kKallsymsLayouts[] = {
    {"4.19 x86_64", 8, absolute_percpu, false, 8, false, 0},
    {"4.19 i386", 4, base_relative, false, 4, false, 0},
    {"5.10 x86_64", 8, absolute_percpu, false, 4, false, 0},
    {"5.10 arm64", 8, base_relative, false, 4, false, 0},
    {"5.10 without relative addresses", 8, absolute, false, 4, false, 0},
    {"5.10 i386 without relative addresses", 4, absolute, false, 4, false, 0},
    {"6.1 x86_64", 8, absolute_percpu, false, 4, true, 0},
    {"6.2 x86_64, wide order of names", 8, absolute_percpu, false, 4, true, 4},
    {"6.3 x86_64", 8, absolute_percpu, false, 4, true, 3},
    {"6.3 i386", 4, base_relative, false, 4, true, 3},
    {"6.12 x86_64", 8, absolute_percpu, true, 4, true, 3},
    {"6.6 without relative addresses", 8, absolute, true, 4, true, 3},
    {"6.6 i386 without relative addresses", 4, absolute, true, 4, true, 3},
    {"6.12 i386", 4, base_relative, true, 4, true, 3},
    {"6.18 x86_64", 8, base_relative, true, 4, true, 3},
    {"7.0 x86_64", 8, place_relative, true, 4, true, 3, 4},
    {"7.0, aligned as before", 8, place_relative, true, 4, true, 3},
    {"7.0 i386", 4, place_relative, true, 4, true, 3},
};

inline void append_number(std::string& to, uint64_t number, size_t size) {
    for (; size != 0; --size, number >>= 8) to += static_cast<char>(number);
}

inline void put_number(std::string& to, size_t at, uint64_t number, size_t size) {
    for (; size != 0; --size, number >>= 8) to[at++] = static_cast<char>(number);
}

// Sorted as the kernel sorts: per-CPU ones in front, where they are addresses below everything else;
// functions that share an address.
inline std::vector<NamedSymbol> some_symbols(const KallsymsLayout& layout, size_t count) {
    const uint64_t base = layout.word == 8 ? 0xffffffff81000000 : 0xc1000000;
    std::vector<NamedSymbol> symbols;
    if (layout.addresses == absolute_percpu || (layout.addresses == absolute && layout.word == 8)) {
        symbols.push_back({0, 'A', "fixed_percpu_data"});
        symbols.push_back({0x2000, 'd', "cpu_debug_store"});
    }
    symbols.push_back({base, 'T', "_text"});
    for (size_t i = 0; symbols.size() < count; ++i) {
        const bool is_alias = i % 7 == 3;
        const uint64_t address = symbols.back().address + (is_alias ? 0 : 16 + i % 5);
        symbols.push_back({address, "TtWDd"[i % 5], concat("__x64_sys_", i)});
    }
    return symbols;
}

class KallsymsBuilder {
 public:
    // `address`: where the first byte of the tables will be.
    KallsymsBuilder(std::vector<NamedSymbol> symbols, const KallsymsLayout& layout, uint64_t address)
        : symbols_(std::move(symbols)), layout_(layout), address_(address) {
        choose_tokens();
    }

    std::string build() {
        if (!layout_.addresses_behind) put_addresses();
        append_number(out_, symbols_.size(), layout_.alignment);
        put_names();
        if (!layout_.addresses_behind) put_order();
        put_tokens();
        if (layout_.addresses_behind) {
            put_addresses();
            put_order();
        }
        return out_;
    }

 private:
    void align() {
        out_.resize((out_.size() + layout_.alignment - 1) / layout_.alignment * layout_.alignment);
    }

    // Characters that occur stand for themselves; others for strings, as long as there are any worth it.
    void choose_tokens() {
        bool used[256] = {};
        for (const auto& symbol : symbols_) {
            used[static_cast<unsigned char>(symbol.type)] = true;
            for (const unsigned char c : symbol.name) used[c] = true;
        }
        const std::string strings[] = {"__x64_sys_", "T__x64_sys_", "W__x64_sys_", "10", "t__x64_sys_1"};
        size_t next = 0;
        for (unsigned code = 0; code < 256; ++code) {
            if (used[code])
                tokens_[code] = std::string(1, static_cast<char>(code));
            else if (next < std::size(strings))
                tokens_[code] = strings[next++];
        }
    }

    std::string encoded(std::string_view text) const {
        std::string codes;
        while (!text.empty()) {
            unsigned best = static_cast<unsigned char>(text[0]);
            for (unsigned code = 0; code < 256; ++code)
                if (tokens_[code].size() > tokens_[best].size() && text.starts_with(tokens_[code]))
                    best = code;
            codes += static_cast<char>(best);
            text.remove_prefix(tokens_[best].size());
        }
        return codes;
    }

    void put_names() {
        std::vector<size_t> markers;
        const size_t begin = out_.size();
        for (size_t i = 0; i < symbols_.size(); ++i) {
            if (i % 256 == 0) markers.push_back(out_.size() - begin);
            const std::string codes = encoded(symbols_[i].type + symbols_[i].name);
            if (layout_.long_names && codes.size() > 0x7f) {
                append_number(out_, (codes.size() & 0x7f) | 0x80, 1);
                append_number(out_, codes.size() >> 7, 1);
            } else {
                append_number(out_, codes.size(), 1);
            }
            out_ += codes;
        }
        align();
        for (const size_t marker : markers) append_number(out_, marker, layout_.marker_size);
        align();
    }

    void put_order() {
        std::vector<size_t> order(symbols_.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::sort(order, {}, [&](size_t i) { return std::pair(symbols_[i].name, i); });
        for (const size_t i : order) {
            const size_t size = layout_.order_size;
            if (size == 4) append_number(out_, i, size);
            for (size_t byte = size; size == 3 && byte-- != 0;) append_number(out_, i >> (8 * byte), 1);
        }
        align();
    }

    void put_tokens() {
        std::vector<size_t> index;
        const size_t begin = out_.size();
        for (const std::string& token : tokens_) {
            index.push_back(out_.size() - begin);
            out_ += token;
            out_ += '\0';
        }
        align();
        for (const size_t offset : index) append_number(out_, offset, 2);
        align();
    }

    void put_addresses() {
        const auto base = std::ranges::find(symbols_, "_text", &NamedSymbol::name)->address;
        for (const NamedSymbol& symbol : symbols_) {
            const bool is_percpu = symbol.address < base;
            switch (layout_.addresses) {
                case absolute:
                    append_number(out_, symbol.address, layout_.word);
                    break;
                case base_relative:
                    append_number(out_, symbol.address - base, 4);
                    break;
                case absolute_percpu:
                    append_number(out_, is_percpu ? symbol.address : base - symbol.address - 1, 4);
                    break;
                case place_relative:
                    append_number(out_, symbol.address - (address_ + out_.size()), 4);
                    break;
            }
        }
        align();
        if (layout_.addresses == base_relative || layout_.addresses == absolute_percpu)
            append_number(out_, base, layout_.word);
    }

    std::vector<NamedSymbol> symbols_;
    KallsymsLayout layout_;
    uint64_t address_;
    std::string tokens_[256];
    std::string out_;
};

struct SmallImage {
    std::string bytes;
    std::vector<ImageSegment> segments;
};

// Bytes in front of the tables.
inline constexpr size_t kInFront = 4096;

// The tables between other bytes, loaded where the symbols are.
inline SmallImage image_with(const std::vector<NamedSymbol>& symbols, const KallsymsLayout& layout) {
    std::string bytes = "Linux version 6.1.0 (test)\n";
    for (uint32_t noise = 1; bytes.size() < kInFront; noise = noise * 1664525 + 1013904223)
        append_number(bytes, noise >> 8, 3);
    bytes.resize(kInFront);
    const uint64_t address = std::ranges::find(symbols, "_text", &NamedSymbol::name)->address;
    bytes += KallsymsBuilder(symbols, layout, address + kInFront).build();
    bytes.append(64, '\x5a');
    const size_t size = bytes.size();
    return {std::move(bytes), {{address, std::max<uint64_t>(size, 1 << 20), 0, size}}};
}

struct ElfTestSymbol {
    std::string name;
    uint64_t value;
    uint8_t binding;
    uint8_t type;
    uint16_t section;  // 1 code, 2 data, 3 read-only data, 4 zeroes
};

// An ELF file with one segment. Of the class that a word of `word` bytes has.
inline std::string elf_file(const SmallImage& image, const std::vector<ElfTestSymbol>& symbols,
                            unsigned word) {
    const bool wide = word == 8;
    const size_t header_size = wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
    constexpr size_t kImageAt = 0x200;
    std::string file(kImageAt, '\0');
    file += image.bytes;

    std::string names(1, '\0');
    std::string table(wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym), '\0');
    for (const auto& symbol : symbols) {
        const uint8_t info = symbol.binding << 4 | symbol.type;
        append_number(table, names.size(), 4);
        if (!wide) append_number(table, symbol.value, 4), append_number(table, 0, 4);
        append_number(table, info, 2);
        append_number(table, symbol.section, 2);
        if (wide) append_number(table, symbol.value, 8), append_number(table, 0, 8);
        names += symbol.name + '\0';
    }
    const size_t table_at = file.size();
    file += table;
    const size_t names_at = file.size();
    file += names;
    const size_t sections_at = file.size();
    struct Section {
        uint32_t type;
        uint64_t flags, offset, size;
        uint32_t link;
    };
    const Section sections[] = {{SHT_NULL, 0, 0, 0, 0},
                                {SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, kImageAt, 16, 0},
                                {SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, kImageAt, 16, 0},
                                {SHT_PROGBITS, SHF_ALLOC, kImageAt, 16, 0},
                                {SHT_NOBITS, SHF_ALLOC | SHF_WRITE, kImageAt, 16, 0},
                                {SHT_SYMTAB, 0, table_at, table.size(), 6},
                                {SHT_STRTAB, 0, names_at, names.size(), 0}};
    const size_t count = symbols.empty() ? 0 : std::size(sections);
    for (size_t i = 0; i < count; ++i) {
        const Section& section = sections[i];
        append_number(file, 0, 4);
        append_number(file, section.type, 4);
        append_number(file, section.flags, word);
        append_number(file, 0, word);
        append_number(file, section.offset, word);
        append_number(file, section.size, word);
        append_number(file, section.link, 4);
        file.append(4 + 2 * word, '\0');
    }

    std::string header = {'\x7f', 'E', 'L', 'F', static_cast<char>(wide ? 2 : 1), 1, 1};
    header.resize(16);
    append_number(header, ET_EXEC, 2);
    append_number(header, wide ? EM_X86_64 : EM_386, 2);
    append_number(header, 1, 4);
    append_number(header, 0, word);  // where it starts
    append_number(header, header_size, word);
    append_number(header, count == 0 ? 0 : sections_at, word);
    append_number(header, 0, 4);
    append_number(header, header_size, 2);
    append_number(header, wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), 2);
    append_number(header, 1, 2);
    append_number(header, wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr), 2);
    append_number(header, count, 2);
    append_number(header, 0, 2);
    // the segment
    const ImageSegment& segment = image.segments[0];
    append_number(header, PT_LOAD, 4);
    if (wide) append_number(header, PF_R | PF_X, 4);
    append_number(header, kImageAt, word);
    append_number(header, segment.address, word);
    append_number(header, segment.address, word);
    append_number(header, segment.size, word);
    append_number(header, segment.memory_size, word);
    if (!wide) append_number(header, PF_R | PF_X, 4);
    append_number(header, 0x1000, word);
    return file.replace(0, header.size(), header);
}

// As arch/x86/boot makes it, with nothing but what tells where the kernel is.
inline std::string bzimage(std::string_view payload) {
    constexpr size_t kSectors = 4;
    constexpr size_t kStart = 200;  // of the payload, behind the setup sectors
    std::string file((kSectors + 1) * 512 + kStart, '\x90');
    put_number(file, 0x1f1, kSectors, 1);
    file.replace(0x202, 4, "HdrS");
    put_number(file, 0x206, 0x20f, 2);
    put_number(file, 0x248, kStart, 4);
    put_number(file, 0x24c, payload.size(), 4);
    file += payload;
    return file + std::string(300, '\x90');
}

inline std::string zboot_image(std::string_view payload) {
    std::string file = std::string("MZ\0\0zimg", 8);
    append_number(file, 512, 4);
    append_number(file, payload.size(), 4);
    file.resize(512);
    file += payload;
    return file + std::string(300, '\x90');
}

}  // namespace earlybox::test
