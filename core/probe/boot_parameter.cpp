// SPDX-License-Identifier: MIT
#include "core/probe/boot_parameter.h"

#include "core/parse/cmdline.h"

namespace earlybox {

std::optional<std::string> boot_parameter(Machine& machine, std::string_view name) {
    const auto text = machine.read(kProcfs, "cmdline");
    return text ? boot_parameter(parse_cmdline(*text), name) : std::nullopt;
}

}  // namespace earlybox
