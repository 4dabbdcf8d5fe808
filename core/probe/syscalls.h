// SPDX-License-Identifier: MIT
// Whether this kernel has a system call: by its symbols, and by calling it. Two kinds of evidence, never
// merged.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/abi/gates.h"
#include "core/abi/syscalls.h"
#include "core/probe/kernel.h"
#include "core/sys/calls.h"

namespace earlybox {

enum class HandlerState : uint8_t {
    implemented,
    weak_stub,   // COND_SYSCALL's default, type W: only returns -ENOSYS
    alias_stub,  // SYS_NI of kernels before 6.8: type T, at the address of sys_ni_posix_timers
    hole,        // in nobody's table for decades
    absent,      // the kernel does not know the call
};

struct Handler {
    HandlerState state = HandlerState::absent;
    std::string symbol;  // empty where none exists
    char type = 0;
    uint64_t address = 0;   // 0: hidden, or none
    bool by_table = false;  // the kernel's own table was asked; else only names
    bool works() const { return state == HandlerState::implemented; }
};

const char* describe(HandlerState state);

// The symbols of all system call handlers of a kernel, and where its numbers lead to.
class Handlers {
 public:
    static Result<Handlers> load(const Kernel& kernel);
    // Reads the kernel's own tables, for those who want more than what the names say. The error says why
    // there is none; find() then goes by names, as before.
    Result<> read_tables(Kernel& kernel);

    Handler find(Abi abi, const Syscall& call) const;
    // By its tables the kernel has no entry for calls of this ABI.
    bool lacks(Abi abi) const;
    bool any_for(Abi abi) const;  // the kernel has handlers for this ABI at all

 private:
    struct Entry {
        std::string name;
        uint64_t address;
        char type;
    };
    struct AbiTable {
        bool known = false;
        std::vector<uint64_t> handlers;  // by number; none: the entry is closed
    };
    const Entry* entry(std::string_view name) const;
    // The name by which others than the kernel know the handler at an address, where it has several.
    const Entry* entry_at(uint64_t address) const;
    const Entry* entry_by_names(Abi abi, const Syscall& call) const;
    static bool is_weak(const Entry& entry);
    bool leads_nowhere(const Entry& entry) const;
    Result<std::vector<uint64_t>> read_table(Kernel& kernel, Abi abi) const;

    std::vector<Entry> entries_;        // sorted by name
    std::vector<uint32_t> by_address_;  // handlers only; their indices in entries_
    AbiTable tables_[3];                // by Abi
};

// The calls of the ABI that this gate alone decides on are stubs.
bool is_closed(Abi abi, Gate gate, const Handlers& handlers);

// How each call answers when made with arguments that can do no harm; not_made for those that are not tried.
// Where the entry itself is closed (32-bit calls on a kernel without them) every answer is what getpid got
// there.
std::vector<CallAnswer> try_calls(Abi abi, std::span<const Syscall> calls);

// Whether a seccomp filter works on this process: then ENOSYS and EPERM may be the filter's, not the
// kernel's.
bool is_filtered();
// A filter answered in the kernel's place: the handler works, and nothing is known that makes it answer so.
bool is_filters_answer(const Syscall& call, const Handler& handler, const CallAnswer& answer);

// "ENOSYS", "EFAULT", "0", "killed by SIGSEGV", "not tried"
std::string describe(const CallAnswer& answer);

// The gate that is to blame for a missing call. A time32 call may need a second option (CONFIG_AIO for
// io_getevents): where its time64 twin works that one is on, and Gate::time32 is left.
Gate culprit(Abi abi, const Syscall& call, const Handlers& handlers);

const char* abi_name(Abi abi);

}  // namespace earlybox
