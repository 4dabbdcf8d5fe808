// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

void promise_within(std::string_view part, std::string_view text) {
    promise(part.empty() ||
            (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()));
}

}  // namespace

void try_text(std::string_view text) {
    if (const auto size = vdso_size(text)) promise(*size <= 1 << 20 && *size % 4096 == 0);
    const auto vdso = parse_vdso(text);
    if (!vdso) return;
    promise(vdso->symbols.size() <= text.size());
    promise_within(vdso->soname, text);
    for (const VdsoSymbol& symbol : vdso->symbols) {
        promise_within(symbol.name, text);
        promise_within(symbol.version, text);
        promise_within(symbol.alias_of, text);
        promise_within(vdso->code(symbol), text);
        if (!symbol.alias_of.empty()) promise(symbol.is_weak);
    }
}
