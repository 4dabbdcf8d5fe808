// SPDX-License-Identifier: MIT
#include "core/parse/kmsg.h"

#include "core/base/text.h"
#include "core/parse/log_time.h"

namespace earlybox {

std::string kmsg_unescaped(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x';
        const auto code = escape ? parse_number(concat("0x", text.substr(i + 2, 2))) : std::nullopt;
        plain += code ? static_cast<char>(*code) : text[i];
        if (code) i += 3;
    }
    return plain;
}

std::optional<KmsgHead> kmsg_head(std::string_view line) {
    KmsgHead head{};
    const auto priority = take_number(line, 9);
    const auto sequence = take(line, ',') ? take_number(line) : std::nullopt;
    const auto microseconds = sequence && take(line, ',') ? take_number(line) : std::nullopt;
    if (!priority || !microseconds || !take(line, ',')) return std::nullopt;
    const size_t semicolon = line.find(';');
    if (semicolon == line.npos) return std::nullopt;
    auto more = line.substr(0, semicolon);
    head.continues = more.starts_with('c');
    constexpr std::string_view kCaller = ",caller=";
    if (const size_t at = more.find(kCaller); at != more.npos) {
        more.remove_prefix(at + kCaller.size());
        head.caller = more.substr(0, more.find(','));
    }
    head.priority = static_cast<uint32_t>(*priority);
    head.sequence = *sequence;
    head.microseconds = *microseconds;
    head.text = line.substr(semicolon + 1);
    return head;
}

}  // namespace earlybox
