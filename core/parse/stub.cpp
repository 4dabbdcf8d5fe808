// SPDX-License-Identifier: MIT
#include "core/parse/stub.h"

#include <stdint.h>
#include <string.h>

namespace earlybox {
namespace {

bool take(std::string_view& code, std::string_view bytes, size_t operand_size = 0) {
    if (!code.starts_with(bytes) || code.size() < bytes.size() + operand_size) return false;
    code.remove_prefix(bytes.size() + operand_size);
    return true;
}

// What the function returns, sign-extended.
std::optional<int32_t> take_value(std::string_view& code) {
    using namespace std::string_view_literals;
    int32_t value = -1;
    if (take(code, "\x48\x83\xc8\xff"sv) || take(code, "\x83\xc8\xff"sv))
        return value;  // or $-1,%rax or %eax
    // mov $imm32,%rax; mov $imm32,%eax
    if (!take(code, "\x48\xc7\xc0"sv) && !take(code, "\xb8"sv)) return std::nullopt;
    if (code.size() < sizeof value) return std::nullopt;
    memcpy(&value, code.data(), sizeof value);
    code.remove_prefix(sizeof value);
    return value;
}

// mov %rsp,%rbp; mov %esp,%ebp
bool take_frame(std::string_view& code) {
    using namespace std::string_view_literals;
    return take(code, "\x48\x89\xe5"sv) || take(code, "\x89\xe5"sv);
}

}  // namespace

std::optional<int> stub_errno(std::string_view code) {
    using namespace std::string_view_literals;
    constexpr size_t kRelative = 4;
    // endbr64, endbr32, or the nop that it was sealed to: nopw (%rax), later nopl -42(%rax)
    (void)(take(code, "\xf3\x0f\x1e\xfa"sv) || take(code, "\xf3\x0f\x1e\xfb"sv) ||
           take(code, "\x66\x0f\x1f\x00"sv) || take(code, "\x0f\x1f\x40\xd6"sv));
    // The function tracer's place: the nop of five bytes that this processor likes best, or a call
    (void)(take(code, "\x0f\x1f\x44\x00\x00"sv) || take(code, "\x66\x66\x66\x66\x90"sv) ||
           take(code, "\x3e\x8d\x74\x26\x00"sv) || take(code, "\xe8"sv, kRelative));
    // Compilers put the value before or after mov %rsp,%rbp.
    const bool has_frame = take(code, "\x55"sv);
    bool is_set_up = has_frame && take_frame(code);
    const auto value = take_value(code);
    is_set_up = is_set_up || (has_frame && take_frame(code));
    if (!value || is_set_up != has_frame || (has_frame && !take(code, "\x5d"sv))) return std::nullopt;
    // ret, or jmp __x86_return_thunk
    const bool returns = take(code, "\xc3"sv) || take(code, "\xe9"sv, kRelative);
    constexpr int kLastErrno = 4095;
    if (!returns || *value >= 0 || *value < -kLastErrno) return std::nullopt;
    return -*value;
}

}  // namespace earlybox
