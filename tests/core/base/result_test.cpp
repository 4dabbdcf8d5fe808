// SPDX-License-Identifier: MIT
#include "core/base/result.h"

#include <errno.h>

#include <catch2/catch.hpp>

#include "core/base/fd.h"

using namespace earlybox;

TEST_CASE("an error is described with its cause and what to do") {
    CHECK(describe(Error("open /x", ENOENT)) == "open /x: No such file or directory (ENOENT)");
    CHECK(describe(Error("mount proc", ENODEV, "no CONFIG_PROC_FS", "another kernel")) ==
          "mount proc: No such device (ENODEV)\n  cause: no CONFIG_PROC_FS\n  try: another kernel");
    CHECK(describe(Error("it is empty", 0, {}, "x")) == "it is empty\n  try: x");
}

TEST_CASE("errno numbers have names") {
    CHECK(errno_name(EPERM) == "EPERM");
    CHECK(errno_name(ENOSYS) == "ENOSYS");
    CHECK(errno_name(EPROTO) == "EPROTO");
    CHECK(errno_name(EOVERFLOW) == "EOVERFLOW");
    CHECK(errno_name(ERFKILL) == "ERFKILL");
    CHECK(errno_name(EHWPOISON) == "EHWPOISON");
    CHECK(errno_name(4095) == "errno 4095");
    CHECK(errno_name(0) == "errno 0");
    CHECK(errno_name(-1) == "errno -1");
    CHECK(errno_name(41) == "errno 41");  // EWOULDBLOCK's old number is nobody's
}

namespace {

Result<int> halved(int number) {
    if (number % 2 != 0) return failure("halve an odd number");
    return number / 2;
}

Result<int> quartered(int number) {
    const int half = TRY(halved(number));
    TRY_VOID([&]() -> Result<> {
        if (half % 2 != 0) return failure("halve it again");
        return {};
    }());
    return half / 2;
}

}  // namespace

TEST_CASE("TRY passes the value on, or the error up") {
    CHECK(quartered(8) == 2);
    CHECK(quartered(7).error().what == "halve an odd number");
    CHECK(quartered(6).error().what == "halve it again");
}

TEST_CASE("a descriptor has one owner") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    Fd reader(ends[0]);
    {
        Fd writer(ends[1]);
        Fd moved = std::move(writer);
        CHECK_FALSE(writer);
        CHECK(moved.number() == ends[1]);
    }
    char byte = 0;
    CHECK(read(reader.number(), &byte, 1) == 0);  // the writing end is closed
}
