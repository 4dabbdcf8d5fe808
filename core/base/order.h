// SPDX-License-Identifier: MIT
// Sorting in little code: for what is sorted once, not for a kernel's symbols.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/function_ref.h"

namespace earlybox {

// The numbers from 0 to below `count`, sorted by what they stand for; equals keep their order.
std::vector<uint32_t> in_order(std::size_t count, FunctionRef<bool(uint32_t a, uint32_t b)> before);

// Sorts the items themselves; equals keep their order.
template <class Item>
void put_in_order(std::vector<Item>& items,
                  std::type_identity_t<FunctionRef<bool(const Item&, const Item&)>> before) {
    std::vector<Item> sorted;
    for (const uint32_t i :
         in_order(items.size(), [&](uint32_t a, uint32_t b) { return before(items[a], items[b]); }))
        sorted.push_back(std::move(items[i]));
    items = std::move(sorted);
}

}  // namespace earlybox
