// SPDX-License-Identifier: MIT
// How values are written: strace's ways, so that habits and scripts carry over.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace earlybox::trace_syscall {

// The memory of the process whose calls are shown. Nothing in it is to be trusted; it may change while it is
// read.
class RemoteMemory {
 public:
    virtual ~RemoteMemory() = default;
    // Bytes read from `address` on, which may be fewer than were asked for; 0: not a pointer.
    virtual size_t read(uint64_t address, std::span<char> to) const = 0;
};

struct Style {
    enum class Hex : uint8_t { none, where_needed, always };
    size_t string_limit = 32;  // -s
    Hex hex = Hex::none;       // -x, -xx
    bool whole = false;        // -v: structures and lists in full
    // -y: what stands behind a descriptor's number, "</etc/passwd>"; empty: nothing
    std::function<std::string(int)> file_of = {};
};

// "text" in quotes, with C's escapes; `cut`: there is more of it than shown.
void append_quoted(std::string& to, const Style& style, std::string_view bytes, bool cut);
// NULL, or in hexadecimal.
void append_address(std::string& to, uint64_t address);
// Not in `text` as control characters, whatever it came from: for what other processes chose, in < >.
void append_named(std::string& to, std::string_view text);
void append_fd(std::string& to, const Style& style, int fd);

// "ENOENT (No such file or directory)", in glibc's words, which are strace's.
std::string error_text(int code);

// "SIGCHLD", "SIGRT_3", "70"
std::string signal_text(uint64_t number);
// "[HUP CHLD]", "~[RT_1]": the set, or where most of it is set, what is not.
std::string signal_set_text(uint64_t set);

}  // namespace earlybox::trace_syscall
