// SPDX-License-Identifier: MIT
#include "core/parse/kcore.h"

#include "core/parse/stub.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const auto segments = parse_core_segments(text);
    if (segments) promise(segments->size() <= text.size() / 56);
    if (const auto code = stub_errno(text)) promise(*code >= 1 && *code <= 4095);
}
