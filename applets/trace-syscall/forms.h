// SPDX-License-Identifier: MIT
// How calls and structures look, as data. Layouts: include/uapi and arch/x86/include/uapi of Linux 6.12, and
// include/linux/compat.h for 32-bit programs; looks: strace(1)'s.
//
// A form is text with items in it. An item takes a number off the memory (or off the argument) that the form
// is for:
//     %dN %uN %xN   signed, unsigned, hexadecimal     %pN  address
//     %oN           permissions                       %MN  the same with the file's type
//     %fN %FN       descriptor, or folder             %iN  uid or gid
//     %gN           signal                            %DN  device
//     %cN{table} %nN{table} %hN{table}  constants; the unknown in hexadecimal as strace's, decimal, bare
//     %_N           skipped                           %a   what aligns a word behind four bytes
//     %sN %SN       pointer to a path, to a text      %BNc pointer to bytes, c of them
//     %*N{form}     pointer to what the form is for   %[N{form}c  pointer to c such
//     %!N{part}     by a function of the printer
// or none:
//     %{form}       another form                      %~c{choice} one that depends on c
//     %@123.        goes on at that offset            %.   ends here, with ...}, unless -v
//     %^            ends here, with }, where the call failed
//     %( … %)       only with -v
// %> before a pointer: known when the call has succeeded; %< known when it has come back.
// N is a size in bytes (0: none is taken), or r: the argument's; w: a long's; t: an old time_t's. c is an
// argument's index, N the next argument, P the one before, R the result, L the number taken last; &mask. may
// follow it in %~. A call's arguments are forms with ; between them; %~ as the last one stands for all that
// come.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "core/abi/arguments.h"

