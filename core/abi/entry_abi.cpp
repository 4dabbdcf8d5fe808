// SPDX-License-Identifier: MIT
#include "core/abi/entry_abi.h"

#include "core/base/text.h"

namespace earlybox {
namespace {

struct Beginning {
    std::string_view text;
    std::optional<Abi> abi;
};

// The longer ones first. A handler without arguments serves every ABI by one name.
constexpr Beginning kHandlers[] = {
    {"__x64_compat_sys_", Abi::x32}, {"__x32_compat_sys_", Abi::x32},    {"__ia32_compat_sys_", Abi::i386},
    {"__x64_sys_", Abi::x86_64},     {"__ia32_sys_", Abi::i386},         {"__do_sys_", std::nullopt},
    {"__se_sys_", std::nullopt},     {"__do_compat_sys_", std::nullopt},
};

constexpr Beginning kEntries[] = {
    {"entry_SYSCALL_64", Abi::x86_64},    {"do_syscall_64", Abi::x86_64},
    {"x64_sys_call", Abi::x86_64},        {"x32_sys_call", Abi::x32},
    {"entry_SYSCALL_compat", Abi::i386},  {"entry_SYSENTER_compat", Abi::i386},
    {"entry_INT80_compat", Abi::i386},    {"sysret32_from_system_call", Abi::i386},
    {"do_fast_syscall_32", Abi::i386},    {"__do_fast_syscall_32", Abi::i386},
    {"do_SYSENTER_32", Abi::i386},        {"do_int80_", Abi::i386},
    {"int80_emulation", Abi::i386},       {"asm_int80_emulation", Abi::i386},
    {"do_syscall_32_irqs_on", Abi::i386}, {"ia32_sys_call", Abi::i386},
};

}  // namespace

std::optional<Abi> abi_of_function(std::string_view name) {
    for (const auto& handler : kHandlers)
        if (name.starts_with(handler.text)) return handler.abi;
    for (const auto& entry : kEntries)
        if (name.starts_with(entry.text)) return entry.abi;
    return std::nullopt;
}

std::string_view handled_call(std::string_view name) {
    for (const auto& handler : kHandlers)
        if (name.starts_with(handler.text)) return name.substr(handler.text.size());
    return {};
}

}  // namespace earlybox
