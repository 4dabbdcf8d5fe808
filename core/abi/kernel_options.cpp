// SPDX-License-Identifier: MIT
// Sources: Kconfig files and Makefiles of Linux 5.10.262, 6.1.192 and 6.12.117; their own symbols, with the
// options on and off.
#include "core/abi/kernel_options.h"

#include <algorithm>
#include <iterator>

namespace earlybox {
namespace {

constexpr KernelOption kOptions[] = {
    {"CONFIG_CGROUPS", "cgroup_attach_task",
     "control groups: systemd and container runtimes do not start without them"},
    {"CONFIG_COMPAT_VDSO", "",
     "where a 32-bit vDSO may lie: on means that 32-bit programs get none by default"},
    {"CONFIG_CONFIGFS_FS", "configfs_register_subsystem",
     "configfs: USB gadgets, iSCSI and NVMe targets, netconsole's settings", SymbolKind::code_or_module},
    {"CONFIG_DEBUG_FS", "debugfs_create_dir", "debugfs at /sys/kernel/debug"},
    {"CONFIG_DEVTMPFS", "devtmpfs_create_node",
     "whether the kernel fills /dev: without it an initramfs must bring or make every device node"},
    {"CONFIG_EFIVAR_FS", "efivarfs_fill_super", "efivarfs: efibootmgr and systemd's boot loader tools",
     SymbolKind::code_or_module},
    {"CONFIG_FTRACE", "trace_array_get",
     "tracefs and everything in it: function, event and system call tracing"},
    {"CONFIG_GENERIC_GETTIMEOFDAY", "update_vsyscall",
     "clocks in the vDSO: without it each look at the clock is a system call"},
    {"CONFIG_IA32_EMULATION", "ia32_setup_frame",
     "whether 32-bit programs run at all: without it they fail with \"Exec format error\""},
    {"CONFIG_IA32_EMULATION_DEFAULT_DISABLED", "",
     "whether 32-bit programs need the boot parameter ia32_emulation=on"},
    {"CONFIG_IKCONFIG_PROC", "ikconfig_read_current", "/proc/config.gz"},
    {"CONFIG_KALLSYMS", "kallsyms_lookup_name",
     "whether the kernel knows its symbols: /proc/kallsyms, names in call traces, kprobes by name"},
    {"CONFIG_KALLSYMS_ALL", "init_task", "whether /proc/kallsyms lists data, too"},
    {"CONFIG_KVM_GUEST", "kvm_async_pf_task_wait_schedule",
     "kvm-clock and other help that a guest gets from KVM; without it clocks may be slow or drift"},
    {"CONFIG_PID_NS", "zap_pid_ns_processes",
     "PID namespaces: containers, unshare -p, init's namespace mode"},
    {"CONFIG_PRINTK_CALLER", "", "whether each line of the kernel log names the thread or CPU that wrote it"},
    {"CONFIG_PROC_FS", "proc_mkdir", "/proc: ps, mount, most tools and init systems need it"},
    {"CONFIG_PROC_KCORE", "kclist_add", "/proc/kcore, through which a live kernel's memory can be read"},
    {"CONFIG_PROFILING", "profile_setup",
     "boot-time profiling (profile=), and in older kernels oprofile's calls"},
    {"CONFIG_PSTORE", "pstore_register",
     "whether the log of a crash survives the reboot, and /sys/fs/pstore shows it",
     SymbolKind::code_or_module},
    {"CONFIG_RTC_HCTOSYS", "rtc_hctosys_ret",
     "whether the kernel sets its clock by the hardware's at boot; without it the clock starts at 1970",
     SymbolKind::data},
    {"CONFIG_SECURITY", "security_add_hooks", "Linux security modules: AppArmor, SELinux, Landlock"},
    {"CONFIG_SECURITYFS", "securityfs_create_dir", "securityfs: the AppArmor, IMA and lockdown files"},
    {"CONFIG_SECURITY_DMESG_RESTRICT", "",
     "whether users without CAP_SYSLOG may read the kernel log (kernel.dmesg_restrict)"},
    {"CONFIG_SYSFS", "sysfs_create_file_ns", "/sys: udev, mdev -s and everything that looks for hardware"},
    {"CONFIG_TMPFS", "shmem_statfs", "tmpfs: /run, /tmp, /dev/shm; POSIX shared memory fails without it"},
    {"CONFIG_TRACING", "trace_array_get",
     "tracefs and everything in it: function, event and system call tracing"},
    {"CONFIG_UNIX98_PTYS", "devpts_pty_new",
     "pseudo-terminals: ssh, screen, script, and every terminal emulator"},
    {"CONFIG_UPROBES", "uprobe_mmap", "probes in user programs (perf, bpftrace)"},
    {"CONFIG_X86_IOPL_IOPERM", "io_bitmap_share",
     "whether programs can touch I/O ports: old X servers, hwclock --directisa"},
    {"CONFIG_X86_TSC", "native_calibrate_tsc", "the processor's cycle counter as a clock"},
    {"CONFIG_X86_X32", "__x32_compat_sys_ioctl",
     "whether x32 programs run; since 5.18 it is called CONFIG_X86_X32_ABI"},
    {"CONFIG_X86_X32_ABI", "__x64_compat_sys_ioctl",
     "whether x32 programs run; before 5.18 it was called CONFIG_X86_X32"},
};

constexpr bool by_name(const KernelOption& a, const KernelOption& b) {
    return std::string_view(a.option) < std::string_view(b.option);
}
static_assert(std::ranges::is_sorted(kOptions, by_name));

}  // namespace

std::span<const KernelOption> kernel_options() { return kOptions; }

const KernelOption* find_kernel_option(std::string_view option) {
    const auto* found = std::ranges::find(
        kOptions, option, [](const KernelOption& row) { return std::string_view(row.option); });
    return found == std::end(kOptions) ? nullptr : found;
}

}  // namespace earlybox
