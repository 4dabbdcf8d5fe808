// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/decoder.h"

#include <algorithm>
#include <utility>

#include "applets/trace-syscall/printer.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

// Calls some of whose arguments depend on others, by their handlers' names; sorted.
enum class Special : uint8_t {
    none,
    brk,
    clone,
    close_range,
    fcntl,
    fsconfig,
    futex,
    getrandom,
    getsockopt,
    ioctl,
    kcmp,
    membarrier,
    mknod,
    mmap,
    mount,
    mremap,
    open,
    personality,
    prctl,
    reboot,
    rseq,
    sched_affinity,
    seccomp,
    select,
    setsockopt,
    sigreturn,
    socket,
    syslog,
    thread_area,
    timer_create,
    truncate,
    umask,
};
struct SpecialRow {
    std::string_view entry;
    Special special;
};
constexpr SpecialRow kSpecials[] = {
    {"brk", Special::brk},
    {"clone", Special::clone},
    {"close_range", Special::close_range},
    {"fcntl", Special::fcntl},
    {"fcntl64", Special::fcntl},
    {"fsconfig", Special::fsconfig},
    {"ftruncate", Special::truncate},
    {"futex", Special::futex},
    {"futex_time32", Special::futex},
    {"getrandom", Special::getrandom},
    {"getsockopt", Special::getsockopt},
    {"ioctl", Special::ioctl},
    {"kcmp", Special::kcmp},
    {"membarrier", Special::membarrier},
    {"mknod", Special::mknod},
    {"mknodat", Special::mknod},
    {"mmap", Special::mmap},
    {"mmap_pgoff", Special::mmap},
    {"mount", Special::mount},
    {"mq_open", Special::open},
    {"mremap", Special::mremap},
    {"open", Special::open},
    {"openat", Special::open},
    {"personality", Special::personality},
    {"prctl", Special::prctl},
    {"pselect6", Special::select},
    {"pselect6_time32", Special::select},
    {"reboot", Special::reboot},
    {"rseq", Special::rseq},
    {"rt_sigreturn", Special::sigreturn},
    {"sched_getaffinity", Special::sched_affinity},
    {"sched_setaffinity", Special::sched_affinity},
    {"seccomp", Special::seccomp},
    {"select", Special::select},
    {"set_thread_area", Special::thread_area},
    {"set_tid_address", Special::rseq},
    {"setsockopt", Special::setsockopt},
    {"sigreturn", Special::sigreturn},
    {"socket", Special::socket},
    {"socketpair", Special::socket},
    {"syslog", Special::syslog},
    {"timer_create", Special::timer_create},
    {"truncate", Special::truncate},
    {"umask", Special::umask},
};

Special special_of(const Call& call) {
    if (!call.row) return Special::none;
    const auto* row = std::ranges::lower_bound(kSpecials, call.row->entry, {}, &SpecialRow::entry);
    return row != std::end(kSpecials) && row->entry == call.row->entry ? row->special : Special::none;
}

int32_t as_int(uint64_t value) { return static_cast<int32_t>(value); }
std::string hex_or_zero(uint64_t value) { return value == 0 ? "0" : "0x" + hex(value); }

