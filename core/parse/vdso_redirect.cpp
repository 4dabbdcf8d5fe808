// SPDX-License-Identifier: MIT
#include "core/parse/vdso_redirect.h"

#include <algorithm>

#include "core/parse/elf.h"

namespace earlybox {
namespace {

constexpr std::string_view kObserved[] = {"clock_gettime", "clock_gettime64", "gettimeofday", "time",
                                          "clock_getres",  "getcpu",          "getrandom"};

const std::string_view* observed_name(std::string_view symbol) {
    constexpr std::string_view kPrefix = "__vdso_";
    if (symbol.starts_with(kPrefix)) symbol.remove_prefix(kPrefix.size());
    const auto* const found = std::ranges::find(kObserved, symbol);
    return found == std::end(kObserved) ? nullptr : found;
}

// The symbol's value in the table. Values and offsets differ by where the image was linked for.
Patch symbol_patch(const Vdso& vdso, const VdsoSymbol& symbol, uint64_t leads_to) {
    const unsigned size = vdso.wide ? 8 : 4;
    const uint64_t linked_for = ElfImage(vdso.image).number(symbol.value_at, size) - symbol.offset;
    Patch patch{symbol.value_at, {}};
    put_number(patch.bytes, leads_to + linked_for, size);
    return patch;
}

}  // namespace

std::span<const std::string_view> observed_functions() { return kObserved; }

void put_number(std::string& code, uint64_t number, unsigned size) {
    for (; size != 0; --size, number >>= 8) code += static_cast<char>(number);
}

std::string relative_branch(char instruction, uint64_t from, uint64_t to) {
    constexpr uint64_t kLength = 5;
    std::string code(1, instruction);
    put_number(code, to - (from + kLength), 4);
    return code;
}

Result<uint64_t> unread_part(std::string_view image) {
    const ElfImage elf(image);
    const uint64_t sections = elf.address(0, 32, 40);
    const auto load = elf.find_segment(1);
    const uint64_t end = load ? load->offset + load->memory_size : 0;
    if (!load || sections < end || sections >= image.size())
        return failure("observe a vDSO's calls", 0, "its image has no place that is not in use");
    return sections;
}

Result<Redirection> redirect(const Vdso& vdso, StubMaker make_stub) {
    constexpr uint64_t kAlignment = 8;  // undo() writes the first bytes of a stub at once
    Redirection redirection;
    std::vector<Patch> symbols;
    uint64_t free = TRY(unread_part(vdso.image));
    for (const auto& symbol : vdso.symbols) {
        const auto* name = observed_name(symbol.name);
        if (!symbol.is_function || name == nullptr) continue;
        auto known = std::ranges::find(redirection.functions, symbol.offset, &Redirection::Function::offset);
        if (known == redirection.functions.end()) {
            free = (free + kAlignment - 1) & ~(kAlignment - 1);
            Patch patch{free, make_stub(redirection.functions.size(), free, symbol.offset)};
            redirection.functions.push_back({*name, symbol.offset, free});
            known = redirection.functions.end() - 1;
            free += patch.bytes.size();
            if (free > vdso.image.size())
                return failure("observe a vDSO's calls", 0, "its image has no room for that");
            redirection.patches.push_back(std::move(patch));
        }
        symbols.push_back(symbol_patch(vdso, symbol, known->stub));
    }
    std::ranges::move(symbols, std::back_inserter(redirection.patches));
    return redirection;
}

std::vector<Patch> undo(const Vdso& vdso, const Redirection& redirection) {
    std::vector<Patch> patches;
    for (const auto& symbol : vdso.symbols)
        if (std::ranges::find(redirection.functions, symbol.offset, &Redirection::Function::offset) !=
            redirection.functions.end())
            patches.push_back(symbol_patch(vdso, symbol, symbol.offset));
    for (const auto& function : redirection.functions)
        patches.push_back({function.stub, relative_branch(kJump, function.stub, function.offset)});
    return patches;
}

}  // namespace earlybox
