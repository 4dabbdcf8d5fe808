// SPDX-License-Identifier: MIT
// Build options besides those of gates.h: what they decide for a userland, and a symbol that only comes with
// them.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace earlybox {

enum class SymbolKind : std::uint8_t {
    code,
    data,  // only kernels with CONFIG_KALLSYMS_ALL list it
    code_or_module,
};

struct KernelOption {
    const char* option;   // "CONFIG_DEVTMPFS"
    const char* symbol;   // a kernel with the option has it, one without has not; empty: nothing tells
    const char* decides;  // a clause without a full stop
    SymbolKind kind = SymbolKind::code;
};

std::span<const KernelOption> kernel_options();

// Nothing if it is not among them.
const KernelOption* find_kernel_option(std::string_view option);

}  // namespace earlybox
