// SPDX-License-Identifier: MIT
// Makes every i386 call with 32-bit times, good and bad, and says how each went in words that are the same on every
// kernel that has them, however long anything took. Where what a call says is wrong, the line says so.
//     time32-calls [vsyscall]     through int $0x80, or through __kernel_vsyscall
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct time32 { int32_t sec, nsec; };
struct period32 { struct time32 interval, value; };
struct time64 { int64_t sec, nsec; };
struct timex32 { uint32_t modes; int32_t fields[20]; int32_t rest[11]; };
struct timex64 { int64_t fields[21]; char rest[40]; };

#define NOWHERE ((void*)16)
#define MILLION 1000000

static long entry;  // __kernel_vsyscall

static long raw(const long* numbers) {
    long result;
    // All registers are taken: the arguments come from memory, and ebp goes through the stack.
    __asm__ volatile(
        "pushl %%ebp\n\tpushl %%ebx\n\tpushl %%esi\n\tpushl %%edi\n\t"
        "movl %%ecx, %%eax\n\tpushl %%edx\n\t"
        "movl 4(%%eax), %%ebx\n\tmovl 8(%%eax), %%ecx\n\tmovl 12(%%eax), %%edx\n\tmovl 16(%%eax), %%esi\n\t"
        "movl 20(%%eax), %%edi\n\tmovl 24(%%eax), %%ebp\n\tmovl (%%eax), %%eax\n\t"
        "cmpl $0, (%%esp)\n\tje 1f\n\tcall *(%%esp)\n\tjmp 2f\n1:\tint $0x80\n2:\t"
        "popl %%edx\n\tpopl %%edi\n\tpopl %%esi\n\tpopl %%ebx\n\tpopl %%ebp"
        : "=a"(result)
        : "c"(numbers), "d"(entry)
        : "memory", "cc");
    return result;
}
#define P(...) ((long)(__VA_ARGS__))
static int armed;
// With arm() before it, a call that the alarm ends.
static long make(const long* numbers) {
    const long result = raw(numbers);
    if (armed) {
        armed = 0;
        raw((const long[7]){104, 0, P((const long[4]){0})});  // setitimer
    }
    return result;
}
#define call(...) make((const long[7]){__VA_ARGS__})

static const char* word(long result) {
    switch (result) {
        case -EINTR: return "EINTR";
        case -EAGAIN: return "EAGAIN";
        case -EFAULT: return "EFAULT";
        case -EINVAL: return "EINVAL";
        case -ENOENT: return "ENOENT";
        case -ENOSYS: return "ENOSYS";
        case -ETIMEDOUT: return "ETIMEDOUT";
        case -EOVERFLOW: return "EOVERFLOW";
        case -ESRCH: return "ESRCH";
        case -EBADF: return "EBADF";
        default: break;
    }
    static char number[16];
    snprintf(number, sizeof number, "%ld", result);
    return number;
}
static void say(const char* what, long result) { printf("%s: %s\n", what, word(result)); }
// The call comes first, then what it must have done.
#define judge(what, result, right) \
    do { \
        const long came_back = (result); \
        printf("%s: %s%s\n", what, word(came_back), (right) ? "" : ", WRONG"); \
    } while (0)

static int64_t now(long clock) {
    struct time64 time;
    call(403, clock, P(&time));
    return time.sec * 1000 + time.nsec / MILLION;
}
static int near(int64_t milliseconds, int64_t other) { return llabs(milliseconds - other) <= 3000; }

static volatile int alarms;
static void count_alarm(int number) { (void)number, ++alarms; }
// For the next call; again and again, as the first alarm may come before that call has begun.
static void arm(int milliseconds, int flags) {
    const struct sigaction action = {.sa_handler = count_alarm, .sa_flags = flags};
    sigaction(SIGALRM, &action, NULL);
    const long value[4] = {1, 0, milliseconds / 1000, milliseconds % 1000 * 1000};
    alarms = 0;
    call(104, 0, P(value), 0);  // setitimer
    armed = 1;
}
// A child that stops us for a while, which no program must notice.
static pid_t stop_soon(void) {
    const pid_t parent = getpid();
    fflush(stdout);
    const pid_t child = fork();
    if (child != 0) return child;
    usleep(100000);
    kill(parent, SIGSTOP);
    usleep(100000);
    kill(parent, SIGCONT);
    _exit(0);
}

