// SPDX-License-Identifier: MIT
// --engine=ftrace: system calls as the kernel's own tracer records them (raw_syscalls), without stopping
// anybody. Sinks are told what ptrace would tell, but for memory: pointers stay addresses.
#pragma once
#include <span>

#include "applets/trace-syscall/selection.h"
#include "applets/trace-syscall/sink.h"
#include "core/base/result.h"
#include "core/probe/machine.h"
#include "core/probe/trace_session.h"

namespace earlybox::trace_syscall {

Result<TraceEnd> trace_by_ftrace(Machine& machine, const TraceSubject& subject, const CallSet& calls,
                                 const StatusSet& status, std::span<Sink* const> sinks);

}  // namespace earlybox::trace_syscall
