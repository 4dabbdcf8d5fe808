// SPDX-License-Identifier: MIT
// The symbols that a kernel image carries for its own /proc/kallsyms, found without any symbol, section or
// version: by the shape of the tables alone (scripts/kallsyms.c, kernel/kallsyms.c).
//
// A name is a length (one byte; since 6.1 two, in ULEB128, from 128 on) and as many bytes, each of which
// stands for one of 256 tokens; the first letter of the expanded name is the symbol's type. The tables are
// neighbours, each aligned to the size of a pointer:
//   to 6.3      addresses | offsets base, number, names, markers, [order of names], tokens, token index
//   from 6.4    number, names, markers, tokens, token index, addresses | offsets base, [order of names]
//   from 7.0    the same, with no base: an offset counts from its own place
// A marker is the place of each 256th name (64 bits wide before 5.0), which is what tells true tables from
// bytes that look like some.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/function_ref.h"
#include "core/base/result.h"
#include "core/parse/kallsyms.h"

namespace earlybox {

// Where a part of an image is loaded.
struct ImageSegment {
    uint64_t address;
    uint64_t memory_size;  // what exceeds `size` is zero in the running kernel
    uint64_t offset;       // in the image
    uint64_t size;
};

class EmbeddedKallsyms {
 public:
    enum class Addresses : uint8_t {
        absolute,         // pointers
        base_relative,    // unsigned offsets from a base
        absolute_percpu,  // the same below zero, each beginning at -1; from zero on they are addresses
        place_relative,   // signed offsets from the place where they stand
    };

    // Any bytes are taken; time and memory are linear in their size. `word` is the size of a pointer, 4 or 8;
    // 0 where that is not known. Without segments the image is one piece, loaded at an address not known. The
    // error says which tables were found and which not. Tables of less than 257 symbols are not looked for.
    static Result<EmbeddedKallsyms> find(std::string_view image, std::span<const ImageSegment> segments,
                                         unsigned word);

    uint32_t size() const { return count_; }
    unsigned word() const { return word_; }
    Addresses addresses() const { return addresses_; }
    // Calls `take` for every symbol, in the order of /proc/kallsyms; its texts live until it returns. `image`
    // is the one it was found in. A name of more than 1023 characters is cut.
    void for_each(std::string_view image, FunctionRef<void(const Symbol&)> take) const;

 private:
    friend class TableFinder;
    EmbeddedKallsyms() = default;
    uint64_t address(std::string_view image, uint32_t index) const;

    size_t token_table_ = 0;  // all of these are offsets in the image
    size_t token_index_ = 0;
    size_t names_ = 0;
    size_t address_table_ = 0;
    uint64_t base_ = 0;  // of addresses; of place-relative ones: where the table is loaded
    uint32_t count_ = 0;
    uint8_t word_ = 8;
    bool long_names_ = true;
    Addresses addresses_ = Addresses::absolute;
};

}  // namespace earlybox