static void clocks(void) {
    int32_t seconds = 0;
    const long result = call(13, P(&seconds));
    judge("time", result == seconds ? 0 : result, near(1000LL * result, now(0)));
    judge("time without a place", 0, near(1000LL * call(13, 0), now(0)));
    say("time to nowhere", call(13, P(NOWHERE)));
    struct time32 time = {0, 0};
    for (int clock = 0; clock < 12; ++clock) {
        if (clock == 8 || clock == 9) continue;  // alarms: only with a clock that can wake the machine
        char what[32];
        struct time64 wide;
        snprintf(what, sizeof what, "clock_gettime %d", clock);
        const long wanted = call(403, clock, P(&wide));
        const long got = call(265, clock, P(&time));
        judge(what, got, got == wanted && (got != 0 || near(time.sec * 1000LL + time.nsec / MILLION, wide.sec * 1000 + wide.nsec / MILLION)));
        snprintf(what, sizeof what, "clock_getres %d", clock);
        const long resolution = call(406, clock, P(&wide));
        const long answer = call(266, clock, P(&time));
        judge(what, answer, answer == resolution && (answer != 0 || (time.sec == wide.sec && time.nsec == wide.nsec)));
    }
    say("clock_gettime to nowhere", call(265, 0, P(NOWHERE)));
    say("clock_getres without a place", call(266, 0, 0));
    int fields_kept = 1;
    struct time32 guarded[3] = {{-7, -7}, {0, 0}, {-7, -7}};
    call(265, 0, P(&guarded[1]));
    for (int i = 0; i < 3; i += 2) fields_kept = fields_kept && guarded[i].sec == -7 && guarded[i].nsec == -7;
    judge("clock_gettime's neighbours", 0, fields_kept);

    int64_t before = now(0);
    call(265, 0, P(&time));
    judge("clock_settime", call(264, 0, P(&time)), near(now(0), before));
    say("clock_settime, bad nanoseconds", call(264, 0, P(&(struct time32){1, -1})));
    say("clock_settime from nowhere", call(264, 0, P(NOWHERE)));
    before = now(0);
    seconds = before / 1000;
    judge("stime", call(25, P(&seconds)), near(now(0), before));
    say("stime from nowhere", call(25, P(NOWHERE)));

    struct timex32 narrow;
    struct timex64 wide;
    for (int with_clock = 0; with_clock < 2; ++with_clock) {
        memset(&narrow, 0, sizeof narrow);
        memset(&wide, 0, sizeof wide);
        const long wanted = call(405, 0, P(&wide));
        const long got = with_clock ? call(343, 0, P(&narrow)) : call(124, P(&narrow));
        int right = got == wanted && near(narrow.fields[8] * 1000LL, wide.fields[9] * 1000);
        for (int field = 1; field < 21; ++field)
            if (field != 9 && field != 10 && field != 3)  // the time, and the error that grows with it
                right = right && narrow.fields[field - 1] == (int32_t)wide.fields[field];
        judge(with_clock ? "clock_adjtime" : "adjtimex", 0, right);
    }
    narrow.modes = 0x4000;  // ADJ_TICK
    narrow.fields[10] = 10001;
    const long set = call(124, P(&narrow));
    memset(&wide, 0, sizeof wide);
    call(405, 0, P(&wide));
    judge("adjtimex sets the tick", set < 0 ? set : 0, wide.fields[11] == 10001);
    narrow.modes = 0x4000;
    narrow.fields[10] = 10000;
    call(343, 0, P(&narrow));
    narrow.modes = 0x4000;
    narrow.fields[10] = 5;
    say("adjtimex, bad tick", call(124, P(&narrow)));
    say("adjtimex nowhere", call(124, P(NOWHERE)));
    say("clock_adjtime of no clock", call(343, 77, P(&narrow)));
    call(156, 0, 2, P(&(int){1}));  // SCHED_RR, whose slices are the same under any load
    struct time64 slice64;
    const long wanted = call(423, 0, P(&slice64));
    const long slice = call(161, 0, P(&time));
    call(156, 0, 0, P(&(int){0}));
    judge("sched_rr_get_interval", slice, slice == wanted && time.sec == 0 && time.nsec > 0 && time.nsec == slice64.nsec);
    say("sched_rr_get_interval of nobody", call(161, 0x3ffffff, P(&time)));
}

