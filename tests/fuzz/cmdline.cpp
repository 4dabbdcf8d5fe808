// SPDX-License-Identifier: MIT
#include "core/parse/cmdline.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto parameters = parse_cmdline(text);
    for (const auto& parameter : parameters) {
        promise(parameter.name.find('=') == std::string::npos);
        promise(boot_parameter(parameters, parameter.name).has_value());
    }
}
