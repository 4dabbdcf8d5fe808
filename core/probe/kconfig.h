// SPDX-License-Identifier: MIT
// The configuration that the examined kernel was built with.
#pragma once
#include <string>

#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

struct KernelConfiguration {
    std::string text;
    std::string source;  // the file it came from
};

// /proc/config.gz, else /boot/config-RELEASE; the error says that there is neither.
Result<KernelConfiguration> read_kernel_configuration(Machine& machine);

// "/proc/config.gz: CONFIG_X is not set"
std::string option_text(const KernelConfiguration& configuration, const char* option);

}  // namespace earlybox