static void sleeps(void) {
    struct time32 rest = {-1, -1};
    struct time32 tenth = {0, 100 * MILLION};
    int64_t begin = now(1);
    judge("nanosleep", call(162, P(&tenth), P(&rest)), now(1) - begin >= 100 && rest.sec == -1);
    say("nanosleep, bad nanoseconds", call(162, P(&(struct time32){0, 1000 * MILLION}), 0));
    say("nanosleep, before now", call(162, P(&(struct time32){-1, 0}), 0));
    say("nanosleep from nowhere", call(162, P(NOWHERE), 0));
    for (int restarting = 0; restarting < 2; ++restarting) {
        struct time32 longer = {1000, 0};
        arm(50, restarting ? SA_RESTART : 0);
        long result = call(162, P(&longer), P(&longer));
        judge("nanosleep, a signal comes", result, alarms > 0 && longer.sec >= 900 && longer.sec < 1000);
        longer = (struct time32){1000, 0};
        arm(50, restarting ? SA_RESTART : 0);
        result = call(267, 1, 0, P(&longer), P(&rest));
        judge("clock_nanosleep, a signal comes", result, alarms > 0 && rest.sec >= 900 && rest.sec < 1000 && longer.sec == 1000);
        arm(50, restarting ? SA_RESTART : 0);
        judge("nanosleep with nowhere for the rest", call(162, P(&longer), P(NOWHERE)), alarms > 0);
    }
    struct time32 while_stopped = {0, 400 * MILLION};
    pid_t child = stop_soon();
    begin = now(1);
    judge("nanosleep, stopped in between", call(162, P(&while_stopped), P(&rest)), now(1) - begin >= 400);
    waitpid(child, NULL, 0);
    const int64_t until = now(1) + 100;
    judge("clock_nanosleep until", call(267, 1, 1, P(&(struct time32){until / 1000, until % 1000 * MILLION}), 0), now(1) >= until);
    const int64_t later = now(1) + 400;
    child = stop_soon();
    judge("clock_nanosleep until, stopped in between", call(267, 1, 1, P(&(struct time32){later / 1000, later % 1000 * MILLION}), 0), now(1) >= later);
    waitpid(child, NULL, 0);
    say("clock_nanosleep by no clock", call(267, 77, 0, P(&tenth), 0));
}

static void files(void) {
    const char* path = "time32-file";
    const int file = open(path, O_CREAT | O_RDWR, 0600);
    uint32_t stat64[24];
    // struct stat64 of i386: its words 16 to 19 are the access time and the modification time.
#define TIMES_ARE(access, access_nsec, modified, modified_nsec) (call(195, P(path), P(stat64)) == 0 && stat64[16] == (uint32_t)(access) && \
    stat64[17] == (access_nsec) && stat64[18] == (uint32_t)(modified) && stat64[19] == (modified_nsec))
    const struct time32 pair[2] = {{1000, 5}, {-2000, 999999999}};
    judge("utimensat", call(320, AT_FDCWD, P(path), P(pair), 0), TIMES_ARE(1000, 5, -2000, 999999999));
    const struct time32 one[2] = {{0, (1 << 30) - 2}, {77, 8}};  // UTIME_OMIT
    judge("utimensat of one", call(320, file, 0, P(one), 0), TIMES_ARE(1000, 5, 77, 8));
    judge("utimensat to now", call(320, AT_FDCWD, P(path), 0, 0), call(195, P(path), P(stat64)) == 0 && near(stat64[16] * 1000LL, now(0)));
    say("utimensat, bad nanoseconds", call(320, AT_FDCWD, P(path), P(&(struct time32[2]){{1, -1}, {1, 1}}), 0));
    say("utimensat from nowhere", call(320, AT_FDCWD, P(path), P(NOWHERE), 0));
    say("utimensat of nothing", call(320, AT_FDCWD, P("/nothing/here"), P(pair), 0));
    const struct time32 micros[2] = {{3, 4}, {5, 999999}};
    judge("utimes", call(271, P(path), P(micros)), TIMES_ARE(3, 4000, 5, 999999000));
    say("utimes, bad microseconds", call(271, P(path), P(&(struct time32[2]){{1, 1}, {1, MILLION}})));
    say("utimes from nowhere", call(271, P(path), P(NOWHERE)));
    const struct time32 others[2] = {{30, 40}, {50, 60}};
    judge("futimesat", call(299, AT_FDCWD, P(path), P(others)), TIMES_ARE(30, 40000, 50, 60000));
    judge("futimesat of a descriptor", call(299, file, 0, P(micros)), TIMES_ARE(3, 4000, 5, 999999000));
    judge("utime", call(30, P(path), P(&(int32_t[2]){11, 22})), TIMES_ARE(11, 0, 22, 0));
    judge("utime to now", call(30, P(path), 0), call(195, P(path), P(stat64)) == 0 && near(stat64[18] * 1000LL, now(0)));
    say("utime of nothing", call(30, P("/nothing/here"), 0));
    close(file);
    unlink(path);
}

