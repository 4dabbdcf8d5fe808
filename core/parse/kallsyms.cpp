// SPDX-License-Identifier: MIT
#include "core/parse/kallsyms.h"

#include <string.h>

#include <algorithm>

namespace earlybox {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;

// Eight lower-case hexadecimal digits at once, a byte each: a distribution's kernel has 200,000 lines of
// sixteen.
std::optional<uint32_t> eight_digits(const char* text) {
    uint64_t bytes = 0;
    memcpy(&bytes, text, sizeof bytes);
    const uint64_t letters = bytes >> 6 & kOnes;  // 'a' is 0x61, '0' is 0x30
    const uint64_t nibbles = (bytes & kOnes * 0xf) + letters * 9;
    const bool rows_fit = (bytes & kOnes * 0xf0) == kOnes * 0x30 + letters * 0x30;
    const bool none_above = ((nibbles + (kOnes - letters) * 6) & kOnes * 0x10) == 0;  // '9', 'f'
    const bool none_below = (letters & ~((nibbles + kOnes * 6) >> 4)) == 0;           // '`' is 0x60
    if (!rows_fit || !none_above || !none_below) return std::nullopt;
    uint64_t value = __builtin_bswap64(nibbles);  // the first digit weighs most
    value = (value | value >> 4) & 0x00ff00ff00ff00ff;
    value = (value | value >> 8) & 0x0000ffff0000ffff;
    return static_cast<uint32_t>(value | value >> 16);
}

bool has_blank_or_control(std::string_view name) {
    size_t at = 0;
    for (; at + 8 <= name.size(); at += 8) {
        uint64_t bytes = 0;
        memcpy(&bytes, name.data() + at, sizeof bytes);
        if (((bytes - kOnes * 0x21) & ~bytes & kOnes * 0x80) != 0) return true;
    }
    for (; at < name.size(); ++at)
        if (static_cast<unsigned char>(name[at]) <= ' ') return true;
    return false;
}

constexpr size_t kLongestName = 1024;   // the kernel's KSYM_NAME_LEN is 512
constexpr size_t kLongestModule = 128;  // MODULE_NAME_LEN is 56

}  // namespace

std::optional<Symbol> parse_kallsyms_line(std::string_view line) {
    constexpr size_t kShortest = 8 + 4;  // a 32-bit kernel's address, blank, type, blank, a letter
    if (line.size() < kShortest) return std::nullopt;
    const auto high = eight_digits(line.data());
    if (!high) return std::nullopt;
    Symbol symbol{};
    symbol.address = *high;
    size_t at = 8;
    if (line[at] != ' ') {
        const auto low = line.size() < kShortest + 8 ? std::nullopt : eight_digits(line.data() + at);
        if (!low) return std::nullopt;
        symbol.address = symbol.address << 32 | *low;
        at += 8;
    }
    if (line[at] != ' ' || line[at + 2] != ' ') return std::nullopt;
    symbol.type = line[at + 1];
    line.remove_prefix(at + 3);
    symbol.name = line;
    if (line.back() == ']') {
        symbol.name = line.substr(0, line.find('\t'));
        line.remove_prefix(symbol.name.size());
        if (line.size() < 4 || line[1] != '[') return std::nullopt;
        symbol.module = line.substr(2, line.size() - 3);
    }
    // A module's section can defy classification: '?' (elf_type in kernel/module/kallsyms.c).
    const bool type_is_known =
        ((symbol.type | 0x20) >= 'a' && (symbol.type | 0x20) <= 'z') || symbol.type == '?';
    if (!type_is_known || symbol.name.empty() || symbol.name.size() > kLongestName ||
        symbol.module.size() > kLongestModule)
        return std::nullopt;
    if (has_blank_or_control(symbol.name)) return std::nullopt;
    return symbol;
}

std::string_view symbol_type_meaning(char type) {
    switch (type) {
        case 'A':
        case 'a':
            return "absolute";
        case 'B':
            return "global bss";
        case 'b':
            return "local bss";
        case 'D':
            return "global data";
        case 'd':
            return "local data";
        case 'R':
            return "global rodata";
        case 'r':
            return "local rodata";
        case 'T':
            return "global code";
        case 't':
            return "local code";
        case 'V':
        case 'v':
            return "weak data";
        case 'W':
        case 'w':
            return "weak code";
        default:
            return "";
    }
}

void SymbolTable::keep(const Symbol& symbol) {
    entries_.push_back({symbol.address, static_cast<uint32_t>(names_.size()),
                        static_cast<uint16_t>(symbol.name.size()), static_cast<uint8_t>(symbol.module.size()),
                        symbol.type});
    names_ += symbol.name;
    names_ += symbol.module;
}

Symbol SymbolTable::operator[](size_t index) const {
    const Entry& entry = entries_[index];
    const char* name = names_.data() + entry.name;
    return {entry.address,
            entry.type,
            {name, entry.name_length},
            {name + entry.name_length, entry.module_length}};
}

uint64_t SymbolTable::size_at(uint64_t address) {
    constexpr unsigned kWorthSorting =
        32;  // modules' symbols come unsorted; for a few searches a look at all is cheaper
    if (!ascending_ && ++unsorted_searches_ > kWorthSorting) {
        std::ranges::sort(addresses_);
        ascending_ = true;
    }
    uint64_t next = 0;
    if (ascending_) {
        const auto above = std::ranges::upper_bound(addresses_, address);
        if (above != addresses_.end()) next = *above;
    } else {
        for (const uint64_t other : addresses_)
            if (other > address && (next == 0 || other < next)) next = other;
    }
    return next == 0 ? 0 : next - address;
}

void CoveringSymbol::offer(const Symbol& candidate) {
    if (candidate.address > address_ || (any_ && candidate.address <= symbol_.address)) return;
    any_ = true;
    symbol_ = candidate;
    name_ = candidate.name;
    module_ = candidate.module;
}

std::optional<Symbol> CoveringSymbol::found() const {
    if (!any_) return std::nullopt;
    return Symbol{symbol_.address, symbol_.type, name_, module_};
}

}  // namespace earlybox
