// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/redirect.h"

#include <algorithm>

#include "core/parse/elf.h"

namespace earlybox::vdso_probe {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kCounted[] = {"clock_gettime", "clock_gettime64", "gettimeofday", "time",
                                         "clock_getres",  "getcpu",          "getrandom"};

void put(std::string& code, uint64_t number, unsigned size) {
    for (; size != 0; --size, number >>= 8) code += static_cast<char>(number);
}

// What a function call may change: r11 and the flags.
std::string stub(MachineCode code, uint64_t counter, uint64_t stub_offset, uint64_t function_offset) {
    std::string bytes;
    if (code == MachineCode::x86_64) {
        bytes += "\x49\xbb"sv;  // movabs $counter, %r11
        put(bytes, counter, 8);
        bytes += "\xf0\x49\xff\x03"sv;  // lock incq (%r11)
    } else {
        bytes += "\xf0\xff\x05"sv;  // lock incl counter
        put(bytes, counter, 4);
        bytes += "\x75\x07"sv;      // jnz 1f
        bytes += "\xf0\xff\x05"sv;  // lock incl counter+4
        put(bytes, counter + 4, 4);
    }
    bytes += '\xe9';  // 1: jmp function
    put(bytes, function_offset - (stub_offset + bytes.size() + 4), 4);
    return bytes;
}

const std::string_view* counted_name(std::string_view symbol) {
    constexpr std::string_view kPrefix = "__vdso_";
    if (symbol.starts_with(kPrefix)) symbol.remove_prefix(kPrefix.size());
    const auto* const found = std::ranges::find(kCounted, symbol);
    return found == std::end(kCounted) ? nullptr : found;
}

}  // namespace

std::span<const std::string_view> counted_functions() { return kCounted; }

Result<uint64_t> unread_part(std::string_view image) {
    const ElfImage elf(image);
    const uint64_t sections = elf.address(0, 32, 40);
    const auto load = elf.find_segment(1);
    const uint64_t end = load ? load->offset + load->memory_size : 0;
    if (!load || sections < end || sections >= image.size())
        return failure("count a vDSO's calls", 0, "its image has no place that is not in use");
    return sections;
}

Result<Redirection> redirect_to_counters(const Vdso& vdso, MachineCode code, uint64_t counters) {
    struct Stub {
        uint64_t function;
        uint64_t offset;
    };
    Redirection redirection;
    std::vector<Stub> stubs;
    uint64_t free = TRY(unread_part(vdso.image));
    std::vector<Patch> symbols;
    for (const auto& symbol : vdso.symbols) {
        const auto* name = counted_name(symbol.name);
        if (!symbol.is_function || name == nullptr) continue;
        auto known = std::ranges::find(stubs, symbol.offset, &Stub::function);
        if (known == stubs.end()) {
            Patch patch{free, stub(code, counters + 8 * stubs.size(), free, symbol.offset)};
            stubs.push_back({symbol.offset, free});
            known = stubs.end() - 1;
            free += patch.bytes.size();
            if (free > vdso.image.size())
                return failure("count a vDSO's calls", 0, "its image has no room for that");
            redirection.patches.push_back(std::move(patch));
            redirection.functions.push_back(*name);
        }
        // Symbols' values and offsets differ by where the image was linked for.
        const unsigned size = vdso.wide ? 8 : 4;
        const uint64_t linked_for = ElfImage(vdso.image).number(symbol.value_at, size) - symbol.offset;
        Patch patch{symbol.value_at, {}};
        put(patch.bytes, known->offset + linked_for, size);
        symbols.push_back(std::move(patch));
    }
    std::ranges::move(symbols, std::back_inserter(redirection.patches));
    return redirection;
}

}  // namespace earlybox::vdso_probe
