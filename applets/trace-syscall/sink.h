// SPDX-License-Identifier: MIT
// Who is told what happens to the traced processes: text as strace writes it, JSON lines, a summary.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "applets/trace-syscall/decoder.h"
#include "core/abi/syscalls.h"

namespace earlybox::trace_syscall {

// A traced thread, and the call that it is in.
struct Thread {
    pid_t id = 0;
    Call call;
    bool in_call = false;
    bool shown = false;         // the call is among those that were asked for
    bool injected = false;      // its result is not the kernel's
    bool served = false;        // by --shim
    bool is_vdso_call = false;  // the vDSO's own work
    std::string fallback;       // the system call by which the vDSO got its answer; empty: by none
    uint64_t instruction = 0;   // behind the one that made the call
    int64_t entered_ns = 0;     // by the wall clock
    int64_t returned_ns = 0;
    const RemoteMemory* memory = nullptr;
    Abi abi = Abi::x86_64;  // of its last call
    unsigned known = 0;     // arguments that were written on entry; the sink's own
    bool interrupted = false;
    std::string_view before;  // name of the call before, one that has one
    std::string begun;        // what was written on entry; the sink's own
};

class Sink {
 public:
    virtual ~Sink() = default;
    virtual void attached(Thread&) {}
    virtual void entered(Thread& thread) = 0;
    // `result` as in the register; nothing is known of it where `lost`: the thread ended in the call, or was
    // released.
    virtual void returned(Thread& thread, int64_t result) = 0;
    virtual void lost(Thread& thread) = 0;
    virtual void changed_abi(Thread&) {}
    virtual void signal(Thread&, int /*number*/, std::string_view /*siginfo*/) {}
    virtual void stopped(Thread&, int /*number*/) {}
    virtual void started(Thread& /*parent*/, pid_t /*child*/) {}
    virtual void executed(Thread&) {}
    virtual void superseded(Thread&, pid_t /*by*/) {}
    virtual void ended(Thread&, bool /*by_signal*/, int /*code*/) {}
    virtual void detached(Thread&) {}
    virtual void flush() {}  // what is buffered is wanted by now
    virtual void finish() {}
};

}  // namespace earlybox::trace_syscall
