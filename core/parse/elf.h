// SPDX-License-Identifier: MIT
// An ELF file or image of either class, little endian (System V gABI, chapters 4 and 5). Any bytes are taken:
// what lies outside of them reads as zero.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox {

struct ElfSegment {
    uint32_t type;  // PT_LOAD …
    uint32_t flags;
    uint64_t offset;  // in the file
    uint64_t address;
    uint64_t file_size;
    uint64_t memory_size;
};

struct ElfSection {
    uint32_t type;   // SHT_SYMTAB …
    uint64_t flags;  // SHF_EXECINSTR …
    uint64_t offset;
    uint64_t size;
    uint32_t link;  // of a symbol table: the section with its names
};

struct ElfSymbol {
    std::string_view name;
    uint64_t value;
    uint16_t section;  // SHN_ABS …
    uint8_t type;      // STT_FUNC …
    uint8_t binding;   // STB_WEAK …
};

class ElfImage {
 public:
    explicit ElfImage(std::string_view bytes) : bytes_(bytes) {}

    // The magic number, a class, and little endian; nothing else is looked at.
    bool is_elf() const;
    // ELF-64, not ELF-32.
    bool wide() const { return number(4, 1) == 2; }
    std::string_view bytes() const { return bytes_; }
    uint16_t type() const { return static_cast<uint16_t>(number(16, 2)); }
    uint16_t machine() const { return static_cast<uint16_t>(number(18, 2)); }

    // Where the program headers end in the file; nothing where that cannot be (a wrong size, an overflow).
    std::optional<uint64_t> end_of_segments() const;
    uint16_t segment_count() const { return static_cast<uint16_t>(half(0, 44, 56)); }
    ElfSegment segment(uint16_t index) const;
    // The first of this type.
    std::optional<ElfSegment> find_segment(uint32_t type) const;

    uint16_t section_count() const { return static_cast<uint16_t>(half(0, 48, 60)); }
    ElfSection section(uint16_t index) const;
    // The first of this type.
    std::optional<ElfSection> find_section(uint32_t type) const;

    // Of a symbol table: as many symbols as the file has bytes for.
    uint64_t symbol_count(const ElfSection& table) const;
    ElfSymbol symbol(const ElfSection& table, uint64_t index) const;

    // A number of `size` bytes (at most 8).
    uint64_t number(uint64_t offset, unsigned size) const;
    // A field of a structure at `base`: its offset, and an address' size, depend on the class.
    uint64_t half(uint64_t base, unsigned narrow, unsigned wide) const {
        return at(base, narrow, wide, 2, 2);
    }
    uint64_t word(uint64_t base, unsigned narrow, unsigned wide) const {
        return at(base, narrow, wide, 4, 4);
    }
    uint64_t address(uint64_t base, unsigned narrow, unsigned wide) const {
        return at(base, narrow, wide, 4, 8);
    }

 private:
    uint64_t at(uint64_t base, unsigned narrow, unsigned wide_offset, unsigned narrow_size,
                unsigned wide_size) const {
        return number(base + (wide() ? wide_offset : narrow), wide() ? wide_size : narrow_size);
    }
    uint64_t segment_table() const { return address(0, 28, 32); }
    uint64_t segment_size() const { return wide() ? 56 : 32; }
    uint64_t section_size() const { return wide() ? 64 : 40; }
    uint64_t symbol_size() const { return wide() ? 24 : 16; }
    std::string_view text(const ElfSection& strings, uint64_t offset) const;
    std::string_view bytes_;
};

}  // namespace earlybox
