// SPDX-License-Identifier: MIT
#include "core/base/order.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

using namespace earlybox;

TEST_CASE("order: equals keep their order", "[order]") {
    const std::vector<unsigned> tens = {30, 11, 32, 12, 10, 31};
    const auto before = [&](uint32_t a, uint32_t b) { return tens[a] / 10 < tens[b] / 10; };
    CHECK(in_order(tens.size(), before) == std::vector<uint32_t>{1, 3, 4, 0, 2, 5});
    CHECK(in_order(0, before).empty());
}

TEST_CASE("order: items that own what they hold", "[order]") {
    std::vector<std::string> names;
    put_in_order(names, std::less());
    CHECK(names.empty());
    for (unsigned i = 0; i < 100; ++i) names.push_back(std::string(30, static_cast<char>('a' + i * 37 % 26)));
    put_in_order(names, std::less());
    CHECK(names.size() == 100);
    CHECK(std::is_sorted(names.begin(), names.end()));
}
