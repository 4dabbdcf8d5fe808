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
inline bool is_padding_symbol(std::string_view name) { return name.starts_with("__pfx_"); }

// All symbols of a kernel, compactly, in the order in which they came; padding symbols are left out.
class SymbolTable {
   public:
    // The whole text of a kallsyms file.
    explicit SymbolTable(std::string text);

    size_t size() const { return entries_.size(); }
    Symbol operator[](size_t index) const;
    // To the next higher address of any symbol; 0 for the last one, and where addresses are hidden.
    uint64_t size_of(size_t index) const;
    // The symbol with the greatest address that is not above `address`; nothing below the first one.
    std::optional<size_t> covering(uint64_t address) const;
    // The kernel showed zeros instead of addresses.
    bool addresses_hidden() const { return hidden_; }
    // Lines that are no symbols, and the number of the first (from 1).
    size_t malformed_lines() const { return malformed_; }
    size_t first_malformed_line() const { return first_malformed_; }

   private:
    struct Entry {  // the module's name follows the symbol's, "\t[" later
        uint64_t address;
        uint32_t name;
        uint16_t name_length;
        uint8_t module_length;
        char type;
    };
    std::string text_;
    std::vector<Entry> entries_;
    std::vector<uint64_t> addresses_;  // distinct, ascending
    std::vector<uint32_t> by_address_;
    bool hidden_ = true;
    size_t malformed_ = 0;
    size_t first_malformed_ = 0;
};

}  // namespace earlybox
