// SPDX-License-Identifier: MIT
#include "core/sys/tracee.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace earlybox {
namespace {

constexpr uint64_t kX32Bit = 0x40000000;

std::string refusal_cause(int code, pid_t thread) {
    switch (code) {
        case ENOSYS:
            return "a seccomp filter hides ptrace from this process";
        case ESRCH:
            return "there is no such process or thread, or it is not stopped for this tracer";
        case EPERM:
            if (kill(thread, 0) != 0 && errno == EPERM) return "it belongs to another user (CAP_SYS_PTRACE)";
            return "something traces it already, it is not dumpable (PR_SET_DUMPABLE, set-user-ID, other "
                   "capabilities than ours: CAP_SYS_PTRACE), kernel.yama.ptrace_scope or a security module "
                   "forbids it, or a seccomp filter does";
        default:
            return {};
    }
}

uint64_t to_number(void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

CallAbi abi_of(uint32_t audit_architecture, uint64_t number) {
    switch (audit_architecture) {
        case AUDIT_ARCH_X86_64:
            if (sizeof(void*) == 4) return CallAbi::unknown;  // a 32-bit tracer cannot see its registers
            return (number & kX32Bit) != 0 ? CallAbi::x32 : CallAbi::x86_64;
        case AUDIT_ARCH_I386:
            return CallAbi::i386;
        case AUDIT_ARCH_AARCH64:
            return CallAbi::aarch64;
        default:
            return CallAbi::unknown;
    }
}

// A 32-bit program's numbers and results come zero-extended.
int64_t call_number(CallAbi abi, uint64_t number) {
    if (abi == CallAbi::x86_64 || abi == CallAbi::aarch64) return static_cast<int64_t>(number);
    if (abi == CallAbi::x32) number &= ~kX32Bit;
    return static_cast<int32_t>(number);
}

// The ABI of the call that a thread is in, where only registers tell: 64-bit code may make 32-bit calls.
CallAbi abi_from_registers([[maybe_unused]] Tracee tracee, [[maybe_unused]] const Registers& registers) {
#if defined(__x86_64__)
    if (!registers.wide()) return CallAbi::i386;
    constexpr char kInt80[] = {'\xcd', '\x80'};
    char bytes[2] = {};
    const auto got = tracee.read(RemoteAddress{registers.instruction() - sizeof bytes}, bytes);
    if (got && *got == sizeof bytes && memcmp(bytes, kInt80, sizeof bytes) == 0) return CallAbi::i386;
    return abi_of(AUDIT_ARCH_X86_64, static_cast<uint64_t>(registers.number()));
#elif defined(__i386__)
    return CallAbi::i386;
#else
    return CallAbi::aarch64;
#endif
}

using Word = unsigned long;

Result<Word> peek(pid_t thread, uint64_t address) {
    Word word = 0;
    TRY_VOID(ptrace_request(PTRACE_PEEKDATA, thread, address, to_number(&word)));
    return word;
}

}  // namespace

Result<> ptrace_request(unsigned request, pid_t thread, uint64_t address, uint64_t data) {
    if (syscall(SYS_ptrace, static_cast<long>(request), static_cast<long>(thread),
                static_cast<unsigned long>(address), static_cast<unsigned long>(data)) == 0)
        return {};
    const int code = errno;
    const bool at_its_start = request == PTRACE_SEIZE;
    return failure(concat(at_its_start ? "trace process " : "use ptrace on process ", thread), code,
                   refusal_cause(code, thread));
}

#if defined(__aarch64__)
Result<Registers> Tracee::registers() const {
    Registers registers;
    iovec place{&registers.raw, sizeof registers.raw};
    TRY_VOID(ptrace_request(PTRACE_GETREGSET, thread_, NT_PRSTATUS, to_number(&place)));
    return registers;
}

Result<> Tracee::set_registers(const Registers& registers) const {
    auto copy = registers;
    iovec place{&copy.raw, sizeof copy.raw};
    return ptrace_request(PTRACE_SETREGSET, thread_, NT_PRSTATUS, to_number(&place));
}
#else
Result<Registers> Tracee::registers() const {
    Registers registers;
    TRY_VOID(ptrace_request(PTRACE_GETREGS, thread_, 0, to_number(&registers.raw)));
    return registers;
}

Result<> Tracee::set_registers(const Registers& registers) const {
    auto copy = registers;
    return ptrace_request(PTRACE_SETREGS, thread_, 0, to_number(&copy.raw));
}
#endif

Result<size_t> Tracee::read(RemoteAddress from, std::span<char> to) const {
    const auto address = static_cast<uint64_t>(from);
    if (to.empty()) return 0;
    if (static_cast<uintptr_t>(address) != address) return failure("read another process' memory", EFAULT);
    const iovec local{to.data(), to.size()};
    const iovec remote{reinterpret_cast<void*>(static_cast<uintptr_t>(address)), to.size()};
    const ssize_t got = process_vm_readv(thread_, &local, 1, &remote, 1, 0);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EFAULT || errno == ESRCH)
        return failure(concat("read the memory of process ", thread_), errno);
    size_t done = 0;
    while (done < to.size()) {
        const uint64_t at = address + done;
        const uint64_t aligned = at & ~(sizeof(Word) - 1);
        const auto word = peek(thread_, aligned);
        if (!word && done == 0) return std::unexpected(word.error());
        if (!word) break;
        const size_t skipped = at - aligned;
        const size_t taken = std::min(sizeof *word - skipped, to.size() - done);
        memcpy(to.data() + done, reinterpret_cast<const char*>(&*word) + skipped, taken);
        done += taken;
    }
    return done;
}

