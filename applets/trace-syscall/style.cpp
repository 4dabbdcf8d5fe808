// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/style.h"

#include <string.h>

#include <algorithm>
#include <bit>

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/sys/process.h"

namespace earlybox::trace_syscall {
namespace {

bool is_print(char c) { return c >= ' ' && c < '\x7f'; }

// The escape of a character that has one of its own; 0 otherwise.
char short_escape(char c) {
    constexpr std::string_view kPlain = "\t\n\v\f\r\"\\";
    constexpr std::string_view kEscapes = "tnvfr\"\\";
    const size_t at = kPlain.find(c);
    return at == kPlain.npos ? '\0' : kEscapes[at];
}

void append_octal(std::string& to, unsigned char byte, bool digit_follows) {
    to += '\\';
    const bool three = digit_follows || byte >= 0100;
    if (three) to += static_cast<char>('0' + (byte >> 6));
    if (three || byte >= 010) to += static_cast<char>('0' + (byte >> 3 & 7));
    to += static_cast<char>('0' + (byte & 7));
}

}  // namespace

void append_quoted(std::string& to, const Style& style, std::string_view bytes, bool cut) {
    const auto is_plain = [](char c) { return is_print(c) || (c >= '\t' && c <= '\r'); };
    const bool in_hex = style.hex == Style::Hex::always ||
                        (style.hex == Style::Hex::where_needed && !std::ranges::all_of(bytes, is_plain));
    to += '"';
    for (size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (in_hex)
            append(to, "\\x", hex(static_cast<unsigned char>(c), 2));
        else if (const char escape = short_escape(c))
            append(to, '\\', escape);
        else if (is_print(c))
            to += c;
        else
            append_octal(to, static_cast<unsigned char>(c),
                         i + 1 < bytes.size() && bytes[i + 1] >= '0' && bytes[i + 1] <= '7');
    }
    to += cut ? "\"..." : "\"";
}

void append_address(std::string& to, uint64_t address) {
    if (address == 0)
        to += "NULL";
    else
        append(to, "0x", hex(address));
}

void append_named(std::string& to, std::string_view text) {
    to += '<';
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_print(c) && c != '<' && c != '>')
            to += c;
        else
            append_octal(to, static_cast<unsigned char>(c),
                         i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7');
    }
    to += '>';
}

void append_fd(std::string& to, const Style& style, int fd) {
    append(to, fd);
    if (fd >= 0 && style.file_of)
        if (const auto file = style.file_of(fd); !file.empty()) append_named(to, file);
}

std::string error_text(int code) {
    struct Words {
        int code;
        const char* text;
    };
    // Where glibc and musl differ, glibc's. ERESTART*: the kernel's own, only tracers see them
    // (include/linux/errno.h).
    static constexpr Words kWords[] = {
        {512, "ERESTARTSYS (To be restarted if SA_RESTART is set)"},
        {513, "ERESTARTNOINTR (To be restarted)"},
        {514, "ERESTARTNOHAND (To be restarted if no handler)"},
        {515, "ENOIOCTLCMD (No ioctl command)"},
        {516, "ERESTART_RESTARTBLOCK (Interrupted by signal)"},
        {524, "ENOTSUPP (Operation not supported)"},
        {ESRCH, "ESRCH (No such process)"},
        {EIO, "EIO (Input/output error)"},
        {ENXIO, "ENXIO (No such device or address)"},
        {E2BIG, "E2BIG (Argument list too long)"},
        {ECHILD, "ECHILD (No child processes)"},
        {ENOMEM, "ENOMEM (Cannot allocate memory)"},
        {EFAULT, "EFAULT (Bad address)"},
        {EBUSY, "EBUSY (Device or resource busy)"},
        {EXDEV, "EXDEV (Invalid cross-device link)"},
        {ENFILE, "ENFILE (Too many open files in system)"},
        {EMFILE, "EMFILE (Too many open files)"},
        {ENOTTY, "ENOTTY (Inappropriate ioctl for device)"},
        {ESPIPE, "ESPIPE (Illegal seek)"},
        {ERANGE, "ERANGE (Numerical result out of range)"},
        {EDOM, "EDOM (Numerical argument out of domain)"},
        {EDEADLK, "EDEADLK (Resource deadlock avoided)"},
        {ENOLCK, "ENOLCK (No locks available)"},
        {ELOOP, "ELOOP (Too many levels of symbolic links)"},
        {ENODATA, "ENODATA (No data available)"},
        {EOVERFLOW, "EOVERFLOW (Value too large for defined data type)"},
        {EUSERS, "EUSERS (Too many users)"},
        {ENOTSOCK, "ENOTSOCK (Socket operation on non-socket)"},
        {EPROTONOSUPPORT, "EPROTONOSUPPORT (Protocol not supported)"},
        {ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT (Socket type not supported)"},
        {EOPNOTSUPP, "EOPNOTSUPP (Operation not supported)"},
        {EAFNOSUPPORT, "EAFNOSUPPORT (Address family not supported by protocol)"},
        {EADDRINUSE, "EADDRINUSE (Address already in use)"},
        {EADDRNOTAVAIL, "EADDRNOTAVAIL (Cannot assign requested address)"},
        {EISCONN, "EISCONN (Transport endpoint is already connected)"},
        {ENOTCONN, "ENOTCONN (Transport endpoint is not connected)"},
        {ESHUTDOWN, "ESHUTDOWN (Cannot send after transport endpoint shutdown)"},
        {ETIMEDOUT, "ETIMEDOUT (Connection timed out)"},
        {EHOSTUNREACH, "EHOSTUNREACH (No route to host)"},
        {EMSGSIZE, "EMSGSIZE (Message too long)"},
        {EREMOTEIO, "EREMOTEIO (Remote I/O error)"},
    };
    for (const Words& words : kWords)
        if (words.code == code) return words.text;
    const std::string name = errno_name(code);
    return concat(name, " (", strerror(code), ")");
}

std::string signal_text(uint64_t number) {
    constexpr uint64_t kFirstRealtime = 32;
    constexpr uint64_t kLast = 64;
    if (number > kFirstRealtime && number <= kLast) return concat("SIGRT_", number - kFirstRealtime);
    if (number == kFirstRealtime) return "SIGRTMIN";
    return number == 0 || number > kLast ? concat(number) : signal_name(static_cast<int>(number));
}

std::string signal_set_text(uint64_t set) {
    const bool inverted = std::popcount(set) >= 48;
    std::string names;
    for (unsigned i = 0; i < 64; ++i) {
        if ((set >> i & 1) == (inverted ? 1 : 0)) continue;
        const std::string name = signal_text(i + 1);
        append(names, names.empty() ? "" : " ",
               name.starts_with("SIG") ? std::string_view(name).substr(3) : name);
    }
    return concat(inverted ? "~[" : "[", names, "]");
}

}  // namespace earlybox::trace_syscall
