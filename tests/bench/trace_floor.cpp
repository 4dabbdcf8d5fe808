// SPDX-License-Identifier: MIT
// The least that a tracer can do: every call of a command stops it twice, and each time is asked for. What
// takes longer than this is what a tracer makes of it.
//     trace-floor COMMAND...
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        raise(SIGSTOP);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status = 0;
    char call[128];
    waitpid(child, &status, 0);
    while (ptrace(PTRACE_SYSCALL, child, 0, 0) == 0 && waitpid(child, &status, 0) == child &&
           WIFSTOPPED(status))
        ptrace(PTRACE_GET_SYSCALL_INFO, child, reinterpret_cast<void*>(sizeof call), call);
    return WEXITSTATUS(status);
}
