// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/vdso_calls.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <algorithm>

namespace earlybox::trace_syscall {
namespace {

using namespace std::string_view_literals;

// What the longest of the functions that are told of takes, but getrandom's two that no system call has.
constexpr size_t kArguments = 3;

// The code that runs a function and reports it: its result, where its arguments are, its index.
std::string reporting_stub(bool is_i386, size_t index, uint64_t offset, uint64_t function, uint64_t kernel) {
    std::string code;
    if (is_i386) {
        // The arguments again, for the function: each push moves the next one to the same place.
        for (size_t i = 0; i < kArguments; ++i) code += "\xff\x74\x24\x0c"sv;  // push 12(%esp)
        code += relative_branch(kCall, offset + code.size(), function);
        code += "\x83\xc4\x0c"sv;      // add $12, %esp
        code += "\x53"sv;              // push %ebx
        code += "\x89\xc3"sv;          // mov %eax, %ebx
        code += "\x8d\x4c\x24\x08"sv;  // lea 8(%esp), %ecx
        code += "\xba"sv;              // mov $index, %edx
        put_number(code, index, 4);
        code += "\xb8"sv;  // mov $kReport, %eax
        put_number(code, VdsoCalls::kReport, 4);
        // Not int $0x80, which is slow on a virtual machine.
        code += relative_branch(kCall, offset + code.size(), kernel);
        code += "\x89\xd8"sv;  // mov %ebx, %eax
        code += "\x5b\xc3"sv;  // pop %ebx; ret
        return code;
    }
    code += "\x52\x56\x57"sv;  // push %rdx; push %rsi; push %rdi: the stack is as aligned as at a function's
                               // entry
    code += relative_branch(kCall, offset + code.size(), function);
    code += "\x48\x89\xc7"sv;  // mov %rax, %rdi
    code += "\x48\x89\xe6"sv;  // mov %rsp, %rsi
    code += "\xba"sv;          // mov $index, %edx
    put_number(code, index, 4);
    code += "\xb8"sv;  // mov $kReport, %eax
    put_number(code, VdsoCalls::kReport, 4);
    code += "\x0f\x05"sv;          // syscall
    code += "\x48\x89\xf8"sv;      // mov %rdi, %rax
    code += "\x48\x83\xc4\x18"sv;  // add $24, %rsp
    code += "\xc3"sv;              // ret
    return code;
}

}  // namespace

Result<std::shared_ptr<const VdsoCalls>> VdsoCalls::watch(const Tracee& tracee) {
    auto calls = std::make_shared<VdsoCalls>();
    const Registers registers = TRY(tracee.registers());
    calls->vdso_ = TRY(ProgramVdso::after_exec(tracee, registers));
    const ProgramVdso& vdso = calls->vdso_;
    const bool is_i386 = vdso.abi == CallAbi::i386;
    if (vdso.address == 0 || (!is_i386 && vdso.abi != CallAbi::x86_64))
        return std::shared_ptr<const VdsoCalls>();
    const VdsoSymbol* kernel = vdso.symbols->find("__kernel_vsyscall");
    if (is_i386 && !kernel) return std::shared_ptr<const VdsoCalls>();
    calls->redirection_ = TRY(redirect(*vdso.symbols, [&](size_t index, uint64_t offset, uint64_t function) {
        return reporting_stub(is_i386, index, offset, function, kernel ? kernel->offset : 0);
    }));
    for (const auto& function : calls->redirection_.functions)
        calls->rows_.push_back(find_syscall(is_i386 ? Abi::i386 : Abi::x86_64, function.name));
    for (const Patch& patch : calls->redirection_.patches)
        TRY_VOID(tracee.write(RemoteAddress{vdso.address + patch.offset}, patch.bytes));
    return calls;
}

std::optional<VdsoCalls::Made> VdsoCalls::reported(const Tracee& tracee, const SystemCall& call) const {
    if (call.number != kReport) return {};
    if (call.instruction - vdso_.address >= vdso_.image.size()) return {};
    const uint64_t index = call.arguments[2];
    if (index >= rows_.size() || !rows_[index]) return {};
    const bool is_i386 = vdso_.abi == CallAbi::i386;
    Made made{.call = {}, .result = static_cast<int64_t>(call.arguments[0])};
    if (is_i386) made.result = static_cast<int32_t>(call.arguments[0]);
    made.call.abi = is_i386 ? Abi::i386 : Abi::x86_64;
    made.call.row = rows_[index];
    made.call.number = made.call.row->number;
    made.call.stack = call.stack;
    made.call.process = tracee.thread();
    char bytes[8 * kArguments] = {};
    const size_t width = is_i386 ? 4 : 8;
    (void)tracee.read(RemoteAddress{call.arguments[1]}, {bytes, width * kArguments});
    for (size_t i = 0; i < kArguments; ++i)
        std::copy_n(bytes + width * i, width, reinterpret_cast<char*>(&made.call.arguments[i]));
    return made;
}

void VdsoCalls::unwatch(const Tracee& tracee) const {
    for (const Patch& patch : undo(*vdso_.symbols, redirection_))
        (void)tracee.write(RemoteAddress{vdso_.address + patch.offset}, patch.bytes);
}

bool installs_filter(const Call& call) {
    if (!call.row) return false;
    return call.row->name == "seccomp" ? call.arguments[0] <= SECCOMP_SET_MODE_FILTER
                                       : call.row->name == "prctl" && call.arguments[0] == PR_SET_SECCOMP;
}

}  // namespace earlybox::trace_syscall
