// SPDX-License-Identifier: MIT
// What tests/fixtures/trace_page/KERNEL-formats holds: events/header_page, then the format of each event.
#pragma once
#include <algorithm>
#include <string_view>
#include <vector>

#include "core/parse/trace_format.h"

inline std::vector<earlybox::TraceFormat> formats_of(std::string_view text) {
    constexpr std::string_view kBegin = "\nname: ";
    std::vector<earlybox::TraceFormat> formats;
    for (size_t at = text.find(kBegin); at != text.npos;) {
        const size_t end = text.find(kBegin, at + 1);
        if (auto format = earlybox::TraceFormat::parse(text.substr(at + 1, end - at)))
            formats.push_back(std::move(*format));
        at = end;
    }
    return formats;
}
