// SPDX-License-Identifier: MIT
#include "core/parse/command_line.h"

#include "core/base/text.h"

namespace earlybox {

Result<CommandLine> parse_command_line(std::string_view text) {
    CommandLine line;
    std::string word;
    bool begun = false;  // '' is a word, too
    bool for_file = false;
    const auto finish = [&] {
        if (!begun) return;
        (for_file ? line.file : line.words.emplace_back()) = word;
        begun = for_file = false;
        word.clear();
    };
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? '\0' : c;
            begun = true;
        } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
            begun = true;
        } else if (quote != 0) {
            word += c;
        } else if (c == ' ' || c == '\t') {
            finish();
        } else if (c == '#' && !begun) {
            break;
        } else if (c == '>') {
            finish();
            line.append = i + 1 < text.size() && text[i + 1] == '>';
            i += line.append ? 1 : 0;
            if (for_file || !line.file.empty()) return failure("more than one '>'");
            for_file = true;
        } else if (std::string_view("|&;<()`$*?").find(c) != std::string_view::npos) {
            return failure(concat("'", c, "' has no meaning here"), 0, "this is no shell: one plain command",
                           "quotes around it, if it is meant as it stands");
        } else {
            word += c;
            begun = true;
        }
    }
    if (quote != 0) return failure(concat("a ", quote, " has no partner"));
    finish();
    if (for_file) return failure("the file's name is missing after '>'");
    return line;
}

}  // namespace earlybox
