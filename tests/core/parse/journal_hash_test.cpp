// SPDX-License-Identifier: MIT
#include "core/parse/journal_hash.h"

#include <catch2/catch.hpp>

using namespace earlybox;
using namespace std::string_view_literals;

TEST_CASE("SipHash gives what its paper says", "[journal]") {
    std::array<uint8_t, 16> key{};
    for (uint8_t i = 0; i < 16; ++i) key[i] = i;
    CHECK(siphash24(key, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16"sv) == 0xa129ca6149be45e5);
}

TEST_CASE("lookup3 gives what its author says", "[journal]") {
    CHECK(jenkins_hash("") == 0xdeadbeefdeadbeef);
    CHECK(jenkins_hash("Four score and seven years ago") == 0x17770551ce7226e6);
}
