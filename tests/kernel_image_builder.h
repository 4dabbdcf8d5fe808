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
    KallsymsBuilder(const std::vector<NamedSymbol>& symbols, const KallsymsLayout& layout, uint64_t address)
        : symbols_(symbols), layout_(layout), address_(address) {
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
        std::ranges::stable_sort(order, {}, [&](size_t i) { return symbols_[i].name; });
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

    const std::vector<NamedSymbol>& symbols_;
    const KallsymsLayout& layout_;
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

}  // namespace earlybox::test
