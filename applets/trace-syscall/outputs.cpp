// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::trace_syscall {
namespace {

Result<Fd> open_trace(const std::string& path, bool append) {
    return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC));
}

}  // namespace

Result<> Outputs::open(const std::string& where, bool append, bool each) {
    if (where.starts_with('|') || where.starts_with('!')) {
        if (each) return failure("-o with a command goes with one -f only");
        return start(where.substr(1));
    }
    name_ = where;
    append_ = append;
    each_ = each;
    if (each) return {};
    file_ = TRY(open_trace(where, append));
    to_file_ = std::make_unique<Output>(file_.number());
    main_ = to_file_.get();
    return {};
}

// The command is nobody's child: every child of this process is the tracer's.
Result<> Outputs::start(const std::string& command) {
    int input[2];
    int end[2];
    if (pipe2(input, O_CLOEXEC) != 0) return failure("make a pipe", errno);
    Fd from(input[0]);
    file_ = Fd(input[1]);
    if (pipe2(end, O_CLOEXEC) != 0) return failure("make a pipe", errno);
    end_of_command_ = Fd(end[0]);
    const Fd held(end[1]);
    const pid_t between = fork();
    if (between < 0) return failure("start a process", errno);
    if (between == 0) {
        if (fork() != 0) _exit(0);
        dup2(from.number(), STDIN_FILENO);
        fcntl(held.number(), F_SETFD, 0);
        const char* const words[] = {"sh", "-c", command.c_str(), nullptr};
        execv("/bin/sh", const_cast<char* const*>(words));
        _exit(127);
    }
    waitpid(between, nullptr, 0);
    to_file_ = std::make_unique<Output>(file_.number());
    main_ = to_file_.get();
    return {};
}

Output& Outputs::of(pid_t process) {
    if (!each_) return *main_;
    for (File& file : files_)
        if (file.process == process) return *file.output;
    auto opened = open_trace(concat(name_, ".", process), append_);
    if (!opened && !error_) error_ = opened.error();
    File& file = files_.emplace_back(process, opened ? std::move(*opened) : Fd());
    // Where it cannot be opened nothing is kept either.
    file.output = std::make_unique<Output>(file.fd ? file.fd.number() : 1 << 30);
    return *file.output;
}

void Outputs::close(File& file) {
    file.output->flush();
    if (file.output->error() != 0 && !error_)
        error_ = Error(concat("write ", printable(name_), ".", file.process), file.output->error());
}

void Outputs::ended(pid_t process) {
    const auto file = std::ranges::find(files_, process, &File::process);
    if (file == files_.end()) return;
    close(*file);
    files_.erase(file);
}

void Outputs::flush() {
    main_->flush();
    for (File& file : files_) file.output->flush();
}

void Outputs::finish() {
    for (File& file : files_) close(file);
    files_.clear();
    main_->flush();
    if (to_file_ && to_file_->error() != 0 && !error_)
        error_ = Error(concat("write ", printable(name_)), to_file_->error());
    if (!end_of_command_) return;
    file_ = Fd();
    char nothing;
    while (read(end_of_command_.number(), &nothing, 1) < 0 && errno == EINTR) {}
    end_of_command_ = Fd();
}

}  // namespace earlybox::trace_syscall