static void timers(void) {
    int timer = -1;
    const struct { int value, signal, notify, room[13]; } nothing = {0, 0, SIGEV_NONE, {0}};
    const long made = call(259, 1, P(&nothing), P(&timer));
    const struct period32 first = {{7, 1}, {1000, 0}};
    struct period32 old = {{9, 9}, {9, 9}};
    judge("timer_settime", made < 0 ? made : call(260, timer, 0, P(&first), P(&old)), old.interval.sec == 0 && old.value.sec == 0 && old.value.nsec == 0);
    long result = call(261, timer, P(&old));
    judge("timer_gettime", result, old.interval.sec == 7 && old.interval.nsec == 1 && old.value.sec >= 900 && old.value.sec <= 1000);
    result = call(260, timer, 0, P(&(struct period32){{0, 0}, {0, 0}}), P(&old));
    judge("timer_settime gives the old one", result, old.interval.sec == 7 && old.value.sec >= 900);
    say("timer_settime without the old one", call(260, timer, 0, P(&first), 0));
    say("timer_settime from nowhere", call(260, timer, 0, P(NOWHERE), 0));
    say("timer_settime, the old one to nowhere", call(260, timer, 0, P(&first), P(NOWHERE)));
    say("timer_settime, bad nanoseconds", call(260, timer, 0, P(&(struct period32){{0, 0}, {0, -1}}), 0));
    say("timer_gettime of none", call(261, 1234567, P(&old)));
    call(263, timer);
    const int descriptor = call(322, 1, 0);
    judge("timerfd_settime", call(325, descriptor, 0, P(&first), P(&old)), old.value.sec == 0);
    result = call(326, descriptor, P(&old));
    judge("timerfd_gettime", result, old.interval.sec == 7 && old.value.sec >= 900 && old.value.sec <= 1000);
    say("timerfd_gettime to nowhere", call(326, descriptor, P(NOWHERE)));
    result = call(325, descriptor, 0, P(&(struct period32){{0, 0}, {0, 1000}}), P(&old));
    uint64_t expired = 0;
    const int got = read(descriptor, &expired, sizeof expired);
    judge("timerfd fires", result, got == 8 && expired == 1 && old.interval.sec == 7);
    close(descriptor);
}

