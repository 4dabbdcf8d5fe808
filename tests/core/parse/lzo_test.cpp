// SPDX-License-Identifier: MIT
#include "core/parse/lzo.h"

#include <catch2/catch.hpp>

using namespace earlybox;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::optional<std::string> unpacked(std::string_view packed, size_t room = 100) {
    std::string text(room, '?');
    const auto size = unpack_lzo1x(packed, text);
    if (!size) return std::nullopt;
    text.resize(*size);
    return text;
}

constexpr std::string_view kEnd = "\x11\0\0"sv;

}  // namespace

TEST_CASE("lzo: literals and the end", "[lzo]") {
    CHECK(unpacked("\x11\0\0"sv) == "");
    CHECK(unpacked("\x14"
                   "abc\x11\0\0"sv) == "abc");
    CHECK(unpacked("\x17"
                   "abcdef\x11\0\0"sv) == "abcdef");
    CHECK(unpacked("\x01"
                   "abcd\x11\0\0"sv) == "abcd");  // 3 + 1
    CHECK(unpacked(std::string("\0\x02", 2) + std::string(20, 'x') + std::string(kEnd)) ==
          std::string(20, 'x'));
}

TEST_CASE("lzo: matches of each form", "[lzo]") {
    const auto after_abcdef = [](std::string_view more) {
        return unpacked(
            "\x17"
            "abcdef" +
            std::string(more) + std::string(kEnd));
    };
    CHECK(after_abcdef("\x74\0"sv) ==
          "abcdef"
          "abcd");  // 01LDDDSS
    CHECK(after_abcdef("\xd4\0"sv) ==
          "abcdef"
          "abcdefa");  // 1LLDDDSS, overlapping itself
    CHECK(after_abcdef("\x22\x14\0"sv) ==
          "abcdef"
          "abcd");                                                            // 001LLLLL
    CHECK(after_abcdef("\x20\x01\0\0"sv) == "abcde" + std::string(35, 'f'));  // and a longer length
    CHECK(after_abcdef("\x22\x15\0z"sv) == "abcdefabcdz");                    // one literal after it
    CHECK(after_abcdef("\x22\x15\0z\x04\0"sv) == "abcdefabcdzdz");  // 0000DDSS after that: two bytes

    const std::string run = "\0\0\0\0\0\0\0\0\0\x2a"s;  // 18 + 8 * 255 + 42 literals
    const std::string text = "abcd" + std::string(2096, '-');
    CHECK(unpacked(run + text + "\x0c\0"s + std::string(kEnd), 3000) ==
          text + text.substr(48, 3));  // 0000DDSS
}

TEST_CASE("lzo: matches far back", "[lzo]") {
    const std::string run = std::string(1 + 130, '\0') + "\x50";  // 18 + 130 * 255 + 80 literals
    std::string text = std::string(18 + 130 * 255 + 80, '-');
    text.replace(text.size() - 16389, 4, "near");
    text.replace(text.size() - 32773, 4, "far!");
    CHECK(unpacked(run + text + "\x12\x14\0"s + std::string(kEnd), 40'000) == text + "near");
    CHECK(unpacked(run + text + "\x1a\x14\0"s + std::string(kEnd), 40'000) == text + "far!");
}

TEST_CASE("lzo: damaged blocks", "[lzo]") {
    CHECK_FALSE(unpacked(""));
    CHECK_FALSE(unpacked("\x11\0\0more"sv));
    CHECK_FALSE(unpacked("\x12\0\0"sv));  // the end, but with a length
    CHECK_FALSE(
        unpacked("\x17"
                 "abcdef\x78\0\x11\0\0"sv));  // seven back, of six
    CHECK_FALSE(
        unpacked("\x17"
                 "abcdef\x74\0\x11\0\0"sv,
                 9));
    CHECK(
        unpacked("\x17"
                 "abcdef\x74\0\x11\0\0"sv,
                 10));
    const std::string_view whole =
        "\x17"
        "abcdef\x22\x15\0z\x04\0\x11\0\0"sv;
    for (size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(unpacked(whole.substr(0, size)));
    CHECK_FALSE(unpacked(std::string(100'000, '\0')));
}
