// SPDX-License-Identifier: MIT
// Finding a fixed text in long ones at the speed of memory, 64 bytes a step.
#pragma once
#include <string>
#include <string_view>

namespace earlybox {

class Needle {
 public:
    explicit Needle(std::string text);  // not empty
    // Position of the first occurrence, or npos.
    size_t find_in(std::string_view haystack) const;

 private:
    std::string text_;
    size_t rare_ = 0, second_ = 0;  // positions of the two bytes that logs hold least often
};

size_t count_newlines(std::string_view text);

}  // namespace earlybox
