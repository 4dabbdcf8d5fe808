// SPDX-License-Identifier: MIT
// Sources: the kernel's headers, named above each table, of Linux 6.12. Rows stand in the order in which
// strace prints them.
#include "core/abi/constants.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace earlybox {
namespace {

struct Constant {
    uint32_t value;
    std::string_view name;  // behind the table's prefix
};

// Values, and the names one after the other, each with a zero byte behind it.
template <const auto& rows>
struct Packed {
    static constexpr size_t kTextSize = [] {
        size_t size = 0;
        for (const Constant& row : rows) size += row.name.size() + 1;
        return size;
    }();
    std::array<uint32_t, std::size(rows)> values{};
    std::array<char, kTextSize> names{};

    consteval Packed() {
        size_t used = 0;
        for (size_t i = 0; i < std::size(rows); ++i) {
            values[i] = rows[i].value;
            std::ranges::copy(rows[i].name, names.begin() + used);
            used += rows[i].name.size() + 1;
        }
    }
};

template <const auto& rows>
constexpr Packed<rows> packed;

template <const auto& rows>
consteval ConstantTable table(const char* prefix, ConstantTable::Kind kind) {
    return {prefix, kind, packed<rows>.values, packed<rows>.names.data()};
}
constexpr auto kBits = ConstantTable::Kind::bits;
constexpr auto kValue = ConstantTable::Kind::value;

// fcntl(2); arch/x86 uses include/uapi/asm-generic/fcntl.h
constexpr Constant kOpenFlagsRows[] = {{0x40, "CREAT"},       {0x80, "EXCL"},        {0x100, "NOCTTY"},
                                       {0x200, "TRUNC"},      {0x400, "APPEND"},     {0x800, "NONBLOCK"},
                                       {0x101000, "SYNC"},    {0x1000, "DSYNC"},     {0x2000, "ASYNC"},
                                       {0x4000, "DIRECT"},    {0x8000, "LARGEFILE"}, {0x20000, "NOFOLLOW"},
                                       {0x40000, "NOATIME"},  {0x80000, "CLOEXEC"},  {0x200000, "PATH"},
                                       {0x410000, "TMPFILE"}, {0x10000, "DIRECTORY"}};

// include/uapi/linux/fcntl.h
constexpr Constant kAtFlagsRows[] = {{0x100, "SYMLINK_NOFOLLOW"}, {0x200, "REMOVEDIR"},
                                     {0x400, "SYMLINK_FOLLOW"},   {0x800, "NO_AUTOMOUNT"},
                                     {0x1000, "EMPTY_PATH"},      {0x2000, "STATX_FORCE_SYNC"},
                                     {0x4000, "STATX_DONT_SYNC"}, {0x8000, "RECURSIVE"}};

// faccessat2's reading of the same bits
constexpr Constant kAccessAtFlagsRows[] = {
    {0x100, "SYMLINK_NOFOLLOW"}, {0x200, "EACCESS"}, {0x1000, "EMPTY_PATH"}};

// include/uapi/asm-generic/fcntl.h, access(2)
constexpr Constant kAccessModesRows[] = {{0x4, "R_OK"}, {0x2, "W_OK"}, {0x1, "X_OK"}};

// include/uapi/linux/fs.h
constexpr Constant kWhenceRows[] = {{0, "SET"}, {1, "CUR"}, {2, "END"}, {3, "DATA"}, {4, "HOLE"}};

// include/uapi/asm-generic/mman-common.h
constexpr Constant kProtectionRows[] = {{0x1, "READ"}, {0x2, "WRITE"},           {0x4, "EXEC"},
                                        {0x8, "SEM"},  {0x1000000, "GROWSDOWN"}, {0x2000000, "GROWSUP"}};

// include/uapi/asm-generic/mman.h, arch/x86/include/uapi/asm/mman.h
constexpr Constant kMapFlagsRows[] = {
    {0x10, "FIXED"},        {0x20, "ANONYMOUS"},   {0x40, "32BIT"},
    {0x80, "ABOVE4G"},      {0x4000, "NORESERVE"}, {0x8000, "POPULATE"},
    {0x10000, "NONBLOCK"},  {0x100, "GROWSDOWN"},  {0x800, "DENYWRITE"},
    {0x1000, "EXECUTABLE"}, {0x2000, "LOCKED"},    {0x20000, "STACK"},
    {0x40000, "HUGETLB"},   {0x80000, "SYNC"},     {0x100000, "FIXED_NOREPLACE"}};

// the lowest four bits of mmap's flags
constexpr Constant kMapTypesRows[] = {
    {0, "FILE"}, {1, "SHARED"}, {2, "PRIVATE"}, {3, "SHARED_VALIDATE"}, {8, "DROPPABLE"}};

// include/uapi/linux/mman.h
constexpr Constant kRemapFlagsRows[] = {{0x1, "MAYMOVE"}, {0x2, "FIXED"}, {0x4, "DONTUNMAP"}};

// msync(2)
constexpr Constant kSyncFlagsRows[] = {{0x4, "SYNC"}, {0x1, "ASYNC"}, {0x2, "INVALIDATE"}};

// include/uapi/asm-generic/mman-common.h
constexpr Constant kAdviceRows[] = {{0, "NORMAL"},           {1, "RANDOM"},         {2, "SEQUENTIAL"},
                                    {3, "WILLNEED"},         {4, "DONTNEED"},       {8, "FREE"},
                                    {9, "REMOVE"},           {10, "DONTFORK"},      {11, "DOFORK"},
                                    {12, "MERGEABLE"},       {13, "UNMERGEABLE"},   {14, "HUGEPAGE"},
                                    {15, "NOHUGEPAGE"},      {16, "DONTDUMP"},      {17, "DODUMP"},
                                    {18, "WIPEONFORK"},      {19, "KEEPONFORK"},    {20, "COLD"},
                                    {21, "PAGEOUT"},         {22, "POPULATE_READ"}, {23, "POPULATE_WRITE"},
                                    {24, "DONTNEED_LOCKED"}, {25, "COLLAPSE"},      {102, "GUARD_INSTALL"},
                                    {103, "GUARD_REMOVE"},   {100, "HWPOISON"},     {101, "SOFT_OFFLINE"}};

// mlockall(2)
constexpr Constant kLockAllFlagsRows[] = {{0x1, "CURRENT"}, {0x2, "FUTURE"}, {0x4, "ONFAULT"}};

// include/uapi/linux/sched.h
constexpr Constant kCloneFlagsRows[] = {{0x100, "VM"},
                                        {0x200, "FS"},
                                        {0x400, "FILES"},
                                        {0x800, "SIGHAND"},
                                        {0x1000, "PIDFD"},
                                        {0x2000, "PTRACE"},
                                        {0x4000, "VFORK"},
                                        {0x8000, "PARENT"},
                                        {0x10000, "THREAD"},
                                        {0x20000, "NEWNS"},
                                        {0x40000, "SYSVSEM"},
                                        {0x80000, "SETTLS"},
                                        {0x100000, "PARENT_SETTID"},
                                        {0x200000, "CHILD_CLEARTID"},
                                        {0x400000, "DETACHED"},
                                        {0x800000, "UNTRACED"},
                                        {0x1000000, "CHILD_SETTID"},
                                        {0x2000000, "NEWCGROUP"},
                                        {0x4000000, "NEWUTS"},
                                        {0x8000000, "NEWIPC"},
                                        {0x10000000, "NEWUSER"},
                                        {0x20000000, "NEWPID"},
                                        {0x40000000, "NEWNET"},
                                        {0x80000000, "IO"},
                                        {0x80, "NEWTIME"}};

// include/uapi/linux/wait.h
constexpr Constant kWaitFlagsRows[] = {
    {0x1, "WNOHANG"},       {0x2, "WUNTRACED"},       {0x4, "WEXITED"},       {0x8, "WCONTINUED"},
    {0x1000000, "WNOWAIT"}, {0x80000000, "__WCLONE"}, {0x40000000, "__WALL"}, {0x20000000, "__WNOTHREAD"}};

// include/uapi/linux/wait.h
constexpr Constant kWaitIdTypesRows[] = {{0, "ALL"}, {1, "PID"}, {2, "PGID"}, {3, "PIDFD"}};

// include/uapi/asm-generic/signal-defs.h
constexpr Constant kSignalHowRows[] = {{0, "BLOCK"}, {1, "UNBLOCK"}, {2, "SETMASK"}};

// arch/x86/include/uapi/asm/signal.h
constexpr Constant kSignalActionFlagsRows[] = {
    {0x4000000, "RESTORER"}, {0x1, "NOCLDSTOP"},        {0x2, "NOCLDWAIT"},     {0x4, "SIGINFO"},
    {0x400, "UNSUPPORTED"},  {0x800, "EXPOSE_TAGBITS"}, {0x8000000, "ONSTACK"}, {0x10000000, "RESTART"},
    {0x40000000, "NODEFER"}, {0x80000000, "RESETHAND"}};

// include/uapi/linux/signal.h
constexpr Constant kSignalStackFlagsRows[] = {{0x1, "ONSTACK"}, {0x2, "DISABLE"}, {0x80000000, "AUTODISARM"}};

// include/uapi/asm-generic/resource.h
constexpr Constant kResourcesRows[] = {{0, "CPU"},       {1, "FSIZE"}, {2, "DATA"},    {3, "STACK"},
                                       {4, "CORE"},      {5, "RSS"},   {6, "NPROC"},   {7, "NOFILE"},
                                       {8, "MEMLOCK"},   {9, "AS"},    {10, "LOCKS"},  {11, "SIGPENDING"},
                                       {12, "MSGQUEUE"}, {13, "NICE"}, {14, "RTPRIO"}, {15, "RTTIME"}};

// include/uapi/linux/resource.h
constexpr Constant kRusageWhoRows[] = {
    {0, "SELF"}, {0xffffffff, "CHILDREN"}, {0xfffffffe, "BOTH"}, {1, "THREAD"}};

// include/uapi/linux/time.h
constexpr Constant kItimersRows[] = {{0, "REAL"}, {1, "VIRTUAL"}, {2, "PROF"}};

// include/uapi/linux/time.h
constexpr Constant kTimerFlagsRows[] = {{0x1, "ABSTIME"}};

// include/uapi/linux/timerfd.h
constexpr Constant kTimerfdSettimeFlagsRows[] = {{0x1, "ABSTIME"}, {0x2, "CANCEL_ON_SET"}};

// include/uapi/linux/timerfd.h
constexpr Constant kTimerfdFlagsRows[] = {{0x800, "NONBLOCK"}, {0x80000, "CLOEXEC"}};

// include/uapi/linux/eventfd.h
constexpr Constant kEventfdFlagsRows[] = {{0x1, "SEMAPHORE"}, {0x80000, "CLOEXEC"}, {0x800, "NONBLOCK"}};

// include/uapi/linux/signalfd.h
constexpr Constant kSignalfdFlagsRows[] = {{0x80000, "CLOEXEC"}, {0x800, "NONBLOCK"}};

// include/uapi/linux/inotify.h
constexpr Constant kInotifyInitFlagsRows[] = {{0x80000, "CLOEXEC"}, {0x800, "NONBLOCK"}};

// include/uapi/linux/inotify.h
constexpr Constant kInotifyMaskRows[] = {{0x1, "ACCESS"},
                                         {0x2, "MODIFY"},
                                         {0x4, "ATTRIB"},
                                         {0x8, "CLOSE_WRITE"},
                                         {0x10, "CLOSE_NOWRITE"},
                                         {0x20, "OPEN"},
                                         {0x40, "MOVED_FROM"},
                                         {0x80, "MOVED_TO"},
                                         {0x100, "CREATE"},
                                         {0x200, "DELETE"},
                                         {0x400, "DELETE_SELF"},
                                         {0x800, "MOVE_SELF"},
                                         {0x2000, "UNMOUNT"},
                                         {0x4000, "Q_OVERFLOW"},
                                         {0x8000, "IGNORED"},
                                         {0x1000000, "ONLYDIR"},
                                         {0x2000000, "DONT_FOLLOW"},
                                         {0x4000000, "EXCL_UNLINK"},
                                         {0x10000000, "MASK_CREATE"},
                                         {0x20000000, "MASK_ADD"},
                                         {0x40000000, "ISDIR"},
                                         {0x80000000, "ONESHOT"}};

// include/uapi/linux/eventpoll.h
constexpr Constant kEpollFlagsRows[] = {{0x80000, "CLOEXEC"}};

// include/uapi/linux/eventpoll.h
constexpr Constant kEpollOperationsRows[] = {{1, "ADD"}, {2, "DEL"}, {3, "MOD"}};

// include/uapi/linux/eventpoll.h
constexpr Constant kEpollEventsRows[] = {{0x1, "IN"},
                                         {0x2, "PRI"},
                                         {0x4, "OUT"},
                                         {0x40, "RDNORM"},
                                         {0x80, "RDBAND"},
                                         {0x100, "WRNORM"},
                                         {0x200, "WRBAND"},
                                         {0x400, "MSG"},
                                         {0x8, "ERR"},
                                         {0x10, "HUP"},
                                         {0x2000, "RDHUP"},
                                         {0x10000000, "EXCLUSIVE"},
                                         {0x20000000, "WAKEUP"},
                                         {0x40000000, "ONESHOT"},
                                         {0x80000000, "ET"}};

// include/uapi/asm-generic/poll.h
constexpr Constant kPollEventsRows[] = {
    {0x1, "IN"},       {0x2, "PRI"},       {0x4, "OUT"},     {0x40, "RDNORM"}, {0x80, "RDBAND"},
    {0x100, "WRNORM"}, {0x200, "WRBAND"},  {0x400, "MSG"},   {0x8, "ERR"},     {0x10, "HUP"},
    {0x20, "NVAL"},    {0x1000, "REMOVE"}, {0x2000, "RDHUP"}};

// include/uapi/linux/resource.h
constexpr Constant kPriorityWhichRows[] = {{0, "PROCESS"}, {1, "PGRP"}, {2, "USER"}};

// include/uapi/linux/sched.h
constexpr Constant kPoliciesRows[] = {{0, "OTHER"}, {1, "FIFO"}, {2, "RR"},       {3, "BATCH"},
                                      {4, "ISO"},   {5, "IDLE"}, {6, "DEADLINE"}, {7, "EXT"}};

// include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h
constexpr Constant kFcntlCommandsRows[] = {{0, "DUPFD"},
                                           {1, "GETFD"},
                                           {2, "SETFD"},
                                           {3, "GETFL"},
                                           {4, "SETFL"},
                                           {5, "GETLK"},
                                           {6, "SETLK"},
                                           {7, "SETLKW"},
                                           {8, "SETOWN"},
                                           {9, "GETOWN"},
                                           {10, "SETSIG"},
                                           {11, "GETSIG"},
                                           {12, "GETLK64"},
                                           {13, "SETLK64"},
                                           {14, "SETLKW64"},
                                           {15, "SETOWN_EX"},
                                           {16, "GETOWN_EX"},
                                           {17, "GETOWNER_UIDS"},
                                           {36, "OFD_GETLK"},
                                           {37, "OFD_SETLK"},
                                           {38, "OFD_SETLKW"},
                                           {1024, "SETLEASE"},
                                           {1025, "GETLEASE"},
                                           {1026, "NOTIFY"},
                                           {1029, "CANCELLK"},
                                           {1030, "DUPFD_CLOEXEC"},
                                           {1031, "SETPIPE_SZ"},
                                           {1032, "GETPIPE_SZ"},
                                           {1033, "ADD_SEALS"},
                                           {1034, "GET_SEALS"},
                                           {1035, "GET_RW_HINT"},
                                           {1036, "SET_RW_HINT"},
                                           {1037, "GET_FILE_RW_HINT"},
                                           {1038, "SET_FILE_RW_HINT"}};

// include/uapi/asm-generic/fcntl.h
constexpr Constant kLockTypesRows[] = {{0, "RDLCK"}, {1, "WRLCK"}, {2, "UNLCK"}, {4, "EXLCK"}, {8, "SHLCK"}};

// include/uapi/linux/fcntl.h
constexpr Constant kSealsRows[] = {{0x1, "SEAL"},  {0x2, "SHRINK"},        {0x4, "GROW"},
                                   {0x8, "WRITE"}, {0x10, "FUTURE_WRITE"}, {0x20, "EXEC"}};

// include/uapi/asm-generic/fcntl.h
constexpr Constant kFlockOperationsRows[] = {{0x1, "SH"},    {0x2, "EX"},    {0x4, "NB"},    {0x8, "UN"},
                                             {0x20, "MAND"}, {0x40, "READ"}, {0x80, "WRITE"}};

// include/uapi/linux/prctl.h
constexpr Constant kPrctlOptionsRows[] = {{1, "SET_PDEATHSIG"},
                                          {2, "GET_PDEATHSIG"},
                                          {3, "GET_DUMPABLE"},
                                          {4, "SET_DUMPABLE"},
                                          {5, "GET_UNALIGN"},
                                          {6, "SET_UNALIGN"},
                                          {7, "GET_KEEPCAPS"},
                                          {8, "SET_KEEPCAPS"},
                                          {9, "GET_FPEMU"},
                                          {10, "SET_FPEMU"},
                                          {11, "GET_FPEXC"},
                                          {12, "SET_FPEXC"},
                                          {13, "GET_TIMING"},
                                          {14, "SET_TIMING"},
                                          {15, "SET_NAME"},
                                          {16, "GET_NAME"},
                                          {19, "GET_ENDIAN"},
                                          {20, "SET_ENDIAN"},
                                          {21, "GET_SECCOMP"},
                                          {22, "SET_SECCOMP"},
                                          {23, "CAPBSET_READ"},
                                          {24, "CAPBSET_DROP"},
                                          {25, "GET_TSC"},
                                          {26, "SET_TSC"},
                                          {27, "GET_SECUREBITS"},
                                          {28, "SET_SECUREBITS"},
                                          {29, "SET_TIMERSLACK"},
                                          {30, "GET_TIMERSLACK"},
                                          {31, "TASK_PERF_EVENTS_DISABLE"},
                                          {32, "TASK_PERF_EVENTS_ENABLE"},
                                          {33, "MCE_KILL"},
                                          {34, "MCE_KILL_GET"},
                                          {35, "SET_MM"},
                                          {36, "SET_CHILD_SUBREAPER"},
                                          {37, "GET_CHILD_SUBREAPER"},
                                          {38, "SET_NO_NEW_PRIVS"},
                                          {39, "GET_NO_NEW_PRIVS"},
                                          {40, "GET_TID_ADDRESS"},
                                          {41, "SET_THP_DISABLE"},
                                          {42, "GET_THP_DISABLE"},
                                          {43, "MPX_ENABLE_MANAGEMENT"},
                                          {44, "MPX_DISABLE_MANAGEMENT"},
                                          {45, "SET_FP_MODE"},
                                          {46, "GET_FP_MODE"},
                                          {47, "CAP_AMBIENT"},
                                          {50, "SVE_SET_VL"},
                                          {51, "SVE_GET_VL"},
                                          {52, "GET_SPECULATION_CTRL"},
                                          {53, "SET_SPECULATION_CTRL"},
                                          {54, "PAC_RESET_KEYS"},
                                          {55, "SET_TAGGED_ADDR_CTRL"},
                                          {56, "GET_TAGGED_ADDR_CTRL"},
                                          {57, "SET_IO_FLUSHER"},
                                          {58, "GET_IO_FLUSHER"},
                                          {59, "SET_SYSCALL_USER_DISPATCH"},
                                          {60, "PAC_SET_ENABLED_KEYS"},
                                          {61, "PAC_GET_ENABLED_KEYS"},
                                          {62, "SCHED_CORE"},
                                          {63, "SME_SET_VL"},
                                          {64, "SME_GET_VL"},
                                          {65, "SET_MDWE"},
                                          {66, "GET_MDWE"},
                                          {67, "SET_MEMORY_MERGE"},
                                          {68, "GET_MEMORY_MERGE"},
                                          {0x59616d61, "SET_PTRACER"},
                                          {0x53564d41, "SET_VMA"}};

// arch/x86/include/uapi/asm/prctl.h
constexpr Constant kArchPrctlOptionsRows[] = {{0x1001, "SET_GS"},
                                              {0x1002, "SET_FS"},
                                              {0x1003, "GET_FS"},
                                              {0x1004, "GET_GS"},
                                              {0x1011, "GET_CPUID"},
                                              {0x1012, "SET_CPUID"},
                                              {0x1021, "GET_XCOMP_SUPP"},
                                              {0x1022, "GET_XCOMP_PERM"},
                                              {0x1023, "REQ_XCOMP_PERM"},
                                              {0x1024, "GET_XCOMP_GUEST_PERM"},
                                              {0x1025, "REQ_XCOMP_GUEST_PERM"},
                                              {0x2001, "MAP_VDSO_X32"},
                                              {0x2002, "MAP_VDSO_32"},
                                              {0x2003, "MAP_VDSO_64"},
                                              {0x4001, "GET_UNTAG_MASK"},
                                              {0x4002, "ENABLE_TAGGED_ADDR"},
                                              {0x5001, "SHSTK_ENABLE"},
                                              {0x5002, "SHSTK_DISABLE"},
                                              {0x5003, "SHSTK_LOCK"},
                                              {0x5004, "SHSTK_UNLOCK"},
                                              {0x5005, "SHSTK_STATUS"}};

// include/uapi/linux/ptrace.h
constexpr Constant kPtraceRequestsRows[] = {{0, "TRACEME"},
                                            {1, "PEEKTEXT"},
                                            {2, "PEEKDATA"},
                                            {3, "PEEKUSER"},
                                            {4, "POKETEXT"},
                                            {5, "POKEDATA"},
                                            {6, "POKEUSER"},
                                            {7, "CONT"},
                                            {8, "KILL"},
                                            {9, "SINGLESTEP"},
                                            {12, "GETREGS"},
                                            {13, "SETREGS"},
                                            {14, "GETFPREGS"},
                                            {15, "SETFPREGS"},
                                            {16, "ATTACH"},
                                            {17, "DETACH"},
                                            {18, "GETFPXREGS"},
                                            {19, "SETFPXREGS"},
                                            {21, "OLDSETOPTIONS"},
                                            {24, "SYSCALL"},
                                            {25, "GET_THREAD_AREA"},
                                            {26, "SET_THREAD_AREA"},
                                            {30, "ARCH_PRCTL"},
                                            {31, "SYSEMU"},
                                            {32, "SYSEMU_SINGLESTEP"},
                                            {33, "SINGLEBLOCK"},
                                            {0x4200, "SETOPTIONS"},
                                            {0x4201, "GETEVENTMSG"},
                                            {0x4202, "GETSIGINFO"},
                                            {0x4203, "SETSIGINFO"},
                                            {0x4204, "GETREGSET"},
                                            {0x4205, "SETREGSET"},
                                            {0x4206, "SEIZE"},
                                            {0x4207, "INTERRUPT"},
                                            {0x4208, "LISTEN"},
                                            {0x4209, "PEEKSIGINFO"},
                                            {0x420a, "GETSIGMASK"},
                                            {0x420b, "SETSIGMASK"},
                                            {0x420c, "SECCOMP_GET_FILTER"},
                                            {0x420d, "SECCOMP_GET_METADATA"},
                                            {0x420e, "GET_SYSCALL_INFO"},
                                            {0x420f, "GET_RSEQ_CONFIGURATION"},
                                            {0x4210, "SET_SYSCALL_USER_DISPATCH_CONFIG"},
                                            {0x4211, "GET_SYSCALL_USER_DISPATCH_CONFIG"}};

// include/uapi/linux/futex.h
constexpr Constant kFutexOperationsRows[] = {{0, "WAIT"},
                                             {1, "WAKE"},
                                             {2, "FD"},
                                             {3, "REQUEUE"},
                                             {4, "CMP_REQUEUE"},
                                             {5, "WAKE_OP"},
                                             {6, "LOCK_PI"},
                                             {7, "UNLOCK_PI"},
                                             {8, "TRYLOCK_PI"},
                                             {9, "WAIT_BITSET"},
                                             {10, "WAKE_BITSET"},
                                             {11, "WAIT_REQUEUE_PI"},
                                             {12, "CMP_REQUEUE_PI"},
                                             {13, "LOCK_PI2"}};

// include/uapi/linux/futex.h
constexpr Constant kFutexFlagsRows[] = {{0x80, "PRIVATE_FLAG"}, {0x100, "CLOCK_REALTIME"}};

// include/uapi/linux/seccomp.h
constexpr Constant kSeccompOperationsRows[] = {
    {0, "SET_MODE_STRICT"}, {1, "SET_MODE_FILTER"}, {2, "GET_ACTION_AVAIL"}, {3, "GET_NOTIF_SIZES"}};

// include/uapi/linux/seccomp.h
constexpr Constant kSeccompFlagsRows[] = {{0x1, "TSYNC"},        {0x2, "LOG"},
                                          {0x4, "SPEC_ALLOW"},   {0x8, "NEW_LISTENER"},
                                          {0x10, "TSYNC_ESRCH"}, {0x20, "WAIT_KILLABLE_RECV"}};

// include/uapi/linux/bpf.h
constexpr Constant kBpfCommandsRows[] = {{0, "MAP_CREATE"},
                                         {1, "MAP_LOOKUP_ELEM"},
                                         {2, "MAP_UPDATE_ELEM"},
                                         {3, "MAP_DELETE_ELEM"},
                                         {4, "MAP_GET_NEXT_KEY"},
                                         {5, "PROG_LOAD"},
                                         {6, "OBJ_PIN"},
                                         {7, "OBJ_GET"},
                                         {8, "PROG_ATTACH"},
                                         {9, "PROG_DETACH"},
                                         {10, "PROG_TEST_RUN"},
                                         {11, "PROG_GET_NEXT_ID"},
                                         {12, "MAP_GET_NEXT_ID"},
                                         {13, "PROG_GET_FD_BY_ID"},
                                         {14, "MAP_GET_FD_BY_ID"},
                                         {15, "OBJ_GET_INFO_BY_FD"},
                                         {16, "PROG_QUERY"},
                                         {17, "RAW_TRACEPOINT_OPEN"},
                                         {18, "BTF_LOAD"},
                                         {19, "BTF_GET_FD_BY_ID"},
                                         {20, "TASK_FD_QUERY"},
                                         {21, "MAP_LOOKUP_AND_DELETE_ELEM"},
                                         {22, "MAP_FREEZE"},
                                         {23, "BTF_GET_NEXT_ID"},
                                         {24, "MAP_LOOKUP_BATCH"},
                                         {25, "MAP_LOOKUP_AND_DELETE_BATCH"},
                                         {26, "MAP_UPDATE_BATCH"},
                                         {27, "MAP_DELETE_BATCH"},
                                         {28, "LINK_CREATE"},
                                         {29, "LINK_UPDATE"},
                                         {30, "LINK_GET_FD_BY_ID"},
                                         {31, "LINK_GET_NEXT_ID"},
                                         {32, "ENABLE_STATS"},
                                         {33, "ITER_CREATE"},
                                         {34, "LINK_DETACH"},
                                         {35, "PROG_BIND_MAP"}};

// include/uapi/linux/keyctl.h
constexpr Constant kKeyctlOptionsRows[] = {{0, "GET_KEYRING_ID"},
                                           {1, "JOIN_SESSION_KEYRING"},
                                           {2, "UPDATE"},
                                           {3, "REVOKE"},
                                           {4, "CHOWN"},
                                           {5, "SETPERM"},
                                           {6, "DESCRIBE"},
                                           {7, "CLEAR"},
                                           {8, "LINK"},
                                           {9, "UNLINK"},
                                           {10, "SEARCH"},
                                           {11, "READ"},
                                           {12, "INSTANTIATE"},
                                           {13, "NEGATE"},
                                           {14, "SET_REQKEY_KEYRING"},
                                           {15, "SET_TIMEOUT"},
                                           {16, "ASSUME_AUTHORITY"},
                                           {17, "GET_SECURITY"},
                                           {18, "SESSION_TO_PARENT"},
                                           {19, "REJECT"},
                                           {20, "INSTANTIATE_IOV"},
                                           {21, "INVALIDATE"},
                                           {22, "GET_PERSISTENT"},
                                           {23, "DH_COMPUTE"},
                                           {24, "PKEY_QUERY"},
                                           {25, "PKEY_ENCRYPT"},
                                           {26, "PKEY_DECRYPT"},
                                           {27, "PKEY_SIGN"},
                                           {28, "PKEY_VERIFY"},
                                           {29, "RESTRICT_KEYRING"},
                                           {30, "MOVE"},
                                           {31, "CAPABILITIES"},
                                           {32, "WATCH_KEY"}};

// include/linux/socket.h
constexpr Constant kSocketFamiliesRows[] = {
    {0, "UNSPEC"},      {1, "UNIX"},       {2, "INET"},      {3, "AX25"},   {4, "IPX"},      {5, "APPLETALK"},
    {6, "NETROM"},      {7, "BRIDGE"},     {8, "ATMPVC"},    {9, "X25"},    {10, "INET6"},   {11, "ROSE"},
    {12, "DECnet"},     {13, "NETBEUI"},   {14, "SECURITY"}, {15, "KEY"},   {16, "NETLINK"}, {17, "PACKET"},
    {18, "ASH"},        {19, "ECONET"},    {20, "ATMSVC"},   {21, "RDS"},   {22, "SNA"},     {23, "IRDA"},
    {24, "PPPOX"},      {25, "WANPIPE"},   {26, "LLC"},      {27, "IB"},    {28, "MPLS"},    {29, "CAN"},
    {30, "TIPC"},       {31, "BLUETOOTH"}, {32, "IUCV"},     {33, "RXRPC"}, {34, "ISDN"},    {35, "PHONET"},
    {36, "IEEE802154"}, {37, "CAIF"},      {38, "ALG"},      {39, "NFC"},   {40, "VSOCK"},   {41, "KCM"},
    {42, "QIPCRTR"},    {43, "SMC"},       {44, "XDP"},      {45, "MCTP"}};

// include/linux/net.h
constexpr Constant kSocketTypesRows[] = {{1, "STREAM"},    {2, "DGRAM"}, {3, "RAW"},    {4, "RDM"},
                                         {5, "SEQPACKET"}, {6, "DCCP"},  {10, "PACKET"}};

// include/linux/net.h
constexpr Constant kSocketTypeFlagsRows[] = {{0x80000, "CLOEXEC"}, {0x800, "NONBLOCK"}};

// include/uapi/linux/in.h
constexpr Constant kProtocolsRows[] = {
    {0, "IP"},         {1, "ICMP"},  {2, "IGMP"},   {4, "IPIP"},   {6, "TCP"},       {8, "EGP"},
    {12, "PUP"},       {17, "UDP"},  {22, "IDP"},   {29, "TP"},    {33, "DCCP"},     {41, "IPV6"},
    {46, "RSVP"},      {47, "GRE"},  {50, "ESP"},   {51, "AH"},    {92, "MTP"},      {94, "BEETPH"},
    {98, "ENCAP"},     {103, "PIM"}, {108, "COMP"}, {132, "SCTP"}, {136, "UDPLITE"}, {137, "MPLS"},
    {143, "ETHERNET"}, {255, "RAW"}, {262, "MPTCP"}};

// include/uapi/linux/netlink.h
constexpr Constant kNetlinkProtocolsRows[] = {
    {0, "ROUTE"},           {1, "UNUSED"},     {2, "USERSOCK"},       {3, "FIREWALL"},  {4, "SOCK_DIAG"},
    {5, "NFLOG"},           {6, "XFRM"},       {7, "SELINUX"},        {8, "ISCSI"},     {9, "AUDIT"},
    {10, "FIB_LOOKUP"},     {11, "CONNECTOR"}, {12, "NETFILTER"},     {13, "IP6_FW"},   {14, "DNRTMSG"},
    {15, "KOBJECT_UEVENT"}, {16, "GENERIC"},   {18, "SCSITRANSPORT"}, {19, "ECRYPTFS"}, {20, "RDMA"},
    {21, "CRYPTO"},         {22, "SMC"}};

// include/linux/net.h
constexpr Constant kShutdownHowRows[] = {{0, "RD"}, {1, "WR"}, {2, "RDWR"}};

// include/linux/socket.h
constexpr Constant kSocketLevelsRows[] = {{0, "IP"},     {1, "SOCKET"},   {6, "TCP"},       {17, "UDP"},
                                          {41, "IPV6"},  {58, "ICMPV6"},  {132, "SCTP"},    {136, "UDPLITE"},
                                          {255, "RAW"},  {263, "PACKET"}, {270, "NETLINK"}, {279, "ALG"},
                                          {287, "VSOCK"}};

// include/uapi/asm-generic/socket.h
constexpr Constant kSocketOptionsRows[] = {{1, "DEBUG"},
                                           {2, "REUSEADDR"},
                                           {3, "TYPE"},
                                           {4, "ERROR"},
                                           {5, "DONTROUTE"},
                                           {6, "BROADCAST"},
                                           {7, "SNDBUF"},
                                           {8, "RCVBUF"},
                                           {9, "KEEPALIVE"},
                                           {10, "OOBINLINE"},
                                           {11, "NO_CHECK"},
                                           {12, "PRIORITY"},
                                           {13, "LINGER"},
                                           {14, "BSDCOMPAT"},
                                           {15, "REUSEPORT"},
                                           {16, "PASSCRED"},
                                           {17, "PEERCRED"},
                                           {18, "RCVLOWAT"},
                                           {19, "SNDLOWAT"},
                                           {20, "RCVTIMEO_OLD"},
                                           {21, "SNDTIMEO_OLD"},
                                           {25, "BINDTODEVICE"},
                                           {26, "ATTACH_FILTER"},
                                           {27, "DETACH_FILTER"},
                                           {28, "PEERNAME"},
                                           {29, "TIMESTAMP_OLD"},
                                           {30, "ACCEPTCONN"},
                                           {31, "PEERSEC"},
                                           {32, "SNDBUFFORCE"},
                                           {33, "RCVBUFFORCE"},
                                           {34, "PASSSEC"},
                                           {35, "TIMESTAMPNS_OLD"},
                                           {36, "MARK"},
                                           {37, "TIMESTAMPING_OLD"},
                                           {38, "PROTOCOL"},
                                           {39, "DOMAIN"},
                                           {40, "RXQ_OVFL"},
                                           {41, "WIFI_STATUS"},
                                           {42, "PEEK_OFF"},
                                           {43, "NOFCS"},
                                           {44, "LOCK_FILTER"},
                                           {45, "SELECT_ERR_QUEUE"},
                                           {46, "BUSY_POLL"},
                                           {47, "MAX_PACING_RATE"},
                                           {48, "BPF_EXTENSIONS"},
                                           {49, "INCOMING_CPU"},
                                           {50, "ATTACH_BPF"},
                                           {51, "ATTACH_REUSEPORT_CBPF"},
                                           {52, "ATTACH_REUSEPORT_EBPF"},
                                           {53, "CNX_ADVICE"},
                                           {55, "MEMINFO"},
                                           {56, "INCOMING_NAPI_ID"},
                                           {57, "COOKIE"},
                                           {59, "PEERGROUPS"},
                                           {60, "ZEROCOPY"},
                                           {61, "TXTIME"},
                                           {62, "BINDTOIFINDEX"},
                                           {63, "TIMESTAMP_NEW"},
                                           {64, "TIMESTAMPNS_NEW"},
                                           {65, "TIMESTAMPING_NEW"},
                                           {66, "RCVTIMEO_NEW"},
                                           {67, "SNDTIMEO_NEW"},
                                           {68, "DETACH_REUSEPORT_BPF"},
                                           {69, "PREFER_BUSY_POLL"},
                                           {70, "BUSY_POLL_BUDGET"},
                                           {71, "NETNS_COOKIE"},
                                           {72, "BUF_LOCK"},
                                           {73, "RESERVE_MEM"},
                                           {74, "TXREHASH"},
                                           {75, "RCVMARK"},
                                           {76, "PASSPIDFD"},
                                           {77, "PEERPIDFD"}};

// include/uapi/linux/tcp.h
constexpr Constant kTcpOptionsRows[] = {
    {1, "NODELAY"},       {2, "MAXSEG"},    {3, "CORK"},        {4, "KEEPIDLE"},     {5, "KEEPINTVL"},
    {6, "KEEPCNT"},       {7, "SYNCNT"},    {8, "LINGER2"},     {9, "DEFER_ACCEPT"}, {10, "WINDOW_CLAMP"},
    {11, "INFO"},         {12, "QUICKACK"}, {13, "CONGESTION"}, {14, "MD5SIG"},      {23, "FASTOPEN"},
    {18, "USER_TIMEOUT"}, {19, "REPAIR"}};

// include/uapi/linux/in.h
constexpr Constant kIpOptionsRows[] = {{1, "TOS"},
                                       {2, "TTL"},
                                       {3, "HDRINCL"},
                                       {4, "OPTIONS"},
                                       {5, "ROUTER_ALERT"},
                                       {6, "RECVOPTS"},
                                       {7, "RETOPTS"},
                                       {8, "PKTINFO"},
                                       {9, "PKTOPTIONS"},
                                       {10, "MTU_DISCOVER"},
                                       {11, "RECVERR"},
                                       {12, "RECVTTL"},
                                       {13, "RECVTOS"},
                                       {14, "MTU"},
                                       {15, "FREEBIND"},
                                       {19, "TRANSPARENT"},
                                       {21, "MINTTL"},
                                       {32, "MULTICAST_IF"},
                                       {33, "MULTICAST_TTL"},
                                       {34, "MULTICAST_LOOP"},
                                       {35, "ADD_MEMBERSHIP"},
                                       {36, "DROP_MEMBERSHIP"}};

// include/uapi/linux/in6.h
constexpr Constant kIpv6OptionsRows[] = {{1, "ADDRFORM"},        {7, "CHECKSUM"},
                                         {16, "UNICAST_HOPS"},   {17, "MULTICAST_IF"},
                                         {18, "MULTICAST_HOPS"}, {19, "MULTICAST_LOOP"},
                                         {20, "ADD_MEMBERSHIP"}, {21, "DROP_MEMBERSHIP"},
                                         {23, "MTU_DISCOVER"},   {24, "MTU"},
                                         {25, "RECVERR"},        {26, "V6ONLY"},
                                         {49, "RECVPKTINFO"},    {50, "PKTINFO"},
                                         {51, "RECVHOPLIMIT"},   {52, "HOPLIMIT"},
                                         {66, "RECVTCLASS"},     {67, "TCLASS"},
                                         {62, "DONTFRAG"}};

// include/uapi/linux/netlink.h
constexpr Constant kNetlinkOptionsRows[] = {
    {1, "ADD_MEMBERSHIP"},   {2, "DROP_MEMBERSHIP"}, {3, "PKTINFO"},  {4, "BROADCAST_ERROR"},
    {5, "NO_ENOBUFS"},       {6, "RX_RING"},         {7, "TX_RING"},  {8, "LISTEN_ALL_NSID"},
    {9, "LIST_MEMBERSHIPS"}, {10, "CAP_ACK"},        {11, "EXT_ACK"}, {12, "GET_STRICT_CHK"}};

// include/linux/socket.h
constexpr Constant kMessageFlagsRows[] = {{0x1, "OOB"},
                                          {0x2, "PEEK"},
                                          {0x4, "DONTROUTE"},
                                          {0x8, "CTRUNC"},
                                          {0x10, "PROBE"},
                                          {0x20, "TRUNC"},
                                          {0x40, "DONTWAIT"},
                                          {0x80, "EOR"},
                                          {0x100, "WAITALL"},
                                          {0x200, "FIN"},
                                          {0x400, "SYN"},
                                          {0x800, "CONFIRM"},
                                          {0x1000, "RST"},
                                          {0x2000, "ERRQUEUE"},
                                          {0x4000, "NOSIGNAL"},
                                          {0x8000, "MORE"},
                                          {0x10000, "WAITFORONE"},
                                          {0x40000, "BATCH"},
                                          {0x4000000, "ZEROCOPY"},
                                          {0x20000000, "FASTOPEN"},
                                          {0x40000000, "CMSG_CLOEXEC"}};

// include/uapi/linux/mount.h
constexpr Constant kMountFlagsRows[] = {
    {0x1, "RDONLY"},         {0x2, "NOSUID"},         {0x4, "NODEV"},
    {0x8, "NOEXEC"},         {0x10, "SYNCHRONOUS"},   {0x20, "REMOUNT"},
    {0x40, "MANDLOCK"},      {0x80, "DIRSYNC"},       {0x100, "NOSYMFOLLOW"},
    {0x400, "NOATIME"},      {0x800, "NODIRATIME"},   {0x1000, "BIND"},
    {0x2000, "MOVE"},        {0x4000, "REC"},         {0x8000, "SILENT"},
    {0x10000, "POSIXACL"},   {0x20000, "UNBINDABLE"}, {0x40000, "PRIVATE"},
    {0x80000, "SLAVE"},      {0x100000, "SHARED"},    {0x200000, "RELATIME"},
    {0x400000, "KERNMOUNT"}, {0x800000, "I_VERSION"}, {0x1000000, "STRICTATIME"},
    {0x2000000, "LAZYTIME"}, {0x4000000, "SUBMOUNT"}, {0x8000000, "NOREMOTELOCK"},
    {0x10000000, "NOSEC"},   {0x20000000, "BORN"},    {0x40000000, "ACTIVE"},
    {0x80000000, "NOUSER"}};

// include/linux/fs.h
constexpr Constant kUmountFlagsRows[] = {
    {0x1, "MNT_FORCE"}, {0x2, "MNT_DETACH"}, {0x4, "MNT_EXPIRE"}, {0x8, "UMOUNT_NOFOLLOW"}};

// include/uapi/linux/mount.h
constexpr Constant kOpenTreeFlagsRows[] = {{0x1, "OPEN_TREE_CLONE"},       {0x80000, "OPEN_TREE_CLOEXEC"},
                                           {0x100, "AT_SYMLINK_NOFOLLOW"}, {0x800, "AT_NO_AUTOMOUNT"},
                                           {0x1000, "AT_EMPTY_PATH"},      {0x8000, "AT_RECURSIVE"}};

// include/uapi/linux/mount.h
constexpr Constant kMoveMountFlagsRows[] = {
    {0x1, "F_SYMLINKS"},    {0x2, "F_AUTOMOUNTS"},  {0x4, "F_EMPTY_PATH"}, {0x10, "T_SYMLINKS"},
    {0x20, "T_AUTOMOUNTS"}, {0x40, "T_EMPTY_PATH"}, {0x100, "SET_GROUP"},  {0x200, "BENEATH"}};

// include/uapi/linux/mount.h
constexpr Constant kFsopenFlagsRows[] = {{0x1, "CLOEXEC"}};

// include/uapi/linux/mount.h
constexpr Constant kFspickFlagsRows[] = {
    {0x1, "CLOEXEC"}, {0x2, "SYMLINK_NOFOLLOW"}, {0x4, "NO_AUTOMOUNT"}, {0x8, "EMPTY_PATH"}};

// include/uapi/linux/mount.h
constexpr Constant kFsconfigCommandsRows[] = {
    {0, "SET_FLAG"}, {1, "SET_STRING"}, {2, "SET_BINARY"},      {3, "SET_PATH"},       {4, "SET_PATH_EMPTY"},
    {5, "SET_FD"},   {6, "CMD_CREATE"}, {7, "CMD_RECONFIGURE"}, {8, "CMD_CREATE_EXCL"}};

// include/uapi/linux/mount.h
constexpr Constant kFsmountFlagsRows[] = {{0x1, "CLOEXEC"}};

// include/uapi/linux/mount.h
constexpr Constant kMountAttributesRows[] = {
    {0x1, "RDONLY"},      {0x2, "NOSUID"},     {0x4, "NODEV"},
    {0x8, "NOEXEC"},      {0x10, "NOATIME"},   {0x20, "STRICTATIME"},
    {0x80, "NODIRATIME"}, {0x100000, "IDMAP"}, {0x200000, "NOSYMFOLLOW"}};

// include/uapi/linux/fs.h
constexpr Constant kRenameFlagsRows[] = {{0x1, "NOREPLACE"}, {0x2, "EXCHANGE"}, {0x4, "WHITEOUT"}};

// include/linux/splice.h
constexpr Constant kSpliceFlagsRows[] = {{0x1, "MOVE"}, {0x2, "NONBLOCK"}, {0x4, "MORE"}, {0x8, "GIFT"}};

// include/uapi/linux/fs.h
constexpr Constant kReadWriteFlagsRows[] = {
    {0x1, "HIPRI"}, {0x2, "DSYNC"}, {0x4, "SYNC"}, {0x8, "NOWAIT"}, {0x10, "APPEND"}};

// include/uapi/linux/falloc.h
constexpr Constant kFallocateModesRows[] = {
    {0x1, "KEEP_SIZE"},   {0x2, "PUNCH_HOLE"},    {0x4, "NO_HIDE_STALE"}, {0x8, "COLLAPSE_RANGE"},
    {0x10, "ZERO_RANGE"}, {0x20, "INSERT_RANGE"}, {0x40, "UNSHARE_RANGE"}};

// include/uapi/linux/fadvise.h
constexpr Constant kFileAdviceRows[] = {{0, "NORMAL"},   {1, "RANDOM"},   {2, "SEQUENTIAL"},
                                        {3, "WILLNEED"}, {4, "DONTNEED"}, {5, "NOREUSE"}};

// include/uapi/linux/xattr.h
constexpr Constant kXattrFlagsRows[] = {{0x1, "CREATE"}, {0x2, "REPLACE"}};

// include/uapi/linux/memfd.h
constexpr Constant kMemfdFlagsRows[] = {
    {0x1, "CLOEXEC"}, {0x2, "ALLOW_SEALING"}, {0x4, "HUGETLB"}, {0x8, "NOEXEC_SEAL"}, {0x10, "EXEC"}};

// include/uapi/linux/random.h
constexpr Constant kRandomFlagsRows[] = {{0x1, "NONBLOCK"}, {0x2, "RANDOM"}, {0x4, "INSECURE"}};

// include/uapi/linux/close_range.h
constexpr Constant kCloseRangeFlagsRows[] = {{0x2, "UNSHARE"}, {0x4, "CLOEXEC"}};

// include/uapi/linux/personality.h
constexpr Constant kPersonalityFlagsRows[] = {
    {0x20000, "UNAME26"},           {0x40000, "ADDR_NO_RANDOMIZE"},   {0x80000, "FDPIC_FUNCPTRS"},
    {0x100000, "MMAP_PAGE_ZERO"},   {0x200000, "ADDR_COMPAT_LAYOUT"}, {0x400000, "READ_IMPLIES_EXEC"},
    {0x800000, "ADDR_LIMIT_32BIT"}, {0x1000000, "SHORT_INODE"},       {0x2000000, "WHOLE_SECONDS"},
    {0x4000000, "STICKY_TIMEOUTS"}, {0x8000000, "ADDR_LIMIT_3GB"}};

// include/uapi/linux/personality.h
constexpr Constant kPersonalitiesRows[] = {
    {0, "LINUX"},   {1, "SVR4"},     {2, "SVR3"},    {3, "SCOSVR3"}, {4, "WYSEV386"}, {5, "ISCR4"},
    {6, "BSD"},     {7, "XENIX"},    {8, "LINUX32"}, {9, "IRIX32"},  {10, "IRIXN32"}, {11, "IRIX64"},
    {12, "RISCOS"}, {13, "SOLARIS"}, {14, "UW7"},    {15, "OSF4"},   {16, "HPUX"}};

// include/uapi/linux/reboot.h
constexpr Constant kRebootCommandsRows[] = {
    {0x1234567, "RESTART"},    {0xcdef0123, "HALT"},     {0x89abcdef, "CAD_ON"},     {0, "CAD_OFF"},
    {0x4321fedc, "POWER_OFF"}, {0xa1b2c3d4, "RESTART2"}, {0xd000fce2, "SW_SUSPEND"}, {0x45584543, "KEXEC"}};

// include/uapi/linux/reboot.h
constexpr Constant kRebootMagicRows[] = {{0xfee1dead, "MAGIC1"},
                                         {0x28121969, "MAGIC2"},
                                         {0x5121996, "MAGIC2A"},
                                         {0x16041998, "MAGIC2B"},
                                         {0x20112000, "MAGIC2C"}};

// include/linux/syslog.h
constexpr Constant kSyslogActionsRows[] = {{0, "CLOSE"},       {1, "OPEN"},        {2, "READ"},
                                           {3, "READ_ALL"},    {4, "READ_CLEAR"},  {5, "CLEAR"},
                                           {6, "CONSOLE_OFF"}, {7, "CONSOLE_ON"},  {8, "CONSOLE_LEVEL"},
                                           {9, "SIZE_UNREAD"}, {10, "SIZE_BUFFER"}};

// include/uapi/linux/membarrier.h
constexpr Constant kMembarrierCommandsRows[] = {{0x1, "GLOBAL"},
                                                {0x2, "GLOBAL_EXPEDITED"},
                                                {0x4, "REGISTER_GLOBAL_EXPEDITED"},
                                                {0x8, "PRIVATE_EXPEDITED"},
                                                {0x10, "REGISTER_PRIVATE_EXPEDITED"},
                                                {0x20, "PRIVATE_EXPEDITED_SYNC_CORE"},
                                                {0x40, "REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
                                                {0x80, "PRIVATE_EXPEDITED_RSEQ"},
                                                {0x100, "REGISTER_PRIVATE_EXPEDITED_RSEQ"}};

// include/uapi/linux/ipc.h
constexpr Constant kIpcFlagsRows[] = {{0x200, "CREAT"}, {0x400, "EXCL"}, {0x800, "NOWAIT"}};

// include/uapi/linux/ipc.h, sem.h
constexpr Constant kIpcCommandsRows[] = {
    {0, "IPC_RMID"},  {1, "IPC_SET"},       {2, "IPC_STAT"},      {3, "IPC_INFO"},
    {11, "GETPID"},   {12, "GETVAL"},       {13, "GETALL"},       {14, "GETNCNT"},
    {15, "GETZCNT"},  {16, "SETVAL"},       {17, "SETALL"},       {18, "SEM_STAT"},
    {19, "SEM_INFO"}, {20, "SEM_STAT_ANY"}, {0xffff, "SHM_LOCK"}, {0xfffe, "SHM_UNLOCK"}};

// include/uapi/linux/ipc.h
constexpr Constant kIpcCallsRows[] = {{1, "SEMOP"},   {2, "SEMGET"},  {3, "SEMCTL"},  {4, "SEMTIMEDOP"},
                                      {11, "MSGSND"}, {12, "MSGRCV"}, {13, "MSGGET"}, {14, "MSGCTL"},
                                      {21, "SHMAT"},  {22, "SHMDT"},  {23, "SHMGET"}, {24, "SHMCTL"}};

// include/uapi/linux/net.h
constexpr Constant kSocketCallsRows[] = {
    {1, "SOCKET"},      {2, "BIND"},        {3, "CONNECT"},    {4, "LISTEN"},      {5, "ACCEPT"},
    {6, "GETSOCKNAME"}, {7, "GETPEERNAME"}, {8, "SOCKETPAIR"}, {9, "SEND"},        {10, "RECV"},
    {11, "SENDTO"},     {12, "RECVFROM"},   {13, "SHUTDOWN"},  {14, "SETSOCKOPT"}, {15, "GETSOCKOPT"},
    {16, "SENDMSG"},    {17, "RECVMSG"},    {18, "ACCEPT4"},   {19, "RECVMMSG"},   {20, "SENDMMSG"}};

// include/uapi/linux/module.h
constexpr Constant kModuleFlagsRows[] = {
    {0x1, "IGNORE_MODVERSIONS"}, {0x2, "IGNORE_VERMAGIC"}, {0x4, "COMPRESSED_FILE"}};

// include/uapi/linux/pidfd.h
constexpr Constant kPidfdFlagsRows[] = {{0x800, "NONBLOCK"}, {0x80, "THREAD"}};

// include/uapi/linux/stat.h
constexpr Constant kStatxMaskRows[] = {
    {0x1, "TYPE"},     {0x2, "MODE"},    {0x4, "NLINK"},     {0x8, "UID"},         {0x10, "GID"},
    {0x20, "ATIME"},   {0x40, "MTIME"},  {0x80, "CTIME"},    {0x100, "INO"},       {0x200, "SIZE"},
    {0x400, "BLOCKS"}, {0x800, "BTIME"}, {0x1000, "MNT_ID"}, {0x2000, "DIOALIGN"}, {0x4000, "MNT_ID_UNIQUE"},
    {0x8000, "SUBVOL"}};

// include/uapi/linux/stat.h
constexpr Constant kStatxAttributesRows[] = {
    {0x4, "COMPRESSED"},    {0x10, "IMMUTABLE"},  {0x20, "APPEND"},
    {0x40, "NODUMP"},       {0x800, "ENCRYPTED"}, {0x1000, "AUTOMOUNT"},
    {0x2000, "MOUNT_ROOT"}, {0x100000, "VERITY"}, {0x200000, "DAX"}};

// include/uapi/linux/time.h
constexpr Constant kClocksRows[] = {{0, "REALTIME"},          {1, "MONOTONIC"},     {2, "PROCESS_CPUTIME_ID"},
                                    {3, "THREAD_CPUTIME_ID"}, {4, "MONOTONIC_RAW"}, {5, "REALTIME_COARSE"},
                                    {6, "MONOTONIC_COARSE"},  {7, "BOOTTIME"},      {8, "REALTIME_ALARM"},
                                    {9, "BOOTTIME_ALARM"},    {10, "SGI_CYCLE"},    {11, "TAI"}};

// include/uapi/linux/stat.h
constexpr Constant kFileTypesRows[] = {{0xc000, "SOCK"}, {0xa000, "LNK"}, {0x8000, "REG"}, {0x6000, "BLK"},
                                       {0x4000, "DIR"},  {0x2000, "CHR"}, {0x1000, "IFO"}};

// include/linux/fs_types.h
constexpr Constant kDirentTypesRows[] = {{0, "UNKNOWN"}, {1, "FIFO"}, {2, "CHR"},   {4, "DIR"}, {6, "BLK"},
                                         {8, "REG"},     {10, "LNK"}, {12, "SOCK"}, {14, "WHT"}};

// include/uapi/linux/magic.h
constexpr Constant kFileSystemMagicsRows[] = {{0x9041934, "ANON_INODE_FS_MAGIC"},
                                              {391, "AUTOFS_SUPER_MAGIC"},
                                              {0x62646576, "BDEVFS_MAGIC"},
                                              {0x42494e4d, "BINFMTFS_MAGIC"},
                                              {0xcafe4a11, "BPF_FS_MAGIC"},
                                              {0x9123683e, "BTRFS_SUPER_MAGIC"},
                                              {0x63677270, "CGROUP2_SUPER_MAGIC"},
                                              {0x27e0eb, "CGROUP_SUPER_MAGIC"},
                                              {0x28cd3d45, "CRAMFS_MAGIC"},
                                              {0x64626720, "DEBUGFS_MAGIC"},
                                              {0x1cd1, "DEVPTS_SUPER_MAGIC"},
                                              {0xde5e81e4, "EFIVARFS_MAGIC"},
                                              {0xef53, "EXT2_SUPER_MAGIC"},
                                              {0xf2f52010, "F2FS_SUPER_MAGIC"},
                                              {0x65735546, "FUSE_SUPER_MAGIC"},
                                              {0x958458f6, "HUGETLBFS_MAGIC"},
                                              {0x9660, "ISOFS_SUPER_MAGIC"},
                                              {0x4d44, "MSDOS_SUPER_MAGIC"},
                                              {0x6969, "NFS_SUPER_MAGIC"},
                                              {0x6e736673, "NSFS_MAGIC"},
                                              {0x794c7630, "OVERLAYFS_SUPER_MAGIC"},
                                              {0x50495045, "PIPEFS_MAGIC"},
                                              {0x9fa0, "PROC_SUPER_MAGIC"},
                                              {0x6165676c, "PSTOREFS_MAGIC"},
                                              {0x858458f6, "RAMFS_MAGIC"},
                                              {0x73636673, "SECURITYFS_MAGIC"},
                                              {0xf97cff8c, "SELINUX_MAGIC"},
                                              {0x534f434b, "SOCKFS_MAGIC"},
                                              {0x73717368, "SQUASHFS_MAGIC"},
                                              {0x62656572, "SYSFS_MAGIC"},
                                              {0x1021994, "TMPFS_MAGIC"},
                                              {0x74726163, "TRACEFS_MAGIC"},
                                              {0x1021997, "V9FS_MAGIC"},
                                              {0x58465342, "XFS_SUPER_MAGIC"}};

// include/linux/statfs.h
constexpr Constant kStatfsFlagsRows[] = {{0x20, "VALID"},      {0x1, "RDONLY"},        {0x2, "NOSUID"},
                                         {0x4, "NODEV"},       {0x8, "NOEXEC"},        {0x10, "SYNCHRONOUS"},
                                         {0x40, "MANDLOCK"},   {0x400, "NOATIME"},     {0x800, "NODIRATIME"},
                                         {0x1000, "RELATIME"}, {0x2000, "NOSYMFOLLOW"}};

// include/uapi/linux/openat2.h
constexpr Constant kResolveFlagsRows[] = {{0x1, "NO_XDEV"}, {0x2, "NO_MAGICLINKS"}, {0x4, "NO_SYMLINKS"},
                                          {0x8, "BENEATH"}, {0x10, "IN_ROOT"},      {0x20, "CACHED"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kSignalCodesRows[] = {{0, "USER"},
                                         {128, "KERNEL"},
                                         {0xffffffff, "QUEUE"},
                                         {0xfffffffe, "TIMER"},
                                         {0xfffffffd, "MESGQ"},
                                         {0xfffffffc, "ASYNCIO"},
                                         {0xfffffffb, "SIGIO"},
                                         {0xfffffffa, "TKILL"},
                                         {0xfffffff9, "DETHREAD"},
                                         {0xffffffc4, "ASYNCNL"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kChildCodesRows[] = {{1, "EXITED"},  {2, "KILLED"},  {3, "DUMPED"},
                                        {4, "TRAPPED"}, {5, "STOPPED"}, {6, "CONTINUED"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kSegvCodesRows[] = {{1, "MAPERR"},  {2, "ACCERR"},  {3, "BNDERR"},  {4, "PKUERR"},
                                       {5, "ACCADI"},  {6, "ADIDERR"}, {7, "ADIPERR"}, {8, "MTEAERR"},
                                       {9, "MTESERR"}, {10, "CPERR"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kBusCodesRows[] = {
    {1, "ADRALN"}, {2, "ADRERR"}, {3, "OBJERR"}, {4, "MCEERR_AR"}, {5, "MCEERR_AO"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kIllCodesRows[] = {{1, "ILLOPC"}, {2, "ILLOPN"}, {3, "ILLADR"}, {4, "ILLTRP"},
                                      {5, "PRVOPC"}, {6, "PRVREG"}, {7, "COPROC"}, {8, "BADSTK"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kFpeCodesRows[] = {{1, "INTDIV"}, {2, "INTOVF"}, {3, "FLTDIV"}, {4, "FLTOVF"},
                                      {5, "FLTUND"}, {6, "FLTRES"}, {7, "FLTINV"}, {8, "FLTSUB"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kTrapCodesRows[] = {{1, "BRKPT"},  {2, "TRACE"}, {3, "BRANCH"},
                                       {4, "HWBKPT"}, {5, "UNK"},   {6, "PERF"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kPollCodesRows[] = {{1, "IN"}, {2, "OUT"}, {3, "MSG"}, {4, "ERR"}, {5, "PRI"}, {6, "HUP"}};

// include/uapi/asm-generic/siginfo.h
constexpr Constant kSysCodesRows[] = {{1, "SECCOMP"}, {2, "USER_DISPATCH"}};

// include/uapi/asm-generic/termbits.h
constexpr Constant kTtyInputFlagsRows[] = {
    {0x1, "IGNBRK"},  {0x2, "BRKINT"},  {0x4, "IGNPAR"},   {0x8, "PARMRK"},     {0x10, "INPCK"},
    {0x20, "ISTRIP"}, {0x40, "INLCR"},  {0x80, "IGNCR"},   {0x100, "ICRNL"},    {0x200, "IUCLC"},
    {0x400, "IXON"},  {0x800, "IXANY"}, {0x1000, "IXOFF"}, {0x2000, "IMAXBEL"}, {0x4000, "IUTF8"}};

// include/uapi/asm-generic/termbits.h
constexpr Constant kTtyOutputFlagsRows[] = {{0x1, "OPOST"},  {0x2, "OLCUC"},  {0x4, "ONLCR"},
                                            {0x8, "OCRNL"},  {0x10, "ONOCR"}, {0x20, "ONLRET"},
                                            {0x40, "OFILL"}, {0x80, "OFDEL"}};

// include/uapi/asm-generic/termbits.h
constexpr Constant kTtyControlFlagsRows[] = {
    {0x40, "CSTOPB"}, {0x80, "CREAD"},   {0x100, "PARENB"},      {0x200, "PARODD"},
    {0x400, "HUPCL"}, {0x800, "CLOCAL"}, {0x40000000, "CMSPAR"}, {0x80000000, "CRTSCTS"}};

// include/uapi/asm-generic/termbits.h
constexpr Constant kTtyLocalFlagsRows[] = {
    {0x1, "ISIG"},      {0x2, "ICANON"},    {0x4, "XCASE"},     {0x8, "ECHO"},
    {0x10, "ECHOE"},    {0x20, "ECHOK"},    {0x40, "ECHONL"},   {0x80, "NOFLSH"},
    {0x100, "TOSTOP"},  {0x200, "ECHOCTL"}, {0x400, "ECHOPRT"}, {0x800, "ECHOKE"},
    {0x1000, "FLUSHO"}, {0x4000, "PENDIN"}, {0x8000, "IEXTEN"}, {0x10000, "EXTPROC"}};

// include/uapi/asm-generic/ioctls.h, include/uapi/linux/{fs,loop,sockios,random,kd,vt,rtc,if_tun,nsfs}.h
constexpr Constant kIoctlsRows[] = {{0x5401, "TCGETS"},
                                    {0x5402, "TCSETS"},
                                    {0x5403, "TCSETSW"},
                                    {0x5404, "TCSETSF"},
                                    {0x5405, "TCGETA"},
                                    {0x5406, "TCSETA"},
                                    {0x5407, "TCSETAW"},
                                    {0x5408, "TCSETAF"},
                                    {0x5409, "TCSBRK"},
                                    {0x540a, "TCXONC"},
                                    {0x540b, "TCFLSH"},
                                    {0x540c, "TIOCEXCL"},
                                    {0x540d, "TIOCNXCL"},
                                    {0x540e, "TIOCSCTTY"},
                                    {0x540f, "TIOCGPGRP"},
                                    {0x5410, "TIOCSPGRP"},
                                    {0x5411, "TIOCOUTQ"},
                                    {0x5412, "TIOCSTI"},
                                    {0x5413, "TIOCGWINSZ"},
                                    {0x5414, "TIOCSWINSZ"},
                                    {0x5415, "TIOCMGET"},
                                    {0x5416, "TIOCMBIS"},
                                    {0x5417, "TIOCMBIC"},
                                    {0x5418, "TIOCMSET"},
                                    {0x5419, "TIOCGSOFTCAR"},
                                    {0x541a, "TIOCSSOFTCAR"},
                                    {0x541b, "FIONREAD"},
                                    {0x541c, "TIOCLINUX"},
                                    {0x541d, "TIOCCONS"},
                                    {0x541e, "TIOCGSERIAL"},
                                    {0x541f, "TIOCSSERIAL"},
                                    {0x5420, "TIOCPKT"},
                                    {0x5421, "FIONBIO"},
                                    {0x5422, "TIOCNOTTY"},
                                    {0x5423, "TIOCSETD"},
                                    {0x5424, "TIOCGETD"},
                                    {0x5425, "TCSBRKP"},
                                    {0x5427, "TIOCSBRK"},
                                    {0x5428, "TIOCCBRK"},
                                    {0x5429, "TIOCGSID"},
                                    {0x802c542a, "TCGETS2"},
                                    {0x402c542b, "TCSETS2"},
                                    {0x402c542c, "TCSETSW2"},
                                    {0x402c542d, "TCSETSF2"},
                                    {0x542e, "TIOCGRS485"},
                                    {0x542f, "TIOCSRS485"},
                                    {0x80045430, "TIOCGPTN"},
                                    {0x40045431, "TIOCSPTLCK"},
                                    {0x80045432, "TIOCGDEV"},
                                    {0x5437, "TIOCVHANGUP"},
                                    {0x5441, "TIOCGPTPEER"},
                                    {0x5450, "FIONCLEX"},
                                    {0x5451, "FIOCLEX"},
                                    {0x5452, "FIOASYNC"},
                                    {0x5460, "FIOQSIZE"},
                                    {0x125d, "BLKROSET"},
                                    {0x125e, "BLKROGET"},
                                    {0x125f, "BLKRRPART"},
                                    {0x1260, "BLKGETSIZE"},
                                    {0x1261, "BLKFLSBUF"},
                                    {0x1268, "BLKSSZGET"},
                                    {0x80081270, "BLKBSZGET"},
                                    {0x80081272, "BLKGETSIZE64"},
                                    {0x1277, "BLKDISCARD"},
                                    {0xc0045877, "FIFREEZE"},
                                    {0xc0045878, "FITHAW"},
                                    {0xc0185879, "FITRIM"},
                                    {0x40049409, "FICLONE"},
                                    {0x4020940d, "FICLONERANGE"},
                                    {0x80086601, "FS_IOC_GETFLAGS"},
                                    {0x40086602, "FS_IOC_SETFLAGS"},
                                    {0x4c00, "LOOP_SET_FD"},
                                    {0x4c01, "LOOP_CLR_FD"},
                                    {0x4c02, "LOOP_SET_STATUS"},
                                    {0x4c03, "LOOP_GET_STATUS"},
                                    {0x4c04, "LOOP_SET_STATUS64"},
                                    {0x4c05, "LOOP_GET_STATUS64"},
                                    {0x4c0a, "LOOP_CONFIGURE"},
                                    {0x4c80, "LOOP_CTL_ADD"},
                                    {0x4c81, "LOOP_CTL_REMOVE"},
                                    {0x4c82, "LOOP_CTL_GET_FREE"},
                                    {0x8910, "SIOCGIFNAME"},
                                    {0x8912, "SIOCGIFCONF"},
                                    {0x8913, "SIOCGIFFLAGS"},
                                    {0x8914, "SIOCSIFFLAGS"},
                                    {0x8915, "SIOCGIFADDR"},
                                    {0x8916, "SIOCSIFADDR"},
                                    {0x8917, "SIOCGIFDSTADDR"},
                                    {0x8918, "SIOCSIFDSTADDR"},
                                    {0x8919, "SIOCGIFBRDADDR"},
                                    {0x891a, "SIOCSIFBRDADDR"},
                                    {0x891b, "SIOCGIFNETMASK"},
                                    {0x891c, "SIOCSIFNETMASK"},
                                    {0x891d, "SIOCGIFMETRIC"},
                                    {0x891e, "SIOCSIFMETRIC"},
                                    {0x8921, "SIOCGIFMTU"},
                                    {0x8922, "SIOCSIFMTU"},
                                    {0x8927, "SIOCGIFHWADDR"},
                                    {0x8933, "SIOCGIFINDEX"},
                                    {0x8942, "SIOCGIFTXQLEN"},
                                    {0x890b, "SIOCADDRT"},
                                    {0x890c, "SIOCDELRT"},
                                    {0x8946, "SIOCETHTOOL"},
                                    {0x89a0, "SIOCBRADDBR"},
                                    {0x89a1, "SIOCBRDELBR"},
                                    {0x80045200, "RNDGETENTCNT"},
                                    {0x40045201, "RNDADDTOENTCNT"},
                                    {0x40085203, "RNDADDENTROPY"},
                                    {0x4b3b, "KDGETMODE"},
                                    {0x4b3a, "KDSETMODE"},
                                    {0x4b33, "KDGKBTYPE"},
                                    {0x4b44, "KDGKBMODE"},
                                    {0x4b45, "KDSKBMODE"},
                                    {0x5600, "VT_OPENQRY"},
                                    {0x5601, "VT_GETMODE"},
                                    {0x5602, "VT_SETMODE"},
                                    {0x5603, "VT_GETSTATE"},
                                    {0x5606, "VT_ACTIVATE"},
                                    {0x5607, "VT_WAITACTIVE"},
                                    {0x5608, "VT_DISALLOCATE"},
                                    {0x80247009, "RTC_RD_TIME"},
                                    {0x4024700a, "RTC_SET_TIME"},
                                    {0x400454ca, "TUNSETIFF"},
                                    {0xb701, "NS_GET_USERNS"},
                                    {0xb702, "NS_GET_PARENT"},
                                    {0xb703, "NS_GET_NSTYPE"},
                                    {0xb704, "NS_GET_OWNER_UID"}};

// The upper half of clone3's flags (include/uapi/linux/sched.h).
constexpr Constant kCloneHighFlagsRows[] = {{0x1, "CLEAR_SIGHAND"}, {0x2, "INTO_CGROUP"}};

}  // namespace

constinit const ConstantTable kOpenFlags = table<kOpenFlagsRows>("O_", kBits);
constinit const ConstantTable kAtFlags = table<kAtFlagsRows>("AT_", kBits);
constinit const ConstantTable kAccessAtFlags = table<kAccessAtFlagsRows>("AT_", kBits);
constinit const ConstantTable kAccessModes = table<kAccessModesRows>("", kBits);
constinit const ConstantTable kWhence = table<kWhenceRows>("SEEK_", kValue);
constinit const ConstantTable kProtection = table<kProtectionRows>("PROT_", kBits);
constinit const ConstantTable kMapFlags = table<kMapFlagsRows>("MAP_", kBits);
constinit const ConstantTable kMapTypes = table<kMapTypesRows>("MAP_", kValue);
constinit const ConstantTable kRemapFlags = table<kRemapFlagsRows>("MREMAP_", kBits);
constinit const ConstantTable kSyncFlags = table<kSyncFlagsRows>("MS_", kBits);
constinit const ConstantTable kAdvice = table<kAdviceRows>("MADV_", kValue);
constinit const ConstantTable kLockAllFlags = table<kLockAllFlagsRows>("MCL_", kBits);
constinit const ConstantTable kCloneFlags = table<kCloneFlagsRows>("CLONE_", kBits);
constinit const ConstantTable kWaitFlags = table<kWaitFlagsRows>("", kBits);
constinit const ConstantTable kWaitIdTypes = table<kWaitIdTypesRows>("P_", kValue);
constinit const ConstantTable kSignalHow = table<kSignalHowRows>("SIG_", kValue);
constinit const ConstantTable kSignalActionFlags = table<kSignalActionFlagsRows>("SA_", kBits);
constinit const ConstantTable kSignalStackFlags = table<kSignalStackFlagsRows>("SS_", kBits);
constinit const ConstantTable kResources = table<kResourcesRows>("RLIMIT_", kValue);
constinit const ConstantTable kRusageWho = table<kRusageWhoRows>("RUSAGE_", kValue);
constinit const ConstantTable kItimers = table<kItimersRows>("ITIMER_", kValue);
constinit const ConstantTable kTimerFlags = table<kTimerFlagsRows>("TIMER_", kBits);
constinit const ConstantTable kTimerfdSettimeFlags = table<kTimerfdSettimeFlagsRows>("TFD_TIMER_", kBits);
constinit const ConstantTable kTimerfdFlags = table<kTimerfdFlagsRows>("TFD_", kBits);
constinit const ConstantTable kEventfdFlags = table<kEventfdFlagsRows>("EFD_", kBits);
constinit const ConstantTable kSignalfdFlags = table<kSignalfdFlagsRows>("SFD_", kBits);
constinit const ConstantTable kInotifyInitFlags = table<kInotifyInitFlagsRows>("IN_", kBits);
constinit const ConstantTable kInotifyMask = table<kInotifyMaskRows>("IN_", kBits);
constinit const ConstantTable kEpollFlags = table<kEpollFlagsRows>("EPOLL_", kBits);
constinit const ConstantTable kEpollOperations = table<kEpollOperationsRows>("EPOLL_CTL_", kValue);
constinit const ConstantTable kEpollEvents = table<kEpollEventsRows>("EPOLL", kBits);
constinit const ConstantTable kPollEvents = table<kPollEventsRows>("POLL", kBits);
constinit const ConstantTable kPriorityWhich = table<kPriorityWhichRows>("PRIO_", kValue);
constinit const ConstantTable kPolicies = table<kPoliciesRows>("SCHED_", kValue);
constinit const ConstantTable kFcntlCommands = table<kFcntlCommandsRows>("F_", kValue);
constinit const ConstantTable kLockTypes = table<kLockTypesRows>("F_", kValue);
constinit const ConstantTable kSeals = table<kSealsRows>("F_SEAL_", kBits);
constinit const ConstantTable kFlockOperations = table<kFlockOperationsRows>("LOCK_", kBits);
constinit const ConstantTable kPrctlOptions = table<kPrctlOptionsRows>("PR_", kValue);
constinit const ConstantTable kArchPrctlOptions = table<kArchPrctlOptionsRows>("ARCH_", kValue);
constinit const ConstantTable kPtraceRequests = table<kPtraceRequestsRows>("PTRACE_", kValue);
constinit const ConstantTable kFutexOperations = table<kFutexOperationsRows>("FUTEX_", kValue);
constinit const ConstantTable kFutexFlags = table<kFutexFlagsRows>("FUTEX_", kBits);
constinit const ConstantTable kSeccompOperations = table<kSeccompOperationsRows>("SECCOMP_", kValue);
constinit const ConstantTable kSeccompFlags = table<kSeccompFlagsRows>("SECCOMP_FILTER_FLAG_", kBits);
constinit const ConstantTable kBpfCommands = table<kBpfCommandsRows>("BPF_", kValue);
constinit const ConstantTable kKeyctlOptions = table<kKeyctlOptionsRows>("KEYCTL_", kValue);
constinit const ConstantTable kSocketFamilies = table<kSocketFamiliesRows>("AF_", kValue);
constinit const ConstantTable kSocketTypes = table<kSocketTypesRows>("SOCK_", kValue);
constinit const ConstantTable kSocketTypeFlags = table<kSocketTypeFlagsRows>("SOCK_", kBits);
constinit const ConstantTable kProtocols = table<kProtocolsRows>("IPPROTO_", kValue);
constinit const ConstantTable kNetlinkProtocols = table<kNetlinkProtocolsRows>("NETLINK_", kValue);
constinit const ConstantTable kShutdownHow = table<kShutdownHowRows>("SHUT_", kValue);
constinit const ConstantTable kSocketLevels = table<kSocketLevelsRows>("SOL_", kValue);
constinit const ConstantTable kSocketOptions = table<kSocketOptionsRows>("SO_", kValue);
constinit const ConstantTable kTcpOptions = table<kTcpOptionsRows>("TCP_", kValue);
constinit const ConstantTable kIpOptions = table<kIpOptionsRows>("IP_", kValue);
constinit const ConstantTable kIpv6Options = table<kIpv6OptionsRows>("IPV6_", kValue);
constinit const ConstantTable kNetlinkOptions = table<kNetlinkOptionsRows>("NETLINK_", kValue);
constinit const ConstantTable kMessageFlags = table<kMessageFlagsRows>("MSG_", kBits);
constinit const ConstantTable kMountFlags = table<kMountFlagsRows>("MS_", kBits);
constinit const ConstantTable kUmountFlags = table<kUmountFlagsRows>("", kBits);
constinit const ConstantTable kOpenTreeFlags = table<kOpenTreeFlagsRows>("", kBits);
constinit const ConstantTable kMoveMountFlags = table<kMoveMountFlagsRows>("MOVE_MOUNT_", kBits);
constinit const ConstantTable kFsopenFlags = table<kFsopenFlagsRows>("FSOPEN_", kBits);
constinit const ConstantTable kFspickFlags = table<kFspickFlagsRows>("FSPICK_", kBits);
constinit const ConstantTable kFsconfigCommands = table<kFsconfigCommandsRows>("FSCONFIG_", kValue);
constinit const ConstantTable kFsmountFlags = table<kFsmountFlagsRows>("FSMOUNT_", kBits);
constinit const ConstantTable kMountAttributes = table<kMountAttributesRows>("MOUNT_ATTR_", kBits);
constinit const ConstantTable kRenameFlags = table<kRenameFlagsRows>("RENAME_", kBits);
constinit const ConstantTable kSpliceFlags = table<kSpliceFlagsRows>("SPLICE_F_", kBits);
constinit const ConstantTable kReadWriteFlags = table<kReadWriteFlagsRows>("RWF_", kBits);
constinit const ConstantTable kFallocateModes = table<kFallocateModesRows>("FALLOC_FL_", kBits);
constinit const ConstantTable kFileAdvice = table<kFileAdviceRows>("POSIX_FADV_", kValue);
constinit const ConstantTable kXattrFlags = table<kXattrFlagsRows>("XATTR_", kBits);
constinit const ConstantTable kMemfdFlags = table<kMemfdFlagsRows>("MFD_", kBits);
constinit const ConstantTable kRandomFlags = table<kRandomFlagsRows>("GRND_", kBits);
constinit const ConstantTable kCloseRangeFlags = table<kCloseRangeFlagsRows>("CLOSE_RANGE_", kBits);
constinit const ConstantTable kPersonalityFlags = table<kPersonalityFlagsRows>("", kBits);
constinit const ConstantTable kPersonalities = table<kPersonalitiesRows>("PER_", kValue);
constinit const ConstantTable kRebootCommands = table<kRebootCommandsRows>("LINUX_REBOOT_CMD_", kValue);
constinit const ConstantTable kRebootMagic = table<kRebootMagicRows>("LINUX_REBOOT_", kValue);
constinit const ConstantTable kSyslogActions = table<kSyslogActionsRows>("SYSLOG_ACTION_", kValue);
constinit const ConstantTable kMembarrierCommands = table<kMembarrierCommandsRows>("MEMBARRIER_CMD_", kBits);
constinit const ConstantTable kIpcFlags = table<kIpcFlagsRows>("IPC_", kBits);
constinit const ConstantTable kIpcCommands = table<kIpcCommandsRows>("", kValue);
constinit const ConstantTable kIpcCalls = table<kIpcCallsRows>("", kValue);
constinit const ConstantTable kSocketCalls = table<kSocketCallsRows>("SYS_", kValue);
constinit const ConstantTable kModuleFlags = table<kModuleFlagsRows>("MODULE_INIT_", kBits);
constinit const ConstantTable kPidfdFlags = table<kPidfdFlagsRows>("PIDFD_", kBits);
constinit const ConstantTable kStatxMask = table<kStatxMaskRows>("STATX_", kBits);
constinit const ConstantTable kStatxAttributes = table<kStatxAttributesRows>("STATX_ATTR_", kBits);
constinit const ConstantTable kClocks = table<kClocksRows>("CLOCK_", kValue);
constinit const ConstantTable kFileTypes = table<kFileTypesRows>("S_IF", kValue);
constinit const ConstantTable kDirentTypes = table<kDirentTypesRows>("DT_", kValue);
constinit const ConstantTable kFileSystemMagics = table<kFileSystemMagicsRows>("", kValue);
constinit const ConstantTable kStatfsFlags = table<kStatfsFlagsRows>("ST_", kBits);
constinit const ConstantTable kResolveFlags = table<kResolveFlagsRows>("RESOLVE_", kBits);
constinit const ConstantTable kSignalCodes = table<kSignalCodesRows>("SI_", kValue);
constinit const ConstantTable kChildCodes = table<kChildCodesRows>("CLD_", kValue);
constinit const ConstantTable kSegvCodes = table<kSegvCodesRows>("SEGV_", kValue);
constinit const ConstantTable kBusCodes = table<kBusCodesRows>("BUS_", kValue);
constinit const ConstantTable kIllCodes = table<kIllCodesRows>("ILL_", kValue);
constinit const ConstantTable kFpeCodes = table<kFpeCodesRows>("FPE_", kValue);
constinit const ConstantTable kTrapCodes = table<kTrapCodesRows>("TRAP_", kValue);
constinit const ConstantTable kPollCodes = table<kPollCodesRows>("POLL_", kValue);
constinit const ConstantTable kSysCodes = table<kSysCodesRows>("SYS_", kValue);
constinit const ConstantTable kTtyInputFlags = table<kTtyInputFlagsRows>("", kBits);
constinit const ConstantTable kTtyOutputFlags = table<kTtyOutputFlagsRows>("", kBits);
constinit const ConstantTable kTtyControlFlags = table<kTtyControlFlagsRows>("", kBits);
constinit const ConstantTable kTtyLocalFlags = table<kTtyLocalFlagsRows>("", kBits);
constinit const ConstantTable kIoctls = table<kIoctlsRows>("", kValue);
constinit const ConstantTable kCloneHighFlags = table<kCloneHighFlagsRows>("CLONE_", kBits);

std::string ConstantTable::name_of(size_t row) const {
    const char* name = names_;
    while (row-- != 0) name += std::string_view(name).size() + 1;
    return concat(prefix_, name);
}

std::optional<std::string> ConstantTable::find(uint64_t value) const {
    const auto found = std::ranges::find(values_, value);
    if (found == values_.end()) return std::nullopt;
    return name_of(static_cast<size_t>(found - values_.begin()));
}

std::string ConstantTable::describe(uint64_t value) const {
    std::string text;
    uint64_t rest = value;
    if (kind_ == Kind::value) {
        if (auto name = find(value)) return *name;
    } else {
        if (value == 0) return "0";
        for (size_t i = 0; i < values_.size(); ++i) {
            if (values_[i] == 0 || (rest & values_[i]) != values_[i]) continue;
            append(text, text.empty() ? "" : "|", name_of(i));
            rest &= ~uint64_t{values_[i]};
        }
        if (rest == 0) return text;
        if (!text.empty()) return concat(text, "|0x", hex(rest));
    }
    return concat("0x", hex(rest), prefix_[0] == '\0' ? "" : concat(" /* ", prefix_, "??? */"));
}

}  // namespace earlybox
