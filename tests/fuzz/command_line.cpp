// SPDX-License-Identifier: MIT
#include "core/parse/command_line.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto line = parse_command_line(text);
    if (!line) {
        promise(!line.error().what.empty());
        return;
    }
    size_t kept = line->file.size();
    for (const auto& word : line->words) kept += word.size();
    promise(kept <= text.size());  // quotes and spaces go, nothing comes
    promise(!line->append || !line->file.empty() || text.find(">>") != text.npos);
}
