// SPDX-License-Identifier: MIT
// Which symbols ksyms is asked about: by name, pattern, regular expression and type.
#pragma once
#include <regex.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/parse/kallsyms.h"

namespace earlybox::ksyms {

class Selection {
 public:
    // Shell patterns, or extended regular expressions. The error is one of usage.
    static Result<Selection> parse(std::span<const std::string_view> patterns, bool regex, std::string types);

    bool operator()(const Symbol& symbol) const;
    bool any_patterns() const { return !patterns_.empty(); }

 private:
    struct Pattern {
        std::string text;
        bool plain = false;  // no pattern characters: an ordinary comparison does
        regex_t regex{};
    };
    bool matches(const Pattern& pattern, std::string_view name) const;

    std::vector<Pattern> patterns_;  // none: every name
    bool regex_ = false;
    std::string types_;  // empty: every type
};

}  // namespace earlybox::ksyms
