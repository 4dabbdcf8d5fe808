// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/time32.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace earlybox::trace_syscall {
namespace {

template <class Value>
Value take(std::span<const char> from, size_t offset) {
    Value value;
    memcpy(&value, from.data() + offset, sizeof value);
    return value;
}

template <class Value>
void put(std::span<char> to, size_t offset, Value value) {
    memcpy(to.data() + offset, &value, sizeof value);
}

// struct __kernel_timespec: 64-bit seconds, and nanoseconds of which the kernel takes the low half.
void put_timespec(std::span<char> wide, size_t index, int32_t seconds, uint32_t nanoseconds) {
    put<int64_t>(wide, 16 * index, seconds);
    put<uint64_t>(wide, 16 * index + 8, nanoseconds);
}

bool narrow_timespec(std::span<const char> wide, std::span<char> narrow, size_t index) {
    const auto seconds = take<int64_t>(wide, 16 * index);
    put(narrow, 8 * index, static_cast<int32_t>(seconds));
    put(narrow, 8 * index + 4, take<uint32_t>(wide, 16 * index + 8));
    return seconds == static_cast<int32_t>(seconds);
}

// struct old_timex32 and struct __kernel_timex have the same fields in the same order, most of them a word of
// the one and a double word of the other; these are 32 bits in both.
bool is_word_in_both(size_t field) {
    constexpr size_t kModes = 0;
    constexpr size_t kStatus = 5;
    constexpr size_t kShift = 14;
    constexpr size_t kTai = 20;
    return field == kModes || field == kStatus || field == kShift || field == kTai;
}
constexpr size_t kTimexFields = 21;
constexpr size_t kTimexSeconds = 9;

bool microseconds_are_valid(std::span<const char> pair) {
    return take<uint32_t>(pair, 4) < 1'000'000 && take<uint32_t>(pair, 12) < 1'000'000;
}

constexpr TwinArgument same(int8_t argument) { return {TwinArgument::Kind::same, {}, argument}; }
constexpr TwinArgument constant(int8_t value) { return {TwinArgument::Kind::constant, {}, value}; }
constexpr TwinArgument in(TimeShape shape, int8_t argument) {
    return {TwinArgument::Kind::in, shape, argument};
}
constexpr TwinArgument out(TimeShape shape, int8_t argument) {
    return {TwinArgument::Kind::out, shape, argument};
}
constexpr TwinArgument in_out(TimeShape shape, int8_t argument) {
    return {TwinArgument::Kind::in_out, shape, argument};
}
constexpr TwinArgument remaining(int8_t argument) {
    return {TwinArgument::Kind::remaining, TimeShape::timespec, argument};
}
constexpr TwinArgument rest(int8_t argument) {
    return {TwinArgument::Kind::rest, TimeShape::timespec, argument};
}

constexpr int8_t kRealtime = 0;
constexpr int8_t kMonotonic = 1;
constexpr int8_t kCurrentFolder = -100;  // AT_FDCWD
constexpr int8_t kNothing = 0;

using enum TimeShape;
using enum Time32Call::Special;

constexpr Time32Call kCalls[] = {
    // time, stime, utime: of before there were clocks
    {13, 403, returns_time, 2, {constant(kRealtime), out(seconds, 0)}},
    {25, 404, none, 2, {constant(kRealtime), in(seconds, 0)}},
    {30, 412, none, 4, {constant(kCurrentFolder), same(0), in(utimbuf, 1), constant(kNothing)}},
    // ipc(SEMTIMEDOP, set, count, -, operations, timeout) → semtimedop
    {117, 420, semaphores_only, 4, {same(1), same(4), same(2), in(timespec, 5)}},
    // adjtimex → clock_adjtime
    {124, 405, none, 2, {constant(kRealtime), in_out(timex, 0)}},
    // sched_rr_get_interval
    {161, 423, none, 2, {same(0), out(timespec, 1)}},
    // nanosleep → clock_nanosleep
    {162, 407, none, 4, {constant(kMonotonic), constant(kNothing), in(timespec, 0), rest(1)}},
    // rt_sigtimedwait
    {177, 421, none, 4, {same(0), same(1), in(timespec, 2), same(3)}},
    {240, 422, futex, 6, {same(0), same(1), same(2), in(timespec, 3), same(4), same(5)}},
    // io_getevents → io_pgetevents
    {247, 416, not_restarted, 6, {same(0), same(1), same(2), same(3), in(timespec, 4), constant(kNothing)}},
    // timer_settime, timer_gettime
    {260, 409, none, 4, {same(0), same(1), in(itimerspec, 2), out(itimerspec, 3)}},
    {261, 408, none, 2, {same(0), out(itimerspec, 1)}},
    // clock_settime, clock_gettime, clock_getres, clock_nanosleep
    {264, 404, none, 2, {same(0), in(timespec, 1)}},
    {265, 403, none, 2, {same(0), out(timespec, 1)}},
    {266, 406, none, 2, {same(0), out(timespec, 1)}},
    {267, 407, none, 4, {same(0), same(1), in(timespec, 2), rest(3)}},
    // utimes → utimensat
    {271, 412, none, 4, {constant(kCurrentFolder), same(0), in(timeval_pair, 1), constant(kNothing)}},
    // mq_timedsend, mq_timedreceive
    {279, 418, none, 5, {same(0), same(1), same(2), same(3), in(timespec, 4)}},
    {280, 419, none, 5, {same(0), same(1), same(2), same(3), in(timespec, 4)}},
    // futimesat → utimensat
    {299, 412, none, 4, {same(0), same(1), in(timeval_pair, 2), constant(kNothing)}},
    // pselect6, ppoll
    {308, 413, none, 6, {same(0), same(1), same(2), same(3), remaining(4), same(5)}},
    {309, 414, none, 5, {same(0), same(1), remaining(2), same(3), same(4)}},
    // utimensat
    {320, 412, none, 4, {same(0), same(1), in(timespec_pair, 2), same(3)}},
    // timerfd_settime, timerfd_gettime
    {325, 411, none, 4, {same(0), same(1), in(itimerspec, 2), out(itimerspec, 3)}},
    {326, 410, none, 2, {same(0), out(itimerspec, 1)}},
    // recvmmsg
    {337, 417, none, 5, {same(0), same(1), same(2), same(3), in_out(timespec, 4)}},
    // clock_adjtime
    {343, 405, none, 2, {same(0), in_out(timex, 1)}},
    // io_pgetevents
    {385, 416, none, 6, {same(0), same(1), same(2), same(3), in(timespec, 4), same(5)}},
};

// include/uapi/linux/futex.h; the others have a number in the timeout's place, or nothing.
bool futex_has_timeout(uint64_t operation) {
    constexpr uint64_t kPrivate = 128;
    constexpr uint64_t kRealtimeClock = 256;
    constexpr uint64_t kWait = 0;
    constexpr uint64_t kLockPi = 6;
    constexpr uint64_t kWaitBitset = 9;
    constexpr uint64_t kWaitRequeuePi = 11;
    constexpr uint64_t kLockPi2 = 13;
    switch (static_cast<uint32_t>(operation) & ~(kPrivate | kRealtimeClock)) {
        case kWait:
        case kLockPi:
        case kWaitBitset:
        case kWaitRequeuePi:
        case kLockPi2:
            return true;
        default:
            return false;
    }
}

// As the other operations of futex, with a number where the timeout would be.
constexpr Time32Call kFutexWithoutTimeout = {
    240, 422, none, 6, {same(0), same(1), same(2), same(3), same(4), same(5)}};

}  // namespace

