// SPDX-License-Identifier: MIT
// Asks for the time a known number of times. Built with several C libraries, for both ABIs; without LARGE only
// what every one of them has.
//     ask-time HOW TIMES
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifdef LARGE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#endif

static int times;

static void fail(const char* what) {
    (void)!write(2, what, strlen(what));
    (void)!write(2, "\n", 1);
    _exit(9);
}

static void ask_each(void) {
    struct timeval now;
    for (int i = 0; i < times; ++i)
        if (gettimeofday(&now, NULL) != 0 || time(NULL) == 0) fail("there is no time");
}

#ifdef LARGE

static void ask(void) {
    struct timespec now;
    for (int i = 0; i < times; ++i)
        if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) fail("there is no time");
}

#ifdef __i386__
#define CLOCK_GETTIME 403
#else
#define CLOCK_GETTIME SYS_clock_gettime
#endif

static void ask_kernel(void) {
    long long now[2];
    for (int i = 0; i < times; ++i)
        if (syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, now) != 0) fail("there is no time");
}

#ifdef __i386__
static void ask_in_32_bits(void) {
    int now[2];
    for (int i = 0; i < times; ++i)
        if (syscall(265, CLOCK_MONOTONIC, now) != 0) fail("there is no time");
}
#endif

static void ask_cpu_clock(void) {
    struct timespec now;
    for (int i = 0; i < times; ++i)
        if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) fail("there is no time");
}

static void* ask_in_thread(void* unused) {
    ask();
    return unused;
}

static void ask_in_threads(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i)
        if (pthread_create(&threads[i], NULL, ask_in_thread, NULL) != 0) fail("no thread");
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
}

static void await_child(void) {
    int status;
    if (wait(&status) < 0 || status != 0) fail("the child did not end well");
}

static void ask_forked(void) {
    if (fork() == 0) {
        ask();
        _exit(0);
    }
    await_child();
    ask();
}

static void ask_vforked(void) {
    if (vfork() == 0) {
        ask();
        _exit(0);
    }
    await_child();
    ask();
}

static int ask_in_clone(void* unused) {
    (void)unused;
    ask();
    return 0;
}

static void ask_cloned(int flags) {
    static char stack[65536];
    if (clone(ask_in_clone, stack + sizeof stack, flags | SIGCHLD, NULL) < 0) fail("no clone");
    await_child();
    ask();
}

static void ask_after_exec(char** arguments) {
    ask();
    arguments[1] = (char*)"often";
    execv(arguments[0], arguments);
    fail("no exec");
}

// A filter that kills whoever makes the system call.
static void ask_filtered(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_GETTIME, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        fail("no filter");
    ask();
}

static void catch(int unused) { (void)unused; }

// Its signals, its mask and its traps are its own.
static void ask_among_signals(void) {
    sigset_t traps, mask;
    signal(SIGUSR1, catch);
    sigemptyset(&traps);
    sigaddset(&traps, SIGTRAP);
    sigprocmask(SIG_BLOCK, &traps, NULL);
    for (int i = 0, n = times; i < n; ++i) {
        raise(SIGUSR1);
        times = 1;
        ask();
    }
    sigprocmask(SIG_BLOCK, NULL, &mask);
    if (!sigismember(&mask, SIGTRAP)) fail("the mask has changed");
}

// Until so many seconds have gone; then it says so.
static void ask_long(void) {
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do clock_gettime(CLOCK_MONOTONIC, &now);
    while (now.tv_sec - begin.tv_sec <= times);
    (void)!write(1, "done\n", 5);
}

#endif

int main(int count, char** arguments) {
    if (count != 3) fail("usage: ask-time HOW TIMES");
    const char* how = arguments[1];
    times = atoi(arguments[2]);
    if (strcmp(how, "each") == 0) ask_each();
#ifdef LARGE
    else if (strcmp(how, "often") == 0) ask();
    else if (strcmp(how, "kernel") == 0) ask_kernel();
#ifdef __i386__
    else if (strcmp(how, "32-bits") == 0) ask_in_32_bits();
#endif
    else if (strcmp(how, "cpu-clock") == 0) ask_cpu_clock();
    else if (strcmp(how, "threads") == 0) ask_in_threads();
    else if (strcmp(how, "fork") == 0) ask_forked();
    else if (strcmp(how, "vfork") == 0) ask_vforked();
    else if (strcmp(how, "shared") == 0) ask_cloned(CLONE_VM);
    else if (strcmp(how, "untraced") == 0) ask_cloned(CLONE_UNTRACED);
    else if (strcmp(how, "exec") == 0) ask_after_exec(arguments);
    else if (strcmp(how, "filtered") == 0) ask_filtered();
    else if (strcmp(how, "signals") == 0) ask_among_signals();
    else if (strcmp(how, "long") == 0) ask_long();
#endif
    else fail("ask-time: no such way");
    return 0;
}