static void waits(void) {
    int ends[2];
    if (pipe(ends) != 0) exit(9);
    unsigned long set[2] = {1UL << ends[0], 0};
    struct time32 timeout = {0, 50 * MILLION};
    long result = call(308, ends[0] + 1, P(set), 0, 0, P(&timeout), 0);
    judge("pselect6 in vain", result, timeout.sec == 0 && timeout.nsec == 0 && set[0] == 0);
    struct pollfd one = {ends[0], POLLIN, 0};
    timeout.nsec = 50 * MILLION;
    result = call(309, P(&one), 1, P(&timeout), 0, 8);
    judge("ppoll in vain", result, timeout.sec == 0 && timeout.nsec == 0);
    for (int restarting = 0; restarting < 2; ++restarting) {
        arm(50, restarting ? SA_RESTART : 0);
        set[0] = 1UL << ends[0];
        timeout = (struct time32){1000, 0};
        result = call(308, ends[0] + 1, P(set), 0, 0, P(&timeout), 0);
        judge("pselect6, a signal comes", result, alarms > 0 && timeout.sec >= 900 && timeout.sec < 1000);
        arm(50, restarting ? SA_RESTART : 0);
        timeout = (struct time32){1000, 0};
        result = call(309, P(&one), 1, P(&timeout), 0, 8);
        judge("ppoll, a signal comes", result, alarms > 0 && timeout.sec >= 900 && timeout.sec < 1000);
    }
    // A mask for the wait alone: the alarm is blocked but for it.
    const uint64_t alarm_only = 1ULL << (SIGALRM - 1);
    const uint64_t none = 0;
    call(175, SIG_BLOCK, P(&alarm_only), 0, 8);
    const struct { const void* set; uint32_t size; } mask = {&none, 8};
    arm(50, 0);
    timeout = (struct time32){1000, 0};
    say("pselect6 with a mask", call(308, 0, 0, 0, 0, P(&timeout), P(&mask)));
    arm(50, 0);
    timeout = (struct time32){1000, 0};
    say("ppoll with a mask", call(309, 0, 0, P(&timeout), P(&none), 8));
    call(175, SIG_UNBLOCK, P(&alarm_only), 0, 8);
    timeout = (struct time32){0, 400 * MILLION};
    pid_t child = stop_soon();
    int64_t begin = now(1);
    result = call(308, 0, 0, 0, 0, P(&timeout), 0);
    judge("pselect6, stopped in between", result, now(1) - begin >= 400);
    waitpid(child, NULL, 0);
    timeout = (struct time32){0, 400 * MILLION};
    child = stop_soon();
    begin = now(1);
    result = call(309, 0, 0, P(&timeout), 0, 8);
    judge("ppoll, stopped in between", result, now(1) - begin >= 400);
    waitpid(child, NULL, 0);
    say("pselect6, bad nanoseconds", call(308, 0, 0, 0, 0, P(&(struct time32){0, -1}), 0));
    say("ppoll from nowhere", call(309, 0, 0, P(NOWHERE), 0, 8));
    static const struct time32 constant = {0, 20 * MILLION};  // in memory that is only read
    say("ppoll with a constant timeout", call(309, P(&one), 1, P(&constant), 0, 8));
    arm(5, 0);
    static const struct time32 long_constant = {1000, 0};
    say("ppoll with a constant timeout, a signal comes", call(309, P(&one), 1, P(&long_constant), 0, 8));
    if (write(ends[1], "x", 1) != 1) exit(9);
    timeout = (struct time32){1000, 0};
    result = call(309, P(&one), 1, P(&timeout), 0, 8);
    judge("ppoll with something to read", result, one.revents == POLLIN && timeout.sec >= 900);
    set[0] = 1UL << ends[0];
    say("pselect6 for ever, with something to read", call(308, ends[0] + 1, P(set), 0, 0, 0, 0));

    const uint64_t user = 1ULL << (SIGUSR1 - 1);
    call(175, SIG_BLOCK, P(&user), 0, 8);
    timeout = (struct time32){0, 20 * MILLION};
    say("rt_sigtimedwait in vain", call(177, P(&user), 0, P(&timeout), 8));
    kill(getpid(), SIGUSR1);
    int32_t info[32] = {0};
    result = call(177, P(&user), P(info), P(&timeout), 8);
    judge("rt_sigtimedwait", result, info[0] == SIGUSR1);
    kill(getpid(), SIGUSR1);
    say("rt_sigtimedwait for ever", call(177, P(&user), 0, 0, 8));
    arm(20, 0);
    say("rt_sigtimedwait, another signal comes", call(177, P(&user), 0, P(&(struct time32){1000, 0}), 8));
    timeout = (struct time32){0, 400 * MILLION};
    child = stop_soon();
    say("rt_sigtimedwait, stopped in between", call(177, P(&user), 0, P(&timeout), 8) == -EAGAIN ? -EAGAIN : -EINTR);
    waitpid(child, NULL, 0);
    say("rt_sigtimedwait, bad nanoseconds", call(177, P(&user), 0, P(&(struct time32){0, -1}), 8));
    close(ends[0]);
    close(ends[1]);
}

