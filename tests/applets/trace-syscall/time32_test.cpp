// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/time32.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>

#include "core/abi/syscalls.h"

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

constexpr TimeShape kShapes[] = {TimeShape::seconds,       TimeShape::timespec,     TimeShape::itimerspec,
                                 TimeShape::timespec_pair, TimeShape::timeval_pair, TimeShape::utimbuf,
                                 TimeShape::timex};

template <class... Words>
std::string words32(Words... words) {
    const std::array<int32_t, sizeof...(Words)> all{static_cast<int32_t>(words)...};
    return {reinterpret_cast<const char*>(all.data()), sizeof all};
}
template <class... Words>
std::string words64(Words... words) {
    const std::array<int64_t, sizeof...(Words)> all{static_cast<int64_t>(words)...};
    return {reinterpret_cast<const char*>(all.data()), sizeof all};
}

std::string widened(TimeShape shape, const std::string& bytes) {
    REQUIRE(bytes.size() == narrow_size(shape));
    std::string wide(wide_size(shape), 'x');
    return widen(shape, bytes, wide) ? wide : "EINVAL";
}
std::string narrowed(TimeShape shape, const std::string& bytes) {
    REQUIRE(bytes.size() == wide_size(shape));
    std::string result(narrow_size(shape), 'x');
    return narrow(shape, bytes, result) ? result : "EOVERFLOW";
}

}  // namespace

TEST_CASE("what a program passes becomes wide", "[time32]") {
    CHECK(widened(TimeShape::seconds, words32(-5)) == words64(-5, 0));
    CHECK(widened(TimeShape::timespec, words32(-5, 999'999'999)) == words64(-5, 999'999'999));
    // UTIME_NOW and UTIME_OMIT among them
    CHECK(widened(TimeShape::timespec_pair, words32(1, 0x3fffffff, 2, 0x3ffffffe)) ==
          words64(1, 0x3fffffff, 2, 0x3ffffffe));
    CHECK(widened(TimeShape::itimerspec, words32(1, 2, 3, 4)) == words64(1, 2, 3, 4));
    CHECK(widened(TimeShape::utimbuf, words32(7, -8)) == words64(7, 0, -8, 0));
    CHECK(widened(TimeShape::timeval_pair, words32(1, 999'999, -2, 1)) == words64(1, 999'999'000, -2, 1000));
    CHECK(widened(TimeShape::timeval_pair, words32(1, 1'000'000, 2, 1)) == "EINVAL");
    CHECK(widened(TimeShape::timeval_pair, words32(1, 1, 2, -1)) == "EINVAL");
}

TEST_CASE("invalid nanoseconds stay invalid for the kernel", "[time32]") {
    CHECK(widened(TimeShape::timespec, words32(1, -1)) == words64(1, 0xffffffff));
    CHECK(widened(TimeShape::timespec, words32(1, 1'000'000'000)) == words64(1, 1'000'000'000));
}

TEST_CASE("what the kernel answers becomes narrow, if it fits", "[time32]") {
    constexpr int64_t kLast = std::numeric_limits<int32_t>::max();
    CHECK(narrowed(TimeShape::timespec, words64(kLast, 5)) == words32(kLast, 5));
    CHECK(narrowed(TimeShape::timespec, words64(kLast + 1, 5)) == "EOVERFLOW");
    CHECK(narrowed(TimeShape::timespec, words64(-kLast - 1, 5)) == words32(-kLast - 1, 5));
    CHECK(narrowed(TimeShape::timespec, words64(-kLast - 2, 5)) == "EOVERFLOW");
    CHECK(narrowed(TimeShape::seconds, words64(kLast + 1, 0)) == "EOVERFLOW");
    CHECK(narrowed(TimeShape::itimerspec, words64(1, 2, 3, 4)) == words32(1, 2, 3, 4));
    CHECK(narrowed(TimeShape::itimerspec, words64(1, 2, kLast + 1, 4)) == "EOVERFLOW");
}

TEST_CASE("a timex keeps every field", "[time32]") {
    std::string bytes(narrow_size(TimeShape::timex), '\0');
    for (int32_t field = 0; field < 21; ++field) {
        const int32_t value = field % 2 == 0 ? field + 100 : -field - 100;
        memcpy(bytes.data() + static_cast<ptrdiff_t>(4) * field, &value, sizeof value);
    }
    CHECK(narrowed(TimeShape::timex, widened(TimeShape::timex, bytes)) == bytes);
    std::string wide = widened(TimeShape::timex, bytes);
    int64_t seconds;  // struct __kernel_timex: time.tv_sec is at 72
    memcpy(&seconds, wide.data() + 72, sizeof seconds);
    CHECK(seconds == -109);
    seconds = int64_t{1} << 31;
    memcpy(wide.data() + 72, &seconds, sizeof seconds);
    CHECK(narrowed(TimeShape::timex, wide) == "EOVERFLOW");
}

TEST_CASE("no shape is wider than there is room for", "[time32]") {
    for (const TimeShape shape : kShapes) {
        CHECK(narrow_size(shape) < wide_size(shape));
        CHECK(wide_size(shape) <= kLargestWideSize);
    }
}

TEST_CASE("the rows agree with the table of system calls", "[time32]") {
    CHECK(std::ranges::is_sorted(time32_calls(), {}, &Time32Call::number));
    for (const Time32Call& row : time32_calls()) {
        const auto call = find_syscall(Abi::i386, row.number);
        const auto twin = find_syscall(Abi::i386, row.twin);
        INFO(row.number);
        REQUIRE(call);
        REQUIRE(twin);
        CHECK(row.twin >= 403);
        CHECK(row.twin <= 423);
        // What serves it takes as many arguments as the row gives it.
        CHECK(row.count == twin->arguments.size());
        for (size_t i = 0; i < row.count; ++i) {
            const TwinArgument& argument = row.arguments[i];
            if (argument.kind == TwinArgument::Kind::constant) continue;
            CHECK(argument.value >= 0);
            CHECK(static_cast<size_t>(argument.value) < call->arguments.size());
        }
    }
}

TEST_CASE("only what has a 32-bit time in it is served", "[time32]") {
    const auto converts = [](const Time32Call* row) {
        return row && std::ranges::any_of(row->arguments, [](const TwinArgument& argument) {
                   return argument.kind != TwinArgument::Kind::same &&
                          argument.kind != TwinArgument::Kind::constant;
               });
    };
    CHECK_FALSE(find_time32_call(3, {}));
    CHECK_FALSE(find_time32_call(403, {}));
    CHECK(converts(find_time32_call(265, {})));
    // ipc: only SEMTIMEDOP, of whatever version
    CHECK_FALSE(find_time32_call(117, {1}));
    CHECK(converts(find_time32_call(117, {4})));
    CHECK(converts(find_time32_call(117, {4 | 1 << 16})));
    // futex: FUTEX_WAIT has a timeout, FUTEX_WAKE and FUTEX_CMP_REQUEUE have a number in its place
    CHECK(converts(find_time32_call(240, {0, 0 | 128})));
    CHECK(converts(find_time32_call(240, {0, 9 | 128 | 256})));
    for (const uint64_t operation : {1, 3, 4, 5, 7, 8, 10, 12, 99}) {
        const auto* row = find_time32_call(240, {0, operation});
        REQUIRE(row);
        CHECK(row->twin == 422);
        CHECK_FALSE(converts(row));
    }
}
