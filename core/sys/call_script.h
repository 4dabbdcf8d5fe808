// SPDX-License-Identifier: MIT
// Calls of vDSO functions and system calls that a child makes one after another: a fork of this program, or a
// small i386 program. What they cannot survive is an answer.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/sys/process.h"

namespace earlybox {

enum class Caller : uint8_t {
    native,  // this program's own ABI
    i386,
};

struct ScriptedCall {
    enum class Through : uint32_t {
        system_call,  // the plain entry: SYSCALL on x86_64, int $0x80 on i386
        vsyscall,     // i386's AT_SYSINFO, which is __kernel_vsyscall
        function,     // of the vDSO
    } through;
    uint32_t target;  // the system call's number; the function's offset in the vDSO
    uint64_t arguments[6] = {};
    uint32_t rounds = 1;  // how often it is made

    enum class How : uint32_t {
        not_made,
        returned,  // value: what it returned last, as a signed number
        killed,    // value: the signal that ended it
    } how = How::not_made;
    int64_t value = 0;

    bool returned(int64_t expected) const { return how == How::returned && value == expected; }
};

// What the child was given by the kernel.
struct CallerFacts {
    uint64_t vdso;              // AT_SYSINFO_EHDR; 0: it has none
    uint64_t vsyscall;          // i386's AT_SYSINFO
    uint64_t handler_returned;  // where the signal handler of handler_address() returned to last
};

// A system call that was made inside of a scripted call.
struct EnteredCall {
    size_t call;      // index in the script
    uint64_t number;  // in the caller's ABI
};

struct CallScriptArena;  // what it shares with its child

class CallScript {
 public:
    // The error names what shared memory needs.
    static Result<CallScript> create(Caller caller);
    CallScript(CallScript&& other) noexcept;
    CallScript& operator=(CallScript&&) = delete;
    ~CallScript();

    Caller caller() const { return caller_; }

    // Room for `size` zeroed bytes that calls read or write; the address is the child's.
    uint64_t reserve(size_t size, size_t alignment = 16);
    void* at(uint64_t address) const;
    // i386: a signal handler that notes where it returns to.
    static uint64_t handler_address();

    // The index of the call in the script.
    size_t add(const ScriptedCall& call);
    ScriptedCall& operator[](size_t index) const;
    size_t size() const;

    // Runs the script from its beginning in a child; the error of starting it is ENOEXEC where the kernel
    // runs no i386 programs.
    Result<ChildEnd> run(int timeout_ms);
    // The same in a traced child: the system calls that the scripted calls made, in order.
    Result<std::vector<EnteredCall>> run_traced(int timeout_ms);

    // After a run.
    const CallerFacts& facts() const;
    // The vDSO that the child was given, as its memory has it; more than the image may follow. Empty: none.
    std::string_view vdso_bytes() const;

 private:
    CallScript(Caller caller, Fd memory, CallScriptArena* arena, Fd program)
        : caller_(caller), memory_(std::move(memory)), arena_(arena), program_(std::move(program)) {}
    void rewind();
    int be_child() const;
    Result<ChildEnd> ended(Result<ChildEnd> end);
    uint64_t base() const;

    Caller caller_;
    Fd memory_;
    CallScriptArena* arena_;
    Fd program_;  // i386: its file
    size_t reserved_ = 0;
};

}  // namespace earlybox
