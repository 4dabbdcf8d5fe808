// SPDX-License-Identifier: MIT
// A command that waits right before its exec until everything is ready to watch it.
#pragma once
#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/sys/process.h"

namespace earlybox {

class HeldCommand {
 public:
    // The program is looked up in PATH, and starts with this signal mask. Its last act before the exec is to
    // write "1" to `switched_on`, where that is a descriptor. If it is still held when this object goes, it
    // dies.
    static Result<HeldCommand> start(const std::vector<std::string>& command, const sigset_t& mask,
                                     int switched_on);
    HeldCommand(HeldCommand&& other) noexcept;
    HeldCommand& operator=(HeldCommand&&) = delete;
    ~HeldCommand();

    pid_t pid() const { return pid_; }
    void release();
    // Waits for its exec, or its end: from then on it holds no file of ours.
    void await_exec();
    // CLOCK_MONOTONIC right before its exec: what it does from now on is the command's. 0: not there yet.
    uint64_t exec_time() const { return (**note_).exec_time; }
    // errno of an exec that failed; 0: none did so far.
    int refusal() const { return (**note_).refusal; }
    // How it ended, if it has; does not wait.
    std::optional<ChildEnd> ended();

 private:
    struct Note {
        uint64_t exec_time;
        int refusal;
    };
    HeldCommand(std::unique_ptr<Shared<Note>> note, pid_t pid, Fd key)
        : note_(std::move(note)), pid_(pid), key_(std::move(key)) {}

    std::unique_ptr<Shared<Note>> note_;
    pid_t pid_;
    Fd key_;
    bool held_ = true;
    std::optional<ChildEnd> end_;
};

}  // namespace earlybox
