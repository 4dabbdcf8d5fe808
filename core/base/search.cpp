// SPDX-License-Identifier: MIT
#include "core/base/search.h"

#include <stdint.h>
#include <string.h>

#include <algorithm>

namespace earlybox {
namespace {

using Lanes = uint8_t __attribute__((vector_size(16)));
using Halves = uint64_t __attribute__((vector_size(16)));
constexpr size_t kLanes = sizeof(Lanes);

Lanes load(const char* from) {
    Lanes lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

Lanes equal(Lanes a, uint8_t b) { return reinterpret_cast<Lanes>(a == b); }

bool any(Lanes lanes) {
    const auto halves = reinterpret_cast<Halves>(lanes);
    return (halves[0] | halves[1]) != 0;
}

// The bytes of kernel logs, the most frequent first, as counted over boots and out-of-memory reports.
constexpr std::string_view kFrequent =
    " 0e1aoir4s2ft[]n:.cl3568\nm9db7pu_xgkPC-IvBAyh,SRM)(T=wUK/OENDFLXzq+HjVG*'>WQ<\";#?Z@|Y!J";

size_t rarity(char c) { return std::min(kFrequent.find(c), kFrequent.size()); }

}  // namespace

Needle::Needle(std::string text) : text_(std::move(text)) {
    for (size_t i = 1; i < text_.size(); ++i)
        if (rarity(text_[i]) > rarity(text_[rare_])) rare_ = i;
    second_ = rare_ == 0 ? text_.size() - 1 : 0;
    for (size_t i = 0; i < text_.size(); ++i)
        if (i != rare_ && rarity(text_[i]) > rarity(text_[second_])) second_ = i;
}

size_t Needle::find_in(std::string_view haystack) const {
    const size_t size = text_.size();
    if (haystack.size() < size) return haystack.npos;
    const size_t starts = haystack.size() - size + 1;  // where it may begin
    const char* const first = haystack.data() + rare_;
    const char* const second = haystack.data() + second_;
    const auto is_at = [&](size_t at) { return memcmp(haystack.data() + at, text_.data(), size) == 0; };
    const auto a = static_cast<uint8_t>(text_[rare_]);
    const auto b = static_cast<uint8_t>(text_[second_]);
    constexpr size_t kStep = 4 * kLanes;
    size_t at = 0;
    for (; at + kStep <= starts; at += kStep) {
        Lanes both[4];
        for (size_t i = 0; i < 4; ++i)
            both[i] = equal(load(first + at + i * kLanes), a) & equal(load(second + at + i * kLanes), b);
        if (!any(both[0] | both[1] | both[2] | both[3])) continue;
        for (size_t i = at; i < at + kStep; ++i)
            if (first[i] == text_[rare_] && second[i] == text_[second_] && is_at(i)) return i;
    }
    for (; at < starts; ++at)
        if (first[at] == text_[rare_] && is_at(at)) return at;
    return haystack.npos;
}

size_t count_newlines(std::string_view text) {
    size_t count = 0;
    while (text.size() >= kLanes) {
        // Each lane counts at most 255 newlines.
        const size_t steps = std::min<size_t>(text.size() / kLanes, 255);
        Lanes found{};
        for (size_t i = 0; i < steps; ++i) found -= equal(load(text.data() + i * kLanes), '\n');
        for (size_t lane = 0; lane < kLanes; ++lane) count += found[lane];
        text.remove_prefix(steps * kLanes);
    }
    for (const char c : text) count += c == '\n';
    return count;
}

}  // namespace earlybox
