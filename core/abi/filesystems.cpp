// SPDX-License-Identifier: MIT
// Sources: uapi linux/magic.h and linux/mount.h; each file system's Kconfig; Documentation/filesystems.
#include "core/abi/filesystems.h"

namespace earlybox {
namespace {

constexpr unsigned long kNosuid = 2, kNodev = 4, kNoexec = 8;  // MS_*
constexpr unsigned long kData = kNosuid | kNodev | kNoexec;
constexpr uint64_t kTmpfsMagic = 0x01021994;

constexpr PseudoFilesystem kTable[] = {
    {"proc", "proc", "/proc", 0x9fa0, "CONFIG_PROC_FS", nullptr, kData, true,
     "processes, kernel settings: ps, mount, free, sysctl"},
    {"sysfs", "sysfs", "/sys", 0x62656572, "CONFIG_SYSFS", nullptr, kData, true,
     "devices and drivers: udev, lsblk, modprobe by alias"},
    {"devtmpfs", "devtmpfs", "/dev", kTmpfsMagic, "CONFIG_DEVTMPFS", "mode=0755", kNosuid, true,
     "device nodes: consoles, disks, /dev/null"},
    {"devpts", "devpts", "/dev/pts", 0x1cd1, "CONFIG_UNIX98_PTYS", "gid=5,mode=0620,ptmxmode=0666",
     kNosuid | kNoexec, true, "pseudo-terminals: ssh, script, screen"},
    {"shm", "tmpfs", "/dev/shm", kTmpfsMagic, "CONFIG_TMPFS", "mode=1777", kNosuid | kNodev, true,
     "POSIX shared memory"},
    {"run", "tmpfs", "/run", kTmpfsMagic, "CONFIG_TMPFS", "mode=0755", kNosuid | kNodev, true,
     "run-time state of services"},
    {"tmp", "tmpfs", "/tmp", kTmpfsMagic, "CONFIG_TMPFS", "mode=1777", kNosuid | kNodev, true,
     "temporary files"},
    {"cgroup2", "cgroup2", "/sys/fs/cgroup", 0x63677270, "CONFIG_CGROUPS", "nsdelegate", kData, false,
     "control groups: limits, systemd, containers"},
    {"securityfs", "securityfs", "/sys/kernel/security", 0x73636673, "CONFIG_SECURITYFS", nullptr, kData,
     false, "security modules: lockdown, AppArmor, IMA"},
    {"pstore", "pstore", "/sys/fs/pstore", 0x6165676c, "CONFIG_PSTORE", nullptr, kData, false,
     "the last words of a crashed kernel"},
    {"bpf", "bpf", "/sys/fs/bpf", 0xcafe4a11, "CONFIG_BPF_SYSCALL", "mode=0700", kData, false,
     "pinned BPF objects"},
    {"debugfs", "debugfs", "/sys/kernel/debug", 0x64626720, "CONFIG_DEBUG_FS", "mode=0700", kData, false,
     "drivers' debugging files"},
    {"tracefs", "tracefs", "/sys/kernel/tracing", 0x74726163, "CONFIG_TRACING", "mode=0700", kData, false,
     "ftrace: trace-cmd, perf trace"},
    {"configfs", "configfs", "/sys/kernel/config", 0x62656570, "CONFIG_CONFIGFS_FS", nullptr, kData, false,
     "kernel objects made from user space: targets, gadgets"},
    {"efivarfs", "efivarfs", "/sys/firmware/efi/efivars", 0xde5e81e4, "CONFIG_EFIVAR_FS", nullptr, kData,
     false, "EFI variables, where the machine booted through EFI"},
};

}  // namespace

constinit const PseudoFilesystem& kProcfs = kTable[0];
constinit const PseudoFilesystem& kSysfs = kTable[1];
constinit const PseudoFilesystem& kDevtmpfs = kTable[2];
constinit const PseudoFilesystem& kTracefs = kTable[12];

std::span<const PseudoFilesystem> pseudo_filesystems() { return kTable; }

}  // namespace earlybox
