// SPDX-License-Identifier: MIT
#include "core/parse/elf.h"

#include <algorithm>

namespace earlybox {

bool ElfImage::is_elf() const {
    return bytes_.starts_with(
               "\x7f"
               "ELF") &&
           (wide() || number(4, 1) == 1) && number(5, 1) == 1;
}

std::optional<uint64_t> ElfImage::end_of_segments() const {
    const uint64_t size = segment_count() * segment_size();
    if (half(0, 42, 54) != segment_size() || segment_table() > UINT64_MAX - size) return std::nullopt;
    return segment_table() + size;
}

ElfSegment ElfImage::segment(uint16_t index) const {
    const uint64_t entry = segment_table() + index * segment_size();
    return {.type = static_cast<uint32_t>(word(entry, 0, 0)),
            .flags = static_cast<uint32_t>(word(entry, 24, 4)),
            .offset = address(entry, 4, 8),
            .address = address(entry, 8, 16),
            .file_size = address(entry, 16, 32),
            .memory_size = address(entry, 20, 40)};
}

std::optional<ElfSegment> ElfImage::find_segment(uint32_t type) const {
    for (uint16_t i = 0; i < segment_count(); ++i) {
        if (segment_table() + i * segment_size() >= bytes_.size()) break;  // the count is a liar's
        if (const auto found = segment(i); found.type == type) return found;
    }
    return std::nullopt;
}

ElfSection ElfImage::section(uint16_t index) const {
    const uint64_t entry = address(0, 32, 40) + index * section_size();
    return {.type = static_cast<uint32_t>(word(entry, 4, 4)),
            .flags = address(entry, 8, 8),
            .offset = address(entry, 16, 24),
            .size = address(entry, 20, 32),
            .link = static_cast<uint32_t>(word(entry, 24, 40))};
}

std::optional<ElfSection> ElfImage::find_section(uint32_t type) const {
    for (uint16_t i = 0; i < section_count(); ++i)
        if (const auto found = section(i); found.type == type) return found;
    return std::nullopt;
}

uint64_t ElfImage::symbol_count(const ElfSection& table) const {
    if (table.offset >= bytes_.size()) return 0;
    return std::min<uint64_t>(table.size, bytes_.size() - table.offset) / symbol_size();
}

ElfSymbol ElfImage::symbol(const ElfSection& table, uint64_t index) const {
    const uint64_t entry = table.offset + index * symbol_size();
    const uint64_t info = number(entry + (wide() ? 4 : 12), 1);
    return {.name = text(section(static_cast<uint16_t>(table.link)), word(entry, 0, 0)),
            .value = address(entry, 4, 8),
            .section = static_cast<uint16_t>(half(entry, 14, 6)),
            .type = static_cast<uint8_t>(info & 0xf),
            .binding = static_cast<uint8_t>(info >> 4)};
}

std::string_view ElfImage::text(const ElfSection& strings, uint64_t offset) const {
    if (strings.offset > bytes_.size() || offset >= std::min(strings.size, bytes_.size() - strings.offset))
        return {};
    const std::string_view rest = bytes_.substr(strings.offset + offset, strings.size - offset);
    return rest.substr(0, rest.find('\0'));
}

uint64_t ElfImage::number(uint64_t offset, unsigned size) const {
    uint64_t value = 0;
    if (offset > bytes_.size() || size > bytes_.size() - offset) return 0;
    while (size-- != 0) value = value << 8 | static_cast<unsigned char>(bytes_[offset + size]);
    return value;
}

}  // namespace earlybox
