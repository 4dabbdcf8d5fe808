// SPDX-License-Identifier: MIT
// How the calls of another process' vDSO functions are counted while it runs at full speed: in its own copy
// of the image the symbol table leads to a stub, which adds one to a counter and jumps to the function. The
// functions themselves stay as they are, nothing stops, and nothing can be left behind that would do harm.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/parse/vdso.h"

namespace earlybox::vdso_probe {

enum class MachineCode : uint8_t { x86_64, i386 };

struct Patch {
    uint64_t offset;  // in the image
    std::string bytes;
};

struct Redirection {
    std::vector<Patch> patches;  // to be written in this order: no symbol leads where no stub is yet
    // What is counted, without prefix ("clock_gettime"): one 64-bit counter each, in this order.
    std::vector<std::string_view> functions;
};

// The functions that a system call of the same name stands behind.
std::span<const std::string_view> counted_functions();

// Where in the image, as it lies in memory, nobody reads: the section headers, and what is behind them. The
// error says that there is no such place.
Result<uint64_t> unread_part(std::string_view image);

// For counters at this address of the process. The error says that the stubs find no room.
Result<Redirection> redirect_to_counters(const Vdso& vdso, MachineCode code, uint64_t counters);

}  // namespace earlybox::vdso_probe
