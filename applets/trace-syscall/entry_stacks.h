// SPDX-License-Identifier: MIT
// By which way a task entered the kernel, from its kernel stack as the tracer records it behind an event
// (the option stacktrace): what the number of its call means.
#pragma once
#include <optional>
#include <vector>

#include "core/abi/syscalls.h"
#include "core/base/result.h"
#include "core/probe/machine.h"
#include "core/probe/trace_stream.h"
#include "core/probe/tracefs.h"

namespace earlybox::trace_syscall {

class EntryStacks {
 public:
    // The error says why the addresses of the kernel's entry points are not known.
    static Result<EntryStacks> open(const Tracefs& tracefs, Machine& machine);
    // Nothing where the record is no stack, or a stack with no entry point in it.
    std::optional<Abi> abi(const TraceRecord& record) const;

 private:
    struct Entry {
        uint64_t begin, end;
        Abi abi;
    };
    std::vector<Entry> entries_;
    unsigned id_ = 0;
    TraceField frames_;
};

}  // namespace earlybox::trace_syscall
