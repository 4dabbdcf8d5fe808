// SPDX-License-Identifier: MIT
// A system call as text: name(arguments), in strace's form. Total: any numbers and any memory will do.
#pragma once
#include <cstdint>
#include <string>

#include "applets/trace-syscall/packed_forms.h"
#include "applets/trace-syscall/printer.h"

namespace earlybox::trace_syscall {

// A call of several (ipc, socketcall), or one whose arguments lie in memory (i386's first mmap and select),
// becomes the one that is meant; it stays as it is where that cannot be read.
void unfold(Call& call, const RemoteMemory& memory);

class Decoder {
 public:
    explicit Decoder(const Style& style) : printer_(style) {}

    // The call that is asked for next.
    void begin(const RemoteMemory& memory, Call& call);
    // The same, when it has come back.
    void begin(const RemoteMemory& memory, Call& call, int64_t result);

    unsigned count();
    // Appends an argument; false: it is not known yet. Nothing is appended for the second half of a number.
    bool append_argument(std::string& to, unsigned index);

    // Appends the arguments that are known before the call is made, up to the first that it fills in. Returns
    // how many.
    unsigned append_entry(std::string& to);
    // Appends those from `printed` on.
    void append_exit(std::string& to, unsigned printed);
    // "3", "0x7f0000000000", "-1 ENOENT (No such file or directory)", "1 (in [3])"
    void append_result(std::string& to);

    // "{si_signo=SIGCHLD, ...}", of the bytes that the kernel gave.
    void append_siginfo(std::string& to, std::string_view bytes);

 private:
    const char* form_of_argument(unsigned index, unsigned& slot);
    bool is_silent(unsigned index) const;
    Argument kind(unsigned index) const;

    Printer printer_;
    Call* call_ = nullptr;
    const RemoteMemory* memory_ = nullptr;
    CallPlan plan_;
    struct Known {
        const char* entry = nullptr;
        CallPlan plan;
    };
    Known known_[64];  // by a hash of the entry's address: a program makes few different calls
    bool exiting_ = false;
    int64_t result_ = 0;
};

}  // namespace earlybox::trace_syscall
