// SPDX-License-Identifier: MIT
// Runs a command in a time namespace of its own (time_namespaces(7)), whose monotonic clock is so many
// seconds ahead.
//     shift-time /proc SECONDS COMMAND...
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

namespace {

int fail(const char* what) {
    perror(what);
    return 127;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        fputs("usage: shift-time PROC SECONDS COMMAND...\n", stderr);
        return 2;
    }
    if (unshare(CLONE_NEWTIME) != 0) return fail("unshare");
    const std::string path = std::string(argv[1]) + "/self/timens_offsets";
    const std::string offset = std::string("monotonic ") + argv[2] + " 0\n";
    const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, offset.data(), offset.size()) != static_cast<ssize_t>(offset.size()))
        return fail(path.c_str());
    const pid_t child = fork();  // the namespace is that of children
    if (child < 0) return fail("fork");
    if (child == 0) {
        execvp(argv[3], argv + 3);
        _exit(fail(argv[3]));
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return fail("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
