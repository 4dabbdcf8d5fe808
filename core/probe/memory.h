// SPDX-License-Identifier: MIT
// The kernel's own memory, through /proc/kcore.
#pragma once
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/parse/kcore.h"
#include "core/probe/machine.h"

namespace earlybox {

class KernelMemory {
 public:
    // The error says what is missing: CONFIG_PROC_KCORE, CAP_SYS_RAWIO, or lockdown is in the way.
    static Result<KernelMemory> open(Machine& machine);

    // `size` bytes from `address` on, as kallsyms names addresses.
    Result<std::string> read(uint64_t address, size_t size) const;

 private:
    KernelMemory(Fd file, std::vector<CoreSegment> segments)
        : file_(std::move(file)), segments_(std::move(segments)) {}
    Fd file_;
    std::vector<CoreSegment> segments_;
};

}  // namespace earlybox
