// SPDX-License-Identifier: MIT
#include "applets/ksyms/selection.h"

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::ksyms {
namespace {

// regerror() would bring printf into the binary.
const char* regex_fault(int code) {
    switch (code) {
        case REG_EBRACK:
            return "a [ without ]";
        case REG_EPAREN:
            return "a ( without ), or the other way round";
        case REG_EBRACE:
            return "a { without }";
        case REG_BADBR:
            return "what stands in {} is no count";
        case REG_ERANGE:
            return "a range in [] runs backwards";
        case REG_ECTYPE:
            return "there is no such [:class:]";
        case REG_EESCAPE:
            return "a \\ at its end";
        case REG_BADRPT:
            return "a ?, *, + or { with nothing to repeat";
        case REG_ESPACE:
            return "it needs too much memory";
        default:
            return "it is malformed";
    }
}

}  // namespace

Result<Selection> Selection::parse(std::span<const std::string_view> patterns, bool regex,
                                   std::string types) {
    Selection selection;
    selection.regex_ = regex;
    selection.types_ = std::move(types);
    for (const std::string_view text : patterns) {
        Pattern& pattern = selection.patterns_.emplace_back();
        pattern.text = text;
        pattern.plain = !regex && !has_glob(text);
        const int flags = REG_EXTENDED | REG_NOSUB;
        if (const int code = regex ? regcomp(&pattern.regex, pattern.text.c_str(), flags) : 0; code != 0)
            return failure(concat("'", printable(text), "' is no regular expression: ", regex_fault(code)));
    }
    return selection;
}

bool Selection::operator()(const Symbol& symbol) const {
    if (!types_.empty() && types_.find(symbol.type) == types_.npos) return false;
    return patterns_.empty() || std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
               return matches(pattern, symbol.name);
           });
}

bool Selection::matches(const Pattern& pattern, std::string_view name) const {
    if (pattern.plain) return name == pattern.text;
    const std::string terminated(name);
    return regex_ ? regexec(&pattern.regex, terminated.c_str(), 0, nullptr, 0) == 0
                  : glob_match(pattern.text.c_str(), terminated.c_str());
}

}  // namespace earlybox::ksyms
