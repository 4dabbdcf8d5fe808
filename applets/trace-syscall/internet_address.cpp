// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/internet_address.h"

#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

unsigned byte_at(std::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::string dotted(std::string_view bytes) {
    return concat(byte_at(bytes, 0), '.', byte_at(bytes, 1), '.', byte_at(bytes, 2), '.', byte_at(bytes, 3));
}

}  // namespace

std::string internet_address(std::string_view bytes) {
    if (bytes.size() == 4) return dotted(bytes);
    constexpr size_t kGroups = 8;
    const auto group = [&](size_t i) { return byte_at(bytes, 2 * i) << 8 | byte_at(bytes, 2 * i + 1); };
    size_t zeros = 0;
    size_t longest = 1;  // one zero stays
    for (size_t i = 0; i < kGroups; ++i) {
        size_t end = i;
        while (end < kGroups && group(end) == 0) ++end;
        if (end - i > longest) zeros = i, longest = end - i;
    }
    std::string text;
    for (size_t i = 0; i < kGroups; ++i) {
        if (i == 6 && zeros == 0 && (longest == 6 || (longest == 5 && group(5) == 0xffff)))
            return text + dotted(bytes.substr(12));
        if (i == zeros && longest > 1) {
            text += i == 0 ? "::" : ":";
            i += longest - 1;
            continue;
        }
        append(text, hex(group(i)), i + 1 < kGroups ? ":" : "");
    }
    return text;
}

}  // namespace earlybox::trace_syscall
