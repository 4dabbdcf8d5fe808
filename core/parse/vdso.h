// SPDX-License-Identifier: MIT
// What a vDSO exports: an ELF image as it lies in memory, 32 or 64 bit, little endian (System V gABI,
// chapters 4 and 5; symbol versions: Linux Standard Base, Core, 10.7; Documentation/ABI/stable/vdso).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

struct VdsoSymbol {
    std::string_view name;
    std::string_view version;   // LINUX_2.6 …; empty: none
    std::string_view alias_of;  // the global function at the same place; empty: none
    uint64_t offset;            // in the image
    uint64_t value_at;          // where the symbol table holds that, as an address of the image's own
    uint64_t size;
    bool is_function;
    bool is_weak;
};

// Its texts live as long as the image.
struct Vdso {
    bool wide;  // ELF-64
    std::string_view soname;
    std::vector<VdsoSymbol> symbols;  // in the order of the symbol table

    const VdsoSymbol* find(std::string_view name) const;
    // The symbol's bytes; empty where they lie outside of the image.
    std::string_view code(const VdsoSymbol& symbol) const;
    std::string_view image;
};

// Any bytes are taken. The number of symbols comes from DT_HASH, else from the chains of DT_GNU_HASH. The
// error says what is damaged.
Result<Vdso> parse_vdso(std::string_view image);

// How far an image reaches in memory: its first page tells. Whole pages; the error says that it is no ELF
// image.
Result<uint64_t> vdso_size(std::string_view first_page);

}  // namespace earlybox
