// SPDX-License-Identifier: MIT
// What an argument of a system call means: all that a decoder has to know to print it.
#pragma once

#include <cstdint>

namespace earlybox {

// "ABI's width": 32-bit fields for i386 and (through compat handlers) x32, 64-bit fields for x86_64.
// Names ending in _out are filled in by the kernel: to be read after the call, if it succeeded.
enum class Argument : std::uint8_t {
    none,

    // plain numbers
    decimal,       // signed, 32 bits
    number,        // unsigned, 32 bits
    hex,           // unsigned, flags without a kind of their own
    size,          // unsigned, register width
    signed_size,   // signed, register width
    offset,        // signed file offset, register width
    offset_low,    // the low half of a 64-bit offset or length; the whole of it in a 64-bit register
    offset_high,   // the high half, ignored where the low half is the whole
    milliseconds,  // signed, negative: for ever
    address,       // pointer or address, shown as such

    // names of things
    fd,
    dirfd,  // fd or AT_FDCWD
    pid,
    id,    // uid or gid, -1: none
    id16,  // the same in 16 bits
    signal,
    mode,    // octal permissions
    device,  // dev_t
    clock_id,
    ipc_key,  // key_t, IPC_PRIVATE is 0

    // memory whose length another argument tells
    path,         // zero-terminated
    string,       // zero-terminated
    bytes,        // length: the next argument
    bytes_out,    // length: the result
    string_list,  // argv: pointers up to a null pointer
    environment,  // envp: the same, usually only counted
    iovecs,       // array, count: the next argument
    iovecs_out,   // the same, filled with as many bytes as the result says
    ids,          // gid_t array, count: the argument before
    ids_out,
    ids16,
    ids16_out,
    poll_fds,          // struct pollfd array, count: the next argument; in and out
    fd_set,            // in and out, width: the first argument of the call
    epoll_events_out,  // count: the result
    dirents_out,       // linux_dirent of the ABI's width, length: the result
    dirents64_out,
    old_dirent_out,
    messages,      // struct mmsghdr array, count: the next argument
    messages_out,  // count: the result

    // time
    timespec,  // 64-bit fields in every ABI
    timespec_out,
    timespec32,
    timespec32_out,
    timespec_pair,  // access and modification time
    timespec32_pair,
    timeval,  // ABI's width (x32: 64 bits)
    timeval_out,
    timeval_pair,
    timezone,
    timezone_out,
    utimbuf,  // ABI's width (x32: 64 bits)
    time,     // time_t, ABI's width (x32: 64 bits)
    time_out,
    itimerval,  // ABI's width
    itimerval_out,
    itimerspec,  // 64-bit fields in every ABI
    itimerspec_out,
    itimerspec32,
    itimerspec32_out,
    timex,  // struct __kernel_timex, in and out
    timex32,

    // structures and values behind a pointer
    decimal_out,
    number_out,
    size_out,
    offset_in_out,  // 64 bits
    offset32_in_out,
    id_out,
    id16_out,
    fd_pair_out,
    wait_status_out,
    old_stat_out,  // struct __old_kernel_stat
    stat_out,      // struct stat of the ABI
    stat64_out,    // i386's struct stat64
    statx_out,
    statfs_out,  // ABI's width
    statfs64_out,
    sockaddr,      // length: the next argument
    sockaddr_out,  // length: behind the next argument
    socklen_in_out,
    message,  // struct msghdr
    message_out,
    signal_set,  // size: the next argument (old: one word)
    signal_set_out,
    old_signal_set,
    old_signal_set_out,
    pselect_signal_set,  // pointer to a pointer to a set and its size
    sigaction,
    sigaction_out,
    old_sigaction,
    old_sigaction_out,
    siginfo,
    siginfo_out,
    signal_stack,
    signal_stack_out,
    epoll_event,
    rlimit,  // ABI's width
    rlimit_out,
    old_rlimit_out,  // i386 getrlimit(76): clipped to 31 bits
    rlimit64,
    rlimit64_out,
    rusage_out,   // ABI's width
    tms_out,      // ABI's width
    sysinfo_out,  // ABI's width
    utsname_out,
    old_utsname_out,     // without a domain name
    oldold_utsname_out,  // 9 bytes a field
    clone_args,          // size: the next argument
    open_how,            // size: the next argument
    mount_attr,          // size: the next argument
    sched_param,
    sched_param_out,
    sched_attr,
    sched_attr_out,
    select_block,      // i386 select(82): its five arguments in memory
    mmap_block,        // i386 mmap(90): its six arguments in memory
    socketcall_block,  // i386 socketcall(102): arguments of the call named by the argument before

