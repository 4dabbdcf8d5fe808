// SPDX-License-Identifier: MIT
// What a tracer has to stand: programs that die, change, stop and multiply at the worst moment. Each part
// ends with a status of its own if all went as it does without a tracer, and with 1 and a line about it if
// not.
//     storm PART [COUNT]
//     storm exec PROGRAM [ARGUMENT...]     goes on as that program
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

const char* self;

int fail(const char* what) {
    fprintf(stderr, "storm: %s: errno %d\n", what, errno);
    return 1;
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, __WALL) < 0)
        if (errno != EINTR) return -1;
    return status;
}

// --- ends
// -------------------------------------------------------------------------------------------------------

void* call_for_ever(void*) {
    while (true) syscall(SYS_getppid);
}

// A child that is killed while it makes calls, by another process.
int kills(int count) {
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        if (child == 0) call_for_ever(nullptr);
        for (int waits = 0; waits < i % 7; ++waits) sched_yield();
        kill(child, SIGKILL);
        if (wait_for(child) != SIGKILL) return fail("a child was not killed");
    }
    return 11;
}

// Threads that are amid calls when their process ends, in every way there is.
int ends(int count) {
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            for (int threads = 0; threads < 3; ++threads)
                if (pthread_create(&thread, nullptr, call_for_ever, nullptr) != 0) _exit(99);
            if (i % 4 == 0) _exit(12);
            if (i % 4 == 1) raise(SIGKILL);
            if (i % 4 == 2) execl(self, self, "exit", "12", nullptr);
            abort();
        }
        const int status = wait_for(child);
        const int expected = i % 4 == 1 ? SIGKILL : i % 4 == 3 ? SIGABRT : 12 << 8;
        if ((status & 0xff7f) != expected) return fail("a process with threads ended otherwise");
    }
    return 12;
}

pid_t start_quickly() {
    const pid_t child = vfork();
    if (child == 0) _exit(1);
    return child;
}

int forks(int count) {
    int ended = 0;
    for (int i = 0; i < count; ++i) {
        const pid_t child = i % 3 == 0 ? start_quickly() : fork();
        if (child == 0) _exit(1);
        if (child < 0) return fail("fork");
        if (i % 8 == 7)
            while (waitpid(-1, nullptr, WNOHANG) > 0) ++ended;
    }
    while (wait(nullptr) > 0) ++ended;
    return ended == count ? 13 : fail("children were lost");
}

// --- signals
// ----------------------------------------------------------------------------------------------------

volatile sig_atomic_t arrived = 0;
void note(int) { arrived = arrived + 1; }

int signals(int count) {
    signal(SIGUSR1, note);
    for (int i = 0; i < count; ++i) kill(getpid(), SIGUSR1);
    if (arrived != count) return fail("signals were lost");
    // Queued ones, from another process and amid calls.
    signal(SIGRTMIN, note);
    arrived = 0;
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < count; ++i)
            while (sigqueue(parent, SIGRTMIN, {}) != 0) sched_yield();
        _exit(0);
    }
    while (arrived != count) syscall(SYS_getppid);
    wait_for(child);
    return 14;
}

// Job control: what a shell sees of a child.
int stops(int count) {
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            raise(SIGSTOP);
            while (true) pause();
        }
        int status = 0;
        if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)) return fail("no stop");
        kill(child, SIGCONT);
        if (waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status))
            return fail("no continuation");
        kill(child, SIGKILL);
        if (wait_for(child) != SIGKILL) return fail("another end");
    }
    return 15;
}

// --- programs that look for a tracer, or mislead it
// ------------------------------------------------------------------

int detects(int) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) return 16;  // nobody traces us
    if (errno != EPERM) return fail("PTRACE_TRACEME");
    prctl(PR_SET_DUMPABLE, 0);
    raise(SIGTRAP);
    return fail("SIGTRAP did not end us");
}

char path[64] = "/proc/self/status";

void* change_path(void*) {
    while (true) {
        memset(path, 'x', sizeof path);  // without an end
        memset(path, 0, sizeof path);
        strcpy(path, "/proc/self/status");
    }
}

int changes(int count) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, change_path, nullptr) != 0) return fail("pthread_create");
    for (int i = 0; i < count; ++i)
        if (const int fd = open(path, O_RDONLY); fd >= 0) close(fd);
    return 17;
}

