// SPDX-License-Identifier: MIT
// Where an ELF core file keeps which memory: /proc/kcore (fs/proc/kcore.c) and vmcore files alike. ELF-64,
// little endian.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

struct CoreSegment {
    uint64_t address;
    uint64_t offset;  // in the file
    uint64_t size;
};

// Bytes from the front of the file that hold all program headers; the error says that it is no such file.
inline constexpr size_t kElfHeaderSize = 64;
Result<size_t> core_headers_size(std::string_view elf_header);

// The loadable segments; `headers` are core_headers_size() bytes from the front of the file.
Result<std::vector<CoreSegment>> parse_core_segments(std::string_view headers);

}  // namespace earlybox
