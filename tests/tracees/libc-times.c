// SPDX-License-Identifier: MIT
// Asks a C library for what it does with times, and says how each went in words that are the same on every kernel that
// has its calls, however long anything took. Where what a call says is wrong, the line says so.
//     libc-times [PART]     all of it, or one of the functions at the end
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#ifdef __dietlibc__
#include <linux/aio.h>
int futex(void* cell, int operation, int value, const struct timespec* timeout, void* other, int more);
#define QUEUE "libc-times"
#else
#define QUEUE "/libc-times"
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#endif

#define MILLION 1000000
#define LONG ((struct timespec){1000, 0})
#define SHORT ((struct timespec){0, 50 * MILLION})

static const char* word(long result) {
    static const struct { int code; const char* name; } names[] = {
        {EINTR, "EINTR"}, {EAGAIN, "EAGAIN"}, {EFAULT, "EFAULT"}, {EINVAL, "EINVAL"}, {ENOENT, "ENOENT"},
        {ENOSYS, "ENOSYS"}, {ETIMEDOUT, "ETIMEDOUT"}, {EOVERFLOW, "EOVERFLOW"}, {ESRCH, "ESRCH"}, {EBADF, "EBADF"},
    };
    const int code = result < 0 ? errno : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
        if (code == names[i].code) return names[i].name;
    static char number[16];
    snprintf(number, sizeof number, "%ld", code != 0 ? -code : result);
    return number;
}
static volatile int alarms;
static void count_alarm(int number) { (void)number, ++alarms; }
// For the call that is judged next; again and again, as the first alarm may come before that call has begun.
static void arm(int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_alarm;
    action.sa_flags = flags;
    sigaction(SIGALRM, &action, NULL);
    alarms = 0;
    setitimer(ITIMER_REAL, &(struct itimerval){{1, 0}, {0, 50000}}, NULL);
}
static void disarm(void) { setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL); }

// The call comes first, then what it must have done.
#define judge(what, result, right) \
    do { \
        const char* came_back = word(result); \
        disarm(); \
        printf("%s: %s%s\n", what, came_back, (right) ? "" : ", WRONG"); \
        fflush(stdout); \
    } while (0)
#define say(what, result) judge(what, result, 1)
// Of functions that return what others leave in errno.
#define returned(result) ((errno = (result)) != 0 ? -1 : 0)

// By the one call for the time that every kernel has.
static long long now(void) {
    struct timeval time;
    gettimeofday(&time, NULL);
    return time.tv_sec * 1000LL + time.tv_usec / 1000;
}
static int near(long long milliseconds, long long other) {
    return milliseconds - other <= 3000 && other - milliseconds <= 3000;
}
static struct timespec after(clockid_t clock, int milliseconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += milliseconds % 1000 * MILLION;
    time.tv_sec += time.tv_nsec / (1000 * MILLION);
    time.tv_nsec %= 1000 * MILLION;
    return time;
}

// A child that stops us for a while, which no program must notice.
static pid_t stop_soon(void) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    usleep(100000);
    kill(parent, SIGSTOP);
    usleep(100000);
    kill(parent, SIGCONT);
    _exit(0);
}

static void clocks(void) {
    time_t seconds = 0;
    const time_t result = time(&seconds);
    judge("time", 0, result == seconds && near(1000LL * result, now()));
    static const clockid_t kinds[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, 77};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
        struct timespec time = {-1, -1};
        char what[32];
        snprintf(what, sizeof what, "clock_gettime %d", (int)kinds[i]);
        const int got = clock_gettime(kinds[i], &time);
        judge(what, got, got != 0 || (time.tv_nsec >= 0 && (i != 0 || near(time.tv_sec * 1000LL + time.tv_nsec / MILLION, now()))));
        snprintf(what, sizeof what, "clock_getres %d", (int)kinds[i]);
        const int answer = clock_getres(kinds[i], &time);
        judge(what, answer, answer != 0 || (time.tv_sec == 0 && time.tv_nsec > 0));
    }
    long long before = now();
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    judge("clock_settime", clock_settime(CLOCK_REALTIME, &time), near(now(), before));
    time.tv_nsec = 1000 * MILLION;
    say("clock_settime, bad nanoseconds", clock_settime(CLOCK_REALTIME, &time));
    before = now();
    struct timeval day = {before / 1000, before % 1000 * 1000};
    judge("settimeofday", settimeofday(&day, NULL), near(now(), before));
#ifdef __dietlibc__
    seconds = before / 1000;
    judge("stime", stime(&seconds), near(now(), before));
