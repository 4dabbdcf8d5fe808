// SPDX-License-Identifier: MIT
// This process and its short-lived children.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "core/base/result.h"

namespace earlybox {

// PID 1 of an initramfs without /dev/console starts with 0, 1 and 2 closed, and the next file opened would
// become its standard output: fill them with something that neither reads nor writes. Also turns SIGPIPE into
// EPIPE.
void claim_standard_descriptors();

// Default dispositions and an empty mask: what a program expects that is started from here.
void reset_signals();

// Ends this process by that signal, without a core file; if it does not, returns what shells make of it.
int die_of_signal(int number);

// How a child ended.
struct ChildEnd {
    enum class How { exited, killed, timed_out } how;
    int code;  // exit status, or signal number
    bool exited_with(int status) const { return how == How::exited && code == status; }
};

// From a status as waitpid(2) gives it, of a process that has ended.
ChildEnd end_of(int wait_status);

// "exited with status 3", "was killed by SIGSEGV", "did not end in time"
std::string describe(const ChildEnd& end);

// "SIGSEGV"; "signal 40" for one without a name.
std::string signal_name(int number);

// Becomes that program, looked for in PATH, without what main() changed: SIGPIPE and closed descriptors.
// Returns only where that fails.
Error become_program(std::span<char* const> command);
// What shells exit with then: 127 where there is no such program, else 126.
int status_without(const Error& error);

// Where execvp(3) would find a program; its own try of every folder would be among the traced calls.
Result<std::string> program_in_path(const std::string& name);

using ChildFunction = int (*)(void* argument);

// Runs `function` in a forked child with default signal dispositions and returns how it ended. One that is
// not done after `timeout_ms` is killed. The child's exit status is what the function returns.
Result<ChildEnd> run_in_child(ChildFunction function, void* argument, int timeout_ms);

template <class Function>
Result<ChildEnd> run_in_child(Function&& function, int timeout_ms) {
    using Plain = std::remove_reference_t<Function>;
    return run_in_child([](void* f) -> int { return (*static_cast<Plain*>(f))(); }, &function, timeout_ms);
}

// Starts the program whose file these bytes are, without any file system, and returns how it ended. The error
// carries the kernel's refusal: ENOEXEC for a format that it does not run.
Result<ChildEnd> run_program_image(std::span<const uint8_t> file, int timeout_ms);

void* map_shared_low(size_t size);  // nullptr: no memory
void unmap_shared(void* memory, size_t size);

// Zeroed memory that a forked child shares with its parent, and that 32-bit pointers reach.
template <class T>
class Shared {
 public:
    Shared() : memory_(static_cast<T*>(map_shared_low(sizeof(T)))) {}
    ~Shared() { unmap_shared(memory_, sizeof(T)); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    explicit operator bool() const { return memory_ != nullptr; }
    T* operator->() const { return memory_; }
    T& operator*() const { return *memory_; }

 private:
    static_assert(std::is_trivially_copyable_v<T>);
    T* memory_;
};

}  // namespace earlybox
