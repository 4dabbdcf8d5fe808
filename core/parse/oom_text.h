// SPDX-License-Identifier: MIT
// Taking the lines of out-of-memory reports apart: numbers behind their keys.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox {

// What stands before `end`, which is passed over too; where it does not occur nothing is taken.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end);
bool pass(std::string_view& text, std::string_view beginning);

// At most nine digits, with a minus or none.
std::optional<int> take_signed(std::string_view& text);
// A process's or user's number, or a processor's.
std::optional<uint32_t> take_id(std::string_view& text);

// The number behind the first place of `key`.
std::optional<uint64_t> number_after(std::string_view text, std::string_view key);
std::optional<int> signed_after(std::string_view text, std::string_view key);
std::optional<uint32_t> id_after(std::string_view text, std::string_view key);

}  // namespace earlybox