#endif
    struct timex state;
    memset(&state, 0, sizeof state);
    const int clock = adjtimex(&state);
    judge("adjtimex", clock < 0 ? clock : 0, near(state.time.tv_sec * 1000LL, now()) && state.tick > 9000 && state.tick < 11000);
    struct sched_param priority;
    memset(&priority, 0, sizeof priority);
    priority.sched_priority = 1;
    const int in_turns = sched_setscheduler(0, SCHED_RR, &priority) == 0;  // not with musl
    const int slice = sched_rr_get_interval(0, &time);
    priority.sched_priority = 0;
    sched_setscheduler(0, SCHED_OTHER, &priority);
    judge("sched_rr_get_interval", slice, time.tv_sec == 0 && (time.tv_nsec > 0 || !in_turns));
}

static void sleeps(void) {
    struct timespec rest = {-1, -1};
    long long begin = now();
    judge("nanosleep", nanosleep(&SHORT, &rest), now() - begin >= 49 && rest.tv_sec == -1);
    say("nanosleep, bad nanoseconds", nanosleep(&(struct timespec){0, 1000 * MILLION}, NULL));
    begin = now();
    judge("sleep", sleep(1), now() - begin >= 999);
    begin = now();
    judge("usleep", usleep(50000), now() - begin >= 49);
    begin = now();
    judge("clock_nanosleep", returned(abs(clock_nanosleep(CLOCK_MONOTONIC, 0, &SHORT, NULL))), now() - begin >= 49);
    begin = now();
    const struct timespec until = after(CLOCK_MONOTONIC, 50);
    judge("clock_nanosleep until", returned(abs(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))), now() - begin >= 49);
    for (int restarting = 0; restarting < 2; ++restarting) {
        struct timespec longer = LONG;
        arm(restarting ? SA_RESTART : 0);
        judge("nanosleep, a signal comes", nanosleep(&longer, &longer), alarms > 0 && longer.tv_sec >= 900 && longer.tv_sec < 1000);
        arm(restarting ? SA_RESTART : 0);
        judge("sleep, a signal comes", sleep(1000) >= 900 ? 0 : 1, alarms > 0);
    }
    const pid_t child = stop_soon();
    begin = now();
    judge("nanosleep, stopped in between", nanosleep(&(struct timespec){0, 400 * MILLION}, NULL), now() - begin >= 399);
    waitpid(child, NULL, 0);
}

static void files(void) {
    const char* path = "libc-times-file";
    close(open(path, O_CREAT | O_RDWR, 0600));
    struct stat status;
#define TIMES_ARE(access, modified) (stat(path, &status) == 0 && status.st_atime == (access) && status.st_mtime == (modified))
    judge("utime", utime(path, &(struct utimbuf){11, 22}), TIMES_ARE(11, 22));
    judge("utime to now", utime(path, NULL), stat(path, &status) == 0 && near(status.st_mtime * 1000LL, now()));
    judge("utimes", utimes(path, (struct timeval[2]){{33, 44}, {-55, 66}}), TIMES_ARE(33, -55));
    judge("futimesat", futimesat(AT_FDCWD, path, (const struct timeval[2]){{77, 8}, {88, 9}}), TIMES_ARE(77, 88));
    struct timespec pair[2] = {{99, 1}, {111, 999999999}};
    judge("utimensat", utimensat(AT_FDCWD, path, pair, 0), TIMES_ARE(99, 111));
    pair[0].tv_nsec = (1 << 30) - 2;  // UTIME_OMIT
    pair[1].tv_sec = 123;
    judge("utimensat of one", utimensat(AT_FDCWD, path, pair, 0), TIMES_ARE(99, 123));
    pair[1].tv_nsec = 1000 * MILLION;
    say("utimensat, bad nanoseconds", utimensat(AT_FDCWD, path, pair, 0));
    say("utime of nothing", utime("/nothing/here", NULL));
    say("utimes of nothing", utimes("/nothing/here", NULL));
    unlink(path);
}

