// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto value = kconfig_value(text, "CONFIG_X");
    promise(!value || value->find('\n') == value->npos);
    promise(!value || *value == "n" || text.find(*value) != text.npos);
}
