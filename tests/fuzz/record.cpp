// SPDX-License-Identifier: MIT
#include "core/base/output.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const std::string json = Record().add("text", text).json();
    // Well-formed UTF-8 on one line; no quote but those around key and value that is not escaped.
    size_t quotes = 0;
    for (std::string_view rest = json; !rest.empty();) {
        const size_t length = utf8_length(rest);
        promise(length != 0 && static_cast<unsigned char>(rest[0]) >= 0x20);
        if (rest[0] == '"') ++quotes;
        rest.remove_prefix(rest[0] == '\\' ? 2 : length);
    }
    promise(quotes == 4);
}