static void futexes(void) {
    int cell = 5;
    int other = 0;
    const struct time32 short_time = {0, 20 * MILLION};
    const struct time32 long_time = {1000, 0};
    say("FUTEX_WAIT in vain", call(240, P(&cell), 0, 5, P(&short_time), 0, 0));
    say("FUTEX_WAIT for another value", call(240, P(&cell), 0, 6, P(&short_time), 0, 0));
    say("FUTEX_WAIT, bad nanoseconds", call(240, P(&cell), 0, 5, P(&(struct time32){0, -1}), 0, 0));
    say("FUTEX_WAIT from nowhere", call(240, P(&cell), 0, 5, P(NOWHERE), 0, 0));
    arm(20, 0);
    say("FUTEX_WAIT, a signal comes", call(240, P(&cell), 128, 5, P(&long_time), 0, 0));
    const pid_t child = stop_soon();
    const struct time32 some = {0, 400 * MILLION};
    const int64_t begin = now(1);
    const long result = call(240, P(&cell), 128, 5, P(&some), 0, 0);
    judge("FUTEX_WAIT, stopped in between", result, now(1) - begin >= 400);
    waitpid(child, NULL, 0);
    say("FUTEX_WAKE", call(240, P(&cell), 129, 1, P(NOWHERE), 0, 0));
    say("FUTEX_CMP_REQUEUE", call(240, P(&cell), 4, 1, 1, P(&other), 5));
    say("FUTEX_CMP_REQUEUE of another value", call(240, P(&cell), 4, 1, 1, P(&other), 6));
    say("FUTEX_WAKE_OP", call(240, P(&cell), 5, 1, 1, P(&other), 0));
    int64_t until = now(1) + 50;
    say("FUTEX_WAIT_BITSET until", call(240, P(&cell), 9, 5, P(&(struct time32){until / 1000, until % 1000 * MILLION}), 0, -1));
    until = now(0) + 50;
    say("FUTEX_WAIT_BITSET until, by the wall clock", call(240, P(&cell), 9 | 256, 5, P(&(struct time32){until / 1000, until % 1000 * MILLION}), 0, -1));
    say("FUTEX_WAKE_BITSET", call(240, P(&cell), 10, 1, 0, 0, -1));
    cell = 0;
    say("FUTEX_LOCK_PI", call(240, P(&cell), 6, 0, P(&(struct time32){2000000000, 0}), 0, 0));
    say("FUTEX_UNLOCK_PI", call(240, P(&cell), 7, 0, 0, 0, 0));
    say("FUTEX_TRYLOCK_PI", call(240, P(&cell), 8, 0, 0, 0, 0));
    say("FUTEX_UNLOCK_PI", call(240, P(&cell), 7, 0, 0, 0, 0));
    say("no futex operation", call(240, P(&cell), 99, 0, P(NOWHERE), 0, 0));
}

