// SPDX-License-Identifier: MIT
#include "core/parse/elf.h"

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
    for (uint16_t i = 0; i < segment_count(); ++i)
        if (const auto found = segment(i); found.type == type) return found;
    return std::nullopt;
}

uint64_t ElfImage::number(uint64_t offset, unsigned size) const {
    uint64_t value = 0;
    if (offset > bytes_.size() || size > bytes_.size() - offset) return 0;
    while (size-- != 0) value = value << 8 | static_cast<unsigned char>(bytes_[offset + size]);
    return value;
}

}  // namespace earlybox