static void timers(void) {
    timer_t timer;
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_NONE;
    const struct itimerspec first = {{7, 1}, {1000, 0}};
    struct itimerspec old = {{9, 9}, {9, 9}};
#define IS_FIRST(period) ((period).it_interval.tv_sec == 7 && (period).it_value.tv_sec >= 900 && (period).it_value.tv_sec <= 1000)
    say("timer_create", timer_create(CLOCK_MONOTONIC, &event, &timer));
    judge("timer_settime", timer_settime(timer, 0, &first, &old), old.it_interval.tv_sec == 0 && old.it_value.tv_sec == 0);
    judge("timer_gettime", timer_gettime(timer, &old), IS_FIRST(old));
    memset(&old, 0, sizeof old);
    judge("timer_settime gives the old one", timer_settime(timer, 0, &first, &old), IS_FIRST(old));
    say("timer_settime without the old one", timer_settime(timer, 0, &first, NULL));
    timer_delete(timer);
    int descriptor;
#ifdef __dietlibc__  // its timerfd_create passes other arguments than it was given
    __asm__ volatile("int $0x80" : "=a"(descriptor) : "a"(322), "b"(CLOCK_MONOTONIC), "c"(0) : "memory");
#else
    descriptor = timerfd_create(CLOCK_MONOTONIC, 0);
#endif
    judge("timerfd_settime", timerfd_settime(descriptor, 0, &first, &old), old.it_value.tv_sec == 0);
    judge("timerfd_gettime", timerfd_gettime(descriptor, &old), IS_FIRST(old));
    const struct itimerspec soon = {{0, 0}, {0, 1000}};
    memset(&old, 0, sizeof old);
    judge("timerfd_settime gives the old one", timerfd_settime(descriptor, 0, &soon, &old), IS_FIRST(old));
    unsigned long long expired = 0;
    judge("timerfd fires", read(descriptor, &expired, sizeof expired), expired == 1);
    close(descriptor);
}

static int wait_to_read(int descriptor, const struct timespec* timeout, const sigset_t* mask) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(descriptor, &set);
    const int ready = pselect(descriptor + 1, &set, NULL, NULL, timeout, mask);
    return ready == 1 && !FD_ISSET(descriptor, &set) ? 9 : ready;
}

static void waits(void) {
    int ends[2];
    if (pipe(ends) != 0) exit(9);
    struct pollfd one = {ends[0], POLLIN, 0};
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    long long begin = now();
    judge("select in vain", select(0, NULL, NULL, NULL, &(struct timeval){0, 50000}), now() - begin >= 49);
    begin = now();
    judge("pselect in vain", wait_to_read(ends[0], &SHORT, NULL), now() - begin >= 49);
    begin = now();
    judge("poll in vain", poll(&one, 1, 50), now() - begin >= 49);
    begin = now();
    judge("ppoll in vain", ppoll(&one, 1, &SHORT, NULL), now() - begin >= 49);
    say("pselect, bad nanoseconds", wait_to_read(ends[0], &(struct timespec){0, 1000 * MILLION}, NULL));
    for (int restarting = 0; restarting < 2; ++restarting) {
        arm(restarting ? SA_RESTART : 0);
        judge("pselect, a signal comes", wait_to_read(ends[0], &LONG, NULL), alarms > 0);
        arm(restarting ? SA_RESTART : 0);
        judge("ppoll, a signal comes", ppoll(&one, 1, &LONG, NULL), alarms > 0);
    }
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    arm(0);
    judge("pselect with a mask", wait_to_read(ends[0], &LONG, &none), alarms > 0);
#ifndef __dietlibc__  // its ppoll does not tell the size of the mask
    arm(0);
    judge("ppoll with a mask", ppoll(&one, 1, &LONG, &none), alarms > 0);
#endif
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    pid_t child = stop_soon();
    begin = now();
    judge("ppoll, stopped in between", ppoll(&one, 1, &(struct timespec){0, 400 * MILLION}, NULL), now() - begin >= 399);
    waitpid(child, NULL, 0);
    if (write(ends[1], "x", 1) != 1) exit(9);
    say("pselect with something to read", wait_to_read(ends[0], &LONG, NULL));
    judge("ppoll with something to read", ppoll(&one, 1, &LONG, NULL), one.revents == POLLIN);
    close(ends[0]);
    close(ends[1]);

    sigset_t user;
    sigemptyset(&user);
    sigaddset(&user, SIGUSR1);
    sigprocmask(SIG_BLOCK, &user, NULL);
    siginfo_t info;
    say("sigtimedwait in vain", sigtimedwait(&user, &info, &SHORT));
    kill(getpid(), SIGUSR1);
    judge("sigtimedwait", sigtimedwait(&user, &info, &LONG) == SIGUSR1 ? 0 : -1, info.si_signo == SIGUSR1);
#if defined __GLIBC__ || defined __dietlibc__  // musl's goes on
    arm(0);
    judge("sigtimedwait, another signal comes", sigtimedwait(&user, &info, &LONG), alarms > 0);
#endif
    child = stop_soon();
    say("sigtimedwait, stopped in between", sigtimedwait(&user, &info, &(struct timespec){0, 400 * MILLION}) < 0 ? 0 : 1);
    waitpid(child, NULL, 0);
}

