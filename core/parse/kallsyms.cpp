// SPDX-License-Identifier: MIT
#include "core/parse/kallsyms.h"

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

constexpr size_t kLongestName = 1024;   // the kernel's KSYM_NAME_LEN is 512
constexpr size_t kLongestModule = 128;  // MODULE_NAME_LEN is 56

}  // namespace

std::optional<Symbol> parse_kallsyms_line(std::string_view line) {
    Symbol symbol{};
    size_t at = 0;
    for (int digit = 0; at < line.size() && at <= 16 && (digit = hex_digit(line[at])) >= 0; ++at)
        symbol.address = symbol.address << 4 | static_cast<unsigned>(digit);
    const bool address_is_whole = at == 8 || at == 16;
    if (!address_is_whole || line.size() < at + 4 || line[at] != ' ' || line[at + 2] != ' ') return std::nullopt;
    symbol.type = line[at + 1];
    line.remove_prefix(at + 3);
    symbol.name = line.substr(0, line.find('\t'));
    line.remove_prefix(symbol.name.size());
    if (!line.empty()) {
        if (line.size() < 4 || line[1] != '[' || line.back() != ']') return std::nullopt;
        symbol.module = line.substr(2, line.size() - 3);
    }
    // A module's section can defy classification: '?' (elf_type in kernel/module/kallsyms.c).
    const bool type_is_known = ((symbol.type | 0x20) >= 'a' && (symbol.type | 0x20) <= 'z') || symbol.type == '?';
    if (!type_is_known || symbol.name.empty() || symbol.name.size() > kLongestName ||
        symbol.name.find(' ') != symbol.name.npos || symbol.module.size() > kLongestModule)
        return std::nullopt;
    return symbol;
}

std::string_view symbol_type_meaning(char type) {
    switch (type) {
        case 'A':
        case 'a': return "absolute";
        case 'B': return "global bss";
        case 'b': return "local bss";
        case 'D': return "global data";
        case 'd': return "local data";
        case 'R': return "global rodata";
        case 'r': return "local rodata";
        case 'T': return "global code";
        case 't': return "local code";
        case 'V':
        case 'v': return "weak data";
        case 'W':
        case 'w': return "weak code";
        default: return "";
    }
}

SymbolTable::SymbolTable(std::string text) : text_(std::move(text)) {
    entries_.reserve(text_.size() / 40);
    std::string_view rest = text_;
    std::string_view line;
    bool ascending = true;
    for (size_t number = 1; next_line(rest, line); ++number) {
        const auto symbol = parse_kallsyms_line(line);
        if (!symbol) {
            if (malformed_++ == 0) first_malformed_ = number;
            continue;
        }
        if (is_padding_symbol(symbol->name)) continue;
        hidden_ = hidden_ && symbol->address == 0;
        ascending = ascending && (entries_.empty() || entries_.back().address <= symbol->address);
        entries_.push_back({symbol->address, static_cast<uint32_t>(symbol->name.data() - text_.data()),
                            static_cast<uint16_t>(symbol->name.size()),
                            static_cast<uint8_t>(symbol->module.size()), symbol->type});
    }
    if (hidden_) return;
    by_address_.resize(entries_.size());
    for (uint32_t i = 0; i < by_address_.size(); ++i) by_address_[i] = i;
    if (!ascending)
        std::ranges::stable_sort(by_address_, {}, [&](uint32_t i) { return entries_[i].address; });
    addresses_.reserve(entries_.size());
    for (const uint32_t i : by_address_)
        if (addresses_.empty() || addresses_.back() != entries_[i].address)
            addresses_.push_back(entries_[i].address);
}

Symbol SymbolTable::operator[](size_t index) const {
    const Entry& entry = entries_[index];
    const std::string_view text = text_;
    return {entry.address, entry.type, text.substr(entry.name, entry.name_length),
            text.substr(std::min<size_t>(entry.name + entry.name_length + size_t{2}, text.size()),
                        entry.module_length)};
}

uint64_t SymbolTable::size_of(size_t index) const {
    const uint64_t address = entries_[index].address;
    const auto next = std::ranges::upper_bound(addresses_, address);
    return next == addresses_.end() ? 0 : *next - address;
}

std::optional<size_t> SymbolTable::covering(uint64_t address) const {
    const auto above = std::ranges::upper_bound(addresses_, address);
    if (above == addresses_.begin()) return std::nullopt;
    const auto first = std::ranges::lower_bound(by_address_, above[-1], {},
                                                [&](uint32_t i) { return entries_[i].address; });
    return *first;
}

}  // namespace earlybox
