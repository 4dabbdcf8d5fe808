// SPDX-License-Identifier: MIT
#include "core/abi/entry_points.h"

#include "core/abi/syscall_table.h"

namespace earlybox {
namespace {

consteval auto pack_entry_points() {
    constexpr std::size_t texts_size = [] {
        std::size_t size = 2;
        for (const EntryPoint& entry : entry_points) size += handler_name(entry.name).size() + 1;
        return size;
    }();
    struct {
        std::array<PackedEntryPoint, std::size(entry_points)> rows{};
        Texts<texts_size> texts;
    } packed;
    auto* to = packed.rows.begin();
    for (const EntryPoint& entry : entry_points) {
        to->name = packed.texts.add(handler_name(entry.name));
        to->gate = entry.gate;
        std::ranges::copy(entry.arguments, to->arguments);
        ++to;
    }
    return packed;
}

constexpr auto packed = pack_entry_points();

}  // namespace

constinit const PackedTable<PackedEntryPoint> entry_point_table = {packed.rows, packed.texts.bytes};

}  // namespace earlybox
