// SPDX-License-Identifier: MIT
// A kernel configuration: "CONFIG_X=y" and "# CONFIG_X is not set" lines (scripts/kconfig/confdata.c).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace earlybox {

struct KconfigOption {
    std::string_view name;   // "CONFIG_X"
    std::string_view value;  // "y", "m", a number or a quoted string; "n" where it is not set
};

// Takes lines off the front of `configuration` up to the next option's; nothing when none is left.
std::optional<KconfigOption> next_kconfig_option(std::string_view& configuration);

// The value of `option`. Nothing where the configuration does not mention it: this kernel has no such option,
// or its dependencies hide it.
std::optional<std::string_view> kconfig_value(std::string_view configuration, std::string_view option);

// The line of a configuration that says so.
std::string kconfig_line(std::string_view option, std::string_view value);

// The text that a file holds, packed or not, where it is a configuration.
std::optional<std::string> kconfig_of_file(std::string_view file);

// The configuration inside an unpacked kernel or module built with CONFIG_IKCONFIG: gzip data between the
// marks IKCFG_ST and IKCFG_ED (kernel/configs.c). The error says that there is none, or where it is damaged.
Result<std::string> embedded_kconfig(std::string_view kernel);

}  // namespace earlybox
