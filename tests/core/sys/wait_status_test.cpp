// SPDX-License-Identifier: MIT
#include "core/sys/wait_status.h"

#include <linux/ptrace.h>
#include <signal.h>

#include <catch2/catch.hpp>

using namespace earlybox;

namespace {

constexpr int stopped(int signal, int event = 0) { return event << 16 | signal << 8 | 0x7f; }

void check(int status, WaitStatus::Kind kind, int code = 0) {
    CAPTURE(status);
    CHECK(classify_wait_status(status).kind == kind);
    CHECK(classify_wait_status(status).code == code);
}

}  // namespace

// The numbers are those of ptrace(2) and wait(2).
TEST_CASE("wait statuses of tracees are told apart", "[tracer]") {
    using Kind = WaitStatus::Kind;
    check(0, Kind::exited, 0);
    check(3 << 8, Kind::exited, 3);
    check(SIGKILL, Kind::killed, SIGKILL);
    check(SIGSEGV | 0x80, Kind::killed, SIGSEGV);
    check(stopped(SIGTRAP | 0x80), Kind::system_call);
    check(stopped(SIGTRAP), Kind::signal, SIGTRAP);
    check(stopped(SIGSTOP), Kind::signal, SIGSTOP);
    check(stopped(SIGUSR1), Kind::signal, SIGUSR1);
    check(stopped(SIGTRAP, 128), Kind::trap);
    check(stopped(SIGSTOP, 128), Kind::group_stop, SIGSTOP);
    check(stopped(SIGTTIN, 128), Kind::group_stop, SIGTTIN);
    check(stopped(SIGTRAP, PTRACE_EVENT_FORK), Kind::new_child);
    check(stopped(SIGTRAP, PTRACE_EVENT_VFORK), Kind::new_child);
    check(stopped(SIGTRAP, PTRACE_EVENT_CLONE), Kind::new_child);
    check(stopped(SIGTRAP, PTRACE_EVENT_EXEC), Kind::exec);
    check(stopped(SIGTRAP, PTRACE_EVENT_SECCOMP), Kind::filtered_call);
    check(stopped(SIGTRAP, PTRACE_EVENT_EXIT), Kind::exiting);
    check(stopped(SIGTRAP, PTRACE_EVENT_VFORK_DONE), Kind::other);
    check(stopped(SIGTRAP, 99), Kind::other);
    check(0xffff, Kind::other);  // continued
}
