// SPDX-License-Identifier: MIT
// The kernel's symbols as /proc/kallsyms of the examined machine shows them.
#pragma once
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/parse/kallsyms.h"
#include "core/probe/machine.h"
#include "core/sys/file.h"

namespace earlybox {

// The error says why there is none: CONFIG_KALLSYMS, no /proc, no such file below --root.
Result<Fd> open_kallsyms(Machine& machine);

// Calls `take(const Symbol&)` for every symbol, in constant memory; the symbol's texts live until it returns.
// Lines that are no symbols are passed over.
template <class Take>
Result<> for_each_symbol(const Fd& kallsyms, Take&& take) {
    return for_each_line(kallsyms.number(), "kallsyms", [&](std::string_view line) {
        if (const auto symbol = parse_kallsyms_line(line)) take(*symbol);
    });
}

// Why every address reads as zero, for whoever needs addresses (kptr_restrict, capabilities, lockdown).
Error hidden_addresses_error(Machine& machine);

}  // namespace earlybox
