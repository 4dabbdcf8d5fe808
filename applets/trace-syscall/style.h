// SPDX-License-Identifier: MIT
// How values are written: strace's ways, so that habits and scripts carry over.
#pragma once
#include <sys/types.h>

#include <cstdint>
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
    // What stands there up to a zero byte, as far as the kernel would read a path.
    std::string path(uint64_t address) const;
};

// What is behind descriptors (-y).
class Descriptors {
 public:
    virtual ~Descriptors() = default;
    // Appends "</etc/passwd>"; of AT_FDCWD the current folder; nothing where it is not known.
    virtual void append(std::string& to, pid_t process, int fd) const = 0;
};

struct Style {
    enum class Hex : uint8_t { none, where_needed, always };
    enum class Constants : uint8_t { names, numbers, both };
    size_t string_limit = 32;                  // -s
    Hex hex = Hex::none;                       // -x, -xx
    Constants constants = Constants::names;    // -X
    bool whole = false;                        // -v: structures and lists in full
    bool pointers = false;                     // not what is behind them
    const Descriptors* descriptors = nullptr;  // -y
};

// "text" in quotes, with C's escapes; `cut`: there is more of it than shown.
void append_quoted(std::string& to, Style::Hex hex, std::string_view bytes, bool cut);
// Not in `text` as control characters, whatever it came from: for what other processes chose, in < >.
void append_named(std::string& to, std::string_view text);

void append_decimal(std::string& to, int64_t number);
void append_unsigned(std::string& to, uint64_t number);
// "0x1f"; 0: "0"
void append_hex(std::string& to, uint64_t number);
// NULL, or in hexadecimal.
void append_address(std::string& to, uint64_t address);
void append_padded(std::string& to, uint64_t number, size_t width, char with);

// "ENOENT (No such file or directory)", in glibc's words, which are strace's.
void append_error(std::string& to, int code);
// "SIGCHLD", "SIGRT_3", "70"
void append_signal(std::string& to, uint64_t number);
// "[HUP CHLD]", "~[RT_1]": the set, or where most of it is set, what is not.
void append_signal_set(std::string& to, uint64_t set, unsigned signals = 64);

// "2026-11-22T16:40:00+0000"; with so many digits of its part, where that is not zero:
// "2026-11-22T16:40:00.123456789+0000". False: there is no such time.
bool append_stamp(std::string& to, int64_t seconds, int64_t part, unsigned digits);
// "16:40:00"
void append_clock(std::string& to, int64_t seconds);

}  // namespace earlybox::trace_syscall
