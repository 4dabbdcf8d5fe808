// SPDX-License-Identifier: MIT
#include "core/parse/kmsg.h"

#include "core/base/text.h"

namespace earlybox {
namespace {

// The kernel writes \xNN for control characters, bytes above 126 and the backslash itself.
std::string unescaped(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x';
        const auto code = escape ? parse_number(concat("0x", text.substr(i + 2, 2))) : std::nullopt;
        plain += code ? static_cast<char>(*code) : text[i];
        if (code) i += 3;
    }
    return plain;
}

// Takes the number up to the next comma off the front of `header`.
std::optional<uint64_t> next_number(std::string_view& header) {
    const auto field = header.substr(0, header.find(','));
    header.remove_prefix(field.size() == header.size() ? field.size() : field.size() + 1);
    return parse_number(field);
}

std::optional<KmsgRecord> parse_line(std::string_view line) {
    const size_t semicolon = line.find(';');
    if (semicolon == line.npos || line[0] == ' ') return std::nullopt;
    auto header = line.substr(0, semicolon);
    const auto priority = next_number(header);
    const auto sequence = next_number(header);
    const auto microseconds = next_number(header);
    if (!priority || !sequence || !microseconds) return std::nullopt;
    return KmsgRecord{.level = static_cast<unsigned>(*priority & 7),
                      .facility = static_cast<unsigned>(*priority >> 3),
                      .sequence = *sequence,
                      .microseconds = *microseconds,
                      .text = unescaped(line.substr(semicolon + 1))};
}

}  // namespace

std::optional<KmsgRecord> next_kmsg_record(std::string_view& rest) {
    for (std::string_view line; next_line(rest, line);)
        if (!line.empty())
            if (auto record = parse_line(line)) return record;
    return std::nullopt;
}

}  // namespace earlybox
