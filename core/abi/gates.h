// SPDX-License-Identifier: MIT
// The kernel build options that decide which system calls exist, and what is missed without them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace earlybox {

enum class Gate : std::uint8_t {
    none,
    advise_syscalls,
    aio,
    aio_time32,
    block,
    bpf_syscall,
    bsd_process_acct,
    cachestat_syscall,
    cross_memory_attach,
    epoll,
    eventfd,
    fanotify,
    fhandle,
    file_locking,
    futex,
    futex_time32,
    inotify_user,
    io_uring,
    kcmp,
    kexec,
    kexec_file,
    keys,
    membarrier,
    memfd_create,
    modify_ldt_syscall,
    modules,
    module_unload,
    multiuser,
    net,
    net_time32,
    numa,
    numa_migration,
    perf_events,
    posix_mqueue,
    posix_mqueue_time32,
    posix_timers,
    posix_timers_time32,
    printk,
    profiling,
    quotactl,
    rseq,
    seccomp,
    secretmem,
    security,
    security_landlock,
    sgetmask_syscall,
    signalfd,
    swap,
    sysfs_syscall,
    sysvipc,
    time32,
    timerfd,
    timerfd_time32,
    uid16,
    uprobes,
    uselib,
    userfaultfd,
    vm86,
    x86_intel_memory_protection_keys,
    x86_iopl_ioperm,
    x86_user_shadow_stack,
};

struct GateInfo {
    const char* option;  // "CONFIG_AIO"; empty for Gate::none
    const char* also;    // a second option that is needed too, or empty
    const char* breaks;  // what users notice without it: a clause without a full stop
};
const GateInfo& gate_info(Gate gate);

// All but Gate::none.
std::span<const Gate> all_gates();

// "CONFIG_A and CONFIG_B"; empty for a gate that no option decides.
std::string options_text(const GateInfo& gate);

}  // namespace earlybox
