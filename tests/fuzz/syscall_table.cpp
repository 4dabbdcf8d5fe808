// SPDX-License-Identifier: MIT
// Any bytes as a dispatcher, and as the pages that it jumps to and reads from.
#include "core/parse/syscall_table.h"

#include <string>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    constexpr uint64_t kBegin = 0xffff'ffff'8100'0000;
    constexpr unsigned kNumbers = 8;
    const auto read_page = [&](uint64_t address) {
        const bool is_inside = address >= kBegin && address - kBegin < text.size();
        return is_inside ? std::string(text.substr(address - kBegin, kKernelPage)) : std::string();
    };
    const auto is_handler = [&](uint64_t address) { return address - kBegin > text.size(); };
    for (const auto& handlers : {follow_dispatcher(read_page, kBegin, kNumbers, is_handler),
                                 read_pointer_table(read_page, kBegin, kNumbers, is_handler)}) {
        if (!handlers) continue;
        promise(handlers->size() <= kNumbers && !handlers->empty());
        for (const uint64_t handler : *handlers) promise(is_handler(handler));
    }
}
