// SPDX-License-Identifier: MIT
#include "core/sys/held_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <utility>

namespace earlybox {
namespace {

constexpr int kExecFailed = 127;  // as shells have it

uint64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);  // the vDSO: no system call
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

Result<HeldCommand> HeldCommand::start(const std::vector<std::string>& command, const sigset_t& mask,
                                       int switched_on) {
    const std::string file = TRY(program_in_path(command.empty() ? "" : command.front()));
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    auto note = std::make_unique<Shared<Note>>();
    int ends[2];
    if (!*note) return failure("share memory with a child process", ENOMEM);
    if (pipe2(ends, O_CLOEXEC) != 0) return failure("make a pipe to a child process", errno);
    const Fd gate(ends[0]);  // closed by the exec
    Fd key(ends[1]);
    const pid_t child = fork();
    if (child < 0) return failure("fork a child process", errno, "no memory, or a limit on processes");
    if (child == 0) {
        ::close(key.number());
        signal(SIGPIPE, SIG_DFL);  // which main() changed
        sigprocmask(SIG_SETMASK, &mask, nullptr);
        char opened = 0;
        if (read(gate.number(), &opened, 1) != 1) _exit(kExecFailed);
        if (switched_on >= 0) (void)!write(switched_on, "1", 1);
        (**note).exec_time = now_ns();
        execv(file.c_str(), arguments.data());
        (**note).refusal = errno;
        _exit(kExecFailed);
    }
    return HeldCommand(std::move(note), child, std::move(key));
}

HeldCommand::HeldCommand(HeldCommand&& other) noexcept
    : note_(std::move(other.note_)),
      pid_(std::exchange(other.pid_, 0)),
      key_(std::move(other.key_)),
      held_(other.held_),
      end_(other.end_) {}

HeldCommand::~HeldCommand() {
    if (pid_ == 0 || !held_ || end_) return;
    key_ = Fd();
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

void HeldCommand::release() {
    (void)!write(key_.number(), "", 1);
    held_ = false;
}

void HeldCommand::await_exec() {
    pollfd other_end{.fd = key_.number(), .events = 0, .revents = 0};  // POLLERR when it is closed
    while (poll(&other_end, 1, -1) < 0 && errno == EINTR) {}
}

std::optional<ChildEnd> HeldCommand::ended() {
    int status = 0;
    if (!end_ && waitpid(pid_, &status, WNOHANG) == pid_) end_ = end_of(status);
    return end_;
}

}  // namespace earlybox
