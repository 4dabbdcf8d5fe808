// SPDX-License-Identifier: MIT
// The vDSO of another process' program, and which system calls it makes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/parse/vdso.h"
#include "core/sys/tracee.h"

namespace earlybox {

// The vDSO's image out of another process. `read(address, size)` returns that much of its memory, or an
// error.
template <class Read>
Result<std::string> read_vdso_image(uint64_t address, Read&& read) {
    constexpr size_t kPage = 4096;
    std::string first = TRY(read(address, kPage));
    const uint64_t size = TRY(vdso_size(first));
    if (size == kPage) return first;
    return read(address, size);
}

struct ProgramVdso {
    CallAbi abi = CallAbi::unknown;
    std::string program;   // as the kernel was told to execute it
    uint64_t address = 0;  // 0: it has none
    std::string image;
    std::optional<Vdso> symbols;

    // Of a tracee that has just come back from exec: its stack is as the kernel has made it.
    static Result<ProgramVdso> after_exec(const Tracee& tracee, const Registers& registers);
    // `image` and `symbols` belong together.
    ProgramVdso() = default;
    ProgramVdso(const ProgramVdso&) = delete;
    ProgramVdso& operator=(const ProgramVdso&) = delete;
    ProgramVdso(ProgramVdso&&) = default;
    ProgramVdso& operator=(ProgramVdso&&) = default;

    bool exports(std::string_view function) const;
    // The call was made by the vDSO's own code, and not by a program that came through __kernel_vsyscall.
    bool has_made(const Tracee& tracee, const SystemCall& call) const;
};

}  // namespace earlybox
