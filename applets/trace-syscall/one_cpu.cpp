// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/one_cpu.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace earlybox::trace_syscall {
namespace {

// Threads of io_uring are the kernel's, but run where their process may.
constexpr std::string_view kEnding =
    "fork,vfork,clone,clone3,io_uring_setup,sched_setaffinity,sched_setscheduler,sched_setparam,sched_setattr";
constexpr std::string_view kAsking = "sched_getaffinity";

bool is_usual_policy(pid_t process) {
    constexpr int kFlags = 0x40000000;  // SCHED_RESET_ON_FORK
    // Not by the C library: musl's function of this name only says ENOSYS.
    const long policy = syscall(SYS_sched_getscheduler, process) & ~kFlags;
    return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

void set_cpus(pid_t process, const cpu_set_t& cpus) { (void)sched_setaffinity(process, sizeof cpus, &cpus); }

}  // namespace

OneCpu::OneCpu()
    : calls_(CallSet::parse(kEnding).value_or(CallSet())),
      asking_(CallSet::parse(kAsking).value_or(CallSet())) {
    calls_ |= asking_;
}

void OneCpu::hold(pid_t command) {
    const int here = sched_getcpu();
    if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(command, sizeof all_, &all_) != 0) return;
    if (CPU_COUNT(&all_) < 2 || !CPU_ISSET(here, &all_) || !is_usual_policy(command) || !is_usual_policy(0))
        return;
    CPU_ZERO(&one_);
    CPU_SET(here, &one_);
    command_ = command;
    set_cpus(command_, one_);
    set_cpus(0, one_);
}

void OneCpu::entering(Abi abi, unsigned number) {
    if (command_ == 0 || !calls_.has(abi, number)) return;
    if (!asking_.has(abi, number)) return let_go();
    set_cpus(command_, all_);
    is_asking_ = true;
}

void OneCpu::leaving() {
    if (std::exchange(is_asking_, false) && command_ != 0) set_cpus(command_, one_);
}

void OneCpu::let_go() {
    if (command_ != 0) set_cpus(command_, all_);
    forget();
}

void OneCpu::forget() {
    if (std::exchange(command_, 0) != 0) set_cpus(0, all_);
}

}  // namespace earlybox::trace_syscall