size_t narrow_size(TimeShape shape) {
    switch (shape) {
        case seconds:
            return 4;
        case timespec:
        case utimbuf:
            return 8;
        case itimerspec:
        case timespec_pair:
        case timeval_pair:
            return 16;
        case timex:
            return 128;
    }
    return 0;
}

size_t wide_size(TimeShape shape) {
    switch (shape) {
        case seconds:
        case timespec:
            return 16;
        case utimbuf:
        case itimerspec:
        case timespec_pair:
        case timeval_pair:
            return 32;
        case timex:
            return kLargestWideSize;
    }
    return 0;
}

bool widen(TimeShape shape, std::span<const char> narrow, std::span<char> wide) {
    std::ranges::fill(wide, '\0');
    switch (shape) {
        case seconds:
            put_timespec(wide, 0, take<int32_t>(narrow, 0), 0);
            break;
        case utimbuf:
            put_timespec(wide, 0, take<int32_t>(narrow, 0), 0);
            put_timespec(wide, 1, take<int32_t>(narrow, 4), 0);
            break;
        case timespec:
        case itimerspec:
        case timespec_pair:
            for (size_t i = 0; i < narrow.size() / 8; ++i)
                put_timespec(wide, i, take<int32_t>(narrow, 8 * i), take<uint32_t>(narrow, 8 * i + 4));
            break;
        case timeval_pair:
            if (!microseconds_are_valid(narrow)) return false;
            for (size_t i = 0; i < 2; ++i)
                put_timespec(wide, i, take<int32_t>(narrow, 8 * i), take<uint32_t>(narrow, 8 * i + 4) * 1000);
            break;
        case timex:
            for (size_t field = 0; field < kTimexFields; ++field)
                if (is_word_in_both(field))
                    put(wide, 8 * field, take<uint32_t>(narrow, 4 * field));
                else
                    put<int64_t>(wide, 8 * field, take<int32_t>(narrow, 4 * field));
            break;
    }
    return true;
}

bool narrow(TimeShape shape, std::span<const char> wide, std::span<char> narrow) {
    switch (shape) {
        case seconds: {
            const auto time = take<int64_t>(wide, 0);
            put(narrow, 0, static_cast<int32_t>(time));
            return time == static_cast<int32_t>(time);
        }
        case timespec:
            return narrow_timespec(wide, narrow, 0);
        case itimerspec:
            return narrow_timespec(wide, narrow, 0) && narrow_timespec(wide, narrow, 1);
        case timex: {
            std::ranges::fill(narrow, '\0');
            for (size_t field = 0; field < kTimexFields; ++field)
                put(narrow, 4 * field, take<int32_t>(wide, 8 * field));
            const auto time = take<int64_t>(wide, 8 * kTimexSeconds);
            return time == static_cast<int32_t>(time);
        }
        case utimbuf:
        case timespec_pair:
        case timeval_pair:
            break;  // only ever read by the kernel
    }
    return true;
}

std::span<const Time32Call> time32_calls() { return kCalls; }

const Time32Call* find_time32_call(unsigned number, const uint64_t (&arguments)[6]) {
    const auto* row = std::ranges::lower_bound(kCalls, number, {}, &Time32Call::number);
    if (row == std::end(kCalls) || row->number != number) return nullptr;
    constexpr uint64_t kSemtimedop = 4;
    if (row->special == semaphores_only && (arguments[0] & 0xffff) != kSemtimedop) return nullptr;
    if (row->special == Time32Call::Special::futex && !futex_has_timeout(arguments[1]))
        return &kFutexWithoutTimeout;
    return row;
}

}  // namespace earlybox::trace_syscall
