// SPDX-License-Identifier: MIT
// Where the trace goes: standard error, a file, a command, or a file for each process (-o, -ff, -A).
#pragma once
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/output.h"
#include "core/base/result.h"

namespace earlybox::trace_syscall {

class Outputs {
 public:
    explicit Outputs(Output& standard_error) : main_(&standard_error) {}
    ~Outputs() { finish(); }
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;

    // FILE, "|COMMAND" or "!COMMAND"; each: FILE.PID for every process.
    Result<> open(const std::string& where, bool append, bool each);
    Output& main() { return *main_; }
    Output& of(pid_t process);
    bool each() const { return each_; }
    bool is_file() const { return static_cast<bool>(file_) || each_; }
    void ended(pid_t process);
    void flush();
    // Writes all out, and waits for the command to have read it.
    void finish();
    // Of the files that could not be opened or written, the first.
    const std::optional<Error>& error() const { return error_; }

 private:
    struct File {
        pid_t process;
        Fd fd;
        std::unique_ptr<Output> output;
    };
    Result<> start(const std::string& command);
    void close(File& file);

    Output* main_;
    Fd file_;
    Fd end_of_command_;  // nothing more can be read from it when the command has ended
    std::unique_ptr<Output> to_file_;
    std::vector<File> files_;
    std::string name_;
    bool append_ = false;
    bool each_ = false;
    std::optional<Error> error_;
};

}  // namespace earlybox::trace_syscall