#ifdef __dietlibc__
static int cell = 5;
#define WAIT(...) futex(&cell, 0, 5, __VA_ARGS__, NULL, 0)
#elif defined __GLIBC__
static int cell = 5;
#ifdef __USE_TIME_BITS64
#define FUTEX SYS_futex_time64
#else
#define FUTEX SYS_futex
#endif
#define WAIT(...) syscall(FUTEX, &cell, 0, 5, __VA_ARGS__, NULL, 0)
#endif

static void locks(void) {
#ifdef WAIT
    say("futex in vain", WAIT(&SHORT));
    arm(0);
    judge("futex, a signal comes", WAIT(&LONG), alarms > 0);
    const pid_t child = stop_soon();
    const long long begin = now();
    judge("futex, stopped in between", WAIT(&(struct timespec){0, 400 * MILLION}), now() - begin >= 399);
    waitpid(child, NULL, 0);
#endif
#ifndef __dietlibc__
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_mutex_lock(&mutex);
    struct timespec limit = after(CLOCK_REALTIME, 50);
    say("pthread_cond_timedwait in vain", returned(pthread_cond_timedwait(&condition, &mutex, &limit)));
    limit = after(CLOCK_REALTIME, 50);
    say("pthread_mutex_timedlock in vain", returned(pthread_mutex_timedlock(&mutex, &limit)));
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    limit = after(CLOCK_REALTIME, 50);
    say("sem_timedwait in vain", sem_timedwait(&semaphore, &limit));
    limit = after(CLOCK_REALTIME, 1000 * 1000);
    arm(0);
    judge("sem_timedwait, a signal comes", sem_timedwait(&semaphore, &limit), alarms > 0);
    sem_post(&semaphore);
    say("sem_timedwait", sem_timedwait(&semaphore, &limit));
#endif
}

static void queues(void) {
    struct mq_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.mq_maxmsg = 1;
    attributes.mq_msgsize = 16;
    const mqd_t queue = mq_open(QUEUE, O_RDWR | O_CREAT, 0600, &attributes);
    char text[16] = "";
    unsigned priority = 0;
    struct timespec limit = after(CLOCK_REALTIME, 50);
    say("mq_timedreceive in vain", mq_timedreceive(queue, text, sizeof text, &priority, &limit));
    arm(0);
    limit = after(CLOCK_REALTIME, 1000 * 1000);
    judge("mq_timedreceive, a signal comes", mq_timedreceive(queue, text, sizeof text, &priority, &limit), alarms > 0);
    say("mq_timedsend", mq_timedsend(queue, "hello", 5, 3, &limit));
    limit = after(CLOCK_REALTIME, 50);
    say("mq_timedsend in vain", mq_timedsend(queue, "again", 5, 3, &limit));
    judge("mq_timedreceive", mq_timedreceive(queue, text, sizeof text, &priority, &limit), priority == 3 && memcmp(text, "hello", 5) == 0);
    mq_unlink(QUEUE);

#ifndef __dietlibc__
    const int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {0, -1, 0};
    struct sembuf give = {0, 1, 0};
    say("semtimedop in vain", semtimedop(set, &take, 1, &SHORT));
    say("semtimedop", semtimedop(set, &give, 1, &SHORT));
    arm(0);
    struct sembuf more = {0, -5, 0};
    judge("semtimedop, a signal comes", semtimedop(set, &more, 1, &LONG), alarms > 0);
    semctl(set, 0, IPC_RMID);
#endif

    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0 || write(pair[0], "one", 3) != 3 || write(pair[0], "two", 3) != 3) exit(9);
    char buffers[2][8];
    struct iovec parts[2] = {{buffers[0], 8}, {buffers[1], 8}};
    struct mmsghdr messages[2];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < 2; ++i) {
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    struct timespec timeout = LONG;
    judge("recvmmsg", recvmmsg(pair[1], messages, 2, 0, &timeout), memcmp(buffers[1], "two", 3) == 0 && timeout.tv_sec >= 900);
    say("recvmmsg in vain", recvmmsg(pair[1], messages, 2, MSG_DONTWAIT, &timeout));
#ifdef __dietlibc__
    aio_context_t context = 0;
    struct io_event event;
    say("io_setup", io_setup(4, &context));
    timeout = SHORT;
    say("io_getevents in vain", io_getevents(context, 1, 1, &event, &timeout));
#endif
}

int main(int count, char** arguments) {
    static const struct { const char* name; void (*run)(void); } parts[] = {
        {"clocks", clocks}, {"sleeps", sleeps}, {"files", files}, {"timers", timers},
        {"waits", waits}, {"locks", locks}, {"queues", queues},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i)
        if (count < 2 || strcmp(arguments[1], parts[i].name) == 0) parts[i].run();
    return 0;
}
