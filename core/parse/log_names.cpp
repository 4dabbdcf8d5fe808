// SPDX-License-Identifier: MIT
#include "core/parse/log_names.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "core/base/order.h"
#include "core/parse/log_time.h"

namespace earlybox {
namespace {

struct RotatedName {
    std::string_view family;
    std::string_view date;  // "20261115", "20261115-1763164800"
    uint64_t number = 0;    // 1 is younger than 2
    bool packed = false;
    std::string_view file;

    // Oldest first; what has neither date nor number is being written to.
    auto order() const {
        const bool current = date.empty() && number == 0;
        return std::tuple(family, current, date, ~number, packed, file);
    }
    bool is_copy_of(const RotatedName& other) const {
        return family == other.family && date == other.date && number == other.number;
    }
};

// Takes ".2" or "-20261115" off the end.
bool take_rotation(RotatedName& name) {
    const size_t last = name.family.find_last_not_of("0123456789-");
    if (last == name.family.npos || last + 1 == name.family.size()) return false;
    std::string_view suffix = name.family.substr(last + 1);
    const auto family = name.family.substr(0, last + 1);
    if (family.ends_with('.') && family.size() > 1 && suffix.size() <= 4) {
        const auto number = take_number(suffix);
        if (!number || !suffix.empty()) return false;
        name.number = *number;
        name.family = family.substr(0, family.size() - 1);
        return true;
    }
    constexpr size_t kDate = 8;
    if (suffix.size() <= kDate || suffix[0] != '-') return false;
    name.date = suffix.substr(1);
    name.family = family;
    return true;
}

RotatedName rotated_name(std::string_view file) {
    RotatedName name{.family = file, .file = file};
    for (const std::string_view ending : {".gz", ".xz", ".zst", ".lz4", ".bz2", ".lzma"}) {
        if (!name.family.ends_with(ending) || name.family.size() == ending.size()) continue;
        name.family.remove_suffix(ending.size());
        name.packed = true;
        break;
    }
    take_rotation(name);
    return name;
}

}  // namespace

std::vector<LogFamily> log_families(const std::vector<std::string>& names) {
    std::vector<RotatedName> rotated;
    for (const auto& name : names) rotated.push_back(rotated_name(name));
    put_in_order(rotated, [](const RotatedName& a, const RotatedName& b) { return a.order() < b.order(); });
    std::vector<LogFamily> families;
    for (size_t i = 0; i < rotated.size(); ++i) {
        if (i == 0 || rotated[i].family != rotated[i - 1].family)
            families.push_back({std::string(rotated[i].family), {}});
        else if (rotated[i].packed && rotated[i].is_copy_of(rotated[i - 1]))
            continue;
        families.back().files.emplace_back(rotated[i].file);
    }
    return families;
}

}  // namespace earlybox
