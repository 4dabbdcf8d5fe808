// SPDX-License-Identifier: MIT
#include "core/parse/mountinfo.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto mount = parse_mountinfo_line(text);
    promise(!mount || (!mount->mount_point.empty() && !mount->type.empty()));
}
