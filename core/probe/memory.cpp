// SPDX-License-Identifier: MIT
#include "core/probe/memory.h"

#include <errno.h>

#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox {

Result<KernelMemory> KernelMemory::open(Machine& machine) {
    auto file = machine.open(kProcfs, "kcore");
    if (!file) {
        Error& error = file.error();
        if (error.code == ENOENT) error.cause = "this kernel is built without CONFIG_PROC_KCORE";
        if (error.code == EPERM) error.cause = "the kernel is locked down, or CAP_SYS_RAWIO is missing";
        if (error.code == EACCES) error.remedy = "run as root";
        return std::unexpected(std::move(error));
    }
    const std::string elf_header = TRY(read_at(file->number(), 0, kElfHeaderSize, "kcore"));
    const size_t size = TRY(core_headers_size(elf_header));
    const std::string headers = TRY(read_at(file->number(), 0, size, "kcore"));
    return KernelMemory(std::move(*file), TRY(parse_core_segments(headers)));
}

Result<std::string> KernelMemory::read(uint64_t address, size_t size) const {
    for (const CoreSegment& segment : segments_) {
        const uint64_t inside = address - segment.address;
        if (address < segment.address || inside >= segment.size || size > segment.size - inside) continue;
        return read_at(file_.number(), segment.offset + inside, size, "kcore");
    }
    return failure(concat("read kernel memory at 0x", hex(address)), EFAULT,
                   "kcore has no segment for that address");
}

}  // namespace earlybox
