// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto value = kconfig_value(text, "CONFIG_X");
    promise(!value || value->find('\n') == value->npos);
    promise(!value || *value == "n" || text.find(*value) != text.npos);
    std::string_view rest = text;
    while (const auto option = next_kconfig_option(rest)) {
        promise(option->name.starts_with("CONFIG_") && rest.size() < text.size());
        promise(kconfig_value(kconfig_line(option->name, option->value), option->name) == option->value);
    }
    (void)kconfig_of_file(text);
    const auto embedded = embedded_kconfig(text);
    promise(embedded || !embedded.error().cause.empty());
}
