// SPDX-License-Identifier: MIT
#include "core/parse/kmsg.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    size_t left = text.size() + 1;
    while (const auto record = next_kmsg_record(text)) {
        promise(text.size() < left);  // it always gets on
        left = text.size();
        promise(record->level < 8);
    }
    promise(text.empty());
}
