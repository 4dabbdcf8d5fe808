// SPDX-License-Identifier: MIT
// The configuration that a kernel was built with.
#pragma once
#include <string>

#include "core/base/result.h"
#include "core/probe/machine.h"

namespace earlybox {

struct KernelConfiguration {
    std::string text;
    std::string source;  // the file it came from
};

// The machine's own kernel's: /proc/config.gz, else /boot/config-RELEASE, else config below
// /lib/modules/RELEASE. A captured tree that does not tell the release may hold one configuration. The error
// says where there was none.
Result<KernelConfiguration> read_kernel_configuration(Machine& machine);

// "/proc/config.gz: CONFIG_X is not set"
std::string option_text(const KernelConfiguration& configuration, const char* option);

// That of a file: a configuration, packed or not, or a kernel image that holds one.
Result<KernelConfiguration> read_kernel_configuration(const std::string& path);

}  // namespace earlybox
