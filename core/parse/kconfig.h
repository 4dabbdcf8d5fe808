// SPDX-License-Identifier: MIT
// A kernel configuration: "CONFIG_X=y" and "# CONFIG_X is not set" lines (scripts/kconfig/confdata.c).
#pragma once
#include <optional>
#include <string_view>

namespace earlybox {

// The value of `option` ("CONFIG_X"): "y", "m", a number or a quoted string; "n" where it is not set. Nothing
// where the configuration does not mention it: this kernel has no such option, or its dependencies hide it.
std::optional<std::string_view> kconfig_value(std::string_view configuration, std::string_view option);

}  // namespace earlybox
