// SPDX-License-Identifier: MIT
#include "core/parse/kcore.h"

#include <elf.h>

#include "core/base/text.h"
#include "core/parse/elf.h"

namespace earlybox {

Result<size_t> core_headers_size(std::string_view elf_header) {
    static_assert(kElfHeaderSize == sizeof(Elf64_Ehdr));
    const ElfImage elf(elf_header);
    if (elf_header.size() < kElfHeaderSize || !elf.is_elf() || !elf.wide())
        return failure("read the memory of the kernel", 0, "it is no 64-bit ELF file");
    constexpr uint64_t kLatestEnd = 2 << 20;  // the headers follow the first one closely
    const auto end = elf.end_of_segments();
    if (elf.type() != ET_CORE || !end || *end > kLatestEnd)
        return failure("read the memory of the kernel", 0, "it is an ELF file, but no core file");
    return *end;
}

Result<std::vector<CoreSegment>> parse_core_segments(std::string_view headers) {
    const size_t size = TRY(core_headers_size(headers));
    if (headers.size() < size)
        return failure(concat("read ", size, " bytes of program headers"), 0,
                       concat("the file has only ", headers.size()));
    const ElfImage elf(headers);
    std::vector<CoreSegment> segments;
    for (uint16_t i = 0; i < elf.segment_count(); ++i)
        if (const auto segment = elf.segment(i); segment.type == PT_LOAD)
            segments.push_back({segment.address, segment.offset, segment.file_size});
    return segments;
}

}  // namespace earlybox