static void queues(void) {
    const struct time32 past = {1, 0};
    const long attributes[8] = {0, 2, 16, 0};
    const int queue = call(277, P("time32"), O_RDWR | O_CREAT, 0600, P(attributes));
    unsigned priority = 0;
    char text[16] = "";
    say("mq_timedreceive in vain", call(280, queue, P(text), 16, P(&priority), P(&past)));
    say("mq_timedsend", call(279, queue, P("hello"), 5, 3, P(&past)));
    say("mq_timedsend without a limit", call(279, queue, P("again"), 5, 2, 0));
    say("mq_timedsend in vain", call(279, queue, P("more"), 4, 2, P(&past)));
    long result = call(280, queue, P(text), 16, P(&priority), P(&past));
    judge("mq_timedreceive", result, priority == 3 && memcmp(text, "hello", 5) == 0);
    say("mq_timedreceive, bad nanoseconds", call(280, queue, P(text), 16, 0, P(&(struct time32){1, -1})));
    say("mq_timedreceive from nowhere", call(280, queue, P(text), 16, 0, P(NOWHERE)));
    close(queue);
    call(278, P("time32"));

    const int set = call(117, 2, IPC_PRIVATE, 1, 0600, 0, 0);
    struct sembuf take = {0, -1, 0};
    struct sembuf give = {0, 1, 0};
    const struct time32 short_time = {0, 20 * MILLION};
    say("semtimedop in vain", call(117, 4, set, 1, 0, P(&take), P(&short_time)));
    say("semtimedop", call(117, 4, set, 1, 0, P(&give), P(&short_time)));
    say("semtimedop without a limit", call(117, 4, set, 1, 0, P(&take), 0));
    say("semop", call(117, 1, set, 1, 0, P(&give), 0));
    say("semtimedop from nowhere", call(117, 4, set, 1, 0, P(&take), P(NOWHERE)));
    arm(20, 0);
    struct sembuf more = {0, -5, 0};
    say("semtimedop, a signal comes", call(117, 4, set, 1, 0, P(&more), P(&(struct time32){1000, 0})));
    call(117, 3, set, 0, IPC_RMID, 0, 0);

    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0 || write(pair[0], "one", 3) != 3 || write(pair[0], "two", 3) != 3) exit(9);
    char buffers[2][8];
    struct { void* base; uint32_t length; } parts[2] = {{buffers[0], 8}, {buffers[1], 8}};
    struct { uint32_t name, name_length, parts, count, control, control_length, flags, length; } messages[2];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < 2; ++i) messages[i].parts = P(&parts[i]), messages[i].count = 1;
    struct time32 timeout = {1000, 0};
    result = call(337, pair[1], P(messages), 2, 0, P(&timeout));
    judge("recvmmsg", result, messages[0].length == 3 && messages[1].length == 3 && memcmp(buffers[1], "two", 3) == 0 && timeout.sec >= 900 && timeout.sec <= 1000);
    say("recvmmsg in vain", call(337, pair[1], P(messages), 2, MSG_DONTWAIT, P(&timeout)));
    say("recvmmsg, bad nanoseconds", call(337, pair[1], P(messages), 2, MSG_DONTWAIT, P(&(struct time32){0, -1})));
    say("recvmmsg from nowhere", call(337, pair[1], P(messages), 2, MSG_DONTWAIT, P(NOWHERE)));
    close(pair[0]);
    close(pair[1]);

    uint32_t context = 0;
    const long made = call(245, 4, P(&context));
    char events[64];
    say("io_getevents in vain", made < 0 ? made : call(247, context, 1, 2, P(events), P(&short_time)));
    say("io_pgetevents in vain", made < 0 ? made : call(385, context, 1, 2, P(events), P(&short_time), 0));
    arm(20, 0);
    say("io_getevents, a signal comes", call(247, context, 1, 2, P(events), P(&(struct time32){1000, 0})));
    arm(20, 0);
    say("io_pgetevents, a signal comes", call(385, context, 1, 2, P(events), P(&(struct time32){1000, 0}), 0));
    const pid_t child = stop_soon();
    say("io_getevents, stopped in between", call(247, context, 1, 2, P(events), P(&(struct time32){0, 400 * MILLION})));
    waitpid(child, NULL, 0);
    say("io_getevents from nowhere", call(247, context, 1, 2, P(events), P(NOWHERE)));
    call(246, context);
}

int main(int count, char** arguments) {
    if (count == 2 && strcmp(arguments[1], "vsyscall") == 0) {
        entry = getauxval(AT_SYSINFO);
        if (entry == 0) {
            puts("there is no __kernel_vsyscall");
            return 9;
        }
    } else if (count != 1) {
        fputs("usage: time32-calls [vsyscall]\n", stderr);
        return 2;
    }
    clocks();
    sleeps();
    files();
    timers();
    waits();
    futexes();
    queues();
    return 0;
}
