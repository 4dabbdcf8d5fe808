// SPDX-License-Identifier: MIT
#include "core/base/order.h"

#include <algorithm>

namespace earlybox {

std::vector<uint32_t> in_order(std::size_t count, FunctionRef<bool(uint32_t, uint32_t)> before) {
    std::vector<uint32_t> numbers(count);
    for (uint32_t i = 0; i < count; ++i) numbers[i] = i;
    const auto comes_first = [&](uint32_t a, uint32_t b) { return before(a, b) || (!before(b, a) && a < b); };
    std::make_heap(numbers.begin(), numbers.end(), comes_first);
    std::sort_heap(numbers.begin(), numbers.end(), comes_first);
    return numbers;
}

}  // namespace earlybox
