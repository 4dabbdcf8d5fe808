// SPDX-License-Identifier: MIT
#include "core/parse/lz4.h"

#include <catch2/catch.hpp>
#include <string>

using namespace earlybox;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::optional<std::string> unpacked(std::string_view packed, size_t room = 100, std::string before = "") {
    const size_t known = before.size();
    std::string text = before + std::string(room, '?');
    const auto size = unpack_lz4(packed, text, known);
    if (!size) return std::nullopt;
    return text.substr(known, *size);
}

uint32_t sum(std::string_view bytes, size_t piece) {
    Xxh32 all;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        all.add(bytes.substr(0, piece));
    return all.sum();
}

}  // namespace

TEST_CASE("lz4: literals", "[lz4]") {
    CHECK(unpacked("\0"sv) == "");
    CHECK(unpacked("\x30"
                   "abc"sv) == "abc");
    CHECK(unpacked("\xf0\x00"s + std::string(15, 'x')) == std::string(15, 'x'));
    CHECK(unpacked("\xf0\xff\x01"s + std::string(271, 'x'), 300) == std::string(271, 'x'));
}

TEST_CASE("lz4: matches", "[lz4]") {
    CHECK(unpacked("\x30"
                   "abc\x03\0\0"sv) == "abcabca");
    CHECK(unpacked("\x1f"
                   "a\x01\0\x05\x10z"sv) == std::string(25, 'a') + 'z');
    const std::string words = "0123456789abcdefghij";
    CHECK(unpacked("\xfe\x05"s + words + "\x14\0\x10z"s) == words + words.substr(0, 18) + 'z');
    CHECK(unpacked("\xfe\x05"s + words + "\x14\0\x10z"s, 39) == words + words.substr(0, 18) + 'z');
    CHECK(unpacked("\x04\x03\0\x10z"sv, 100, "abc") == "abcabcabz");
}

TEST_CASE("lz4: what is damaged", "[lz4]") {
    CHECK_FALSE(unpacked(""));
    CHECK_FALSE(
        unpacked("\x30"
                 "ab"sv));
    CHECK_FALSE(unpacked("\xf0\xff"sv));
    CHECK_FALSE(
        unpacked("\x30"
                 "abc"sv,
                 2));
    CHECK_FALSE(
        unpacked("\x30"
                 "abc\x04\0\0"sv));  // before the beginning
    CHECK_FALSE(
        unpacked("\x30"
                 "abc\0\0\0"sv));  // distance 0
    CHECK_FALSE(
        unpacked("\x30"
                 "abc\x03"sv));
    CHECK_FALSE(
        unpacked("\x30"
                 "abc\x03\0"sv));  // no literals at the end
    CHECK_FALSE(
        unpacked("\x30"
                 "abc\x03\0\0"sv,
                 6));
}

TEST_CASE("lz4: xxh32 of any pieces", "[lz4]") {
    CHECK(sum("", 1) == 0x02cc5d05);
    CHECK(sum("abc", 3) == 0x32d153ff);
    CHECK(sum("abc", 1) == 0x32d153ff);
    const std::string_view text = "Nobody inspects the spammish repetition";
    for (size_t piece = 1; piece <= text.size(); ++piece) CHECK(sum(text, piece) == 0xe2293b2f);
}
