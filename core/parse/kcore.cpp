// SPDX-License-Identifier: MIT
#include "core/parse/kcore.h"

#include <elf.h>
#include <string.h>

#include "core/base/text.h"

namespace earlybox {
namespace {

template <class Header>
Header header_at(std::string_view bytes, size_t offset) {
    Header header;
    memcpy(&header, bytes.data() + offset, sizeof header);
    return header;
}

}  // namespace

Result<size_t> core_headers_size(std::string_view elf_header) {
    static_assert(kElfHeaderSize == sizeof(Elf64_Ehdr));
    constexpr std::string_view kElf64LittleEndian =
        "\x7f"
        "ELF\x02\x01";
    if (elf_header.size() < kElfHeaderSize || !elf_header.starts_with(kElf64LittleEndian))
        return failure("read the memory of the kernel", 0, "it is no 64-bit ELF file");
    const auto elf = header_at<Elf64_Ehdr>(elf_header, 0);
    constexpr uint64_t kLatestStart = 1 << 20;  // the headers follow the first one closely
    if (elf.e_type != ET_CORE || elf.e_phentsize != sizeof(Elf64_Phdr) || elf.e_phoff > kLatestStart)
        return failure("read the memory of the kernel", 0, "it is an ELF file, but no core file");
    return elf.e_phoff + elf.e_phnum * sizeof(Elf64_Phdr);
}

Result<std::vector<CoreSegment>> parse_core_segments(std::string_view headers) {
    const size_t size = TRY(core_headers_size(headers));
    if (headers.size() < size)
        return failure(concat("read ", size, " bytes of program headers"), 0,
                       concat("the file has only ", headers.size()));
    const auto elf = header_at<Elf64_Ehdr>(headers, 0);
    std::vector<CoreSegment> segments;
    for (size_t i = 0; i < elf.e_phnum; ++i) {
        const auto program = header_at<Elf64_Phdr>(headers, elf.e_phoff + i * sizeof(Elf64_Phdr));
        if (program.p_type == PT_LOAD)
            segments.push_back({program.p_vaddr, program.p_offset, program.p_filesz});
    }
    return segments;
}

}  // namespace earlybox
