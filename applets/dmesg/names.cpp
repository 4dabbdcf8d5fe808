// SPDX-License-Identifier: MIT
#include "applets/dmesg/names.h"

#include <strings.h>

#include <algorithm>
#include <span>

#include "core/base/text.h"
#include "core/parse/log_record.h"

namespace earlybox::dmesg {
namespace {

std::optional<uint32_t> number_of(std::string_view word, std::span<const std::string_view> names) {
    if (const auto number = parse_number(word); number && *number < names.size())
        return static_cast<uint32_t>(*number);
    const auto named = std::ranges::find_if(names, [&](std::string_view name) {
        return name.size() == word.size() && strncasecmp(name.data(), word.data(), word.size()) == 0;
    });
    if (named == names.end()) return std::nullopt;
    return static_cast<uint32_t>(named - names.begin());
}

std::optional<Set> set_of(std::string_view list, std::span<const std::string_view> names) {
    Set set = 0;
    while (true) {
        const size_t comma = list.find(',');
        const auto number = number_of(list.substr(0, comma), names);
        if (!number) return std::nullopt;
        set |= Set{1} << *number;
        if (comma == list.npos) return set;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

std::optional<Set> parse_levels(std::string_view list) { return set_of(list, kLogLevels); }

std::optional<Set> parse_facilities(std::string_view list) { return set_of(list, kLogFacilities); }

std::optional<int> parse_console_level(std::string_view text) {
    const auto number = parse_number(text);
    if (!number) {
        const auto level = number_of(text, kLogLevels);
        return level ? std::optional(static_cast<int>(*level) + 1) : std::nullopt;
    }
    return *number >= 1 && *number <= std::size(kLogLevels) ? std::optional(static_cast<int>(*number))
                                                            : std::nullopt;
}

}  // namespace earlybox::dmesg
