// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include "core/base/text.h"

namespace earlybox {

std::optional<std::string_view> kconfig_value(std::string_view configuration, std::string_view option) {
    std::string_view line;
    while (next_line(configuration, line)) {
        const bool is_comment = line.starts_with("# ");
        if (is_comment) line.remove_prefix(2);
        if (!line.starts_with(option)) continue;
        line.remove_prefix(option.size());
        if (is_comment && line == " is not set") return "n";
        if (!is_comment && line.starts_with('=')) return line.substr(1);
    }
    return std::nullopt;
}

}  // namespace earlybox
