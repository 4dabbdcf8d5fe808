// SPDX-License-Identifier: MIT
#include "core/parse/log_record.h"

#include <algorithm>
#include <span>

namespace earlybox {
namespace {

std::optional<uint32_t> index_of(std::span<const std::string_view> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<uint32_t>(found - names.begin());
}

}  // namespace

std::optional<uint32_t> log_level(std::string_view name) { return index_of(kLogLevels, name); }
std::optional<uint32_t> log_facility(std::string_view name) { return index_of(kLogFacilities, name); }

bool LogFilter::accepts(std::string_view text) const {
    return needles.empty() ||
           std::ranges::any_of(needles, [&](const auto& needle) { return text.find(needle) != text.npos; });
}

LogTally& LogTally::operator+=(const LogTally& more) {
    records += more.records;
    others += more.others;
    damages += more.damages;
    unread += more.unread;
    return *this;
}

}  // namespace earlybox
