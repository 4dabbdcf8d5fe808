// SPDX-License-Identifier: MIT
// Most of the bytes were read through /proc/kcore of booted kernels.
#include "core/parse/stub.h"

#include <catch2/catch.hpp>
#include <string>

using namespace earlybox;

namespace {

std::string bytes(std::string_view hex) {
    std::string text;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (size_t i = 0; i + 1 < hex.size(); i += hex[i + 1] == ' ' ? 1 : 3) {
        if (hex[i] == ' ') continue;
        text += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    }
    return text;
}

constexpr int kNoSys = 38;

}  // namespace

TEST_CASE("stubs of real kernels return ENOSYS and nothing else") {
    const auto* code =
        GENERATE("66 66 66 66 90 48 c7 c0 da ff ff ff c3",  // 5.10 on QEMU's AMD: its choice of nops
                 "0f 1f 44 00 00 48 c7 c0 da ff ff ff c3",  // 6.1
                 "0f 1f 44 00 00 48 c7 c0 da ff ff ff e9 ef ee d3 00",  // 6.1 on EPYC: a return thunk
                 "f3 0f 1e fa 0f 1f 44 00 00 48 c7 c0 da ff ff ff c3",  // 6.12
                 "66 0f 1f 00 0f 1f 44 00 00 48 c7 c0 da ff ff ff c3",  // 6.12, sealed
                 "66 0f 1f 00 0f 1f 44 00 00 48 c7 c0 da ff ff ff e9 3b 6a ba 00",
                 "66 0f 1f 00 e8 12 34 56 78 48 c7 c0 da ff ff ff c3",     // while it is traced
                 "48 c7 c0 da ff ff ff c3",                                // ni_syscall
                 "0f 1f 40 d6 0f 1f 44 00 00 48 c7 c0 da ff ff ff c3",     // sealed since 6.15
                 "e8 fb 8c 1f 00 48 c7 c0 da ff ff ff e9 9c 54 bd 00",     // Debian's 6.1, in the image
                 "f3 0f 1e fa e8 d7 99 20 00 b8 da ff ff ff c3",           // one that returns an int
                 "f3 0f 1e fb 3e 8d 74 26 00 b8 da ff ff ff c3",           // 32-bit kernels
                 "0f 1f 44 00 00 55 48 89 e5 48 c7 c0 da ff ff ff 5d c3",  // with frame pointers
                 "0f 1f 44 00 00 55 48 c7 c0 da ff ff ff 48 89 e5 5d c3",
                 "e8 fb 8c 1f 00 55 b8 da ff ff ff 89 e5 5d c3");
    INFO(code);
    CHECK(stub_errno(bytes(code)) == kNoSys);
    CHECK(stub_errno(bytes(code) + "\xcc\xcc") == kNoSys);
    for (size_t length = 0; length < bytes(code).size(); ++length)
        CHECK_FALSE(stub_errno(bytes(code).substr(0, length)));
}

TEST_CASE("the errno is read, not assumed") {
    CHECK(stub_errno(bytes("48 c7 c0 ff ff ff ff c3")) == 1);
    CHECK(stub_errno(bytes("48 c7 c0 ea ff ff ff c3")) == 22);
    CHECK(stub_errno(bytes("e8 fb 8c 1f 00 48 83 c8 ff c3")) == 1);  // -Os
    CHECK(stub_errno(bytes("83 c8 ff c3")) == 1);
}

TEST_CASE("functions that do something are no stubs") {
    CHECK_FALSE(stub_errno(bytes("0f 1f 44 00 00 55 48 89 e5 48 c7 c0 da ff ff ff c3")));
    CHECK_FALSE(stub_errno(bytes("0f 1f 44 00 00 55 48 c7 c0 da ff ff ff 5d c3")));
    CHECK_FALSE(stub_errno(bytes("0f 1f 44 00 00 48 89 e5 48 c7 c0 da ff ff ff c3")));
    CHECK_FALSE(stub_errno(bytes("e8 fb 8c 1f 00 e8 01 02 03 04 48 c7 c0 da ff ff ff c3")));
    CHECK_FALSE(stub_errno(bytes("48 c7 c0 00 00 00 00 c3")));  // returns 0
    CHECK_FALSE(stub_errno(bytes("48 c7 c0 2a 00 00 00 c3")));  // returns 42
    CHECK_FALSE(stub_errno(bytes("48 c7 c0 00 00 00 80 c3")));  // no errno is so large
    CHECK_FALSE(stub_errno(bytes("48 c7 c0 da ff ff ff 90")));
    CHECK_FALSE(stub_errno(""));
}
