// SPDX-License-Identifier: MIT
#include "core/parse/gzip.h"

#include <catch2/catch.hpp>

using namespace earlybox;
using namespace std::string_view_literals;

namespace {

// "CONFIG_X=y\n" as gzip -n packs it.
constexpr std::string_view kSmall =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x73\xf6\xf7\x73\xf3\x74\x8f\x8f\xb0\xad\xe4\x02\x00\x9b\xa9\x91\xf7"
    "\x0b\x00\x00\x00"sv;

}  // namespace

TEST_CASE("gzip data is unpacked") {
    const auto text = gunzip(kSmall, 1000);
    REQUIRE(text);
    CHECK(*text == "CONFIG_X=y\n");
}

TEST_CASE("the limit is what the text may be as long as") {
    CHECK(gunzip(kSmall, 11));
    const auto refused = gunzip(kSmall, 10);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().cause == "it holds more than 10 bytes");
    CHECK_FALSE(gunzip(kSmall, 0));
}

TEST_CASE("data that ends too early is an error wherever it ends") {
    for (size_t length = 0; length < kSmall.size(); ++length) {
        INFO(length);
        const auto text = gunzip(kSmall.substr(0, length), 1000);
        REQUIRE_FALSE(text);
        CHECK(text.error().cause == "it ends too early");
    }
}

TEST_CASE("damage is an error with its place") {
    std::string damaged(kSmall);
    damaged[24] = 'x';  // the checksum
    const auto text = gunzip(damaged, 1000);
    REQUIRE_FALSE(text);
    CHECK(text.error().cause == "it is damaged, or no gzip data");
    CHECK_THAT(text.error().what, Catch::StartsWith("unpack gzip data, at byte 2"));
    CHECK_FALSE(gunzip("CONFIG_X=y\n", 1000));
}
