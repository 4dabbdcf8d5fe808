// SPDX-License-Identifier: MIT
// How the tables are stored: readable rows become numbers and one run of texts at compile time, so that a
// table of 400 calls takes 6 KiB and needs no relocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/abi/entry_points.h"

namespace earlybox {

// A row as the files syscalls_*.cpp write it.
struct Row {
    std::uint16_t number;
    std::string_view name;
    std::string_view entry = {};  // a row of entry_points.h; empty: the one of the same name
    std::string_view compat = {};
    bool x32 = true;  // in x86_64's table: x32 uses this number too
};
consteval Row not_x32(Row row) {
    row.x32 = false;
    return row;
}

// The same, stored. Texts are offsets into the table's texts.
struct PackedRow {
    std::uint16_t number;
    std::uint16_t name;    // 0: the entry's
    std::uint16_t compat;  // 0: none; 1: the entry's name
    std::uint16_t entry : 15;
    std::uint16_t x32 : 1;
};

struct PackedEntryPoint {
    std::uint16_t name;
    Gate gate;
    Argument arguments[kMostArguments];
};

template <class PackedType>
struct PackedTable {
    std::span<const PackedType> rows;
    const char* texts;
};

extern const PackedTable<PackedEntryPoint> entry_point_table;
extern const PackedTable<PackedRow> syscalls_x86_64;
extern const PackedTable<PackedRow> syscalls_i386;

// "clone@i386" is the handler "clone".
constexpr std::string_view handler_name(std::string_view entry) { return entry.substr(0, entry.find('@')); }

template <std::size_t size>
struct Texts {
    char bytes[size] = {};
    std::size_t used = 2;  // offsets 0 and 1 have a meaning of their own

    consteval std::uint16_t add(std::string_view text) {
        auto offset = used;
        std::ranges::copy(text, bytes + used);
        used += text.size() + 1;
        return static_cast<std::uint16_t>(offset);
    }
};

void stop_compiling_no_such_entry_point();

template <const auto& list>
consteval auto pack() {
    constexpr auto entry_of = [](const Row& row) { return row.entry.empty() ? row.name : row.entry; };
    constexpr std::size_t texts_size = [=] {
        std::size_t size = 2;
        for (const Row& row : list) {
            auto handler = handler_name(entry_of(row));
            if (row.name != handler) size += row.name.size() + 1;
            if (!row.compat.empty() && row.compat != handler) size += row.compat.size() + 1;
        }
        return size;
    }();
    struct {
        std::array<PackedRow, std::size(list)> rows{};
        Texts<texts_size> texts;
    } packed;

    auto* to = packed.rows.begin();
    for (const Row& row : list) {
        auto entry = std::ranges::lower_bound(entry_points, entry_of(row), {}, &EntryPoint::name);
        if (entry == std::end(entry_points) || entry->name != entry_of(row))
            stop_compiling_no_such_entry_point();
        auto handler = handler_name(entry->name);
        to->number = row.number;
        to->name = row.name == handler ? 0 : packed.texts.add(row.name);
        to->compat = row.compat.empty() ? 0 : row.compat == handler ? 1 : packed.texts.add(row.compat);
        to->entry = static_cast<std::uint16_t>(entry - std::begin(entry_points));
        to->x32 = row.x32;
        ++to;
    }
    return packed;
}

}  // namespace earlybox
