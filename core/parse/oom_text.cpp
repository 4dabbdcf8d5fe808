// SPDX-License-Identifier: MIT
#include "core/parse/oom_text.h"

#include "core/parse/log_time.h"

namespace earlybox {

std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
    const size_t at = text.find(end);
    if (at == text.npos) return std::nullopt;
    const auto before = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return before;
}

bool pass(std::string_view& text, std::string_view beginning) {
    return take_until(text, beginning).has_value();
}

std::optional<int> take_signed(std::string_view& text) {
    std::string_view rest = text;
    const bool negative = take(rest, '-');
    const auto number = take_number(rest, 9);
    if (!number) return std::nullopt;
    text = rest;
    return negative ? -static_cast<int>(*number) : static_cast<int>(*number);
}

std::optional<uint32_t> take_id(std::string_view& text) {
    std::string_view rest = text;
    const auto number = take_number(rest, 10);
    if (!number || *number > UINT32_MAX) return std::nullopt;
    text = rest;
    return static_cast<uint32_t>(*number);
}

std::optional<uint64_t> number_after(std::string_view text, std::string_view key) {
    return pass(text, key) ? take_number(text) : std::nullopt;
}

std::optional<int> signed_after(std::string_view text, std::string_view key) {
    return pass(text, key) ? take_signed(text) : std::nullopt;
}

std::optional<uint32_t> id_after(std::string_view text, std::string_view key) {
    return pass(text, key) ? take_id(text) : std::nullopt;
}

}  // namespace earlybox