int pointers(int) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    char* memory = static_cast<char*>(
        mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    munmap(memory + page, page);
    memset(memory, 'a', page);
    const char* const bad[] = {
        nullptr,       reinterpret_cast<const char*>(1),   memory + page - 3,
        memory + page, reinterpret_cast<const char*>(-1L), reinterpret_cast<const char*>(-4096L)};
    iovec vector[1024];
    for (auto& piece : vector) piece = {const_cast<char*>(bad[4]), SIZE_MAX / 2};
    for (const char* where : bad) {
        if (open(where, O_RDONLY) >= 0) return fail("a bad path was opened");
        syscall(SYS_execve, where, where, where);
        syscall(SYS_write, 1, where, -1L);
        syscall(SYS_readv, -1, where, 1024);
        syscall(SYS_writev, -1, vector, 1024);
        syscall(SYS_writev, -1, where, 0x7fffffff);
        syscall(SYS_poll, where, 0x7fffffff, 0);
        syscall(SYS_rt_sigaction, SIGUSR1, where, where, 8);
        syscall(SYS_getdents64, -1, where, -1L);
        syscall(SYS_prctl, PR_SET_NAME, where);
        syscall(SYS_futex, where, 0, 0, where, where, 0);
        const msghdr message = {.msg_name = const_cast<char*>(where),
                                .msg_namelen = 0xffffffff,
                                .msg_iov = vector,
                                .msg_iovlen = 0x7fffffff,
                                .msg_control = const_cast<char*>(where),
                                .msg_controllen = 0x7fffffff};
        (void)sendmsg(-1, &message, 0);
    }
    for (long number = 500; number < 1000; number += 7)
        syscall(number, bad[4], bad[3], bad[2], bad[1], bad[4], bad[4]);
    return 18;
}

// --- filters, threads, clones
// ---------------------------------------------------------------------------------------

int filters(int) {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | E2BIG),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {4, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return fail("install a filter");
    return syscall(SYS_getppid) == -1 && errno == E2BIG ? 19 : fail("the filter does not answer");
}

void* exec_exit(void*) {
    execl(self, self, "exit", "20", nullptr);
    return nullptr;
}

int thread_exec(int) {
    pthread_t thread;
    for (int i = 0; i < 4; ++i) pthread_create(&thread, nullptr, call_for_ever, nullptr);
    pthread_create(&thread, nullptr, exec_exit, nullptr);
    call_for_ever(nullptr);
    return 1;
}

alignas(64) char stack[65536];
int end_with_3(void*) { return 3; }

int clones(int) {
    const int kinds[] = {SIGCHLD,
                         CLONE_UNTRACED | SIGCHLD,
                         CLONE_PTRACE | SIGCHLD,
                         CLONE_VM | SIGCHLD,
                         CLONE_VM | CLONE_VFORK | SIGCHLD,
                         CLONE_FILES | CLONE_FS | SIGUSR2,
                         0};
    signal(SIGUSR2, note);
    for (const int kind : kinds) {
        const pid_t child = clone(end_with_3, stack + sizeof stack, kind, nullptr);
        if (child < 0 || wait_for(child) != 3 << 8) return fail("clone");
    }
    return 21;
}

// How many CPUs we may run on, and a child; always as many as without a tracer.
int cpus(int count) {
    const auto allowed = [] {
        cpu_set_t set;
        return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1;
    };
    if (allowed() != count || allowed() != count) return fail("other CPUs");
    const pid_t child = fork();
    if (child == 0) _exit(allowed());
    if (wait_for(child) != count << 8 || allowed() != count) return fail("other CPUs in a child");
    cpu_set_t last;
    sched_getaffinity(0, sizeof last, &last);
    if (sched_setaffinity(0, sizeof last, &last) != 0 || allowed() != count)
        return fail("CPUs that were set");
    return 22;
}

int exits(int status) { return status; }

constexpr struct {
    const char* name;
    int (*run)(int count);
    int count;
} kParts[] = {
    {"kills", kills, 200},      {"ends", ends, 40},
    {"forks", forks, 10000},    {"signals", signals, 1000},
    {"stops", stops, 20},       {"detects", detects, 0},
    {"changes", changes, 5000}, {"pointers", pointers, 0},
    {"filters", filters, 0},    {"thread-exec", thread_exec, 0},
    {"clones", clones, 0},      {"cpus", cpus, 1},
    {"exit", exits, 0},
};

}  // namespace

int main(int argc, char** argv) {
    self = argv[0];
    if (argc > 2 && strcmp(argv[1], "exec") == 0) {
        execv(argv[2], argv + 2);
        return fail("exec");
    }
    for (const auto& part : kParts)
        if (argc > 1 && strcmp(argv[1], part.name) == 0)
            return part.run(argc > 2 ? atoi(argv[2]) : part.count);
    fputs("usage: storm PART [COUNT] | storm exec PROGRAM [ARGUMENT...]; the parts are", stderr);
    for (const auto& part : kParts) fprintf(stderr, " %s", part.name);
    fputs("\n", stderr);
    return 2;
}
