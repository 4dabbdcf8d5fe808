// SPDX-License-Identifier: MIT
#include "core/sys/registers.h"

namespace earlybox {
namespace {

#if defined(__x86_64__)
using Register = decltype(user_regs_struct::rip) user_regs_struct::*;
constexpr Register kInstruction = &user_regs_struct::rip;
constexpr Register kStack = &user_regs_struct::rsp;
constexpr Register kResult = &user_regs_struct::rax;
constexpr Register kNumber = &user_regs_struct::orig_rax;
constexpr Register kArguments64[] = {&user_regs_struct::rdi, &user_regs_struct::rsi, &user_regs_struct::rdx,
                                     &user_regs_struct::r10, &user_regs_struct::r8,  &user_regs_struct::r9};
constexpr Register kArguments32[] = {&user_regs_struct::rbx, &user_regs_struct::rcx, &user_regs_struct::rdx,
                                     &user_regs_struct::rsi, &user_regs_struct::rdi, &user_regs_struct::rbp};

Register argument_register(CallAbi abi, unsigned index) {
    return abi == CallAbi::i386 ? kArguments32[index] : kArguments64[index];
}

// __USER_CS of arch/x86/include/asm/segment.h; Xen's paravirtual guests have bits of their own above.
bool runs_64_bit_code(const user_regs_struct& raw) { return (raw.cs & 0xff) == 0x33; }
#elif defined(__i386__)
using Register = decltype(user_regs_struct::eip) user_regs_struct::*;
constexpr Register kInstruction = &user_regs_struct::eip;
constexpr Register kStack = &user_regs_struct::esp;
constexpr Register kResult = &user_regs_struct::eax;
constexpr Register kNumber = &user_regs_struct::orig_eax;
constexpr Register kArguments[] = {&user_regs_struct::ebx, &user_regs_struct::ecx, &user_regs_struct::edx,
                                   &user_regs_struct::esi, &user_regs_struct::edi, &user_regs_struct::ebp};

Register argument_register(CallAbi, unsigned index) { return kArguments[index]; }

bool runs_64_bit_code(const user_regs_struct&) { return false; }
#endif

}  // namespace

const char* abi_name(CallAbi abi) {
    switch (abi) {
        case CallAbi::x86_64:
            return "x86_64";
        case CallAbi::i386:
            return "i386";
        case CallAbi::x32:
            return "x32";
        case CallAbi::aarch64:
            return "aarch64";
        case CallAbi::unknown:
            break;
    }
    return "unknown";
}

#if defined(__x86_64__) || defined(__i386__)
namespace {

// A 32-bit program's register as the program sees it, whatever the upper half holds.
uint64_t in_width(bool wide, uint64_t value) { return wide ? value : static_cast<uint32_t>(value); }
int64_t signed_in_width(bool wide, uint64_t value) {
    return wide ? static_cast<int64_t>(value) : static_cast<int32_t>(value);
}

}  // namespace

bool Registers::wide() const { return runs_64_bit_code(raw); }
uint64_t Registers::instruction() const { return in_width(wide(), raw.*kInstruction); }
void Registers::set_instruction(uint64_t address) { raw.*kInstruction = address; }
uint64_t Registers::stack() const { return in_width(wide(), raw.*kStack); }
int64_t Registers::result() const { return signed_in_width(wide(), raw.*kResult); }
void Registers::set_result(int64_t value) { raw.*kResult = value; }
int64_t Registers::number() const { return signed_in_width(wide(), raw.*kNumber); }
void Registers::set_number(int64_t number) { raw.*kNumber = number; }
uint64_t Registers::argument(CallAbi abi, unsigned index) const {
    return in_width(abi != CallAbi::i386, raw.*argument_register(abi, index));
}
void Registers::set_argument(CallAbi abi, unsigned index, uint64_t value) {
    raw.*argument_register(abi, index) = value;
}
#endif

}  // namespace earlybox
