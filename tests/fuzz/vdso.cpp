// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    (void)vdso_size(text);
    if (const auto names = vdso_names(text))
        for (const auto name : *names)
            promise(name.data() >= text.data() && name.data() + name.size() <= text.data() + text.size());
}
