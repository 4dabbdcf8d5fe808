// SPDX-License-Identifier: MIT
// Sources: kernel/sys_ni.c, Kconfig files and Makefiles of Linux 5.10.262, 6.1.192 and 6.12.117.
#include "core/abi/gates.h"

#include <array>
#include <iterator>

#include "core/base/text.h"

namespace earlybox {
namespace {

struct Row {
    Gate gate;
    GateInfo info;
};

// In the order of enum Gate: the index is the gate.
constexpr Row rows[] = {
    {Gate::none, {"", "", ""}},
    {Gate::advise_syscalls,
     {"CONFIG_ADVISE_SYSCALLS", "", "madvise and posix_fadvise fail; allocators cannot give memory back"}},
    {Gate::aio, {"CONFIG_AIO", "", "kernel asynchronous I/O (libaio) fails: databases, qemu's aio=native"}},
    {Gate::aio_time32,
     {"CONFIG_AIO", "CONFIG_COMPAT_32BIT_TIME", "32-bit libaio programs cannot wait for completions"}},
    {Gate::block, {"CONFIG_BLOCK", "", "no block devices at all; ionice fails"}},
    {Gate::bpf_syscall,
     {"CONFIG_BPF_SYSCALL", "", "systemd's and container runtimes' BPF programs fail to load"}},
    {Gate::bsd_process_acct, {"CONFIG_BSD_PROCESS_ACCT", "", "process accounting (accton) fails"}},
    {Gate::cachestat_syscall,
     {"CONFIG_CACHESTAT_SYSCALL", "", "programs cannot ask what the page cache holds"}},
    {Gate::cross_memory_attach,
     {"CONFIG_CROSS_MEMORY_ATTACH", "",
      "debuggers and MPI copy process memory by slower ways; strace, gdb fall back"}},
    {Gate::epoll, {"CONFIG_EPOLL", "", "every event loop fails: systemd, udev, most servers"}},
    {Gate::eventfd, {"CONFIG_EVENTFD", "", "event loops and qemu fail to start"}},
    {Gate::fanotify, {"CONFIG_FANOTIFY", "", "file access monitors fail"}},
    {Gate::fhandle, {"CONFIG_FHANDLE", "", "systemd, udev and NFS servers fail to open files by handle"}},
    {Gate::file_locking, {"CONFIG_FILE_LOCKING", "", "flock fails: package managers, cron, lock files"}},
    {Gate::futex, {"CONFIG_FUTEX", "", "threads and every libc lock fail"}},
    {Gate::futex_time32,
     {"CONFIG_FUTEX", "CONFIG_COMPAT_32BIT_TIME",
      "locks and condition variables of older 32-bit programs fail or spin"}},
    {Gate::inotify_user, {"CONFIG_INOTIFY_USER", "", "udev, systemd, tail -f cannot watch files"}},
    {Gate::io_uring, {"CONFIG_IO_URING", "", "programs that use io_uring fall back to other I/O or fail"}},
    {Gate::kcmp, {"CONFIG_KCMP", "", "CRIU, Mesa and systemd cannot compare processes' files"}},
    {Gate::kexec, {"CONFIG_KEXEC", "", "kexec -l cannot load a kernel by kexec_load"}},
    {Gate::kexec_file, {"CONFIG_KEXEC_FILE", "", "kexec -s cannot load a signed kernel"}},
    {Gate::keys, {"CONFIG_KEYS", "", "kernel keyrings fail: fscrypt, Kerberos, cryptsetup's keyring"}},
    {Gate::membarrier, {"CONFIG_MEMBARRIER", "", "lock-free runtimes fall back to slower barriers"}},
    {Gate::memfd_create, {"CONFIG_MEMFD_CREATE", "", "no memory files: systemd, Wayland, runc fail"}},
    {Gate::modify_ldt_syscall,
     {"CONFIG_MODIFY_LDT_SYSCALL", "",
      "16-bit programs (Wine, dosemu) and old 32-bit thread libraries fail"}},
    {Gate::modules, {"CONFIG_MODULES", "", "no kernel module can be loaded"}},
    {Gate::module_unload, {"CONFIG_MODULE_UNLOAD", "", "no kernel module can be removed"}},
    {Gate::multiuser, {"CONFIG_MULTIUSER", "", "everything runs as root; setuid, setgid, su and login fail"}},
    {Gate::net, {"CONFIG_NET", "", "no sockets of any kind: no syslog, D-Bus, udev, X, network"}},
    {Gate::net_time32,
     {"CONFIG_NET", "CONFIG_COMPAT_32BIT_TIME",
      "older 32-bit programs cannot receive several messages at once"}},
    {Gate::numa, {"CONFIG_NUMA", "", "numactl and memory policies fail"}},
    {Gate::numa_migration, {"CONFIG_NUMA", "CONFIG_MIGRATION", "pages cannot be moved between memory nodes"}},
    {Gate::perf_events, {"CONFIG_PERF_EVENTS", "", "perf and hardware counters fail"}},
    {Gate::posix_mqueue, {"CONFIG_POSIX_MQUEUE", "", "POSIX message queues fail"}},
    {Gate::posix_mqueue_time32,
     {"CONFIG_POSIX_MQUEUE", "CONFIG_COMPAT_32BIT_TIME",
      "older 32-bit programs cannot send to or receive from POSIX message queues"}},
    {Gate::posix_timers,
     {"CONFIG_POSIX_TIMERS", "",
      "alarm, setitimer, timer_create fail: timeouts of shells, make, ping, sendmail never fire"}},
    {Gate::posix_timers_time32,
     {"CONFIG_POSIX_TIMERS", "CONFIG_COMPAT_32BIT_TIME", "POSIX timers of older 32-bit programs fail"}},
    {Gate::printk, {"CONFIG_PRINTK", "", "no kernel log: dmesg and klogd fail"}},
    {Gate::profiling,
     {"CONFIG_PROFILING", "", "oprofile's cookie lookup fails; 6.1 and later never have it"}},
    {Gate::quotactl, {"CONFIG_QUOTACTL", "", "disk quotas fail"}},
    {Gate::rseq, {"CONFIG_RSEQ", "", "nothing: every libc does without it"}},
    {Gate::seccomp, {"CONFIG_SECCOMP", "", "sandboxes fail: browsers, systemd's filters, containers"}},
    {Gate::secretmem,
     {"CONFIG_SECRETMEM", "",
      "no secret memory; before 6.5 also needs secretmem.enable=1 on the command line"}},
    {Gate::security, {"CONFIG_SECURITY", "", "the LSM attribute calls fail"}},
    {Gate::security_landlock, {"CONFIG_SECURITY_LANDLOCK", "", "Landlock sandboxes fail"}},
    {Gate::sgetmask_syscall, {"CONFIG_SGETMASK_SYSCALL", "", "programs of libc 4 and 5 times fail"}},
    {Gate::signalfd, {"CONFIG_SIGNALFD", "", "systemd, udev and other event loops fail to start"}},
    {Gate::swap, {"CONFIG_SWAP", "", "swapon and swapoff fail"}},
    {Gate::sysfs_syscall, {"CONFIG_SYSFS_SYSCALL", "", "a call that only very old libcs use fails"}},
    {Gate::sysvipc,
     {"CONFIG_SYSVIPC", "",
      "System V semaphores, shared memory and message queues fail: PostgreSQL, fakeroot, X"}},
    {Gate::time32,
     {"CONFIG_COMPAT_32BIT_TIME", "",
      "32-bit programs cannot sleep, read or set clocks and file times by the 32-bit time calls"}},
    {Gate::timerfd, {"CONFIG_TIMERFD", "", "systemd, udev and other event loops fail to start"}},
    {Gate::timerfd_time32,
     {"CONFIG_TIMERFD", "CONFIG_COMPAT_32BIT_TIME",
      "timer file descriptors of older 32-bit programs cannot be armed"}},
    {Gate::uid16, {"CONFIG_UID16", "", "libc 5 and other programs with 16-bit user ids fail"}},
    {Gate::uprobes, {"CONFIG_UPROBES", "", "nothing: only the kernel's own user probes use it"}},
    {Gate::uselib, {"CONFIG_USELIB", "", "libc 4 and 5 (a.out) programs fail"}},
    {Gate::userfaultfd, {"CONFIG_USERFAULTFD", "", "live migration after the switch (qemu, CRIU) fails"}},
    {Gate::vm86,
     {"CONFIG_VM86", "",
      "DOS programs in virtual 8086 mode fail; 32-bit kernels only (CONFIG_X86_LEGACY_VM86)"}},
    {Gate::x86_intel_memory_protection_keys,
     {"CONFIG_X86_INTEL_MEMORY_PROTECTION_KEYS", "", "memory protection keys fail"}},
    {Gate::x86_iopl_ioperm,
     {"CONFIG_X86_IOPL_IOPERM", "",
      "programs cannot touch I/O ports: old X servers, hwclock --directisa; the handler exists and answers ENOSYS"}},
    {Gate::x86_user_shadow_stack, {"CONFIG_X86_USER_SHADOW_STACK", "", "no shadow stacks for user programs"}},
};

consteval bool in_order() {
    for (std::size_t index = 0; index < std::size(rows); ++index)
        if (static_cast<std::size_t>(rows[index].gate) != index) return false;
    return std::size(rows) == static_cast<std::size_t>(Gate::x86_user_shadow_stack) + 1;
}
static_assert(in_order());

constexpr auto gates = [] {
    std::array<Gate, std::size(rows) - 1> list{};
    for (std::size_t index = 0; index < list.size(); ++index) list[index] = rows[index + 1].gate;
    return list;
}();

}  // namespace

std::span<const Gate> all_gates() { return gates; }

const GateInfo& gate_info(Gate gate) { return rows[static_cast<std::size_t>(gate)].info; }

std::string options_text(const GateInfo& gate) {
    return *gate.also == 0 ? gate.option : concat(gate.option, " and ", gate.also);
}

}  // namespace earlybox
