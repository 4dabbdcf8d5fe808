// SPDX-License-Identifier: MIT
#include "core/sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>
#include <vector>

#include "core/base/fd.h"
#include "core/base/text.h"

namespace earlybox {
namespace {

bool is_program(const std::string& path) {
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

// What claim_standard_descriptors() put in the place of closed ones is not a program's.
void close_placeholders() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (const int flags = fcntl(fd, F_GETFL); flags >= 0 && (flags & O_PATH) != 0)
            (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

void claim_standard_descriptors() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/", O_PATH);
    signal(SIGPIPE, SIG_IGN);
}

std::string signal_name(int number) {
    // Linux's numbers on x86 and arm64 (uapi asm-generic/signal.h).
    constexpr const char* kNames[] = {"HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",  "FPE",
                                      "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM", "STKFLT",
                                      "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",  "XCPU",
                                      "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS"};
    if (const auto index = static_cast<size_t>(number) - 1; index < std::size(kNames))
        return concat("SIG", kNames[index]);
    return concat("signal ", number);
}

int die_of_signal(int number) {
    const rlimit none = {0, 0};
    prlimit(0, RLIMIT_CORE, &none, nullptr);
    signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
    raise(number);
    constexpr int kOfShells = 128;
    return kOfShells + number;
}

Error become_program(std::span<char* const> command) {
    std::vector<char*> arguments(command.begin(), command.end());
    arguments.push_back(nullptr);
    close_placeholders();
    signal(SIGPIPE, SIG_DFL);
    execvp(arguments[0], arguments.data());
    Error error(concat("start ", printable(arguments[0])), errno);
    if (error.code == ENOEXEC) error.cause = "this kernel does not run that kind of program (see doctor)";
    signal(SIGPIPE, SIG_IGN);
    return error;
}

int status_without(const Error& error) {
    constexpr int kCannotStart = 126;
    constexpr int kNotFound = 127;
    return error.code == ENOENT ? kNotFound : kCannotStart;
}

ChildEnd end_of(int wait_status) {
    if (WIFSIGNALED(wait_status)) return {ChildEnd::How::killed, WTERMSIG(wait_status)};
    return {ChildEnd::How::exited, WEXITSTATUS(wait_status)};
}

std::string describe(const ChildEnd& end) {
    switch (end.how) {
        case ChildEnd::How::exited:
            return concat("exited with status ", end.code);
        case ChildEnd::How::killed:
            return concat("was killed by ", signal_name(end.code));
        case ChildEnd::How::timed_out:
            break;
    }
    return "did not end in time";
}

void reset_signals() {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

Result<std::string> program_in_path(const std::string& name) {
    if (name.find('/') != name.npos) return name;
    const char* path = getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    while (!name.empty()) {
        const size_t end = rest.find(':');
        const std::string_view folder = rest.substr(0, end);
        if (auto file = concat(folder.empty() ? "." : folder, '/', name); is_program(file)) return file;
        if (end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
    return failure(concat("start '", printable(name), "'"), ENOENT,
                   concat("there is no such program in ", path != nullptr ? "PATH" : "the usual folders"));
}

Result<ChildEnd> run_in_child(ChildFunction function, void* argument, int timeout_ms) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failure("make a pipe to a child process", errno);
    Fd alive(ends[0]);
    Fd held_by_child(
        ends[1]);  // its end closes when the child has gone: a wait with a time-out, without timers
    const pid_t child = fork();
    if (child < 0) return failure("fork a child process", errno, "no memory, or a limit on processes");
    if (child == 0) {
        reset_signals();
        _exit(function(argument));
    }
    held_by_child = Fd();
    pollfd wait_for{.fd = alive.number(), .events = POLLIN, .revents = 0};
    int ready = 0;
    do ready = poll(&wait_for, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready == 0) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return failure("wait for a child process", errno);
    if (ready == 0) return ChildEnd{ChildEnd::How::timed_out, 0};
    return end_of(status);
}

Result<ChildEnd> run_program_image(std::span<const uint8_t> file, int timeout_ms) {
    const Fd image(static_cast<int>(syscall(SYS_memfd_create, "earlybox", MFD_CLOEXEC)));
    if (!image) return failure("make a file in memory (memfd_create)", errno, "CONFIG_MEMFD_CREATE is off");
    if (write(image.number(), file.data(), file.size()) != static_cast<ssize_t>(file.size()))
        return failure("write a file in memory", errno);
    const Shared<int> refusal;
    if (!refusal) return failure("share memory with a child process", ENOMEM);
    const auto end = run_in_child(
        [&]() -> int {
            const char* const argv[] = {"earlybox-probe", nullptr};
            const char* const environment[] = {nullptr};
            syscall(SYS_execveat, image.number(), "", argv, environment, AT_EMPTY_PATH);
            return *refusal = errno;
        },
        timeout_ms);
    if (end && *refusal != 0) return failure("execveat", *refusal);
    return end;
}

void* map_shared_low(size_t size) {
#ifdef MAP_32BIT
    constexpr int kLow = MAP_32BIT;
#else
    constexpr int kLow = 0;
#endif
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | kLow, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

void unmap_shared(void* memory, size_t size) {
    if (memory != nullptr) munmap(memory, size);
}

}  // namespace earlybox