    // constants and flags
    open_flags,          // O_*
    at_flags,            // AT_*
    access_mode,         // R_OK W_OK X_OK F_OK
    whence,              // SEEK_*
    protection,          // PROT_*
    map_flags,           // MAP_*
    remap_flags,         // MREMAP_*
    sync_flags,          // MS_* of msync
    advice,              // MADV_*
    lock_flags,          // MCL_*
    clone_flags,         // CLONE_*, the exit signal in the lowest byte
    namespace_flags,     // CLONE_NEW* of unshare and setns
    wait_flags,          // W*
    wait_id_type,        // P_*
    signal_how,          // SIG_BLOCK and others
    resource,            // RLIMIT_*
    rusage_who,          // RUSAGE_*
    itimer_which,        // ITIMER_*
    timer_flags,         // TIMER_ABSTIME
    timerfd_flags,       // TFD_*
    eventfd_flags,       // EFD_*
    signalfd_flags,      // SFD_*
    inotify_flags,       // IN_CLOEXEC and others
    inotify_mask,        // IN_*
    epoll_flags,         // EPOLL_*
    epoll_operation,     // EPOLL_CTL_*
    priority_which,      // PRIO_*
    policy,              // SCHED_*
    fcntl_command,       // F_*; says what the next argument is
    ioctl_command,       // says what the next argument is
    flock_operation,     // LOCK_*
    prctl_option,        // PR_*
    arch_prctl_option,   // ARCH_*
    ptrace_request,      // PTRACE_*
    futex_operation,     // FUTEX_*
    seccomp_operation,   // SECCOMP_*
    bpf_command,         // BPF_*
    keyctl_option,       // KEYCTL_*
    socket_family,       // AF_*
    socket_type,         // SOCK_*
    shutdown_how,        // SHUT_*
    socket_level,        // SOL_*
    socket_option,       // SO_* and others, by the level before
    message_flags,       // MSG_*
    mount_flags,         // MS_* of mount
    umount_flags,        // MNT_*
    open_tree_flags,     // OPEN_TREE_*
    move_mount_flags,    // MOVE_MOUNT_*
    fsopen_flags,        // FSOPEN_*
    fspick_flags,        // FSPICK_*
    fsconfig_command,    // FSCONFIG_*
    fsmount_flags,       // FSMOUNT_*
    mount_attr_flags,    // MOUNT_ATTR_*
    rename_flags,        // RENAME_*
    splice_flags,        // SPLICE_F_*
    rw_flags,            // RWF_*
    fallocate_mode,      // FALLOC_FL_*
    file_advice,         // POSIX_FADV_*
    xattr_flags,         // XATTR_*
    memfd_flags,         // MFD_*
    random_flags,        // GRND_*
    close_range_flags,   // CLOSE_RANGE_*
    personality,         // PER_*
    reboot_command,      // LINUX_REBOOT_CMD_*
    syslog_action,       // SYSLOG_ACTION_*
    membarrier_command,  // MEMBARRIER_CMD_*
    ipc_flags,           // IPC_CREAT and others, permissions in the low bits
    ipc_command,         // IPC_STAT and others
    ipc_call,            // i386 ipc(117): SEMOP and others
    socket_call,         // i386 socketcall(102): SYS_SOCKET and others
    module_flags,        // MODULE_INIT_*
    pidfd_flags,         // PIDFD_*
    statx_mask,          // STATX_*
};

}  // namespace earlybox
