// SPDX-License-Identifier: MIT
// Sources: arch/x86/Kconfig, init/Kconfig (COMPAT_32BIT_TIME),
// Documentation/admin-guide/kernel-parameters.txt; the effects were measured with third-party programs on
// kernels without the option.
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
    "32-bit programs that count seconds in 32 bits",
    "32-bit programs fail (touch, cp -p: \"Function not implemented\") or go wrong silently (sleep returns at "
    "once, date shows 1970)",
    "boot a kernel with CONFIG_COMPAT_32BIT_TIME=y; or use 32-bit programs built for 64-bit time (musl 1.2, glibc "
    "with -D_TIME_BITS=64), or a 64-bit userland"};
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

}  // namespace earlybox
