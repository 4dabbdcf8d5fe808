// SPDX-License-Identifier: MIT
// What the examined kernel was booted with.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/probe/machine.h"

namespace earlybox {

// The value of a boot parameter; nothing if it is not given, or the command line cannot be read.
std::optional<std::string> boot_parameter(Machine& machine, std::string_view name);

}  // namespace earlybox
