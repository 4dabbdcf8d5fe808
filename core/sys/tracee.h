// SPDX-License-Identifier: MIT
// One stopped tracee of ours (ptrace(2)): its registers, its memory, the system call that it is in.
//
// A tracee can die at any moment of a SIGKILL; every operation here then fails with ESRCH, and the death
// itself is the tracer's next event. So ESRCH is nothing to report.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/sys/registers.h"

namespace earlybox {

// Where something lies in another process; never to be followed in this one.
enum class RemoteAddress : uint64_t {};
constexpr RemoteAddress operator+(RemoteAddress address, uint64_t offset) {
    return RemoteAddress{static_cast<uint64_t>(address) + offset};
}

struct SystemCall {
    CallAbi abi = CallAbi::unknown;
    int64_t number = -1;  // in its ABI's table: without x32's bit
    uint64_t arguments[6] = {};
    uint64_t instruction = 0;  // after the one that made it
    uint64_t stack = 0;
    int64_t result = 0;  // once it has come back; -errno for an error
};

// What a tracee has just stopped for.
enum class CallPhase : uint8_t { none, entry, exit };

class Tracee {
 public:
    explicit Tracee(pid_t thread) : thread_(thread) {}
    pid_t thread() const { return thread_; }

    Result<Registers> registers() const;
    Result<> set_registers(const Registers& registers) const;

    // As many bytes as can be read from there on, which may be fewer than were asked for. Where the thread is
    // not our tracee this works too, if the kernel has CONFIG_CROSS_MEMORY_ATTACH.
    Result<size_t> read(RemoteAddress from, std::span<char> to) const;
    // All of it. Also to where the tracee itself must not write: it gets a copy of the page for its own.
    Result<> write(RemoteAddress to, std::string_view bytes) const;

    // The system call that it is entering or leaving. On exit only result, instruction, stack and ABI are
    // there. PTRACE_GET_SYSCALL_INFO; before Linux 5.3, which has none: ENOSYS or EIO.
    Result<CallPhase> system_call(SystemCall& call) const;
    // The same from registers, which do not tell entry from exit.
    Result<> system_call_from_registers(CallPhase phase, SystemCall& call) const;

    Result<uint64_t> event_message() const;

 private:
    pid_t thread_;
};

// ptrace(2) without libc's conventions. The error says why one process may not trace another.
Result<> ptrace_request(unsigned request, pid_t thread, uint64_t address, uint64_t data);

}  // namespace earlybox
