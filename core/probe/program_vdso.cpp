// SPDX-License-Identifier: MIT
#include "core/probe/program_vdso.h"

#include <elf.h>
#include <errno.h>

#include "core/base/text.h"
#include "core/parse/auxv.h"

namespace earlybox {
namespace {

constexpr uint64_t kPage = 4096;

Result<std::string> read_memory(const Tracee& process, uint64_t address, size_t size) {
    std::string bytes(size, '\0');
    if (TRY(process.read(RemoteAddress{address}, bytes)) != size)
        return failure("read a process' vDSO", EFAULT, "its memory ends before the image does");
    return bytes;
}

std::string read_text(const Tracee& process, uint64_t address) {
    char bytes[256] = {};
    const auto got = process.read(RemoteAddress{address}, bytes);
    const std::string_view text(bytes, got.value_or(0));
    return std::string(text.substr(0, text.find('\0')));
}

// Arguments and environment may take a quarter of the stack's limit.
struct NewStack {
    std::string bytes;
    AuxiliaryVector auxiliary{""};
};
Result<NewStack> read_new_stack(const Tracee& process, const Registers& registers) {
    constexpr size_t kMost = size_t{1} << 24;
    for (size_t size = kPage; size <= kMost; size *= 2) {
        NewStack stack{.bytes = std::string(size, '\0')};
        stack.bytes.resize(TRY(process.read(RemoteAddress{registers.stack()}, stack.bytes)));
        // x32's code is 64-bit, its words are not.
        for (const bool wide : {registers.wide(), false}) {
            if (const auto found = AuxiliaryVector::on_stack(stack.bytes, wide)) {
                stack.auxiliary = *found;
                return stack;
            }
        }
        if (stack.bytes.size() < size) break;
    }
    return failure("read a new program's stack", 0, "there is no auxiliary vector on it");
}

}  // namespace

Result<ProgramVdso> ProgramVdso::after_exec(const Tracee& tracee, const Registers& registers) {
    const NewStack stack = TRY(read_new_stack(tracee, registers));
    ProgramVdso found;
    found.abi = !registers.wide() ? CallAbi::i386 : stack.auxiliary.wide() ? CallAbi::x86_64 : CallAbi::x32;
    found.program = read_text(tracee, stack.auxiliary.find(AT_EXECFN).value_or(0));
    found.address = stack.auxiliary.find(AT_SYSINFO_EHDR).value_or(0);
    if (found.address == 0) return found;
    found.image = TRY(read_vdso_image(
        found.address, [&](uint64_t address, size_t size) { return read_memory(tracee, address, size); }));
    found.symbols = TRY(parse_vdso(found.image));
    return found;
}

bool ProgramVdso::exports(std::string_view function) const {
    return symbols && symbols->find(concat("__vdso_", function)) != nullptr;
}

bool ProgramVdso::has_made(const Tracee& tracee, const SystemCall& call) const {
    const uint64_t place = call.instruction;
    if (address == 0 || place < address || place >= address + image.size()) return false;
    const auto* vsyscall = symbols->find("__kernel_vsyscall");
    if (!vsyscall || place < address + vsyscall->offset ||
        place >= address + vsyscall->offset + vsyscall->size)
        return true;
    // The place that called it tells, behind the three registers that it pushes.
    uint32_t pushed[4] = {};
    const std::span bytes(reinterpret_cast<char*>(pushed), sizeof pushed);
    const auto got = tracee.read(RemoteAddress{call.stack}, bytes);
    return got && *got == sizeof pushed && pushed[3] >= address && pushed[3] < address + image.size();
}

}  // namespace earlybox
