// SPDX-License-Identifier: MIT
#include "core/parse/kallsyms.h"

#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    SymbolTable symbols;
    CoveringSymbol highest(UINT64_MAX);
    const auto wanted = [&](const Symbol& symbol) {
        if (is_padding_symbol(symbol.name)) return false;
        highest.offer(symbol);
        return true;
    };
    for (std::string_view rest = text, line; next_line(rest, line);)
        symbols.add(parse_kallsyms_line(line), wanted);
    promise(symbols.size() + symbols.malformed_lines() <= symbols.lines());
    promise((symbols.malformed_lines() == 0) == (symbols.first_malformed_line() == 0));
    promise(highest.found().has_value() == (symbols.size() != 0));
    for (size_t i = 0; i < symbols.size(); ++i) {
        const Symbol symbol = symbols[i];
        promise(!symbol.name.empty() && text.find(symbol.name) != text.npos &&
                text.find(symbol.module) != text.npos);
        promise(symbol.address <= highest.found()->address);
        promise((symbols.size_at(symbol.address) == 0) == (symbol.address == highest.found()->address));
    }
}
