// SPDX-License-Identifier: MIT
#include "core/parse/mountinfo.h"

#include "core/base/text.h"

namespace earlybox {
namespace {

// The kernel writes space, tab, newline, backslash (and # in a source) as three octal digits.
std::string unescaped(std::string_view field) {
    const auto octal = [&](size_t i) { return field[i] >= '0' && field[i] <= '7'; };
    std::string text;
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 3 < field.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
            text += static_cast<char>((field[i + 1] - '0') << 6 | (field[i + 2] - '0') << 3 |
                                      (field[i + 3] - '0'));
            i += 3;
        } else {
            text += field[i];
        }
    }
    return text;
}

}  // namespace

std::optional<MountInfo> parse_mountinfo_line(std::string_view line) {
    MountInfo mount{};
    const auto id = parse_number(next_word(line));
    if (!id) return std::nullopt;
    mount.id = *id;
    for (int skipped = 0; skipped < 3; ++skipped) next_word(line);  // parent, device, root
    mount.mount_point = unescaped(next_word(line));
    next_word(line);  // mount options; then optional fields up to the dash
    std::string_view field = next_word(line);
    while (!field.empty() && field != "-") field = next_word(line);
    mount.type = unescaped(next_word(line));
    mount.source = unescaped(next_word(line));
    if (mount.mount_point.empty() || mount.type.empty()) return std::nullopt;
    return mount;
}

}  // namespace earlybox
