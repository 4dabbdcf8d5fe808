// SPDX-License-Identifier: MIT
// The kernel's boot parameters (Documentation/admin-guide/kernel-parameters.rst; lib/cmdline.c, next_arg).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earlybox {

struct BootParameter {
    std::string name;
    std::optional<std::string> value;  // "quiet" has none; quotes are gone
};

// In the order given. Double quotes keep spaces together: a="b c" and "a=b c" say the same.
std::vector<BootParameter> parse_cmdline(std::string_view text);

// The last value given for `name` wins, as in the kernel; "" for one without a value.
std::optional<std::string> boot_parameter(const std::vector<BootParameter>& parameters,
                                          std::string_view name);

}  // namespace earlybox
