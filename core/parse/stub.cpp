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

}  // namespace

std::optional<int> stub_errno(std::string_view code) {
    using namespace std::string_view_literals;
    constexpr size_t kRelative = 4;
    // endbr64, or the nopl (%rax) that it was sealed to
    (void)(take(code, "\xf3\x0f\x1e\xfa"sv) || take(code, "\x66\x0f\x1f\x00"sv));
    // The function tracer's place: the nop of five bytes that this processor likes best, or a call
    (void)(take(code, "\x0f\x1f\x44\x00\x00"sv) || take(code, "\x66\x66\x66\x66\x90"sv) ||
           take(code, "\xe8"sv, kRelative));
    // mov $imm32,%rax
    int32_t value = 0;
    if (!take(code, "\x48\xc7\xc0"sv) || code.size() < sizeof value) return std::nullopt;
    memcpy(&value, code.data(), sizeof value);
    code.remove_prefix(sizeof value);
    // ret, or jmp __x86_return_thunk
    const bool returns = take(code, "\xc3"sv) || take(code, "\xe9"sv, kRelative);
    constexpr int kLastErrno = 4095;
    if (!returns || value >= 0 || value < -kLastErrno) return std::nullopt;
    return -value;
}

}  // namespace earlybox
