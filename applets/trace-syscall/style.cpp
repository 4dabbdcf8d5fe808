// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/style.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <algorithm>
#include <bit>

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/sys/process.h"

namespace earlybox::trace_syscall {
namespace {

bool is_print(char c) { return c >= ' ' && c < '\x7f'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The escape of a character that has one of its own; 0 otherwise.
char short_escape(char c) {
    if (c >= '\t' && c <= '\r') return "tnvfr"[c - '\t'];
    return c == '"' || c == '\\' ? c : '\0';
}

void append_octal(std::string& to, unsigned char byte, bool digit_follows) {
    to += '\\';
    const bool three = digit_follows || byte >= 0100;
    if (three) to += static_cast<char>('0' + (byte >> 6));
    if (three || byte >= 010) to += static_cast<char>('0' + (byte >> 3 & 7));
    to += static_cast<char>('0' + (byte & 7));
}

}  // namespace

std::string RemoteMemory::path(uint64_t address) const {
    constexpr size_t kPathMax = 4096;
    std::string path(kPathMax, '\0');
    path.resize(read(address, path));
    path.resize(std::min(path.size(), path.find('\0')));
    return path;
}

void append_quoted(std::string& to, Style::Hex hex, std::string_view bytes, bool cut) {
    const auto is_plain = [](char c) { return is_print(c) || (c >= '\t' && c <= '\r'); };
    const bool in_hex = hex == Style::Hex::always ||
                        (hex == Style::Hex::where_needed && !std::ranges::all_of(bytes, is_plain));
    to += '"';
    for (size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (in_hex) {
            const auto byte = static_cast<unsigned char>(c);
            const char escape[] = {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
            to.append(escape, sizeof escape);
        } else if (const char escape = short_escape(c)) {
            to += '\\';
            to += escape;
        } else if (is_print(c)) {
            to += c;
        } else {
            append_octal(to, static_cast<unsigned char>(c), i + 1 < bytes.size() && is_octal(bytes[i + 1]));
        }
    }
    to += cut ? "\"..." : "\"";
}

void append_named(std::string& to, std::string_view text) {
    to += '<';
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_print(c) && c != '<' && c != '>')
            to += c;
        else
            append_octal(to, static_cast<unsigned char>(c), i + 1 < text.size() && is_octal(text[i + 1]));
    }
    to += '>';
}

void append_unsigned(std::string& to, uint64_t number) {
    char digits[20];
    char* const end = digits + sizeof digits;
    char* begin = end;
    do *--begin = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    to.append(begin, end);
}

void append_decimal(std::string& to, int64_t number) {
    if (number < 0) to += '-';
    append_unsigned(to, number < 0 ? -static_cast<uint64_t>(number) : static_cast<uint64_t>(number));
}

void append_hex(std::string& to, uint64_t number) {
    char digits[18];
    char* const end = digits + sizeof digits;
    char* begin = end;
    do *--begin = "0123456789abcdef"[number & 15];
    while ((number >>= 4) != 0);
    if (end - begin > 1 || *begin != '0') {
        *--begin = 'x';
        *--begin = '0';
    }
    to.append(begin, end);
}

void append_address(std::string& to, uint64_t address) {
    if (address == 0)
        to += "NULL";
    else
        append_hex(to, address);
}

void append_padded(std::string& to, uint64_t number, size_t width, char with) {
    const size_t before = to.size();
    append_unsigned(to, number);
    if (const size_t used = to.size() - before; used < width) to.insert(before, width - used, with);
}

void append_error(std::string& to, int code) {
    // Where glibc and musl differ, glibc's. ERESTART*: the kernel's own, only tracers see them
    // (include/linux/errno.h).
    static constexpr std::string_view kWords =
        "3 No such process\n"
        "5 Input/output error\n"
        "6 No such device or address\n"
        "7 Argument list too long\n"
        "10 No child processes\n"
        "12 Cannot allocate memory\n"
        "14 Bad address\n"
        "16 Device or resource busy\n"
        "18 Invalid cross-device link\n"
        "23 Too many open files in system\n"
        "24 Too many open files\n"
        "25 Inappropriate ioctl for device\n"
        "29 Illegal seek\n"
        "33 Numerical argument out of domain\n"
        "34 Numerical result out of range\n"
        "35 Resource deadlock avoided\n"
        "37 No locks available\n"
        "40 Too many levels of symbolic links\n"
        "61 No data available\n"
        "75 Value too large for defined data type\n"
        "87 Too many users\n"
        "88 Socket operation on non-socket\n"
        "90 Message too long\n"
        "93 Protocol not supported\n"
        "94 Socket type not supported\n"
        "95 Operation not supported\n"
        "97 Address family not supported by protocol\n"
        "98 Address already in use\n"
        "99 Cannot assign requested address\n"
        "106 Transport endpoint is already connected\n"
        "107 Transport endpoint is not connected\n"
        "108 Cannot send after transport endpoint shutdown\n"
        "110 Connection timed out\n"
        "113 No route to host\n"
        "121 Remote I/O error\n"
        "512 ERESTARTSYS (To be restarted if SA_RESTART is set\n"
        "513 ERESTARTNOINTR (To be restarted\n"
        "514 ERESTARTNOHAND (To be restarted if no handler\n"
        "515 ENOIOCTLCMD (No ioctl command\n"
        "516 ERESTART_RESTARTBLOCK (Interrupted by signal\n"
        "524 ENOTSUPP (Operation not supported\n";
    std::string key;
    append_unsigned(key, static_cast<uint64_t>(code));
    key += ' ';
    std::string_view words;
    for (std::string_view rest = kWords, line; next_line(rest, line);)
        if (line.starts_with(key)) words = line.substr(key.size());
    if (!words.starts_with('E')) {
        to += errno_name(code);
        to += " (";
    }
    to += words.empty() ? std::string_view(strerror(code)) : words;
    to += ')';
}

void append_signal(std::string& to, uint64_t number) {
    constexpr uint64_t kFirstRealtime = 32;
    constexpr uint64_t kLast = 64;
    if (number > kFirstRealtime && number <= kLast) {
        to += "SIGRT_";
        append_unsigned(to, number - kFirstRealtime);
    } else if (number == kFirstRealtime) {
        to += "SIGRTMIN";
    } else if (number == 0 || number > kLast) {
        append_decimal(to, static_cast<int32_t>(number));
    } else {
        to += signal_name(static_cast<int>(number));
    }
}

void append_signal_set(std::string& to, uint64_t set, unsigned signals) {
    if (signals < 64) set &= (uint64_t{1} << signals) - 1;
    const bool inverted = static_cast<unsigned>(std::popcount(set)) >= signals * 2 / 3;
    to += inverted ? "~[" : "[";
    bool first = true;
    for (unsigned i = 0; i < signals; ++i) {
        if ((set >> i & 1) == (inverted ? 1 : 0)) continue;
        if (!first) to += ' ';
        first = false;
        const size_t before = to.size();
        append_signal(to, i + 1);
        if (std::string_view(to).substr(before).starts_with("SIG")) to.erase(before, 3);
    }
    to += ']';
}

void append_clock(std::string& to, int64_t seconds) {
    const auto stamp = static_cast<time_t>(seconds);
    struct tm parts{};
    localtime_r(&stamp, &parts);
    append_padded(to, static_cast<uint64_t>(parts.tm_hour), 2, '0');
    to += ':';
    append_padded(to, static_cast<uint64_t>(parts.tm_min), 2, '0');
    to += ':';
    append_padded(to, static_cast<uint64_t>(parts.tm_sec), 2, '0');
}

bool append_stamp(std::string& to, int64_t seconds, int64_t part, unsigned digits) {
    const auto stamp = static_cast<time_t>(seconds);
    struct tm parts{};
    if (localtime_r(&stamp, &parts) == nullptr) return false;
    append_decimal(to, int64_t{parts.tm_year} + 1900);
    to += '-';
    append_padded(to, static_cast<uint64_t>(parts.tm_mon) + 1, 2, '0');
    to += '-';
    append_padded(to, static_cast<uint64_t>(parts.tm_mday), 2, '0');
    to += 'T';
    append_clock(to, seconds);
    if (part > 0) {
        to += '.';
        append_padded(to, static_cast<uint64_t>(part), digits, '0');
    }
    const auto minutes = static_cast<uint64_t>(std::abs(parts.tm_gmtoff / 60));
    to += parts.tm_gmtoff < 0 ? '-' : '+';
    append_padded(to, minutes / 60 * 100 + minutes % 60, 4, '0');
    return true;
}

}  // namespace earlybox::trace_syscall
