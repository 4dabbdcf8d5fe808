// SPDX-License-Identifier: MIT
// What is behind the descriptors of traced processes (-y, -yy), by a /proc that need not be mounted.
#pragma once
#include <string>

#include "applets/trace-syscall/style.h"

namespace earlybox::trace_syscall {

class ProcDescriptors : public Descriptors {
 public:
    // `proc` stays the caller's; `details` (-yy): sockets' addresses, devices' numbers, processes.
    ProcDescriptors(int proc, bool details) : proc_(proc), details_(details) {}
    void append(std::string& to, pid_t process, int fd) const override;
    // The file itself: "/etc/passwd"; nothing where it is not known.
    std::string file(pid_t process, int fd) const;

 private:
    std::string socket(pid_t process, std::string_view inode) const;

    int proc_;
    bool details_;
};

}  // namespace earlybox::trace_syscall
