// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/shim.h"

#include <errno.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/probe/syscalls.h"

namespace earlybox::trace_syscall {
namespace {

// Results that only the kernel and tracers see (include/linux/errno.h): what follows if no handler runs.
constexpr int64_t kRestartNoHandler = -514;  // -ERESTARTNOHAND: the same call again
constexpr int64_t kRestartBlock = -516;      // -ERESTART_RESTARTBLOCK: restart_syscall, which knows the rest
constexpr unsigned kRestartSyscall = 0;

// Below the stack pointer of a program in a call there is nothing of its own on i386; a signal's frame comes
// there only after the exit from the call.
constexpr uint64_t kScratchBelowStack = 1024;
static_assert(2 * kLargestWideSize <= kScratchBelowStack);

// Where the wide structures of a call are in the program's memory.
RemoteAddress scratch_of(const Registers& registers, size_t argument) {
    const uint64_t start = (static_cast<uint32_t>(registers.stack()) - kScratchBelowStack) & ~uint64_t{15};
    // No call has more than two: they are in different halves.
    return RemoteAddress{start + (argument >= 3 ? kLargestWideSize : 0)};
}

bool is_read(TwinArgument::Kind kind) {
    using enum TwinArgument::Kind;
    return kind == in || kind == in_out || kind == remaining;
}

bool is_written(TwinArgument::Kind kind, int64_t result) {
    switch (kind) {
        case TwinArgument::Kind::out:
        case TwinArgument::Kind::in_out:
            return result >= 0;
        case TwinArgument::Kind::remaining:
            return true;
        case TwinArgument::Kind::rest:
            return result == -EINTR || result == kRestartBlock;
        default:
            return false;
    }
}

// As the kernel writes for the program: not where the program itself may not. A kernel without
// CONFIG_CROSS_MEMORY_ATTACH cannot tell us: there a constant in memory is written to.
bool store(Tracee tracee, uint64_t address, std::span<char> bytes) {
    const iovec local{bytes.data(), bytes.size()};
    const iovec remote{reinterpret_cast<void*>(static_cast<uintptr_t>(address)), bytes.size()};
    const auto written = process_vm_writev(tracee.thread(), &local, 1, &remote, 1, 0);
    if (written < 0 && errno == ENOSYS)
        return tracee.write(RemoteAddress{address}, {bytes.data(), bytes.size()}).has_value();
    return written == static_cast<ssize_t>(bytes.size());
}

}  // namespace

Shim Shim::find_refused() {
    std::vector<Syscall> calls;
    for (const Time32Call& row : time32_calls())
        if (const auto call = find_syscall(Abi::i386, row.number)) calls.push_back(*call);
    const auto answers = try_calls(Abi::i386, calls);
    Shim shim;
    for (size_t i = 0; i < calls.size(); ++i)
        if (answers[i].refused_as_unknown()) shim.refused_.set(calls[i].number);
    // What cannot be tried without harm shares the fate of nanosleep, which no option but COMPAT_32BIT_TIME
    // decides.
    constexpr unsigned kIpc = 117;
    constexpr unsigned kNanosleep = 162;
    shim.refused_[kIpc] = shim.refused_[kNanosleep];
    return shim;
}

CallSet Shim::calls() const {
    NumberSet numbers;
    for (unsigned number = 0; number < refused_.size(); ++number) numbers[number] = refused_[number];
    numbers.set(kRestartSyscall);
    return CallSet::of(Abi::i386, numbers);
}

void Shim::enter(Tracee tracee, const SystemCall& call, Service& service) const {
    const auto number = static_cast<unsigned>(call.number);
    if (call.abi == CallAbi::i386 && number == kRestartSyscall && service.resting_) {
        service.resting_ = false;
        return;
    }
    service.row_ = nullptr;
    service.resting_ = false;
    if (call.abi != CallAbi::i386 || number >= refused_.size() || !refused_[number]) return;
    const Time32Call* row = find_time32_call(number, call.arguments);
    if (!row) return;
    const auto saved = tracee.registers();
    // 64-bit code that makes 32-bit calls has its stack where these cannot reach.
    if (!saved || saved->wide()) return;
    Registers registers = *saved;
    registers.set_number(row->twin);
    bool valid = true;
    uint8_t converted = 0;
    for (size_t i = 0; i < row->count; ++i) {
        const TwinArgument& argument = row->arguments[i];
        if (argument.kind == TwinArgument::Kind::constant) {
            registers.set_argument(call.abi, i, static_cast<uint32_t>(argument.value));
            continue;
        }
        const auto given = static_cast<uint32_t>(call.arguments[argument.value]);
        const bool needed = given != 0 || row->special == Time32Call::Special::returns_time;
        registers.set_argument(call.abi, i, given);
        if (argument.kind == TwinArgument::Kind::same || !needed) continue;
        const RemoteAddress scratch = scratch_of(*saved, i);
        if (is_read(argument.kind)) {
            char narrow[kLargestWideSize];
            char wide[kLargestWideSize];
            const std::span from(narrow, narrow_size(argument.shape));
            const std::span to(wide, wide_size(argument.shape));
            const auto got = tracee.read(RemoteAddress{given}, from);
            // The kernel cannot read there either: EFAULT.
            if (!got || *got != from.size()) continue;
            valid = valid && widen(argument.shape, from, to);
            if (!tracee.write(scratch, {to.data(), to.size()})) return;
        }
        registers.set_argument(call.abi, i, static_cast<uint64_t>(scratch));
        converted |= 1U << i;
    }
    if (!valid) registers.set_number(-1);
    if (!tracee.set_registers(registers)) return;
    service.row_ = row;
    service.registers_ = *saved;
    service.converted_ = converted;
    service.answered_ = !valid;
    std::ranges::copy(call.arguments, service.arguments_);
}

int64_t Shim::leave(Tracee tracee, int64_t result, Service& service) const {
    const Time32Call& row = *service.row_;
    const int64_t kernels_result = result;
    if (service.answered_) result = -EINVAL;
    if (row.special == Time32Call::Special::not_restarted && result == kRestartNoHandler) result = -EINTR;
    for (size_t i = 0; i < row.count && !service.answered_; ++i) {
        const TwinArgument& argument = row.arguments[i];
        if (!(service.converted_ >> i & 1) || !is_written(argument.kind, kernels_result)) continue;
        const auto target = static_cast<uint32_t>(service.arguments_[argument.value]);
        const bool returns_time = row.special == Time32Call::Special::returns_time;
        char narrow_bytes[kLargestWideSize];
        char wide_bytes[kLargestWideSize];
        const std::span to(narrow_bytes, narrow_size(argument.shape));
        const std::span from(wide_bytes, wide_size(argument.shape));
        const auto got = tracee.read(scratch_of(service.registers_, i), from);
        if (!got || *got != from.size()) continue;
        if (!narrow(argument.shape, from, to)) {
            result = -EOVERFLOW;
            continue;
        }
        if (returns_time) {
            int32_t time;
            memcpy(&time, to.data(), sizeof time);
            result = time;
        }
        if (target == 0 || store(tracee, target, to)) continue;
        // fs/select.c: a timeout that cannot be updated is no error, but then the call is not restarted.
        if (argument.kind != TwinArgument::Kind::remaining)
            result = -EFAULT;
        else if (result == kRestartNoHandler)
            result = -EINTR;
    }
    auto registers = tracee.registers();
    if (!registers) return result;
    for (unsigned i = 0; i < 6; ++i)
        registers->set_argument(CallAbi::i386, i, service.registers_.argument(CallAbi::i386, i));
    // Also for a restart: the kernel then makes the call of this number again, with the program's arguments.
    registers->set_number(service.registers_.number());
    registers->set_result(result);
    (void)tracee.set_registers(*registers);
    service.resting_ = result == kRestartBlock;
    if (!service.resting_) service.row_ = nullptr;
    return result;
}

}  // namespace earlybox::trace_syscall
