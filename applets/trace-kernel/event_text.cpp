// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/event_text.h"

#include "core/base/result.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

constexpr int64_t kHighestErrno = 4095;

bool is_result(std::string_view name) {
    return name == "ret" || name == "error" || name == "err" || name == "errno" || name == "retval" ||
           name == "result";
}

std::string number_text(const TraceField& field, uint64_t value) {
    const auto result = static_cast<int64_t>(value);
    if (result < 0 && result >= -kHighestErrno && field.is_signed && is_result(field.name))
        return concat(result, " (", errno_name(static_cast<int>(-result)), ')');
    if (field.name == "prev_state" && value == 0) return "R";  // its print format's "else"
    // Also what a kretprobe has fetched: an unsigned number that is an error.
    if (field.type.ends_with('*') && field.display.kind == TraceDisplay::Kind::decimal)
        return concat("0x", hex(value));
    return field.display.show(value, field.is_signed);
}

}  // namespace

std::string system_call_text(uint64_t number, std::optional<Abi> abi) {
    const auto plain = static_cast<unsigned>(number & ~uint64_t{kX32CallBit});
    const auto name = [&](Abi one) {
        const auto call = find_syscall(one, plain);
        return call ? std::string(call->name) : concat(plain);
    };
    if (number > UINT32_MAX) return concat(static_cast<int64_t>(number));
    return abi ? name(*abi) : concat("? (", name(Abi::x86_64), ", or 32-bit: ", name(Abi::i386), ')');
}

std::string field_text(const TraceField& field, std::string_view event, bool is_system_call,
                       std::optional<Abi> call_abi) {
    using Kind = TraceField::Kind;
    switch (field.kind) {
        case Kind::text:
        case Kind::dynamic_text:
            return printable(field.text(event));
        case Kind::bytes:
        case Kind::dynamic: {
            constexpr size_t kMost = 64;
            std::string text = "[";
            const size_t count = field.count(event);
            for (size_t i = 0; i < std::min(count, kMost); ++i)
                append(text, i == 0 ? "" : " ", "0x", hex(field.element_at(event, i)));
            return text + (count > kMost ? " ...]" : "]");
        }
        case Kind::number:
            break;
    }
    const uint64_t value = field.number(event);
    if (is_system_call && field.name == "id") return system_call_text(value, call_abi);
    return number_text(field, value);
}

}  // namespace earlybox::trace_kernel
