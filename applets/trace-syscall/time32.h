// SPDX-License-Identifier: MIT
// The i386 calls with 32-bit times, by the calls with 64-bit times that do their work, and the structures of
// both widths. Pure: what --shim=time32 knows, without a process.
// Sources: include/uapi/linux/time_types.h, include/linux/time32.h, include/uapi/linux/timex.h,
// arch/x86/entry/syscalls/syscall_32.tbl, and the handlers of kernel/time, fs/select.c, fs/utimes.c, ipc/.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace earlybox::trace_syscall {

// A structure that is narrower in a time32 call than in its twin.
enum class TimeShape : uint8_t {
    seconds,        // time_t, by a timespec
    timespec,       // 8 bytes, 16
    itimerspec,     // two of them
    timespec_pair,  // the same size, and both are read: access and modification
    timeval_pair,   // two timevals, by two timespecs
    utimbuf,        // two time_t, by two timespecs
    timex,
};
size_t narrow_size(TimeShape shape);
size_t wide_size(TimeShape shape);
inline constexpr size_t kLargestWideSize = 208;

// The wide form of what a program has passed; false: EINVAL, the twin could not be told (microseconds).
bool widen(TimeShape shape, std::span<const char> narrow, std::span<char> wide);
// The narrow form of what the kernel has answered; false: EOVERFLOW, a time beyond 2038 (or before 1901).
bool narrow(TimeShape shape, std::span<const char> wide, std::span<char> narrow);

// An argument of the twin.
struct TwinArgument {
    enum class Kind : uint8_t {
        same,      // value: which argument of the call
        constant,  // value
        in,      // value: which argument of the call points to the narrow structure. A null pointer stays one
        out,     // filled in when the twin succeeds
        in_out,  // both
        remaining,  // what is left of a timeout, whatever became of the wait. A program's read-only memory is
                    // let be
        rest,       // what is left of a sleep that a signal has ended
    };
    Kind kind = Kind::same;
    TimeShape shape = TimeShape::timespec;
    int8_t value = 0;
};

struct Time32Call {
    enum class Special : uint8_t {
        none,
        returns_time,     // the result is the time itself
        futex,            // only some operations have a timeout
        semaphores_only,  // ipc(SEMTIMEDOP, …)
        not_restarted,    // a signal always ends it
    };
    uint16_t number;
    uint16_t twin;
    Special special;
    uint8_t count;
    TwinArgument arguments[6];
};

// Sorted by number.
std::span<const Time32Call> time32_calls();
// The row that serves the call; none: it has no such row, or needs no service with these arguments.
const Time32Call* find_time32_call(unsigned number, const uint64_t (&arguments)[6]);

}  // namespace earlybox::trace_syscall
