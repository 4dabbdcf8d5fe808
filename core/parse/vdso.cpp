// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include <elf.h>

#include <algorithm>

#include "core/parse/elf.h"

namespace earlybox {
namespace {

constexpr uint64_t kMostSymbols = 512;  // vDSOs have a dozen,
constexpr unsigned kMostVersions = 32;  // and two or three versions
constexpr size_t kLongestName = 256;

std::unexpected<Error> damaged(const char* what) { return failure("read a vDSO", 0, what); }

// The tables that the dynamic section points to, as offsets in the image; 0: there is none.
struct Tables {
    uint64_t hash = 0;
    uint64_t gnu_hash = 0;
    uint64_t names = 0;
    uint64_t symbols = 0;
    uint64_t versions = 0;
    uint64_t definitions = 0;
    uint64_t soname = 0;  // in names
};

class Reader {
 public:
    Reader(const ElfImage& image, const ElfSegment& load, const ElfSegment& dynamic)
        : image_(image), load_(load) {
        const unsigned entry_size = image.wide() ? 16 : 8;
        for (uint64_t at = dynamic.offset; at < image.bytes().size(); at += entry_size) {
            const uint64_t tag = image.address(at, 0, 0);
            if (tag == DT_NULL) break;
            const uint64_t value = image.address(at, 4, 8);
            if (tag == DT_SONAME) tables_.soname = value;
            if (uint64_t* table = table_of(tag)) *table = offset_of(value);
        }
    }

    Result<Vdso> read() const {
        Vdso vdso{.wide = image_.wide(), .image = image_.bytes()};
        if (!is_within(tables_.names) || !is_within(tables_.symbols))
            return damaged("its symbol table is out of reach");
        if (tables_.hash == 0 && tables_.gnu_hash == 0) return damaged("it has no hash table");
        const uint64_t count = tables_.hash != 0 ? word(tables_.hash + 4) : count_by_gnu_hash();
        if (count > kMostSymbols) return damaged("it has more symbols than any vDSO");
        vdso.soname = name(tables_.soname);
        for (uint64_t i = 1; i < count; ++i) {
            const uint64_t at = tables_.symbols + i * symbol_size();
            if (!is_within(at + symbol_size() - 1)) break;
            const bool is_defined = image_.half(at, 14, 6) != SHN_UNDEF;
            if (is_defined) vdso.symbols.push_back(symbol(at, i));
        }
        for (auto& symbol : vdso.symbols) symbol.alias_of = alias_of(vdso, symbol);
        return vdso;
    }

 private:
    uint64_t* table_of(uint64_t tag) {
        switch (tag) {
            case DT_HASH:
                return &tables_.hash;
            case DT_GNU_HASH:
                return &tables_.gnu_hash;
            case DT_STRTAB:
                return &tables_.names;
            case DT_SYMTAB:
                return &tables_.symbols;
            case DT_VERSYM:
                return &tables_.versions;
            case DT_VERDEF:
                return &tables_.definitions;
            default:
                return nullptr;
        }
    }

    uint64_t offset_of(uint64_t address) const { return address - load_.address + load_.offset; }
    bool is_within(uint64_t offset) const { return offset != 0 && offset < image_.bytes().size(); }
    uint64_t word(uint64_t offset) const { return image_.number(offset, 4); }
    uint64_t half(uint64_t offset) const { return image_.number(offset, 2); }
    unsigned symbol_size() const { return image_.wide() ? 24 : 16; }

    std::string_view name(uint64_t offset) const {
        const auto bytes = image_.bytes();
        if (offset == 0 || tables_.names > bytes.size() || offset > bytes.size() - tables_.names) return {};
        const auto text = bytes.substr(tables_.names + offset, kLongestName);
        return text.substr(0, text.find('\0'));
    }

    VdsoSymbol symbol(uint64_t at, uint64_t index) const {
        const uint64_t info = image_.number(at + (image_.wide() ? 4 : 12), 1);
        return {.name = name(word(at)),
                .version = version(index),
                .offset = offset_of(image_.address(at, 4, 8)),
                .value_at = at + (image_.wide() ? 8 : 4),
                .size = image_.address(at, 8, 16),
                .is_function = (info & 15) == STT_FUNC,
                .is_weak = info >> 4 == STB_WEAK};
    }

