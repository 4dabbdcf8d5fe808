// SPDX-License-Identifier: MIT
// What a kernel's symbols tell of the options that it was built with.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/probe/kernel.h"

namespace earlybox::kconfig {

struct Inferred {
    std::string_view option;
    std::string_view value;  // "y", "m", "n"; "n or m": not built in; "?": symbols do not tell
    std::string reason;      // "__x64_sys_bpf is implemented"
};

// Every option of core/abi's gates.h and kernel_options.h.
Result<std::vector<Inferred>> infer_options(const Kernel& kernel);

}  // namespace earlybox::kconfig
