// SPDX-License-Identifier: MIT
// kill(-1, SIGKILL), with which an init ends all others before it powers off, spares PID 1 and its caller,
// but not who traces them; nor does kill(-1, SIGSTOP). The tracer of a whole boot makes these calls itself,
// in the caller's stead, and spares itself.
#pragma once
#include <sys/types.h>

#include "applets/trace-syscall/call.h"

namespace earlybox::trace_syscall {

// Such a call.
bool kills_all(const Call& call);

// Makes the call for a thread, which it then must not make any more. False: it is for the kernel to make, as
// the thread has no power over this process (CAP_KILL), or sees others (namespaces). `proc`: a descriptor of
// procfs.
bool kill_all_but_us(int proc, pid_t caller, int signal);

}  // namespace earlybox::trace_syscall
