// SPDX-License-Identifier: MIT
#include "core/parse/log_names.h"

#include <algorithm>

#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    std::vector<std::string> names;
    for (std::string_view name; next_line(text, name);) names.emplace_back(name);
    size_t files = 0;
    for (const auto& family : log_families(names)) {
        promise(!family.files.empty());
        files += family.files.size();
        for (const auto& file : family.files) {
            promise(std::ranges::find(names, file) != names.end());
            promise(file.starts_with(family.name));
        }
    }
    promise(files <= names.size());
}