Result<> Tracee::write(RemoteAddress to, std::string_view bytes) const {
    const auto address = static_cast<uint64_t>(to);
    for (size_t done = 0; done < bytes.size();) {
        const uint64_t at = address + done;
        const uint64_t aligned = at & ~(sizeof(Word) - 1);
        const size_t skipped = at - aligned;
        const size_t taken = std::min(sizeof(Word) - skipped, bytes.size() - done);
        Word word = taken == sizeof word ? 0 : TRY(peek(thread_, aligned));
        memcpy(reinterpret_cast<char*>(&word) + skipped, bytes.data() + done, taken);
        TRY_VOID(ptrace_request(PTRACE_POKEDATA, thread_, aligned, word));
        done += taken;
    }
    return {};
}

Result<CallPhase> Tracee::system_call(SystemCall& call) const {
    ptrace_syscall_info info{};
    // It returns a size, not 0.
    if (syscall(SYS_ptrace, PTRACE_GET_SYSCALL_INFO, static_cast<long>(thread_), sizeof info, &info) < 0)
        return failure(concat("ask for the system call of process ", thread_), errno);
    // The number and arguments stand at one place for both.
    const bool enters = info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_SECCOMP;
    call.abi = abi_of(info.arch, enters ? info.entry.nr : 0);
    call.instruction = info.instruction_pointer;
    call.stack = info.stack_pointer;
    if (enters) {
        call.number = call_number(call.abi, info.entry.nr);
        std::copy_n(info.entry.args, std::size(call.arguments), call.arguments);
        return CallPhase::entry;
    }
    if (info.op != PTRACE_SYSCALL_INFO_EXIT) return CallPhase::none;
    call.result = info.exit.rval;
    return CallPhase::exit;
}

Result<> Tracee::system_call_from_registers(CallPhase phase, SystemCall& call) const {
    const Registers registers = TRY(this->registers());
    call.abi = abi_from_registers(*this, registers);
    call.instruction = registers.instruction();
    call.stack = registers.stack();
    if (phase == CallPhase::exit) {
        call.result = registers.result();
        return {};
    }
    call.number = call_number(call.abi, static_cast<uint64_t>(registers.number()));
    for (unsigned i = 0; i < std::size(call.arguments); ++i)
        call.arguments[i] = registers.argument(call.abi, i);
    return {};
}

Result<uint64_t> Tracee::event_message() const {
    unsigned long message = 0;
    TRY_VOID(ptrace_request(PTRACE_GETEVENTMSG, thread_, 0, to_number(&message)));
    return message;
}

}  // namespace earlybox
