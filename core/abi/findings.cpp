// SPDX-License-Identifier: MIT
// Sources: arch/x86/Kconfig, init/Kconfig, Documentation/admin-guide/kernel-parameters.txt,
// arch/x86/kernel/tsc.c, init/main.c (unknown parameters), fs/proc/vmstat.c, mm/oom_kill.c; the effects were
// measured with third-party programs on kernels without the option.
#include "core/abi/findings.h"

namespace earlybox {

constexpr Diagnosis kPseudoFsUnmounted{
    "pseudo-fs", "not all of the kernel's file systems are mounted",
    "nothing has mounted them yet: that is the job of the init program",
    "ps, mount, free, lsblk, udev, ssh and shells with job control fail or say less", "earlybox mountfs"};
constexpr Diagnosis kPseudoFsMissing{
    "pseudo-fs", "this kernel lacks file systems that programs rely on", "the kernel is built without them",
    "ps, mount, free, lsblk, udev fail; services do not start", "boot a kernel that has these options"};

constexpr Diagnosis kIa32NotBuilt{
    "ia32-exec", "this kernel cannot run 32-bit programs",
    "CONFIG_IA32_EMULATION is off: the kernel has no 32-bit entry",
    "every i386 program fails with \"Exec format error\" (or a shell tries to read it as a script)",
    "boot a kernel with CONFIG_IA32_EMULATION=y, or use a 64-bit userland"};
constexpr Diagnosis kIa32SwitchedOff{
    "ia32-exec", "this kernel can run 32-bit programs, but that is switched off",
    "the boot parameter ia32_emulation=off, or CONFIG_IA32_EMULATION_DEFAULT_DISABLED=y without ia32_emulation=on",
    "every i386 program fails with \"Exec format error\" (or a shell tries to read it as a script)",
    "boot with ia32_emulation=on, or use a 64-bit userland"};
constexpr Diagnosis kIa32Broken{"ia32-exec", "a 32-bit program starts, but does not run as it should",
                                "unknown: neither the kernel's symbols nor its boot parameters explain it",
                                "32-bit programs crash or hang",
                                "compare with another kernel; report the evidence"};

constexpr Diagnosis kTime32Missing{
    "time32", "the 32-bit time system calls are missing from this kernel",
    "CONFIG_COMPAT_32BIT_TIME is off: clock_gettime, utimensat, nanosleep and their like only say ENOSYS to "
    "32-bit programs",
    "32-bit programs fail (touch, cp -p: \"Function not implemented\") or go wrong silently (sleep returns at "
    "once, date shows 1970)",
    "boot a kernel with CONFIG_COMPAT_32BIT_TIME=y, or use a 64-bit userland; for now, earlybox.shim=time32 at boot "
    "serves these calls (init --help). Programs built for 64-bit time are no way out: musl 1.2 and glibc 2.36 still "
    "make the 32-bit calls for times before 2038"};
constexpr Diagnosis kTime32Filtered{
    "time32", "the 32-bit time system calls are refused, although this kernel has them",
    "something answers ENOSYS in the kernel's place: a seccomp filter that this process inherited",
    "32-bit programs fail or go wrong silently, as on a kernel without CONFIG_COMPAT_32BIT_TIME",
    "run outside of the filter (container runtime, service manager), or let it pass the calls"};
constexpr Diagnosis kTime64Missing{
    "time64", "the 64-bit time system calls for 32-bit programs are missing",
    "the kernel is older than 5.1, or a filter answers in its place",
    "32-bit programs built for 64-bit time fall back to 32-bit seconds, or fail",
    "boot a kernel of 5.1 or later; look at the seccomp filter"};

constexpr Diagnosis kX32Missing{
    "x32", "there are x32 programs here, but this kernel cannot run them",
    "CONFIG_X86_X32_ABI is off, or switched off",
    "x32 programs fail with \"Exec format error\" or \"Function not implemented\"",
    "boot a kernel with CONFIG_X86_X32_ABI=y (on Debian's also syscall.x32=y), or use another userland"};
constexpr Diagnosis kSyscalls64Missing{
    "syscalls-64", "this kernel lacks system calls that ordinary 64-bit programs rely on",
    "it is built without the options named below",
    "programs fail with \"Function not implemented\", as told below",
    "boot a kernel with these options (they are on in every distribution's)"};
constexpr Diagnosis kSeccompRefuses{
    "seccomp", "a seccomp filter refuses system calls that this kernel has",
    "a process that this one descends from installed it (container runtime, service manager, sandbox); there is no way to remove it",
    "programs fail with \"Function not implemented\" or \"Operation not permitted\", or die by SIGSYS",
    "start the shell outside of the filter, or let it pass these calls (systemd: SystemCallFilter=)"};

constexpr Diagnosis kVdso64Missing{"vdso-64", "64-bit programs have no vDSO",
                                   "the boot parameter vdso=0, or something that starts programs without it",
                                   "every look at the clock is a system call: many times slower",
                                   "boot without vdso=0"};
constexpr Diagnosis kVdso32Missing{
    "vdso-32", "32-bit programs have no vDSO", "the boot parameter vdso32=0, or CONFIG_COMPAT_VDSO=y",
    "system calls by int $0x80 only, clocks by system calls: slower; without CONFIG_COMPAT_32BIT_TIME static programs "
    "show 1970",
    "boot with vdso32=1"};
constexpr Diagnosis kVdso64Incomplete{"vdso-64", "the vDSO of 64-bit programs lacks clock functions",
                                      "an unusual kernel build (CONFIG_GENERIC_GETTIMEOFDAY)",
                                      "every look at the clock is a system call: many times slower",
                                      "boot another kernel; report the evidence"};
constexpr Diagnosis kVdso32Incomplete{
    "vdso-32", "the vDSO of 32-bit programs lacks functions",
    "the kernel is older than 5.3, or of an unusual build",
    "looks at the clock are system calls; 64-bit seconds may be out of reach", "boot a newer kernel"};

constexpr Diagnosis kVdso64EntersKernel{
    "vdso-64", "the vDSO of 64-bit programs makes system calls where it should not",
    "the clock source is the hypervisor's (kvm-clock, Xen, Hyper-V) without a stable time stamp counter behind it, "
    "or something keeps programs from the counter (prctl PR_SET_TSC, a sandbox)",
    "every look at the clock is a system call: many times slower",
    "give the guest an invariant TSC; echo tsc >/sys/devices/system/clocksource/clocksource0/current_clocksource"};
constexpr Diagnosis kVdso32EntersKernel{
    "vdso-32", "the vDSO of 32-bit programs makes system calls where it should not",
    kVdso64EntersKernel.cause, kVdso64EntersKernel.effect, kVdso64EntersKernel.fix};
constexpr Diagnosis kVdso64Disagrees{
    "vdso-64", "the vDSO of 64-bit programs and the kernel's system calls disagree",
    "a broken vDSO or vvar page: a checkpoint restored on another kernel or machine, or a bug of kernel or hypervisor",
    "programs see a wrong time, or die when they look at the clock",
    "boot with vdso=0 vdso32=0 until it is found; report the evidence"};
constexpr Diagnosis kVdso32Disagrees{"vdso-32",
                                     "the vDSO of 32-bit programs and the kernel's system calls disagree",
                                     kVdso64Disagrees.cause, kVdso64Disagrees.effect, kVdso64Disagrees.fix};

constexpr Diagnosis kClocksourceChosen{
    "clocksource", "a slow clocksource is in use, because a boot parameter says so",
    "the boot parameter below keeps the kernel from using the processor's time stamp counter (TSC)",
    "every look at the clock is a system call and a device access: 10 to 100 times slower",
    "boot without that parameter"};
constexpr Diagnosis kClocksourceTscLost{
    "clocksource", "the kernel gave up the processor's time stamp counter (TSC) for a slow clocksource",
    "the kernel found the TSC unstable or could not calibrate it: see the log below",
    "every look at the clock is a system call and a device access: 10 to 100 times slower",
    "look at the hypervisor's load and its clock (kvm-clock, invariant TSC); if the TSC is good: boot with tsc=reliable"};
constexpr Diagnosis kClocksourceNoTsc{
    "clocksource", "a slow clocksource is in use, because there is no time stamp counter (TSC)",
    "the processor that the hypervisor shows has no TSC",
    "every look at the clock is a system call and a device access: 10 to 100 times slower",
    "give the guest a processor model with a TSC, or kvm-clock (CONFIG_KVM_GUEST)"};
constexpr Diagnosis kClocksourceSlow{
    "clocksource", "a slow clocksource is in use",
    "the kernel has or found none that programs can read by themselves",
    "every look at the clock is a system call; with jiffies, time moves in steps of milliseconds",
    "give the guest a TSC or kvm-clock (CONFIG_X86_TSC, CONFIG_KVM_GUEST)"};
constexpr Diagnosis kClockWall{
    "clock-wall", "the clock is wrong: it shows a time before this program was released",
    "nothing has set it: no hardware clock that the kernel reads at boot, or one that lost its time",
    "certificates are \"not yet valid\", make rebuilds or skips, file systems complain of the future",
    "date -s \"YYYY-MM-DD HH:MM\", or a time service; give the guest a hardware clock (CONFIG_RTC_HCTOSYS)"};

constexpr Diagnosis kConsoleNone{
    "console", "the kernel has no console", "no driver for a device that console= names, or no such device",
    "kernel messages are not shown, /dev/console cannot be opened, init has no input and output",
    "boot with console= naming a device that exists (ttyS0, hvc0, tty0) and has its driver built in"};
constexpr Diagnosis kConsoleNodeMissing{
    "console", "/dev/console is not there, or is not the console",
    "the initramfs or root file system has no such device node, and no devtmpfs is mounted on /dev",
    "init and what it starts have no input and output",
    "earlybox mountfs; or mknod -m 600 /dev/console c 5 1"};
constexpr Diagnosis kConsoleDead{
    "console", "/dev/console cannot be opened", "no device is behind it, or it is gone",
    "init and what it starts have no input and output", "boot with console= naming a device that exists"};
constexpr Diagnosis kTtyNone{"tty", "this shell has no controlling terminal",
                             "it was started on /dev/console itself, or without a new session",
                             "no job control: ^C and ^Z do nothing, fg and bg fail",
                             "setsid -c sh; or boot with earlybox as init"};

constexpr Diagnosis kEntropyMissing{"entropy", "the random number generator is not ready",
                                    "too little unpredictable has happened since the boot",
                                    "programs that ask for random numbers (ssh, TLS, mktemp) hang",
                                    "give the guest a virtio-rng device, or a processor with RDRAND"};

constexpr Diagnosis kMemoryLow{"memory", "memory is nearly used up", "see the evidence for what takes most",
                               "programs fail with \"Cannot allocate memory\" or are killed",
                               "give the machine more memory, or end or delete what takes it"};
constexpr Diagnosis kOomKills{"oom-kills", "the kernel has killed programs for want of memory",
                              "memory ran out, and nothing else could be freed",
                              "programs vanish in the middle of their work (\"Killed\", status 137)",
                              "give the machine more memory or swap; look at what the victims had taken"};
constexpr Diagnosis kOomKillsInGroup{
    "oom-kills", "the kernel has killed programs at the memory limit of their control group",
    "the group's limit (memory.max) was reached; the machine itself may have memory left",
    "programs vanish in the middle of their work (\"Killed\", status 137)",
    "raise the limit of the service or container"};

constexpr Diagnosis kSymbolsMissing{
    "symbols", "this kernel does not tell its symbols", "CONFIG_KALLSYMS is off",
    "stack traces are numbers; ksyms, kprobes and many diagnoses of earlybox do not work",
    "boot a kernel with CONFIG_KALLSYMS=y"};
constexpr Diagnosis kSymbolsHidden{
    "symbols", "this kernel hides its symbols' addresses, even from root",
    "kernel.kptr_restrict is 2, CAP_SYSLOG is missing, or the kernel is locked down",
    "addresses in logs cannot be resolved", "echo 1 > /proc/sys/kernel/kptr_restrict"};
constexpr Diagnosis kTracingMissing{
    "tracing", "this kernel cannot trace itself", "CONFIG_FTRACE is off: there is no tracefs",
    "no function or event tracing to look into the kernel with", "boot a kernel with CONFIG_FTRACE=y"};

constexpr Diagnosis kRootReadOnly{"root-fs", "the root file system is read-only",
                                  "it was mounted so (boot parameter ro), and nothing has changed that yet",
                                  "nothing can be written, configured or repaired", "mount -o remount,rw /"};
constexpr Diagnosis kRootFailed{
    "root-fs", "the root file system became read-only after an error",
    "the file system or the disk below is damaged: see the log below",
    "nothing can be written; more data may be at risk",
    "save what matters, check the disk, run fsck on the file system while it is not mounted"};
constexpr Diagnosis kRootFull{"root-fs", "the root file system is full",
                              "files have taken all of its space or inodes (in an initramfs: of memory)",
                              "writes fail with \"No space left on device\"; services do not start",
                              "delete what is not needed; du -x / | sort -n shows it"};

constexpr Diagnosis kCmdlineConsole{"cmdline", "console= names a device that is not there",
                                    "a mistyped name, or the kernel lacks the driver",
                                    "the kernel's messages and /dev/console go to another device, or nowhere",
                                    "name one that exists: ttyS0 (serial), hvc0 (virtio), tty0 (screen)"};
constexpr Diagnosis kCmdlineMistyped{"cmdline",
                                     "the kernel does not know a boot parameter that looks mistyped",
                                     "no built-in code asked for it; it was passed on to init",
                                     "it has no effect", "correct it in the boot loader"};
constexpr Diagnosis kCmdlineUnknown{
    "cmdline", "boot parameters that the kernel does not know went to init",
    "they are init's, or mistyped, or of a driver or option that this kernel lacks",
    "if meant for the kernel: none of them",
    "compare them with the kernel's documentation (kernel-parameters)"};

}  // namespace earlybox
