// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/internet_address.h"

#include <arpa/inet.h>

#include <catch2/catch.hpp>

using earlybox::trace_syscall::internet_address;

namespace {

std::string again(const std::string& text) {
    char bytes[16];
    const bool wide = text.find(':') != text.npos;
    REQUIRE(inet_pton(wide ? AF_INET6 : AF_INET, text.c_str(), bytes) == 1);
    return internet_address({bytes, wide ? sizeof bytes : 4});
}

}  // namespace

TEST_CASE("internet addresses are written as they are usually read", "[trace-syscall]") {
    for (const std::string text :
         {"0.0.0.0", "127.0.0.1", "255.254.253.252", "::", "::1", "1::", "fe80::1", "::ffff:192.0.2.33",
          "::192.0.2.33", "::ffff:0:c000:221", "2001:db8::1:0:0:1", "1:0:2:3:4:5:6:7", "0:1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7:0", "1:2:3:4:5:6::", "64:ff9b::c000:221", "ff02::1:ff00:1234"})
        CHECK(again(text) == text);
}
