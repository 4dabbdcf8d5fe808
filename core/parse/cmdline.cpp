// SPDX-License-Identifier: MIT
#include "core/parse/cmdline.h"

namespace earlybox {

std::vector<BootParameter> parse_cmdline(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\n";
    std::vector<BootParameter> parameters;
    std::string word;
    bool quoted = false;
    bool begun = false;
    const auto finish = [&] {
        if (!begun) return;
        const size_t equals = word.find('=');
        BootParameter parameter{word.substr(0, equals), std::nullopt};
        if (equals != word.npos) parameter.value = word.substr(equals + 1);
        parameters.push_back(std::move(parameter));
        word.clear();
        begun = false;
    };
    for (const char c : text) {
        if (!quoted && kSpaces.find(c) != kSpaces.npos) {
            finish();
            continue;
        }
        begun = true;
        if (c == '"')
            quoted = !quoted;
        else
            word += c;
    }
    finish();
    return parameters;
}

std::optional<std::string> boot_parameter(const std::vector<BootParameter>& parameters,
                                          std::string_view name) {
    std::optional<std::string> value;
    for (const auto& parameter : parameters)
        if (parameter.name == name) value = parameter.value.value_or("");
    return value;
}

}  // namespace earlybox
