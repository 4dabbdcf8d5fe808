// SPDX-License-Identifier: MIT
// Formats: proc(5): /proc/PID/fd, fdinfo, net/tcp and its like.
#include "applets/trace-syscall/descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "applets/trace-syscall/internet_address.h"
#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::trace_syscall {
namespace {

// "0100007F:0016", as the kernel prints an address: 32-bit words in the machine's order; "127.0.0.1:22".
std::string address_text(std::string_view text) {
    const size_t colon = text.find(':');
    if (colon == text.npos || (colon != 8 && colon != 32)) return std::string(text);
    uint32_t words[4] = {};
    for (size_t i = 0; i < colon / 8; ++i)
        words[i] = static_cast<uint32_t>(parse_number(concat("0x", text.substr(8 * i, 8))).value_or(0));
    const bool wide = colon == 32;
    const std::string name = internet_address({reinterpret_cast<const char*>(words), colon / 2});
    const uint64_t port = parse_number(concat("0x", text.substr(colon + 1))).value_or(0);
    return concat(wide ? "[" : "", name, wide ? "]:" : ":", port);
}

// A line of net/tcp, udp, …: "0: LOCAL REMOTE STATE QUEUES TIMER RETRANSMITS UID TIMEOUT INODE"
std::string internet_socket(std::string_view line, std::string_view name, std::string_view inode) {
    std::string_view words[10];
    for (auto& word : words) word = next_word(line);
    if (words[9] != inode) return {};
    const bool connected = words[2].find_first_not_of("0:") != words[2].npos;
    return concat(name, ":[", address_text(words[1]), connected ? "->" + address_text(words[2]) : "", "]");
}

// A line of net/unix: "ADDRESS: REFERENCES PROTOCOL FLAGS TYPE STATE INODE PATH"
std::string unix_socket(std::string_view line, std::string_view inode) {
    std::string_view words[7];
    for (auto& word : words) word = next_word(line);
    if (words[6] != inode) return {};
    const std::string_view path = next_word(line);
    return concat(words[4] == "0002"   ? "UNIX-DGRAM:["
                  : words[4] == "0005" ? "UNIX-SEQPACKET:["
                                       : "UNIX-STREAM:[",
                  inode, path.empty() ? "" : concat(",\"", path, "\""), "]");
}

// "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode"
std::string netlink_socket(std::string_view line, std::string_view inode) {
    std::string_view words[10];
    for (auto& word : words) word = next_word(line);
    if (words[9] != inode) return {};
    return concat("NETLINK:[", words[1] == "0" ? "ROUTE" : words[1], ":", words[2], "]");
}

Result<std::string> read_below(int directory, const std::string& path) {
    const Fd file = TRY(open_at(directory, path, O_RDONLY | O_CLOEXEC));
    return read_all(file.number(), path);
}

}  // namespace

std::string ProcDescriptors::file(pid_t process, int fd) const {
    char target[4096];
    const std::string link = fd < 0 ? concat(process, "/cwd") : concat(process, "/fd/", fd);
    const auto got = readlinkat(proc_, link.c_str(), target, sizeof target);
    return got > 0 ? std::string(target, static_cast<size_t>(got)) : std::string();
}

std::string ProcDescriptors::socket(pid_t process, std::string_view inode) const {
    struct Kind {
        const char* file;
        const char* name;
    };
    constexpr Kind kKinds[] = {{"unix", ""},      {"tcp", "TCP"}, {"tcp6", "TCPv6"}, {"udp", "UDP"},
                               {"udp6", "UDPv6"}, {"raw", "RAW"}, {"raw6", "RAWv6"}, {"netlink", ""}};
    for (const Kind& kind : kKinds) {
        const auto text = read_below(proc_, concat(process, "/net/", kind.file));
        if (!text) continue;
        for (std::string_view rest = *text, line; next_line(rest, line);) {
            auto found = kind.file[0] == 'u' && kind.file[1] == 'n' ? unix_socket(line, inode)
                         : kind.file[0] == 'n'                      ? netlink_socket(line, inode)
                                                                    : internet_socket(line, kind.name, inode);
            if (!found.empty()) return found;
        }
    }
    return {};
}

void ProcDescriptors::append(std::string& to, pid_t process, int fd) const {
    std::string name = file(process, fd);
    if (name.empty()) return;
    constexpr std::string_view kDeleted = " (deleted)";
    const bool deleted = name.starts_with('/') && name.ends_with(kDeleted);
    if (deleted) name.resize(name.size() - kDeleted.size());
    struct stat status{};
    const std::string link = concat(process, "/fd/", fd);
    constexpr std::string_view kSocket = "socket:[";
    std::string found;
    if (details_ && fd >= 0 && name.starts_with(kSocket) && name.ends_with(']'))
        found =
            socket(process, std::string_view(name).substr(kSocket.size(), name.size() - kSocket.size() - 1));
    if (!found.empty()) {
        // Its arrow is ours, and stays.
        const size_t arrow = found.find("->");
        append_named(to, arrow == found.npos ? found : found.substr(0, arrow));
        if (arrow != found.npos) {
            to.back() = '-';
            to += '>';
            append_named(to, std::string_view(found).substr(arrow + 2));
            to.erase(to.rfind('<'), 1);
        }
    } else {
        if (details_ && name == "anon_inode:[pidfd]") {
            const auto info = read_below(proc_, concat(process, "/fdinfo/", fd));
            std::string_view rest = info ? *info : std::string_view(), line;
            while (next_line(rest, line))
                if (line.starts_with("Pid:"))
                    name = concat("pid:", trimmed(line.substr(line.find('\t') + 1)));
        }
        append_named(to, name);
        if (details_ && fd >= 0 && fstatat(proc_, link.c_str(), &status, 0) == 0 &&
            (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) {
            to.pop_back();
            to += concat(S_ISCHR(status.st_mode) ? "<char " : "<block ", major(status.st_rdev), ":",
                         minor(status.st_rdev), ">>");
        }
    }
    if (deleted) to += "(deleted)";
}

}  // namespace earlybox::trace_syscall