    // An index into the definitions stands beside each symbol; 1 is the image as a whole.
    std::string_view version(uint64_t symbol) const {
        if (tables_.versions == 0 || tables_.definitions == 0) return {};
        const uint64_t wanted = half(tables_.versions + 2 * symbol) & 0x7fff;
        uint64_t at = tables_.definitions;
        for (unsigned left = kMostVersions; wanted > 1 && left != 0 && is_within(at); --left) {
            if (half(at + 4) == wanted) return name(word(at + word(at + 12)));
            const uint64_t next = word(at + 16);
            if (next == 0) break;
            at += next;
        }
        return {};
    }

    // Symbols are sorted by bucket: the chain of the last one ends with the last symbol.
    uint64_t count_by_gnu_hash() const {
        const uint64_t table = tables_.gnu_hash;
        const uint64_t buckets = word(table);
        const uint64_t first_hashed = word(table + 4);
        const uint64_t bucket_table = table + 16 + word(table + 8) * (image_.wide() ? 8 : 4);
        const uint64_t chains = bucket_table + buckets * 4;
        uint64_t last = 0;
        for (uint64_t i = 0; i < std::min(buckets, kMostSymbols); ++i)
            last = std::max(last, word(bucket_table + i * 4));
        if (last < first_hashed || last > kMostSymbols) return last;  // nothing is hashed, or damaged
        while (last < kMostSymbols && (word(chains + (last - first_hashed) * 4) & 1) == 0) ++last;
        return last + 1;
    }

    static std::string_view alias_of(const Vdso& vdso, const VdsoSymbol& symbol) {
        if (!symbol.is_function || !symbol.is_weak) return {};
        const auto found = std::ranges::find_if(vdso.symbols, [&](const VdsoSymbol& other) {
            return other.is_function && !other.is_weak && other.offset == symbol.offset;
        });
        return found == vdso.symbols.end() ? std::string_view() : found->name;
    }

    const ElfImage& image_;
    const ElfSegment& load_;
    Tables tables_;
};

}  // namespace

const VdsoSymbol* Vdso::find(std::string_view name) const {
    const auto found = std::ranges::find(symbols, name, &VdsoSymbol::name);
    return found == symbols.end() ? nullptr : &*found;
}

std::string_view Vdso::code(const VdsoSymbol& symbol) const {
    if (symbol.offset > image.size() || symbol.size > image.size() - symbol.offset) return {};
    return image.substr(symbol.offset, symbol.size);
}

Result<Vdso> parse_vdso(std::string_view bytes) {
    const ElfImage image(bytes);
    if (!image.is_elf()) return damaged("it is no ELF image");
    const auto load = image.find_segment(PT_LOAD);
    const auto dynamic = image.find_segment(PT_DYNAMIC);
    if (!load || !dynamic) return damaged("it has no dynamic section");
    return Reader(image, *load, *dynamic).read();
}

Result<uint64_t> vdso_size(std::string_view first_page) {
    constexpr uint64_t kPage = 4096;
    constexpr uint64_t kMostBytes = 1 << 20;
    const ElfImage image(first_page);
    const auto load = image.is_elf() ? image.find_segment(PT_LOAD) : std::nullopt;
    if (!load) return damaged("it is no ELF image");
    // Section headers, which only debuggers read, follow the segment; they lie in its last page or behind.
    const uint64_t sections = image.address(0, 32, 40);
    const uint64_t sections_size = image.half(0, 46, 58) * image.half(0, 48, 60);
    const uint64_t largest = std::max({load->offset, load->memory_size, sections, sections_size});
    const uint64_t end = std::max(load->offset + load->memory_size, sections + sections_size);
    if (largest > kMostBytes || end > kMostBytes) return damaged("it is larger than any vDSO");
    return (end + kPage - 1) / kPage * kPage;
}

}  // namespace earlybox
