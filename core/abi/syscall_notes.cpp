// SPDX-License-Identifier: MIT
// Sources: the handlers in Linux 5.10.262, 6.1.192 and 6.12.117; the man pages of the calls; glibc 2.31
// to 2.41.
#include "core/abi/syscall_notes.h"

#include <algorithm>
#include <iterator>

namespace earlybox {
namespace {

struct Twin {
    const char *name, *twin;
};

// The first row whose twin the ABI has counts: i386's time calls come before older calls of every ABI.
constexpr Twin twins[] = {
    // i386, without CONFIG_COMPAT_32BIT_TIME
    {"adjtimex", "clock_adjtime64"},
    {"clock_adjtime", "clock_adjtime64"},
    {"clock_getres", "clock_getres_time64"},
    {"clock_gettime", "clock_gettime64"},
    {"clock_nanosleep", "clock_nanosleep_time64"},
    {"clock_settime", "clock_settime64"},
    {"futex", "futex_time64"},
    {"futimesat", "utimensat_time64"},
    {"io_getevents", "io_pgetevents_time64"},
    {"io_pgetevents", "io_pgetevents_time64"},
    {"mq_timedreceive", "mq_timedreceive_time64"},
    {"mq_timedsend", "mq_timedsend_time64"},
    {"nanosleep", "clock_nanosleep_time64"},
    {"ppoll", "ppoll_time64"},
    {"pselect6", "pselect6_time64"},
    {"recvmmsg", "recvmmsg_time64"},
    {"rt_sigtimedwait", "rt_sigtimedwait_time64"},
    {"sched_rr_get_interval", "sched_rr_get_interval_time64"},
    {"stime", "clock_settime64"},
    {"time", "clock_gettime64"},
    {"timer_gettime", "timer_gettime64"},
    {"timer_settime", "timer_settime64"},
    {"timerfd_gettime", "timerfd_gettime64"},
    {"timerfd_settime", "timerfd_settime64"},
    {"utime", "utimensat_time64"},
    {"utimensat", "utimensat_time64"},
    {"utimes", "utimensat_time64"},
    // i386, without CONFIG_UID16
    {"chown", "chown32"},
    {"fchown", "fchown32"},
    {"getegid", "getegid32"},
    {"geteuid", "geteuid32"},
    {"getgid", "getgid32"},
    {"getgroups", "getgroups32"},
    {"getresgid", "getresgid32"},
    {"getresuid", "getresuid32"},
    {"getuid", "getuid32"},
    {"lchown", "lchown32"},
    {"setfsgid", "setfsgid32"},
    {"setfsuid", "setfsuid32"},
    {"setgid", "setgid32"},
    {"setgroups", "setgroups32"},
    {"setregid", "setregid32"},
    {"setresgid", "setresgid32"},
    {"setresuid", "setresuid32"},
    {"setreuid", "setreuid32"},
    {"setuid", "setuid32"},
    // without CONFIG_POSIX_TIMERS
    {"alarm", "timerfd_create"},
    {"setitimer", "timerfd_create"},
    {"timer_create", "timerfd_create"},
    // other options
    {"kexec_file_load", "kexec_load"},
    {"kexec_load", "kexec_file_load"},
    {"sgetmask", "rt_sigprocmask"},
    {"ssetmask", "rt_sigprocmask"},
    // calls that older kernels lack
    {"clone3", "clone"},
    {"close_range", "close"},
    {"epoll_pwait2", "epoll_pwait"},
    {"faccessat2", "faccessat"},
    {"fchmodat2", "fchmodat"},
    {"fsopen", "mount"},
    {"futex_waitv", "futex_time64"},
    {"futex_waitv", "futex"},
    {"memfd_secret", "memfd_create"},
    {"mount_setattr", "mount"},
    {"openat2", "openat"},
    {"quotactl_fd", "quotactl"},
};

struct Harmless {
    const char* name;
    const char* reason;
};

constexpr Harmless harmless[] = {
    {"rseq", "glibc from 2.35 on tries it in every process and does without"},
    {"arch_prctl", "older 32-bit kernels lack it; libraries that ask for CET do without"},
    {"bdflush", "long obsolete"},
    {"cachestat", "new in 6.5; optional"},
    {"clone3", "glibc from 2.34 on falls back to clone"},
    {"close_range", "libraries close descriptors one by one instead"},
    {"epoll_pwait2", "event loops fall back to epoll_pwait"},
    {"faccessat2", "libcs fall back to faccessat"},
    {"fchmodat2", "libcs fall back to /proc/self/fd"},
    {"futex_requeue", "new in 6.7; nothing depends on it"},
    {"futex_wait", "new in 6.7; nothing depends on it"},
    {"futex_waitv", "Wine falls back to other locks"},
    {"futex_wake", "new in 6.7; nothing depends on it"},
    {"get_mempolicy", "libnuma takes the machine for a single node"},
    {"io_uring_setup", "programs fall back to other I/O; often switched off on purpose"},
    {"kcmp", "systemd and Mesa fall back"},
    {"landlock_create_ruleset", "sandboxes are optional"},
    {"listmount", "new in 6.8; libmount reads mountinfo"},
    {"lookup_dcookie", "obsolete: oprofile used it"},
    {"lsm_get_self_attr", "new in 6.8; /proc/self/attr serves"},
    {"lsm_list_modules", "new in 6.8; securityfs serves"},
    {"lsm_set_self_attr", "new in 6.8; /proc/self/attr serves"},
    {"map_shadow_stack", "new in 6.6; asked for only on processors with shadow stacks"},
    {"membarrier", "runtimes fall back to other barriers"},
    {"memfd_secret", "optional"},
    {"mseal", "new in 6.10; optional"},
    {"openat2", "programs fall back to openat"},
    {"process_madvise", "optional"},
    {"process_mrelease", "optional"},
    {"quotactl_fd", "quota tools fall back to quotactl"},
    {"set_mempolicy_home_node", "optional"},
    {"sgetmask", "obsolete"},
    {"ssetmask", "obsolete"},
    {"statmount", "new in 6.8; libmount reads mountinfo"},
    {"sysfs", "obsolete"},
    {"uretprobe", "for the kernel's own use"},
    {"uselib", "obsolete: for a.out libraries"},
    {"userfaultfd", "optional"},
    {"vm86", "64-bit kernels never have it"},
    {"vm86old", "64-bit kernels never have it"},
};

constexpr Remark remarks[] = {
    {"ipc", Gate::time32, "ipc(SEMTIMEDOP) answers ENOSYS; semtimedop_time64 serves"},
    {"socketcall", Gate::net_time32, "socketcall(RECVMMSG) works although recvmmsg does not"},
    {"migrate_pages", Gate::numa_migration, "every migration answers ENOSYS"},
    {"iopl", Gate::x86_iopl_ioperm, "the handler exists and answers ENOSYS"},
    {"ioperm", Gate::x86_iopl_ioperm, "the handler exists and answers ENOSYS"},
    {"memfd_secret", Gate::none, "before 6.5 answers ENOSYS unless booted with secretmem.enable=1"},
};

struct Exception {
    const char* name;
    Trial trial;
};

// All other calls stop at the first of six arguments -1: no such descriptor, process or address, invalid
// flags.
constexpr Exception exceptions[] = {
    {"bdflush", {false, {}, "it logs a warning"}},
    {"exit", {false, {}, "it ends the caller"}},
    {"exit_group", {false, {}, "it ends the caller"}},
    {"fork", {false, {}, "it starts a process"}},
    {"pause", {false, {}, "it never returns"}},
    {"reboot", {false, {}, "a kernel that misreads its arguments would go down"}},
    {"remap_file_pages", {false, {}, "it logs a warning"}},
    {"rt_sigreturn", {false, {}, "it jumps to what it finds on the stack"}},
    {"sigreturn", {false, {}, "it jumps to what it finds on the stack"}},
    {"sigsuspend", {false, {}, "it never returns"}},
    {"sync", {false, {}, "it hangs for as long as a disk does not answer"}},
    {"uretprobe", {false, {}, "it kills any caller but the kernel's own trampoline"}},
    {"vfork", {false, {}, "it starts a process on the caller's stack"}},
    {"vhangup", {false, {}, "it hangs up the terminal"}},

    {"brk", {true, {0}, "asks for the current end"}},
    {"clone", {true, {0x20200}, "CLONE_NEWNS and CLONE_FS exclude each other: EINVAL"}},
    {"flock", {true, {-1, 8}, "LOCK_UN: of the others some only log a warning"}},
    {"futex", {true, {-1, 1}, "FUTEX_WAKE: unknown operations answer ENOSYS"}},
    {"futex_time64", {true, {-1, 1}, "FUTEX_WAKE: unknown operations answer ENOSYS"}},
    {"init_module", {true, {-1, 0, -1}, "no length: for any other one memory is allocated first"}},
    {"ipc", {true, {22, 0, 0, 0, -1}, "SHMDT: unknown operations answer ENOSYS"}},
    {"kill", {true, {0x7fffffff}, "signal 0 to a process that cannot exist"}},
    {"mmap2", {true, {}, "no length: EINVAL"}},
    {"modify_ldt", {true, {}, "reads nothing: unknown functions answer ENOSYS"}},
    {"msgget", {true, {-1}, "without IPC_CREAT"}},
    {"shmget", {true, {-1}, "without IPC_CREAT"}},
    {"ssetmask", {true, {}, "blocks no signal"}},
};

template <class Rows>
auto find_row(const Rows& rows, std::string_view name) {
    auto row = std::ranges::find(rows, name, [](const auto& row) { return std::string_view(row.name); });
    return row == std::end(rows) ? nullptr : row;
}

}  // namespace

std::optional<Syscall> twin_of(Abi abi, const Syscall& call) {
    for (const Twin& row : twins)
        if (call.name == row.name)
            if (auto twin = find_syscall(abi, row.twin)) return twin;
    return {};
}

const char* harmless_without(std::string_view name) {
    auto row = find_row(harmless, name);
    return row ? row->reason : nullptr;
}

const Remark* remark_on(std::string_view name) { return find_row(remarks, name); }

Trial trial_of(std::string_view name) {
    auto row = find_row(exceptions, name);
    return row ? row->trial : Trial{};
}

}  // namespace earlybox