namespace earlybox::trace_syscall {

struct Form {
    std::string_view name;
    std::string_view text;
};

// Functions of the printer for what no form can say.
inline constexpr std::string_view kParts[] = {
    "offset",       "strings",      "environment",   "iovecs",         "iovecs_out",     "sockaddr",
    "sockaddr_out", "length_out",   "message",       "message_out",    "messages",       "messages_out",
    "signal_set",   "word_set",     "set_here",      "sigaction",      "old_action",     "siginfo",
    "poll_fds",     "fd_set",       "wait_status",   "stat",           "stat64",         "old_stat",
    "dirents",      "dirents64",    "utime",         "utimeval",       "seconds",        "stamp",
    "remaining",    "open_how",     "clone_args",    "clone_part",     "terminal",       "cpu_set",
    "random",       "option",       "option_out",    "wake_operation", "futex",          "sigevent",
    "bitset",       "ipc_mode",     "ioctl",         "limit",          "capability_set", "chars",
    "port",         "address4",     "address6",      "hardware",       "utsname",        "utsname5",
    "utsname9",     "text_rest",    "personality",   "rusage",         "clock",          "statx_mask",
    "user_desc",    "node_mask",    "page_bytes",    "quota_command",  "saved_mask",     "message_text",
    "name16",       "sockaddr16",   "hardware6",     "pages_offset",   "shown_hex",      "magic",
    "io_priority",  "lock_of_word", "syslog_action", "old_mask",       "signal_value",   "ipc_command",
    "swap_flags",   "interrupted",  "mask_here",     "statfs_flags",   "handle",         "ticks",
    "mount_type",   "mount_data",   "clone_size",    "length64",
};

inline constexpr Form kForms[] = {
    // numbers behind pointers
    {"s32", "[%d4]"},
    {"u32", "[%u4]"},
    {"u16", "[%u2]"},
    {"s64", "[%d8]"},
    {"word", "[%uw]"},
    {"signed_word", "[%dw]"},
    {"pointer", "[%pw]"},
    {"hex32", "[%x4]"},
    {"hex64", "[%x8]"},
    {"hex_word", "[%xw]"},
    {"fds", "[%f4, %f4]"},
    {"one_fd", "[%f4]"},
    {"u64", "[%u8]"},
    {"memory_policy", "[%c4{memory_policies}]"},
    {"hint", "[%c8{lifetime_hints}]"},
    {"signal_number", "[%g4]"},
    {"unaligned", "[%c4{unaligned_flags}]"},
    {"tsc", "[%c4{tsc_modes}]"},
    {"seccomp_action", "[%c4{seccomp_actions}]"},
    {"line_discipline", "[%c4{line_disciplines}]"},
    {"one_u32", "%u4"},
    {"one_s32", "%d4"},
    {"one_u16", "%u2"},
    {"one_u8", "%u1"},
    {"one_pointer", "%pw"},
    {"one_text", "%Sw"},
    // time
    {"timespec64", "{tv_sec=%d8, tv_nsec=%d8}"},
    {"timespec32", "{tv_sec=%d4, tv_nsec=%d4}"},
    {"timeval", "{tv_sec=%dt, tv_usec=%dt}"},
    {"utimes64", "[%!8{utime}, %!8{utime}]"},
    {"utimes32", "[%!4{utime}, %!4{utime}]"},
    {"utimevals", "[%!t{utimeval}, %!t{utimeval}]"},
    {"timezone", "{tz_minuteswest=%d4, tz_dsttime=%d4}"},
    {"utimbuf", "{actime=%!t{seconds}, modtime=%!t{seconds}}"},
    {"time", "[%!t{seconds}]"},
    {"itimerval", "{it_interval=%{timeval}, it_value=%{timeval}}"},
    {"itimerspec64", "{it_interval=%{timespec64}, it_value=%{timespec64}}"},
    {"itimerspec32", "{it_interval=%{timespec32}, it_value=%{timespec32}}"},
    {"timex64",
     "{modes=%c4{adjust_modes}%_4, offset=%d8, freq=%d8, maxerror=%d8, esterror=%d8, "
     "status=%c4{clock_status}%_4, constant=%d8, precision=%d8, tolerance=%d8, time={tv_sec=%d8, tv_usec=%d8}, "
     "tick=%d8, ppsfreq=%d8, jitter=%d8, shift=%d4%_4, stabil=%d8, jitcnt=%d8, calcnt=%d8, errcnt=%d8, "
     "stbcnt=%d8, tai=%d4}"},
    {"timex32",
     "{modes=%c4{adjust_modes}, offset=%d4, freq=%d4, maxerror=%d4, esterror=%d4, "
     "status=%c4{clock_status}, constant=%d4, precision=%d4, tolerance=%d4, time={tv_sec=%d4, tv_usec=%d4}, "
     "tick=%d4, ppsfreq=%d4, jitter=%d4, shift=%d4, stabil=%d4, jitcnt=%d4, calcnt=%d4, errcnt=%d4, "
     "stbcnt=%d4, tai=%d4}"},
    {"rusage",
     "{ru_utime=%{timeval}, ru_stime=%{timeval}%., ru_maxrss=%uw, ru_ixrss=%uw, ru_idrss=%uw, ru_isrss=%uw, "
     "ru_minflt=%uw, ru_majflt=%uw, ru_nswap=%uw, ru_inblock=%uw, ru_oublock=%uw, ru_msgsnd=%uw, "
     "ru_msgrcv=%uw, ru_nsignals=%uw, ru_nvcsw=%uw, ru_nivcsw=%uw}"},
    {"tms", "{tms_utime=%!w{ticks}, tms_stime=%!w{ticks}, tms_cutime=%!w{ticks}, tms_cstime=%!w{ticks}}"},
    // files
    {"statx",
     "{stx_mask=%!4{statx_mask}%(, stx_blksize=%u4%), stx_attributes=%@8.%c8{statx_attributes}%(, "
     "stx_nlink=%u4, stx_uid=%u4, stx_gid=%u4%), stx_mode=%@28.%M2%(, stx_ino=%@32.%u8%), "
     "stx_size=%@40.%u8%., stx_blocks=%u8, stx_attributes_mask=%c8{statx_attributes}, "
     "stx_atime=%{statx_time}, stx_btime=%{statx_time}, stx_ctime=%{statx_time}, stx_mtime=%{statx_time}, "
     "stx_rdev_major=%u4, stx_rdev_minor=%u4, stx_dev_major=%u4, stx_dev_minor=%u4, stx_mnt_id=%x8}"},
    {"statx_time", "{tv_sec=%d8, tv_nsec=%!4{stamp}"},
    {"statfs",
     "{f_type=%cw{file_system_magics}, f_bsize=%uw, f_blocks=%uw, f_bfree=%uw, f_bavail=%uw, f_files=%uw, "
     "f_ffree=%uw, f_fsid={val=[%x4, %x4]}, f_namelen=%uw, f_frsize=%uw%!w{statfs_flags}}"},
    {"statfs64",
     "{f_type=%cw{file_system_magics}, f_bsize=%uw, f_blocks=%u8, f_bfree=%u8, f_bavail=%u8, f_files=%u8, "
     "f_ffree=%u8, f_fsid={val=[%x4, %x4]}, f_namelen=%uw, f_frsize=%uw%!w{statfs_flags}}"},
    {"ustat", "{f_tfree=%u4%a, f_tinode=%uw}"},
    {"lock64", "{l_type=%c2{lock_types}, l_whence=%c2{whence}%a, l_start=%d8, l_len=%d8"},
    {"lock32", "{l_type=%c2{lock_types}, l_whence=%c2{whence}, l_start=%d4, l_len=%d4"},
    {"set_lock64", "%{lock64}}"},
    {"set_lock32", "%{lock32}}"},
    {"get_lock64", "%{lock64}, l_pid=%d4}"},
    {"get_lock32", "%{lock32}, l_pid=%d4}"},
    {"owner", "{type=%c4{owner_types}, pid=%d4}"},
    {"file_handle", "{handle_bytes=%u4, handle_type=%d4, f_handle=%!0{handle}}"},
    {"open_how", "{flags=%c8{open}%!0{open_how}, resolve=%@16.%c8{resolve_flags}}"},
    {"mount_attributes",
     "{attr_set=%c8{mount_attributes}, attr_clr=%c8{mount_attributes}, "
     "propagation=%c8{mount_flags}, userns_fd=%d8}"},
    {"epoll_event", "{events=%c4{epoll_events}, data={u32=%u4, u64=%@4.%u8}}"},
    {"iocb",
     "{aio_data=%x8, aio_key=%u4, aio_rw_flags=%x4, aio_lio_opcode=%c2{iocb_commands}, aio_reqprio=%d2, "
     "aio_fildes=%f4, aio_buf=%p8, aio_nbytes=%u8, aio_offset=%d8}"},
    {"iocb_pointer", "%*w{iocb}"},
    {"io_event", "{data=%x8, obj=%p8, res=%d8, res2=%d8}"},
    {"ring_parameters",
     "{flags=%@8.%c4{ring_setup}, sq_thread_cpu=%u4, sq_thread_idle=%u4%., sq_entries=%@0.%u4, "
     "cq_entries=%u4, features=%@20.%x4}"},
    {"interface_index", "{ifr_name=%!0{name16}%^, ifr_ifindex=%@16.%d4}"},
    {"interface_name", "{ifr_index=%@16.%d4%^, ifr_name=%@0.%!0{name16}}"},
    {"interface_flags", "{ifr_name=%!0{name16}%^, ifr_flags=%@16.%c2{interface_flags}}"},
    {"interface_address", "{ifr_name=%!0{name16}%^, ifr_addr=%@16.%!0{sockaddr16}}"},
    {"interface_target", "{ifr_name=%!0{name16}%^, ifr_dstaddr=%@16.%!0{sockaddr16}}"},
    {"interface_broadcast", "{ifr_name=%!0{name16}%^, ifr_broadaddr=%@16.%!0{sockaddr16}}"},
    {"interface_mask", "{ifr_name=%!0{name16}%^, ifr_netmask=%@16.%!0{sockaddr16}}"},
    {"interface_metric", "{ifr_name=%!0{name16}%^, ifr_metric=%@16.%d4}"},
    {"interface_mtu", "{ifr_name=%!0{name16}%^, ifr_mtu=%@16.%d4}"},
    {"interface_queue", "{ifr_name=%!0{name16}%^, ifr_qlen=%@16.%d4}"},
    {"interface_map",
     "{ifr_name=%!0{name16}%^, ifr_map={mem_start=%@16.%xw, mem_end=%xw, base_addr=%x2, irq=%x1, dma=%x1, "
     "port=%x1}}"},
    {"interface_hardware",
     "{ifr_name=%!0{name16}%^, ifr_hwaddr={sa_family=%@16.%c2{hardware_types}, "
     "sa_data=%!0{hardware6}}}"},
    {"shared_memory",
     "{shm_perm={uid=%@4.%u4, gid=%u4, mode=%@20.%o4, key=%@0.%u4, cuid=%@12.%u4, cgid=%u4}, "
     "shm_segsz=%@48.%u8, shm_cpid=%@80.%d4, shm_lpid=%d4, shm_nattch=%u8, shm_atime=%@56.%u8, "
     "shm_dtime=%u8, shm_ctime=%u8}"},
    {"message_queue",
     "{msg_perm={uid=%@4.%u4, gid=%u4, mode=%@20.%o4, key=%@0.%u4, cuid=%@12.%u4, cgid=%u4}, "
     "msg_stime=%@48.%u8, msg_rtime=%u8, msg_ctime=%u8, msg_qnum=%@80.%u8, msg_qbytes=%u8, "
     "msg_lspid=%d4, msg_lrpid=%d4}"},
    {"semaphores",
     "{sem_perm={uid=%@4.%u4, gid=%u4, mode=%@20.%o4, key=%@0.%u4, cuid=%@12.%u4, cgid=%u4}, "
     "sem_otime=%@48.%u8, sem_ctime=%@64.%u8, sem_nsems=%@80.%u8}"},
    {"iovec", "{iov_base=%pw, iov_len=%uw}"},
    {"credentials", "{pid=%d4, uid=%u4, gid=%u4}"},
    {"linger", "{l_onoff=%d4, l_linger=%d4}"},
    {"process_info", ", si_pid=%d4, si_uid=%u4"},
    {"times_info", ", si_utime=%dw, si_stime=%dw"},
    {"timer_info", ", si_timerid=%x4, si_overrun=%d4%{queue_value}"},
    {"queue_info", "%{queue_value}"},
    {"queue_value", "%!w{signal_value}"},
    {"fault_info", ", si_addr=%pw"},
    {"poll_info", ", si_band=%dw, si_fd=%d4"},
    {"winsize", "{ws_row=%u2, ws_col=%u2, ws_xpixel=%u2, ws_ypixel=%u2}"},
    {"loop_info64",
     "{lo_device=%D8, lo_inode=%u8, lo_rdevice=%D8, lo_offset=%x8, lo_sizelimit=%u8, "
     "lo_number=%u4, lo_encrypt_type=%x4, lo_encrypt_key_size=%u4, lo_flags=%c4{loop_flags}, ...}"},
    {"range", "[%u8, %u8]"},
    // processes
    {"signal_stack", "{ss_sp=%pw, ss_flags=%c4{signal_stack_flags}%a, ss_size=%uw}"},
    {"mask_and_size", "%!w{set_here}"},
    {"rlimit", "{rlim_cur=%!w{limit}, rlim_max=%!w{limit}}"},
    {"rlimit64", "{rlim_cur=%!8{limit}, rlim_max=%!8{limit}}"},
    {"sysinfo",
     "{uptime=%dw, loads=[%uw, %uw, %uw], totalram=%uw, freeram=%uw, sharedram=%uw, bufferram=%uw, "
     "totalswap=%uw, freeswap=%uw, procs=%u2%_2%a, totalhigh=%uw, freehigh=%uw, mem_unit=%u4}"},
    {"sched_attributes",
     "{size=%u4, sched_policy=%c4{policies}, sched_flags=%c8{sched_flags}, sched_nice=%d4, "
     "sched_priority=%u4, sched_runtime=%u8, sched_deadline=%u8, sched_period=%u8}"},
    {"program", "{len=%u2%_2%a, filter=%pw}"},
    {"capability_head", "{version=%c4{capability_versions}, pid=%d4}"},
    {"futex_waiter", "{val=%x8, uaddr=%p8, flags=%c4{futex2_flags}}"},
    {"message_attributes", "{mq_flags=%cw{open_others}, mq_maxmsg=%dw, mq_msgsize=%dw, mq_curmsgs=%dw}"},
    {"semaphore_step", "{sem_num=%u2, sem_op=%d2, sem_flg=%c2{semaphore_flags}}"},
    {"message_buffer", "{mtype=%dw, mtext=%!0{text_rest}}"},
    {"perf_event",
     "{type=%c4{perf_types}, size=%u4, config=%x8, sample_period=%u8, sample_type=%c8{perf_samples}, "
     "read_format=%c8{perf_formats}%., flags=%x8}"},
    {"ruleset", "{handled_access_fs=%c8{landlock_access}}"},
    {"path_rule", "{allowed_access=%c8{landlock_access}, parent_fd=%f4}"},
};

// What an argument looks like by its kind alone.
struct KindForm {
    Argument kind;
    std::string_view text;
};
namespace kind_forms {
using enum Argument;
inline constexpr KindForm kKindForms[] = {
    {none, ""},
    {decimal, "%d4"},
    {number, "%u4"},
    {hex, "%x4"},
    {size, "%ur"},
    {signed_size, "%dr"},
    {offset, "%dr"},
    {offset_low, "%!r{offset}"},
    {offset_high, "%!r{offset}"},
    {milliseconds, "%d4"},
    {address, "%pr"},
    {fd, "%f4"},
    {dirfd, "%F4"},
    {pid, "%d4"},
    {id, "%i4"},
    {id16, "%i2"},
    {signal, "%g4"},
    {mode, "%o2"},
    {device, "%D4"},
    {clock_id, "%!4{clock}"},
    {ipc_key, "%h4{ipc_keys}"},
    {path, "%sr"},
    {string, "%Sr"},
    {bytes, "%BrN"},
    {bytes_out, "%>BrR"},
    {string_list, "%!r{strings}"},
    {environment, "%!r{environment}"},
    {iovecs, "%!r{iovecs}"},
    {iovecs_out, "%<!r{iovecs_out}"},
    {ids, "%[r{one_u32}P"},
    {ids_out, "%>[r{one_u32}G"},
    {ids16, "%[r{one_u16}P"},
    {ids16_out, "%>[r{one_u16}G"},
    {poll_fds, "%!r{poll_fds}"},
    {fd_set, "%!r{fd_set}"},
    {epoll_events_out, "%>[r{epoll_event}R"},
    {dirents_out, "%>!r{dirents}"},
    {dirents64_out, "%>!r{dirents64}"},
    {old_dirent_out, "%>pr"},
    {messages, "%!r{messages}"},
    {messages_out, "%>!r{messages_out}"},
    {timespec, "%*r{timespec64}"},
    {timespec_out, "%>*r{timespec64}"},
    {timespec32, "%*r{timespec32}"},
    {timespec32_out, "%>*r{timespec32}"},
    {timespec_pair, "%*r{utimes64}"},
    {timespec32_pair, "%*r{utimes32}"},
    {timeval, "%*r{timeval}"},
    {timeval_out, "%>*r{timeval}"},
    {timeval_pair, "%*r{utimevals}"},
    {timezone, "%*r{timezone}"},
    {timezone_out, "%>*r{timezone}"},
    {utimbuf, "%*r{utimbuf}"},
    {time, "%*r{time}"},
    {time_out, "%>*r{time}"},
    {itimerval, "%*r{itimerval}"},
    {itimerval_out, "%>*r{itimerval}"},
    {itimerspec, "%*r{itimerspec64}"},
    {itimerspec_out, "%>*r{itimerspec64}"},
    {itimerspec32, "%*r{itimerspec32}"},
    {itimerspec32_out, "%>*r{itimerspec32}"},
    {timex, "%>*r{timex64}"},
    {timex32, "%>*r{timex32}"},
    {decimal_out, "%>*r{s32}"},
    {number_out, "%>*r{u32}"},
    {size_out, "%>*r{word}"},
    {offset_in_out, "%>*r{s64}"},
    {offset32_in_out, "%>*r{signed_word}"},
    {id_out, "%>*r{u32}"},
    {id16_out, "%>*r{u16}"},
    {fd_pair_out, "%>*r{fds}"},
    {wait_status_out, "%>!r{wait_status}"},
    {old_stat_out, "%>!r{old_stat}"},
    {stat_out, "%>!r{stat}"},
    {stat64_out, "%>!r{stat64}"},
    {statx_out, "%>*r{statx}"},
    {statfs_out, "%>*r{statfs}"},
    {statfs64_out, "%>*r{statfs64}"},
    {sockaddr, "%!r{sockaddr}"},
    {sockaddr_out, "%>!r{sockaddr_out}"},
    {socklen_in_out, "%<!r{length_out}"},
    {message, "%!r{message}"},
    {message_out, "%<!r{message_out}"},
    {signal_set, "%!r{signal_set}"},
    {signal_set_out, "%>!r{signal_set}"},
    {old_signal_set, "%!r{word_set}"},
    {old_signal_set_out, "%>!r{word_set}"},
    {pselect_signal_set, "%*r{mask_and_size}"},
    {sigaction, "%!r{sigaction}"},
    {sigaction_out, "%>!r{sigaction}"},
    {old_sigaction, "%!r{old_action}"},
    {old_sigaction_out, "%>!r{old_action}"},
    {siginfo, "%!r{siginfo}"},
    {siginfo_out, "%>!r{siginfo}"},
    {signal_stack, "%*r{signal_stack}"},
    {signal_stack_out, "%>*r{signal_stack}"},
    {epoll_event, "%*r{epoll_event}"},
    {rlimit, "%*r{rlimit}"},
    {rlimit_out, "%>*r{rlimit}"},
    {old_rlimit_out, "%>*r{rlimit}"},
    {rlimit64, "%*r{rlimit64}"},
    {rlimit64_out, "%>*r{rlimit64}"},
    {rusage_out, "%>!r{rusage}"},
    {tms_out, "%>*r{tms}"},
    {sysinfo_out, "%>*r{sysinfo}"},
    {utsname_out, "%>!r{utsname}"},
    {old_utsname_out, "%>!r{utsname5}"},
    {oldold_utsname_out, "%>!r{utsname9}"},
    {clone_args, "%!r{clone_args}"},
    {open_how, "%*r{open_how}"},
    {mount_attr, "%*r{mount_attributes}"},
    {sched_param, "%*r{s32}"},
    {sched_param_out, "%>*r{s32}"},
    {sched_attr, "%*r{sched_attributes}"},
    {sched_attr_out, "%>*r{sched_attributes}"},
    {select_block, "%pr"},
    {mmap_block, "%pr"},
    {socketcall_block, "%pr"},
    {open_flags, "%c4{open}"},
    {at_flags, "%c4{at_flags}"},
    {access_mode, "%c4{access_modes}"},
    {whence, "%c4{whence}"},
    {protection, "%cr{protection}"},
    {map_flags, "%c4{map}"},
    {remap_flags, "%cr{remap_flags}"},
    {sync_flags, "%c4{sync_flags}"},
    {advice, "%c4{advice}"},
    {lock_flags, "%c4{lock_all_flags}"},
    {clone_flags, "%!r{clone_part}"},
    {namespace_flags, "%cr{unshare_flags}"},
    {wait_flags, "%c4{wait_flags}"},
    {wait_id_type, "%c4{wait_id_types}"},
    {signal_how, "%c4{signal_how}"},
    {resource, "%c4{resources}"},
    {rusage_who, "%c4{rusage_who}"},
    {itimer_which, "%c4{itimers}"},
    {timer_flags, "%c4{timer_flags}"},
    {timerfd_flags, "%c4{timerfd_flags}"},
    {eventfd_flags, "%c4{eventfd_flags}"},
    {signalfd_flags, "%c4{signalfd_flags}"},
    {inotify_flags, "%c4{inotify_init_flags}"},
    {inotify_mask, "%c4{inotify_mask}"},
    {epoll_flags, "%c4{epoll_flags}"},
    {epoll_operation, "%c4{epoll_operations}"},
    {priority_which, "%c4{priority_which}"},
    {policy, "%c4{policies}"},
    {fcntl_command, "%c4{fcntl_commands}"},
    {ioctl_command, "%!4{ioctl}"},
    {flock_operation, "%c4{flock_operations}"},
    {prctl_option, "%c4{prctl_options}"},
    {arch_prctl_option, "%c4{arch_prctl_options}"},
    {ptrace_request, "%cr{ptrace_requests}"},
    {futex_operation, "%!4{futex}"},
    {seccomp_operation, "%c4{seccomp_operations}"},
    {bpf_command, "%c4{bpf_commands}"},
    {keyctl_option, "%c4{keyctl_options}"},
    {socket_family, "%c4{socket_families}"},
    {socket_type, "%c4{socket_types}"},
    {shutdown_how, "%c4{shutdown_how}"},
    {socket_level, "%c4{socket_levels}"},
    {socket_option, "%c4{socket_options}"},
    {message_flags, "%c4{message_flags}"},
    {mount_flags, "%c4{mount_flags}"},
    {umount_flags, "%c4{umount_flags}"},
    {open_tree_flags, "%c4{open_tree_flags}"},
    {move_mount_flags, "%c4{move_mount_flags}"},
    {fsopen_flags, "%c4{fsopen_flags}"},
    {fspick_flags, "%c4{fspick_flags}"},
    {fsconfig_command, "%c4{fsconfig_commands}"},
    {fsmount_flags, "%c4{fsmount_flags}"},
    {mount_attr_flags, "%c4{mount_attributes}"},
    {rename_flags, "%c4{rename_flags}"},
    {splice_flags, "%c4{splice_flags}"},
    {rw_flags, "%c4{read_write_flags}"},
    {fallocate_mode, "%c4{fallocate_modes}"},
    {file_advice, "%c4{file_advice}"},
    {xattr_flags, "%c4{xattr_flags}"},
    {memfd_flags, "%c4{memfd_flags}"},
    {random_flags, "%c4{random_flags}"},
    {close_range_flags, "%c4{close_range_flags}"},
    {personality, "%!4{personality}"},
    {reboot_command, "%c4{reboot_commands}"},
    {syslog_action, "%d4"},
    {membarrier_command, "%c4{membarrier_command}"},
    {ipc_flags, "%!4{ipc_mode}"},
    {ipc_command, "%!4{ipc_command}"},
    {ipc_call, "%c4{ipc_calls}"},
    {socket_call, "%c4{socket_calls}"},
    {module_flags, "%c4{module_flags}"},
    {pidfd_flags, "%c4{pidfd_flags}"},
    {statx_mask, "%!4{statx_mask}"},
};
}  // namespace kind_forms
using kind_forms::kKindForms;

}  // namespace earlybox::trace_syscall
