// SPDX-License-Identifier: MIT
// /proc/kallsyms: "ffffffff81000000 T _text" lines, "\t[module]" behind a module's symbol
// (kernel/kallsyms.c, s_show). Type letters are nm(1)'s.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earlybox {

struct Symbol {
    uint64_t address;
    char type;
    std::string_view name;
    std::string_view module;  // empty: the kernel itself
};

// One line without its newline; nothing if it is not such a line.
std::optional<Symbol> parse_kallsyms_line(std::string_view line);

// "global code" for T, "weak code" for W; "" for a letter that kallsyms does not use. At most 13 columns.
std::string_view symbol_type_meaning(char type);

// __pfx_NAME marks the padding before a function (6.x with call padding), not anything callable.
inline bool is_padding_symbol(std::string_view name) {
    constexpr std::string_view kPrefix = "__pfx_";
    return name.starts_with(kPrefix);
}

// The symbols of a kernel that somebody wants, compactly, in the order in which they came; and what the
// others tell about their sizes. Padding symbols do not count for sizes.
class SymbolTable {
 public:
    // Takes the next line's symbol, nothing where it is none, and keeps it if `wanted(const Symbol&)` says
    // so.
    template <class Wanted>
    void add(const std::optional<Symbol>& symbol, Wanted&& wanted) {
        ++lines_;
        if (!symbol) {
            if (malformed_++ == 0) first_malformed_ = lines_;
            return;
        }
        if (!is_padding_symbol(symbol->name)) note_address(symbol->address);
        if (wanted(*symbol)) keep(*symbol);
    }

    size_t size() const { return entries_.size(); }
    Symbol operator[](size_t index) const;
    // From `address` to the next higher one of any symbol that came by, kept or not; 0 where there is none.
    uint64_t size_at(uint64_t address);
    // The kernel showed zeros instead of addresses.
    bool addresses_hidden() const { return addresses_.empty() || highest_ == 0; }
    // 64-bit addresses.
    bool wide() const { return addresses_hidden() || highest_ > UINT32_MAX; }
    // Lines that came by; those that are no symbols, and the number of the first (from 1).
    size_t lines() const { return lines_; }
    size_t malformed_lines() const { return malformed_; }
    size_t first_malformed_line() const { return first_malformed_; }

 private:
    struct Entry {
        uint64_t address;
        uint32_t name;  // offset in names_; the module's name follows
        uint16_t name_length;
        uint8_t module_length;
        char type;
    };
    void note_address(uint64_t address) {
        ascending_ = ascending_ && address >= highest_;
        if (address > highest_) highest_ = address;
        if (addresses_.empty() || addresses_.back() != address) addresses_.push_back(address);
    }
    void keep(const Symbol& symbol);

    std::string names_;
    std::vector<Entry> entries_;
    std::vector<uint64_t> addresses_;
    uint64_t highest_ = 0;
    bool ascending_ = true;
    unsigned unsorted_searches_ = 0;
    size_t lines_ = 0;
    size_t malformed_ = 0;
    size_t first_malformed_ = 0;
};

// Finds the symbol that an address lies in: the one with the greatest address not above it, the first of
// several.
class CoveringSymbol {
 public:
    explicit CoveringSymbol(uint64_t address) : address_(address) {}
    void offer(const Symbol& candidate);
    uint64_t address() const { return address_; }
    std::optional<Symbol> found() const;  // its texts live as long as this object

 private:
    uint64_t address_;
    bool any_ = false;
    Symbol symbol_{};
    std::string name_;
    std::string module_;
};

}  // namespace earlybox
