// SPDX-License-Identifier: MIT
#include "core/base/search.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("search: a needle at every place of texts of every length") {
    for (const std::string needle : {"x", "xy", "Killed process", "aaaaaaab", "\n[", "  ", "xyxyx"}) {
        const Needle sought(needle);
        for (size_t size = 0; size <= 150; ++size) {
            const std::string without(size, needle[0] == 'a' ? 'a' : ' ');
            CHECK(sought.find_in(without) == without.find(needle));
            for (size_t at = 0; at + needle.size() <= size; at += 7) {
                std::string with = without;
                with.replace(at, needle.size(), needle);
                CHECK(sought.find_in(with) == with.find(needle));
            }
        }
    }
}

TEST_CASE("search: what only looks like the needle is passed over") {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "Kill Killed, process Killed proces_";
    CHECK(Needle("Killed process").find_in(text) == text.npos);
    CHECK(Needle("Killed process").find_in(text + "Killed process") == text.size());
}

TEST_CASE("search: newlines are counted") {
    for (const size_t size : {0, 1, 15, 16, 17, 4079, 4080, 4081, 10'000}) {
        std::string text(size, '\n');
        CHECK(count_newlines(text) == size);
        for (size_t i = 0; i < size; i += 3) text[i] = 'x';
        CHECK(count_newlines(text) == static_cast<size_t>(std::ranges::count(text, '\n')));
    }
}