std::string open_flags_text(uint64_t flags) {
    constexpr const char* kAccess[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
    const uint64_t rest = flags & 0xffffffff & ~uint64_t{3};
    return concat(kAccess[flags & 3], rest == 0 ? "" : "|" + kOpenFlags.describe(rest));
}

std::string clock_text(int32_t clock) {
    // Negative: of a process, a thread, or a device (include/linux/posix-timers.h, CPUCLOCK_*).
    return kClocks.describe(static_cast<uint32_t>(clock));
}

// One call being written.
class Line {
 public:
    Line(std::string& to, const Style& style, const RemoteMemory& memory, const Call& call)
        : to_(to), call_(call), print_(to, style, memory, call.abi), special_(special_of(call)) {}

    void finish(int64_t result) {
        exiting_ = true;
        result_ = result;
    }

    unsigned count() const;
    // Writes an argument; false: it is not known yet.
    bool write(unsigned index);
    // Whether the text goes on without a comma: the parts of one argument in two registers.
    bool is_silent(unsigned index) const {
        if (index == 0) return false;
        const Argument before = kind(index - 1);
        return (kind(index) == Argument::offset_high && before == Argument::offset_low) ||
               (kind(index) == Argument::offset_low && before == Argument::offset_high);
    }
    void write_result();

 private:
    uint64_t argument(unsigned index) const {
        return call_.abi == Abi::i386 ? call_.arguments[index] & 0xffffffff : call_.arguments[index];
    }
    int64_t signed_argument(unsigned index) const {
        return call_.abi == Abi::i386 ? as_int(argument(index)) : static_cast<int64_t>(argument(index));
    }
    Argument kind(unsigned index) const {
        return call_.row && index < call_.row->arguments.size() ? call_.row->arguments[index]
                                                                : Argument::none;
    }
    bool is_sleep() const {
        const std::string_view entry = call_.row->entry;
        return entry.starts_with("nanosleep") || entry.starts_with("clock_nanosleep");
    }
    bool failed() const { return exiting_ && is_error(result_); }

    bool write_special(unsigned index, bool& known);
    bool write_number(Argument kind, uint64_t value);
    bool write_constant(Argument kind, uint64_t value);
    bool write_input(unsigned index);
    bool write_output(unsigned index);
    bool write_fcntl(unsigned index, bool& known);
    bool write_ioctl(unsigned index, bool& known);
    bool write_prctl(unsigned index, bool& known);
    bool write_clone(unsigned index);
    void write_time_left();

    // Writes what `output` writes once the call has come back; the address where it failed.
    template <class Output>
    bool later(unsigned index, Output&& output) {
        if (!exiting_) return false;
        if (failed())
            print_.address(argument(index));
        else
            output();
        return true;
    }

    std::string& to_;
    const Call& call_;
    Printer print_;
    Special special_;
    bool exiting_ = false;
    int64_t result_ = 0;
};

unsigned Line::count() const {
    if (!call_.row) return 6;
    const auto rows = static_cast<unsigned>(call_.row->arguments.size());
    switch (special_) {
        case Special::open: {
            constexpr uint64_t kCreates = 0100;
            constexpr uint64_t kTemporary = 020200000;
            const uint64_t flags = argument(rows - (call_.row->entry == "mq_open" ? 3 : 2));
            const bool has_mode = (flags & kCreates) != 0 || (flags & kTemporary) == kTemporary;
            return has_mode ? rows : call_.row->entry == "mq_open" ? 2 : rows - 1;
        }
        case Special::mknod: {
            const uint64_t type = argument(rows - 2) & 0170000;
            return type == 020000 || type == 060000 ? rows : rows - 1;
        }
        case Special::clone: {
            constexpr uint64_t kParentIds = 0x101000, kChildIds = 0x1200000, kTls = 0x80000;
            const uint64_t flags = argument(0);
            return 2 + ((flags & kParentIds) != 0 ? 1 : 0) + ((flags & kTls) != 0 ? 1 : 0) +
                   ((flags & kChildIds) != 0 ? 1 : 0);
        }
        case Special::fcntl:
            switch (as_int(argument(1))) {
                case 1:
                case 3:
                case 9:
                case 11:
                case 1025:
                case 1032:
                case 1034:  // get something
                    return 2;
                default:
                    return 3;
            }
        case Special::futex:
            switch (argument(1) & 0x7f) {
                case 0:
                    return 4;  // WAIT
                case 1:
                    return 3;  // WAKE
                case 3:
                    return 5;  // REQUEUE
                case 6:
                case 13:
                    return 3;  // LOCK_PI, without its unused value
                case 7:
                case 8:
                    return 2;  // UNLOCK_PI, TRYLOCK_PI
                case 9:
                    return 5;  // WAIT_BITSET
                case 10:
                    return 4;  // WAKE_BITSET
                case 11:
                    return 5;
                default:
                    return 6;
            }
        case Special::prctl:
            switch (argument(0)) {
                case 3:
                case 7:
                case 14:
                case 21:
                case 27:
                case 30:
                case 31:
                case 32:
                    return 1;
                case 1:
                case 2:
                case 4:
                case 5:
                case 6:
                case 8:
                case 13:
                case 15:
                case 16:
                case 22:
                case 23:
                case 24:
                case 25:
                case 26:
                case 28:
                case 29:
                case 36:
                case 37:
                case 40:
                case 0x59616d61:
                    return 2;
                default:
                    return 5;
            }
        case Special::syslog: {
            const uint64_t action = argument(0);
            return action >= 2 && action <= 4 ? 3 : action == 8 ? 3 : 1;
        }
        case Special::reboot:
            return argument(2) == 0xA1B2C3D4 ? 4 : 3;
        case Special::kcmp:
            return argument(2) == 0 || argument(2) == 7 ? 5 : 3;
        case Special::seccomp:
            return 3;
        case Special::sigreturn:
            return 1;
        case Special::mremap: {
            constexpr uint64_t kFixed = 2;
            return (argument(3) & kFixed) != 0 ? 5 : 4;
        }
        case Special::membarrier: {
            constexpr uint64_t kForOneCpu = 1;
            return (argument(1) & kForOneCpu) != 0 ? 3 : 2;
        }
        default:
            return rows;
    }
}

bool Line::write_clone(unsigned index) {
    // The arguments behind the stack, in the ABI's order (CONFIG_CLONE_BACKWARDS is i386's).
    constexpr uint64_t kParentIds = 0x101000, kChildIds = 0x1200000, kTls = 0x80000;
    const uint64_t flags = argument(0);
    if (index == 0) {
        to_ += "child_stack=";
        print_.address(argument(1));
        return true;
    }
    if (index == 1) {
        const uint64_t names = flags & 0xffffff00;
        const uint64_t signal = flags & 0xff;
        append(to_, "flags=", names == 0 ? "" : kCloneFlags.describe(names));
        if (signal != 0) append(to_, names == 0 ? "" : "|", signal_text(signal));
        if (names == 0 && signal == 0) to_ += '0';
        return true;
    }
    const bool backwards = call_.abi == Abi::i386;
    struct Part {
        uint64_t condition;
        const char* name;
        unsigned argument;
    };
    const Part parts[] = {{kParentIds, "parent_tid=", 2},
                          {kTls, "tls=", backwards ? 3U : 4U},
                          {kChildIds, "child_tidptr=", backwards ? 4U : 3U}};
    unsigned at = 2;
    for (const Part& part : parts) {
        if ((flags & part.condition) == 0 || at++ != index) continue;
        if (part.argument == 2) {
            if (!exiting_) return false;
            to_ += part.name;
            if (failed())
                print_.address(argument(2));
            else
                print_.number_behind(argument(2), 4, true);
        } else if (part.condition == kTls && backwards) {
            to_ += part.name;
            print_.segment(argument(3));
        } else {
            to_ += part.name;
            print_.address(argument(part.argument));
        }
        return true;
    }
    return true;
}

bool Line::write_fcntl(unsigned index, bool& known) {
    if (index != 2) return false;
    const uint64_t value = argument(2);
    switch (as_int(argument(1))) {
        case 0:
        case 1030:
        case 1031:
        case 8:  // DUPFD, SETPIPE_SZ, SETOWN
            append(to_, as_int(value));
            return true;
        case 2:
            append(to_, value == 1 ? "FD_CLOEXEC" : hex_or_zero(value));
            return true;
        case 4:
            to_ += open_flags_text(value);
            return true;
        case 10:
            to_ += signal_text(value);
            return true;
        case 1024:
            to_ += kLockTypes.describe(value);
            return true;
        case 1033:
            to_ += kSeals.describe(value);
            return true;
        case 5:
        case 12:
        case 36: {
            const bool large = as_int(argument(1)) != 5;
            known = later(index, [&] { print_.file_lock(value, large, true); });
            return true;
        }
        case 6:
        case 7:
        case 13:
        case 14:
        case 37:
        case 38:
            print_.file_lock(value, as_int(argument(1)) > 7, false);
            return true;
        case 16:
            known = later(index, [&] {
                if (auto found = print_.fields(value, 8)) {
                    constexpr const char* kOwners[] = {"F_OWNER_TID", "F_OWNER_PID", "F_OWNER_PGRP"};
                    const uint64_t type = found->take(4);
                    append(to_, "{type=", type < 3 ? std::string(kOwners[type]) : hex_or_zero(type));
                    append(to_, ", pid=", found->take_signed(4), "}");
                }
            });
            return true;
        default:
            to_ += hex_or_zero(value);
            return true;
    }
}

bool Line::write_ioctl(unsigned index, bool& known) {
    const uint64_t command = argument(1) & 0xffffffff;
    const uint64_t value = argument(2);
    if (index == 1) {
        if (const auto name = kIoctls.find(command)) {
            to_ += *name;
        } else {
            constexpr const char* kDirections[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
                                                   "_IOC_READ|_IOC_WRITE"};
            append(to_, "_IOC(", kDirections[command >> 30], ", ", hex_or_zero(command >> 8 & 0xff), ", ",
                   hex_or_zero(command & 0xff), ", ", hex_or_zero(command >> 16 & 0x3fff), ")");
        }
        return true;
    }
    if (index != 2) return false;
    switch (command) {
        case 0x5401:  // TCGETS
            known = later(index, [&] { print_.terminal(value); });
            return true;
        case 0x5402:
        case 0x5403:
        case 0x5404:
            print_.terminal(value);
            return true;
        case 0x5413:
            known = later(index, [&] { print_.window_size(value); });
            return true;
        case 0x5414:
            print_.window_size(value);
            return true;
        case 0x540f:
        case 0x5411:
        case 0x541b:
        case 0x5424:
        case 0x5429:
        case 0x80045430:
            known = later(index, [&] { print_.number_behind(value, 4, true); });
            return true;
        case 0x5410:
        case 0x5421:
        case 0x5423:
        case 0x5452:
        case 0x40045431:
            print_.number_behind(value, 4, true);
            return true;
        case 0x5450:
        case 0x5451:
        case 0x540c:
        case 0x540d:
        case 0x5422:  // FIONCLEX, FIOCLEX, …: nothing is passed
            return false;
        case 0x5409:
        case 0x540a:
        case 0x540b:
        case 0x540e:
            append(to_, as_int(value));
            return true;
        default:
            to_ += hex_or_zero(value);
            return true;
    }
}

bool Line::write_prctl(unsigned index, bool& known) {
    const uint64_t option = argument(0);
    const uint64_t value = argument(index);
    if (index == 0) return false;
    switch (option) {
        case 1:
            to_ += signal_text(value);
            return true;
        case 2:
        case 37:
            known = later(index, [&] { print_.number_behind(value, 4, option == 37); });
            return true;
        case 4:
            append(to_, value == 0   ? "SUID_DUMP_DISABLE"
                        : value == 1 ? "SUID_DUMP_USER"
                                     : hex_or_zero(value));
            return true;
        case 15: {
            print_.string(value);
            return true;
        }
        case 16:
            known = later(index, [&] { print_.string(value); });
            return true;
        case 23:
        case 24: {
            constexpr const char* kCapabilities[] = {"CHOWN",
                                                     "DAC_OVERRIDE",
                                                     "DAC_READ_SEARCH",
                                                     "FOWNER",
                                                     "FSETID",
                                                     "KILL",
                                                     "SETGID",
                                                     "SETUID",
                                                     "SETPCAP",
                                                     "LINUX_IMMUTABLE",
                                                     "NET_BIND_SERVICE",
                                                     "NET_BROADCAST",
                                                     "NET_ADMIN",
                                                     "NET_RAW",
                                                     "IPC_LOCK",
                                                     "IPC_OWNER",
                                                     "SYS_MODULE",
                                                     "SYS_RAWIO",
                                                     "SYS_CHROOT",
                                                     "SYS_PTRACE",
                                                     "SYS_PACCT",
                                                     "SYS_ADMIN",
                                                     "SYS_BOOT",
                                                     "SYS_NICE",
                                                     "SYS_RESOURCE",
                                                     "SYS_TIME",
                                                     "SYS_TTY_CONFIG",
                                                     "MKNOD",
                                                     "LEASE",
                                                     "AUDIT_WRITE",
                                                     "AUDIT_CONTROL",
                                                     "SETFCAP",
                                                     "MAC_OVERRIDE",
                                                     "MAC_ADMIN",
                                                     "SYSLOG",
                                                     "WAKE_ALARM",
                                                     "BLOCK_SUSPEND",
                                                     "AUDIT_READ",
                                                     "PERFMON",
                                                     "BPF",
                                                     "CHECKPOINT_RESTORE"};
            if (value < std::size(kCapabilities))
                append(to_, "CAP_", kCapabilities[value]);
            else
                append(to_, "0x", hex(value), " /* CAP_??? */");
            return true;
        }
        case 0x53564d41:  // PR_SET_VMA
            if (index == 1)
                append(to_, value == 0 ? "PR_SET_VMA_ANON_NAME" : hex_or_zero(value));
            else if (index == 2)
                print_.address(value);
            else if (index == 3)
                append(to_, value);
            else
                print_.string(value);
            return true;
        case 8:
        case 36:
        case 38:
        case 29:
        case 26:
        case 41:
        case 57:
            append(to_, signed_argument(index));
            return true;
        default:
            to_ += hex_or_zero(value);
            return true;
    }
}

// True: the argument was one of those that depend on others. `known` becomes false if it is known only later.
bool Line::write_special(unsigned index, bool& known) {
    const uint64_t value = argument(index);
    switch (special_) {
        case Special::clone:
            known = write_clone(index);
            return true;
        case Special::fcntl:
            return write_fcntl(index, known);
        case Special::ioctl:
            return write_ioctl(index, known);
        case Special::prctl:
            return write_prctl(index, known);
        case Special::close_range:
            if (index > 1) return false;
            append(to_, value & 0xffffffff);
            return true;
        case Special::truncate:
            if (index != 1) return false;
            append(to_, value);
            return true;
        case Special::mount:
            if (index == 4) print_.string(value);
            return index == 4;
        case Special::mmap:
            if (index != 5) return false;
            // In pages for i386's mmap2 (entry mmap_pgoff).
            to_ += hex_or_zero(call_.row->entry == "mmap_pgoff" ? value << 12 : value);
            return true;
        case Special::open:
            return false;
        case Special::fsconfig:
            if (index != 3) return false;
            switch (argument(1)) {
                case 1:
                    print_.string(value);
                    return true;
                case 3:
                case 4:
                    print_.path(value);
                    return true;
                case 2:
                    print_.bytes(value, argument(4));
                    return true;
                default:
                    return false;
            }
        case Special::futex: {
            const uint64_t operation = argument(1) & 0x7f;
            if (index == 1) {
                const uint64_t flags = argument(1) & 0xffffff80;
                auto name = kFutexOperations.find(operation);
                if (!name) {
                    append(to_, kFutexOperations.describe(argument(1)));
                    return true;
                }
                to_ += *name;
                if ((flags & 0x80) != 0) to_ += "_PRIVATE";
                if ((flags & 0x100) != 0) to_ += "|FUTEX_CLOCK_REALTIME";
                return true;
            }
            const bool waits = operation == 0 || operation == 9 || operation == 11;
            const bool locks = operation == 6 || operation == 13;
            if (index == 2 && locks) {
                kind(3) == Argument::timespec32 ? print_.timespec(argument(3), 4)
                                                : print_.timespec(argument(3), 8);
                return true;
            }
            if (operation > 13) {
                if (index == 2)
                    append(to_, value & 0xffffffff);
                else if (index > 2)
                    to_ += hex_or_zero(value);
                return index >= 2;
            }
            if (index == 3 && !waits) {
                if (operation == 10)
                    append(to_, (argument(5) & 0xffffffff) == 0xffffffff ? "FUTEX_BITSET_MATCH_ANY"
                                                                         : hex_or_zero(argument(5)));
                else
                    append(to_, value & 0xffffffff);
                return true;
            }
            if (index == 4 && operation == 9) {
                append(to_, (argument(5) & 0xffffffff) == 0xffffffff ? "FUTEX_BITSET_MATCH_ANY"
                                                                     : hex_or_zero(argument(5)));
                return true;
            }
            if (index == 5 && operation == 5) {
                constexpr const char* kOperations[] = {"SET", "ADD", "OR", "ANDN", "XOR"};
                constexpr const char* kComparisons[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
                const uint64_t doing = value >> 28 & 7;
                const uint64_t comparison = value >> 24 & 15;
                append(to_, (value >> 31 & 1) != 0 ? "FUTEX_OP_OPARG_SHIFT<<28|" : "", "FUTEX_OP_",
                       doing < 5 ? kOperations[doing] : "???", "<<28|", hex_or_zero(value >> 12 & 0xfff),
                       "<<12|FUTEX_OP_CMP_", comparison < 6 ? kComparisons[comparison] : "???", "<<24|",
                       hex_or_zero(value & 0xfff));
                return true;
            }
            return false;
        }
        case Special::getrandom: {
            if (index != 0) return false;
            if (!exiting_) return known = false, true;
            if (failed()) return print_.address(value), true;
            Style in_hex = print_.style();
            in_hex.hex = Style::Hex::always;
            const auto size = static_cast<uint64_t>(result_);
            std::string bytes(std::min<uint64_t>(size, in_hex.string_limit), '\0');
            if (auto found = print_.fields(value, bytes.size()))
                append_quoted(to_, in_hex, found->bytes(bytes.size()), bytes.size() < size);
            return true;
        }
        case Special::getsockopt:
        case Special::setsockopt: {
            const uint64_t level = argument(1);
            if (index == 2) {
                to_ += (level == 1     ? kSocketOptions
                        : level == 6   ? kTcpOptions
                        : level == 0   ? kIpOptions
                        : level == 41  ? kIpv6Options
                        : level == 270 ? kNetlinkOptions
                                       : kSocketOptions)
                           .describe(value);
                return true;
            }
            if (index != 3) return false;
            const bool gets = special_ == Special::getsockopt;
            if (gets && !exiting_) return known = false, true;
            if (failed() && gets) return print_.address(value), true;
            uint64_t size = argument(4);
            if (gets) {
                auto length = print_.copy(argument(4), 4);
                size = length ? length->take(4) : 0;
            }
            if (size == 4)
                print_.number_behind(value, 4, true);
            else
                print_.bytes(value, size);
            return true;
        }
        case Special::kcmp: {
            constexpr const char* kTypes[] = {"FILE",    "VM", "FILES",   "FS",
                                              "SIGHAND", "IO", "SYSVSEM", "EPOLL_TFD"};
            if (index != 2 || value >= std::size(kTypes)) return false;
            append(to_, "KCMP_", kTypes[value]);
            return true;
        }
        case Special::personality:
            if (index != 0) return false;
            if ((value & 0xffffffff) == 0xffffffff) return append(to_, "0xffffffff"), true;
            to_ += kPersonalities.describe(value & 0xff);
            if ((value & 0xffffff00) != 0) append(to_, "|", kPersonalityFlags.describe(value & 0xffffff00));
            return true;
        case Special::reboot:
            if (index > 1) return false;
            if (const auto name = kRebootMagic.find(value & 0xffffffff))
                to_ += *name;
            else
                append(to_, "0x", hex(value & 0xffffffff), " /* LINUX_REBOOT_MAGIC_??? */");
            return true;
        case Special::rseq:
            if (index == 1) return append(to_, hex_or_zero(value)), true;
            if (index == 0) return append(to_, hex_or_zero(value)), true;
            return false;
        case Special::sched_affinity: {
            if (index != 2) return false;
            const bool gets = call_.row->entry == "sched_getaffinity";
            if (gets && !exiting_) return known = false, true;
            if (gets && failed()) return print_.address(value), true;
            const uint64_t size = gets ? static_cast<uint64_t>(result_) : argument(1) & 0xffffffff;
            print_.fd_set(value, std::min<uint64_t>(size, 1024) * 8);
            return true;
        }
        case Special::thread_area:
            print_.segment(value);
            return true;
        case Special::seccomp:
            if (index != 1 || argument(0) != 1)
                return index == 1 ? (append(to_, hex_or_zero(value)), true) : false;
            to_ += kSeccompFlags.describe(value);
            return true;
        case Special::socket:
            if (index != 2) return false;
            if (const auto family = argument(0); family == 2 || family == 10)
                to_ += kProtocols.describe(value);
            else if (family == 16)
                to_ += kNetlinkProtocols.describe(value);
            else
                append(to_, value & 0xffffffff);
            return true;
        case Special::syslog:
            if (index != 0) return false;
            append(to_, value, " /* ", kSyslogActions.find(value).value_or("SYSLOG_ACTION_???"), " */");
            return true;
        case Special::timer_create: {
            if (index != 1) return false;
            auto found = value == 0 ? std::nullopt : print_.fields(value, 64);
            if (value == 0) print_.address(0);
            if (!found) return true;
            const uint64_t pointer = found->word();
            const uint64_t signal = found->take(4);
            const uint64_t how = found->take(4);
            const uint64_t thread = found->take(4);
            constexpr const char* kHow[] = {"SIGEV_SIGNAL", "SIGEV_NONE", "SIGEV_THREAD", "",
                                            "SIGEV_THREAD_ID"};
            to_ += '{';
            if (pointer != 0)
                append(to_, "sigev_value={int=", as_int(pointer), ", ptr=0x", hex(pointer), "}, ");
            append(to_, "sigev_signo=", signal_text(signal),
                   ", sigev_notify=", how < 5 ? std::string(kHow[how]) : hex_or_zero(how));
            if (how == 4) append(to_, ", sigev_notify_thread_id=", as_int(thread));
            to_ += '}';
            return true;
        }
        case Special::umask:
            print_.mode(static_cast<uint32_t>(value));
            return true;
        case Special::sigreturn: {
            // The mask in the frame that the handler returns to (arch/x86/include/asm/sigframe.h): in its
            // ucontext; for i386's old call in its sigcontext and behind the floating-point state.
            if (call_.row->entry == "sigreturn") {
                auto low = print_.copy(call_.stack + 80, 4);
                auto high = print_.copy(call_.stack + 712, 4);
                append(to_, "{mask=", low && high ? signal_set_text(low->take(4) | high->take(4) << 32) : "?",
                       "}");
                return true;
            }
            uint64_t context = call_.stack;
            if (call_.abi == Abi::i386)
                if (auto pointer = print_.copy(call_.stack + 8, 4)) context = pointer->take(4);
            const uint64_t mask = context + (call_.abi == Abi::i386 ? 108 : 296);
            auto found = print_.copy(mask, 8);
            append(to_, "{mask=", found ? signal_set_text(found->take(8)) : "?", "}");
            return true;
        }
        default:
            return false;
    }
}

// Plain numbers, and names of things.
bool Line::write_number(Argument kind, uint64_t value) {
    const int32_t small = as_int(value);
    switch (kind) {
        case Argument::decimal:
        case Argument::pid:
        case Argument::milliseconds:
            append(to_, small);
            return true;
        case Argument::number:
            append(to_, value & 0xffffffff);
            return true;
        case Argument::hex:
            to_ += hex_or_zero(value & 0xffffffff);
            return true;
        case Argument::size:
            append(to_, value);
            return true;
        case Argument::signed_size:
        case Argument::offset:
            append(to_, call_.abi == Abi::i386 ? int64_t{small} : static_cast<int64_t>(value));
            return true;
        case Argument::address:
            print_.address(value);
            return true;
        case Argument::fd:
            print_.fd(small);
            return true;
        case Argument::dirfd:
            print_.dirfd(small);
            return true;
        case Argument::id:
            append(to_, small == -1 ? int64_t{-1} : int64_t{static_cast<uint32_t>(value)});
            return true;
        case Argument::id16:
            append(to_, (value & 0xffff) == 0xffff ? int64_t{-1} : static_cast<int64_t>(value & 0xffff));
            return true;
        case Argument::signal:
            to_ += signal_text(value & 0xffffffff);
            return true;
        case Argument::mode:
            if (special_ == Special::mknod)
                print_.file_mode(static_cast<uint32_t>(value));
            else
                print_.mode(static_cast<uint32_t>(value));
            return true;
        case Argument::device:
            print_.device(value & 0xffffffff);
            return true;
        case Argument::clock_id:
            to_ += clock_text(small);
            return true;
        case Argument::ipc_key:
            append(to_, small == 0 ? "IPC_PRIVATE" : "0x" + hex(static_cast<uint32_t>(value)));
            return true;
        default:
            return false;
    }
}

struct ConstantRow {
    Argument kind;
    const ConstantTable* names;
};
constexpr ConstantRow kConstantKinds[] = {
    {Argument::access_mode, &kAccessModes},
    {Argument::whence, &kWhence},
    {Argument::protection, &kProtection},
    {Argument::remap_flags, &kRemapFlags},
    {Argument::sync_flags, &kSyncFlags},
    {Argument::advice, &kAdvice},
    {Argument::lock_flags, &kLockAllFlags},
    {Argument::namespace_flags, &kCloneFlags},
    {Argument::wait_flags, &kWaitFlags},
    {Argument::wait_id_type, &kWaitIdTypes},
    {Argument::signal_how, &kSignalHow},
    {Argument::resource, &kResources},
    {Argument::rusage_who, &kRusageWho},
    {Argument::itimer_which, &kItimers},
    {Argument::timer_flags, &kTimerFlags},
    {Argument::eventfd_flags, &kEventfdFlags},
    {Argument::signalfd_flags, &kSignalfdFlags},
    {Argument::inotify_flags, &kInotifyInitFlags},
    {Argument::inotify_mask, &kInotifyMask},
    {Argument::epoll_flags, &kEpollFlags},
    {Argument::epoll_operation, &kEpollOperations},
    {Argument::priority_which, &kPriorityWhich},
    {Argument::policy, &kPolicies},
    {Argument::fcntl_command, &kFcntlCommands},
    {Argument::flock_operation, &kFlockOperations},
    {Argument::prctl_option, &kPrctlOptions},
    {Argument::arch_prctl_option, &kArchPrctlOptions},
    {Argument::ptrace_request, &kPtraceRequests},
    {Argument::seccomp_operation, &kSeccompOperations},
    {Argument::bpf_command, &kBpfCommands},
    {Argument::keyctl_option, &kKeyctlOptions},
    {Argument::socket_family, &kSocketFamilies},
    {Argument::shutdown_how, &kShutdownHow},
    {Argument::socket_level, &kSocketLevels},
    {Argument::message_flags, &kMessageFlags},
    {Argument::mount_flags, &kMountFlags},
    {Argument::umount_flags, &kUmountFlags},
    {Argument::open_tree_flags, &kOpenTreeFlags},
    {Argument::move_mount_flags, &kMoveMountFlags},
    {Argument::fsopen_flags, &kFsopenFlags},
    {Argument::fspick_flags, &kFspickFlags},
    {Argument::fsconfig_command, &kFsconfigCommands},
    {Argument::fsmount_flags, &kFsmountFlags},
    {Argument::mount_attr_flags, &kMountAttributes},
    {Argument::rename_flags, &kRenameFlags},
    {Argument::splice_flags, &kSpliceFlags},
    {Argument::rw_flags, &kReadWriteFlags},
    {Argument::fallocate_mode, &kFallocateModes},
    {Argument::file_advice, &kFileAdvice},
    {Argument::xattr_flags, &kXattrFlags},
    {Argument::memfd_flags, &kMemfdFlags},
    {Argument::random_flags, &kRandomFlags},
    {Argument::close_range_flags, &kCloseRangeFlags},
    {Argument::reboot_command, &kRebootCommands},
    {Argument::membarrier_command, &kMembarrierCommands},
    {Argument::ipc_command, &kIpcCommands},
    {Argument::ipc_call, &kIpcCalls},
    {Argument::socket_call, &kSocketCalls},
    {Argument::module_flags, &kModuleFlags},
    {Argument::pidfd_flags, &kPidfdFlags},
};

bool Line::write_constant(Argument kind, uint64_t value) {
    const uint64_t low = value & 0xffffffff;
    const std::string_view entry = call_.row->entry;
    switch (kind) {
        case Argument::open_flags:
            // Flags that come without an access mode: pipe2, dup3, userfaultfd, memfd_secret, delete_module
            to_ += call_.row->arguments[0] == Argument::path || call_.row->arguments[0] == Argument::dirfd ||
                           entry == "mq_open" || entry == "open_by_handle_at" || entry == "fanotify_init"
                       ? open_flags_text(low)
                       : kOpenFlags.describe(low);
            return true;
        case Argument::access_mode:
            append(to_, low == 0 ? "F_OK" : kAccessModes.describe(low));
            return true;
        case Argument::at_flags:
            if (entry == "faccessat2")
                to_ += kAccessAtFlags.describe(low);
            else if (entry == "statx") {
                const uint64_t rest = low & ~uint64_t{0x6000};
                append(to_, (low & 0x6000) == 0 ? "AT_STATX_SYNC_AS_STAT" : kAtFlags.describe(low & 0x6000));
                if (rest != 0) append(to_, "|", kAtFlags.describe(rest));
            } else
                to_ += kAtFlags.describe(low);
            return true;
        case Argument::protection:
            append(to_, low == 0 ? "PROT_NONE" : kProtection.describe(low));
            return true;
        case Argument::map_flags: {
            constexpr uint64_t kTypes = 0x0f;
            to_ += kMapTypes.describe(low & kTypes);
            if ((low & ~kTypes) != 0) append(to_, "|", kMapFlags.describe(low & ~kTypes));
            return true;
        }
        case Argument::timerfd_flags:
            to_ +=
                (entry.starts_with("timerfd_settime") ? kTimerfdSettimeFlags : kTimerfdFlags).describe(low);
            return true;
        case Argument::policy: {
            constexpr uint64_t kResetOnFork = 0x40000000;
            to_ += kPolicies.describe(low & ~kResetOnFork);
            if ((low & kResetOnFork) != 0) to_ += "|SCHED_RESET_ON_FORK";
            return true;
        }
        case Argument::socket_type: {
            const uint64_t flags = low & ~uint64_t{0xf};
            if (entry == "accept4")
                to_ += kSocketTypeFlags.describe(low);
            else {
                to_ += kSocketTypes.describe(low & 0xf);
                if (flags != 0) append(to_, "|", kSocketTypeFlags.describe(flags));
            }
            return true;
        }
        case Argument::membarrier_command:
            append(to_, low == 0 ? "MEMBARRIER_CMD_QUERY" : kMembarrierCommands.describe(low));
            return true;
        case Argument::ipc_flags:
            if ((low & 07000) != 0) append(to_, kIpcFlags.describe(low & 07000), "|");
            print_.mode(static_cast<uint32_t>(low & ~uint64_t{07000}));
            return true;
        case Argument::statx_mask: {
            return append(to_, statx_mask_text(low)), true;
        }
        case Argument::mount_flags:
            to_ += kMountFlags.describe((low & 0xffff0000) == 0xc0ed0000 ? low & 0xffff : low);
            return true;
        default:
            break;
    }
    for (const ConstantRow& row : kConstantKinds)
        if (row.kind == kind) return append(to_, row.names->describe(low)), true;
    return false;
}

// What is in memory before the call.
bool Line::write_input(unsigned index) {
    const uint64_t value = argument(index);
    const uint64_t next = index + 1 < 6 ? argument(index + 1) : 0;
    switch (kind(index)) {
        case Argument::path:
            return print_.path(value), true;
        case Argument::string:
            return print_.string(value), true;
        case Argument::bytes:
            return print_.bytes(value, next), true;
        case Argument::string_list:
            return print_.string_list(value), true;
        case Argument::environment:
            return print_.environment(value), true;
        case Argument::iovecs:
            return print_.iovecs(value, next, std::nullopt), true;
        case Argument::ids:
            print_.array(value, argument(index - 1) & 0xffffffff, 4,
                         [&](Fields& fields) { append(to_, fields.take(4)); });
            return true;
        case Argument::ids16:
            print_.array(value, argument(index - 1) & 0xffffffff, 2,
                         [&](Fields& fields) { append(to_, fields.take(2)); });
            return true;
        case Argument::poll_fds:
            return print_.poll_fds(value, next & 0xffffffff), true;
        case Argument::fd_set:
            if (value == 0) return print_.address(0), true;
            return print_.fd_set(value, argument(0) & 0xffffffff), true;
        case Argument::messages:
            return print_.messages(value, next & 0xffffffff, false), true;
        case Argument::timespec:
            return print_.timespec(value, 8), true;
        case Argument::timespec32:
            return print_.timespec(value, 4), true;
        case Argument::timespec_pair:
            return print_.timespec_pair(value, 8), true;
        case Argument::timespec32_pair:
            return print_.timespec_pair(value, 4), true;
        case Argument::timeval:
            return print_.timeval(value), true;
        case Argument::timeval_pair:
            return print_.timeval_pair(value), true;
        case Argument::timezone:
            return print_.timezone(value), true;
        case Argument::utimbuf:
            return print_.utimbuf(value), true;
        case Argument::time:
            return print_.time(value), true;
        case Argument::itimerval:
            return print_.itimerval(value), true;
        case Argument::itimerspec:
            return print_.itimerspec(value, 8), true;
        case Argument::itimerspec32:
            return print_.itimerspec(value, 4), true;
        case Argument::sockaddr:
            return print_.sockaddr(value, next & 0xffffffff), true;
        case Argument::message:
            return print_.message(value, std::nullopt), true;
        case Argument::signal_set:
            return print_.signal_set(value, 8), true;
        case Argument::old_signal_set:
            return print_.signal_set(value, print_.word()), true;
        case Argument::pselect_signal_set:
            return print_.pselect_signal_set(value), true;
        case Argument::sigaction:
            return print_.sigaction(value, false), true;
        case Argument::old_sigaction:
            return print_.sigaction(value, true), true;
        case Argument::siginfo:
            return print_.siginfo(value), true;
        case Argument::signal_stack:
            return print_.signal_stack(value), true;
        case Argument::epoll_event:
            if (as_int(argument(1)) == 2) return print_.address(value), true;  // EPOLL_CTL_DEL looks at none
            return print_.epoll_event(value), true;
        case Argument::rlimit:
            return print_.rlimit(value, print_.word()), true;
        case Argument::rlimit64:
            return print_.rlimit(value, 8), true;
        case Argument::clone_args:
            return print_.clone_args(value, next), true;
        case Argument::open_how:
            return print_.open_how(value), true;
        case Argument::mount_attr:
            return print_.mount_attributes(value), true;
        case Argument::sched_param:
            return print_.sched_param(value), true;
        case Argument::sched_attr:
            return print_.sched_attr(value), true;
        case Argument::select_block:
        case Argument::mmap_block:
        case Argument::socketcall_block: {
            constexpr unsigned kSocketArguments[] = {0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4,
                                                     6, 6, 2, 5, 5, 3, 3, 4, 5, 4};
            unsigned words = kind(index) == Argument::select_block ? 5 : 6;
            if (kind(index) == Argument::socketcall_block) {
                const uint64_t which = argument(0);
                words = which < std::size(kSocketArguments) ? kSocketArguments[which] : 6;
            }
            auto found = print_.fields(value, 4 * words);
            if (!found) return true;
            to_ += '[';
            for (unsigned i = 0; i < words; ++i) append(to_, i == 0 ? "" : ", ", hex_or_zero(found->take(4)));
            to_ += ']';
            return true;
        }
        default:
            return false;
    }
}

// What the kernel fills in.
bool Line::write_output(unsigned index) {
    const uint64_t value = argument(index);
    const uint64_t next = index + 1 < 6 ? argument(index + 1) : 0;
    const auto got = static_cast<uint64_t>(result_);
    switch (kind(index)) {
        case Argument::bytes_out:
            if (call_.row->entry == "getcwd") return print_.path(value), true;
            return print_.bytes(value, call_.row->entry.starts_with("mq_") || got <= next ? got : next), true;
        case Argument::iovecs_out:
            return print_.iovecs(value, next, failed() ? 0 : got), true;
        case Argument::ids_out:
            if (argument(index - 1) == 0) return print_.address(value), true;
            print_.array(value, got, 4, [&](Fields& fields) { append(to_, fields.take(4)); });
            return true;
        case Argument::ids16_out:
            if (argument(index - 1) == 0) return print_.address(value), true;
            print_.array(value, got, 2, [&](Fields& fields) { append(to_, fields.take(2)); });
            return true;
        case Argument::epoll_events_out:
            if (got == 0) return append(to_, "[]"), true;
            return print_.epoll_events(value, got), true;
        case Argument::dirents_out:
            return print_.dirents(value, got, false), true;
        case Argument::dirents64_out:
            return print_.dirents(value, got, true), true;
        case Argument::messages_out:
            return print_.messages(value, got, true), true;
        case Argument::timespec_out:
        case Argument::timespec32_out:
            if (is_sleep()) return print_.address(value), true;  // it was not interrupted: nothing is left
            return print_.timespec(value, kind(index) == Argument::timespec_out ? 8 : 4), true;
        case Argument::timeval_out:
            return print_.timeval(value), true;
        case Argument::timezone_out:
            return print_.timezone(value), true;
        case Argument::time_out:
            return print_.time(value), true;
        case Argument::itimerval_out:
            return print_.itimerval(value), true;
        case Argument::itimerspec_out:
            return print_.itimerspec(value, 8), true;
        case Argument::itimerspec32_out:
            return print_.itimerspec(value, 4), true;
        case Argument::timex:
            return print_.timex(value, 8), true;
        case Argument::timex32:
            return print_.timex(value, 4), true;
        case Argument::decimal_out:
            return print_.number_behind(value, 4, true), true;
        case Argument::number_out:
        case Argument::id_out:
            return print_.number_behind(value, 4, false), true;
        case Argument::id16_out:
            return print_.number_behind(value, 2, false), true;
        case Argument::size_out:
            return print_.number_behind(value, print_.word(), false), true;
        case Argument::offset_in_out:
            return print_.number_behind(value, 8, true), true;
        case Argument::offset32_in_out:
            return print_.number_behind(value, print_.word(), true), true;
        case Argument::fd_pair_out:
            return print_.fd_pair(value), true;
        case Argument::wait_status_out:
            if (got == 0) return print_.address(value), true;  // WNOHANG found nobody
            return print_.wait_status(value), true;
        case Argument::old_stat_out:
        case Argument::stat_out:
        case Argument::stat64_out:
            return print_.stat(value, kind(index)), true;
        case Argument::statx_out:
            return print_.statx(value), true;
        case Argument::statfs_out:
            return print_.statfs(value, false), true;
        case Argument::statfs64_out:
            return print_.statfs(value, true), true;
        case Argument::sockaddr_out: {
            uint64_t size = 128;
            if (auto found = print_.copy(next, 4)) size = found->take(4);
            if (value == 0 || size == 0) return print_.address(value), true;
            return print_.sockaddr(value, size), true;
        }
        case Argument::socklen_in_out:
            return print_.number_behind(value, 4, false), true;
        case Argument::message_out:
            return print_.message(value, got), true;
        case Argument::signal_set_out:
            return print_.signal_set(value, 8), true;
        case Argument::old_signal_set_out:
            return print_.signal_set(value, print_.word()), true;
        case Argument::sigaction_out:
            return print_.sigaction(value, false), true;
        case Argument::old_sigaction_out:
            return print_.sigaction(value, true), true;
        case Argument::siginfo_out:
            return print_.siginfo(value), true;
        case Argument::signal_stack_out:
            return print_.signal_stack(value), true;
        case Argument::rlimit_out:
        case Argument::old_rlimit_out:
            return print_.rlimit(value, print_.word()), true;
        case Argument::rlimit64_out:
            return print_.rlimit(value, 8), true;
        case Argument::rusage_out:
            return print_.rusage(value), true;
        case Argument::tms_out:
            return print_.tms(value), true;
        case Argument::sysinfo_out:
            return print_.sysinfo(value), true;
        case Argument::utsname_out:
            return print_.utsname(value, 65, 6), true;
        case Argument::old_utsname_out:
            return print_.utsname(value, 65, 5), true;
        case Argument::oldold_utsname_out:
            return print_.utsname(value, 9, 5), true;
        case Argument::sched_param_out:
            return print_.sched_param(value), true;
        case Argument::sched_attr_out:
            return print_.sched_attr(value), true;
        default:
            return print_.address(value), true;
    }
}

bool Line::write(unsigned index) {
    const uint64_t value = argument(index);
    if (!call_.row) return append(to_, hex_or_zero(value)), true;
    bool known = true;
    if (write_special(index, known)) return known;
    const Argument what = kind(index);
    if (what == Argument::offset_low) {
        const uint64_t high =
            kind(index + 1) == Argument::offset_high && call_.abi == Abi::i386 ? argument(index + 1) : 0;
        append(to_, static_cast<int64_t>(high << 32 | value));
        return true;
    }
    if (what == Argument::offset_high) {
        if (kind(index + 1) == Argument::offset_low)
            append(to_, static_cast<int64_t>(value << 32 | argument(index + 1)));
        return true;
    }
    if (write_number(what, value) || write_constant(what, value) || write_input(index)) return true;
    if (!exiting_) return false;
    const bool interrupted_sleep = is_sleep() && is_restart(result_);
    if (value == 0 || (failed() && !interrupted_sleep && what != Argument::iovecs_out))
        return print_.address(value), true;
    if (interrupted_sleep) return print_.timespec(value, what == Argument::timespec_out ? 8 : 4), true;
    return write_output(index);
}

// What poll and select changed, as strace shows it behind the result.
void Line::write_time_left() {
    const bool old = kind(4) == Argument::timeval;
    if (argument(4) == 0) return;
    to_ += to_.ends_with('(') ? "left " : ", left ";
    if (old)
        print_.timeval(argument(4));
    else
        print_.timespec(argument(4), kind(4) == Argument::timespec32 ? 4 : 8);
}

void Line::write_result() {
    if (is_restart(result_)) return append(to_, "? ", error_text(static_cast<int>(-result_)));
    if (is_error(result_)) return append(to_, "-1 ", error_text(static_cast<int>(-result_)));
    const auto value = static_cast<uint64_t>(result_);
    const uint64_t shown = call_.abi == Abi::x86_64 ? value : value & 0xffffffff;
    const std::string_view entry = call_.row ? call_.row->entry : std::string_view();

    if (special_ == Special::brk || special_ == Special::mmap || entry == "mremap" || entry == "shmat" ||
        entry == "old_mmap")
        return print_.address(shown);
    if (special_ == Special::umask) return print_.mode(static_cast<uint32_t>(value));
    if (special_ == Special::fcntl && as_int(argument(1)) == 1)
        return append(to_, hex_or_zero(shown), shown == 1 ? " (flags FD_CLOEXEC)" : "");
    if (special_ == Special::fcntl && as_int(argument(1)) == 3)
        return append(to_, hex_or_zero(shown), " (flags ", open_flags_text(value), ")");
    if (special_ == Special::personality)
        return append(to_, hex_or_zero(shown), " (", kPersonalities.describe(value & 0xff),
                      (value & 0xffffff00) == 0 ? "" : "|" + kPersonalityFlags.describe(value & 0xffffff00),
                      ")");
    if (special_ == Special::membarrier && argument(0) == 0)
        return append(to_, hex_or_zero(shown), " (", kMembarrierCommands.describe(value), ")");
    append(to_, call_.abi == Abi::x86_64 ? result_ : int64_t{as_int(value)});
    if (entry == "sched_getscheduler") append(to_, " (", kPolicies.describe(value), ")");
    if (entry == "time" || entry == "time32") append(to_, " (", stamp_text(result_), ")");
    if (special_ == Special::thread_area)
        if (auto number = print_.copy(argument(0), 4))
            append(to_, " (entry_number=", number->take_signed(4), ")");
    if (special_ == Special::prctl && argument(0) == 3)
        append(to_, value == 0 ? " (SUID_DUMP_DISABLE)" : value == 1 ? " (SUID_DUMP_USER)" : "");
    if (entry == "poll" || entry == "ppoll" || entry == "ppoll_time32") {
        if (result_ == 0) return append(to_, " (Timeout)");
        to_ += " ([";
        bool first = true;
        if (auto found = print_.copy(argument(0), std::min<uint64_t>(argument(1) & 0xffffffff, 65536) * 8))
            for (uint64_t i = 0; i < (argument(1) & 0xffffffff) && i < 65536; ++i) {
                const auto number = as_int(found->take(4));
                found->skip(2);
                const uint64_t events = found->take(2);
                if (events == 0) continue;
                append(to_, std::exchange(first, false) ? "" : ", ", "{fd=");
                print_.fd(number);
                append(to_, ", revents=", kPollEvents.describe(events), "}");
            }
        to_ += ']';
        if (entry != "poll" && argument(2) != 0) {
            to_ += ", left ";
            print_.timespec(argument(2), entry == "ppoll" ? 8 : 4);
        }
        to_ += ')';
    }
    if (special_ == Special::select) {
        if (result_ == 0) return append(to_, " (Timeout)");
        to_ += " (";
        for (const auto& [index, name] : {std::pair{1U, "in "}, {2U, "out "}, {3U, "except "}}) {
            if (argument(index) == 0) continue;
            std::string set;
            Printer quiet(set, print_.style(), print_.memory(), call_.abi);
            quiet.fd_set(argument(index), argument(0) & 0xffffffff);
            if (set != "[]") append(to_, to_.ends_with('(') ? "" : ", ", name, set);
        }
        write_time_left();
        to_ += ')';
    }
}

}  // namespace

std::string name_of(const Call& call) {
    return call.row ? std::string(call.row->name) : concat("syscall_0x", hex(call.number));
}

unsigned Decoder::append_entry(std::string& to) const {
    Line line(to, style_, memory_, call_);
    unsigned printed = 0;
    for (; printed < line.count(); ++printed) {
        if (line.is_silent(printed)) continue;
        const size_t before = to.size();
        if (printed != 0) to += ", ";
        const size_t bare = to.size();
        if (line.write(printed)) continue;
        to.resize(bare == before ? before : bare);  // the comma stays: more is to come
        break;
    }
    return printed;
}

void Decoder::append_exit(std::string& to, int64_t result, unsigned printed) const {
    Line line(to, style_, memory_, call_);
    line.finish(result);
    const unsigned first = printed;
    for (; printed < line.count(); ++printed) {
        if (line.is_silent(printed)) continue;
        if (printed != first && printed != 0) to += ", ";
        line.write(printed);
    }
}

void Decoder::append_result(std::string& to, int64_t result) const {
    Line line(to, style_, memory_, call_);
    line.finish(result);
    line.write_result();
}

}  // namespace earlybox::trace_syscall
