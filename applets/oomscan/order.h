// SPDX-License-Identifier: MIT
// Sorting by number: small code, for what is sorted once for each incident.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/function_ref.h"

namespace earlybox::oomscan {

// The numbers from 0 to below `count`, sorted by what they stand for; equals keep their order.
std::vector<uint32_t> in_order(std::size_t count, FunctionRef<bool(uint32_t a, uint32_t b)> before);

}  // namespace earlybox::oomscan
