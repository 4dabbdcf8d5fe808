// SPDX-License-Identifier: MIT
#include "core/sys/wait_status.h"

#include <linux/ptrace.h>
#include <signal.h>
#include <sys/wait.h>

namespace earlybox {
namespace {

constexpr int kSystemCallBit = 0x80;  // PTRACE_O_TRACESYSGOOD sets it in the stop's signal

WaitStatus classify_event(int event, int signal) {
    using Kind = WaitStatus::Kind;
    switch (event) {
        case PTRACE_EVENT_FORK:
        case PTRACE_EVENT_VFORK:
        case PTRACE_EVENT_CLONE:
            return {Kind::new_child};
        case PTRACE_EVENT_EXEC:
            return {Kind::exec};
        case PTRACE_EVENT_SECCOMP:
            return {Kind::filtered_call};
        case PTRACE_EVENT_EXIT:
            return {Kind::exiting};
        case PTRACE_EVENT_STOP:
            if (signal == SIGTRAP) return {Kind::trap};
            return {Kind::group_stop, signal};
        default:
            return {Kind::other};
    }
}

}  // namespace

WaitStatus classify_wait_status(int status) {
    using Kind = WaitStatus::Kind;
    if (WIFEXITED(status)) return {Kind::exited, WEXITSTATUS(status)};
    if (WIFSIGNALED(status)) return {Kind::killed, WTERMSIG(status)};
    if (!WIFSTOPPED(status)) return {Kind::other};
    const int signal = WSTOPSIG(status);
    if (const int event = static_cast<unsigned>(status) >> 16; event != 0)
        return classify_event(event, signal);
    if (signal == (SIGTRAP | kSystemCallBit)) return {Kind::system_call};
    return {Kind::signal, signal};
}

}  // namespace earlybox
