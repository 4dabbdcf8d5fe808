// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/selection.h"

#include <regex.h>

#include <algorithm>
#include <optional>

#include "applets/trace-syscall/decoder.h"
#include "applets/trace-syscall/style.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr Abi kAbis[] = {Abi::x86_64, Abi::i386, Abi::x32};
constexpr size_t kNumbers = NumberSet().size();

// Classes whose members cannot be told from their arguments (strace(1), "-e trace=").
struct Class {
    std::string_view name;
    const char* members;  // separated by spaces
};
constexpr Class kClasses[] = {
    {"process",
     "fork vfork clone clone3 execve execveat exit exit_group wait4 waitpid waitid rt_sigqueueinfo "
     "rt_tgsigqueueinfo kill tkill tgkill unshare pidfd_send_signal"},
    {"network",
     "socket socketpair socketcall bind connect listen accept accept4 getsockname getpeername send sendto sendmsg "
     "sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 shutdown setsockopt getsockopt getpmsg putpmsg"},
    {"signal",
     "signal sigaction sigprocmask sigpending sigsuspend sigreturn sgetmask ssetmask rt_sigaction rt_sigprocmask "
     "rt_sigpending rt_sigsuspend rt_sigreturn rt_sigtimedwait rt_sigtimedwait_time64 rt_sigqueueinfo "
     "rt_tgsigqueueinfo sigaltstack kill tkill tgkill pause signalfd signalfd4 pidfd_send_signal"},
    {"ipc",
     "ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget"},
    {"memory",
     "brk mmap mmap2 munmap mprotect mremap msync madvise mlock mlock2 munlock mlockall munlockall mincore mbind "
     "get_mempolicy set_mempolicy set_mempolicy_home_node migrate_pages move_pages remap_file_pages shmat shmdt "
     "pkey_mprotect process_madvise io_setup io_destroy map_shadow_stack"},
    {"clock",
     "adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 "
     "clock_settime clock_settime64 gettimeofday settimeofday time stime"},
    {"creds",
     "capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32 "
     "getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups "
     "setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32 "
     "prctl"},
    {"stat", "stat stat64 oldstat"},
    {"lstat", "lstat lstat64 oldlstat"},
    {"fstat", "fstat fstat64 oldfstat fstatat64 newfstatat"},
    {"statfs", "statfs statfs64"},
    {"fstatfs", "fstatfs fstatfs64"},
    {"%stat", "stat stat64 oldstat lstat lstat64 oldlstat fstat fstat64 oldfstat fstatat64 newfstatat statx"},
    {"%statfs", "statfs statfs64 fstatfs fstatfs64 ustat"},
    {"pure",
     "getegid getegid32 geteuid geteuid32 getgid getgid32 getpgrp getpid getppid getthrid gettid getuid getuid32"},
};

bool has_argument(const Syscall& call, std::initializer_list<Argument> kinds) {
    return std::ranges::any_of(call.arguments,
                               [&](Argument kind) { return std::ranges::find(kinds, kind) != kinds.end(); });
}

bool is_word_of(std::string_view words, std::string_view wanted) {
    while (!words.empty())
        if (next_word(words) == wanted) return true;
    return false;
}

// %file and %desc are told by what calls take.
bool is_file_call(const Syscall& call) {
    return has_argument(call, {Argument::path}) || call.name == "getcwd";
}

bool is_descriptor_call(const Syscall& call) {
    return has_argument(call, {Argument::fd, Argument::dirfd, Argument::poll_fds, Argument::fd_set,
                               Argument::fd_pair_out}) ||
           is_word_of(
               "open creat socket socketpair epoll_create epoll_create1 eventfd eventfd2 inotify_init inotify_init1 "
               "timerfd_create memfd_create memfd_secret fsopen userfaultfd pidfd_open perf_event_open fanotify_init bpf "
               "io_uring_setup select _newselect",
               call.name);
}

}  // namespace

CallSet CallSet::all() {
    CallSet set;
    for (auto& numbers : set.numbers_) numbers.set();
    set.all_ = true;
    return set;
}

CallSet CallSet::of(Abi abi, const NumberSet& numbers) {
    CallSet set;
    set.numbers(abi) = numbers;
    return set;
}

bool CallSet::is_empty() const { return std::ranges::all_of(numbers_, &NumberSet::none); }

CallSet& CallSet::operator|=(const CallSet& other) {
    for (const Abi abi : kAbis) numbers(abi) |= other.numbers(abi);
    all_ = all_ || other.all_;
    return *this;
}

Result<> CallSet::add(std::string_view word) {
    const std::string_view whole = word;
    const bool may_be_unknown = word.starts_with('?');
    if (may_be_unknown) word.remove_prefix(1);
    std::optional<Abi> only;
    if (const size_t at = word.rfind('@'); at != word.npos && !word.starts_with('/')) {
        const auto abi = word.substr(at + 1);
        only = abi == "64" ? Abi::x86_64 : abi == "32" ? Abi::i386 : Abi::x32;
        if (abi != "64" && abi != "32" && abi != "x32")
            return failure(concat("'", printable(whole), "': no such ABI"), 0, {}, "@64, @32 or @x32");
        word = word.substr(0, at);
    }
    regex_t pattern{};
    const bool is_pattern = word.starts_with('/');
    if (is_pattern && regcomp(&pattern, std::string(word.substr(1)).c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        return failure(concat("'", printable(whole), "' is no regular expression"));

    std::string_view members;
    bool is_class = false;
    if (word.starts_with('%')) {
        const auto name = word.substr(1);
        is_class = name == "file" || name == "desc" || name == "all";
        for (const Class& known : kClasses)
            if (known.name == name) is_class = true, members = known.members;
        if (!is_class) {
            std::vector<std::string_view> names = {"file", "desc"};
            for (const Class& known : kClasses) names.push_back(known.name);
            const auto meant = did_you_mean(name, names);
            return failure(concat("'", printable(whole), "': no such class of system calls"), 0, {},
                           meant ? concat("%", *meant) : "");
        }
    }
    bool found = false;
    for (const Abi abi : kAbis) {
        if (only && abi != *only) continue;
        for (const Syscall& call : syscalls(abi)) {
            const bool matches = is_pattern
                                     ? regexec(&pattern, std::string(call.name).c_str(), 0, nullptr, 0) == 0
                                 : !is_class        ? call.name == word
                                 : !members.empty() ? is_word_of(members, call.name)
                                 : word == "%file"  ? is_file_call(call)
                                 : word == "%desc"  ? is_descriptor_call(call)
                                                    : true;
            if (!matches) continue;
            numbers(abi).set(call.number);
            found = true;
        }
        if (const auto number = parse_number(word); number && *number < kNumbers) {
            numbers(abi).set(*number);
            found = true;
        }
    }
    if (is_pattern) regfree(&pattern);
    if (found || may_be_unknown || is_class) return {};
    std::vector<std::string_view> names;
    for (const Abi abi : {Abi::x86_64, Abi::i386})
        for (const Syscall& call : syscalls(abi)) names.push_back(call.name);
    const auto meant = did_you_mean(word, names);
    return failure(concat("'", printable(whole), "': no such system call"), 0, {},
                   meant ? std::string(*meant) : "");
}

Result<CallSet> CallSet::parse(std::string_view expression) {
    CallSet set;
    const bool inverted = expression.starts_with('!');
    if (inverted) expression.remove_prefix(1);
    if (expression == "all") return inverted ? CallSet{} : all();
    if (expression == "none") return inverted ? all() : CallSet{};
    while (!expression.empty()) {
        const size_t end = expression.find(',');
        auto word = expression.substr(0, end);
        // Names of classes without their mark are strace's older way.
        std::string marked;
        for (const char* old : {"file", "process", "network", "signal", "ipc", "desc", "memory"})
            if (word == old) word = marked = concat("%", old);
        TRY_VOID(set.add(word));
        expression.remove_prefix(end == expression.npos ? expression.size() : end + 1);
    }
    if (inverted)
        for (auto& numbers : set.numbers_) numbers.flip();
    return set;
}

std::optional<int> signal_number(std::string_view name) {
    if (const auto number = parse_number(name))
        return *number >= 1 && *number <= 64 ? std::optional<int>(*number) : std::nullopt;
    std::string upper;
    for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!upper.starts_with("SIG")) upper.insert(0, "SIG");
    for (int number = 1; number <= 64; ++number) {
        std::string text;
        append_signal(text, static_cast<uint64_t>(number));
        if (text == upper) return number;
    }
    return std::nullopt;
}

std::optional<int> errno_number(std::string_view name) {
    constexpr int kLast = 4095;
    if (const auto number = parse_number(name))
        return *number >= 1 && *number <= kLast ? std::optional<int>(*number) : std::nullopt;
    for (int number = 1; number <= 133; ++number)
        if (errno_name(number) == name) return number;
    return std::nullopt;
}

Result<SignalSet> SignalSet::parse(std::string_view expression) {
    const bool inverted = expression.starts_with('!');
    if (inverted) expression.remove_prefix(1);
    SignalSet set{0};
    if (expression == "all") set.bits = ~uint64_t{0};
    while (!expression.empty() && expression != "all" && expression != "none") {
        const size_t end = expression.find(',');
        const auto word = expression.substr(0, end);
        const auto number = signal_number(word);
        if (!number) return failure(concat("'", printable(word), "': no such signal"));
        set.bits |= uint64_t{1} << (*number - 1);
        expression.remove_prefix(end == expression.npos ? expression.size() : end + 1);
    }
    if (inverted) set.bits = ~set.bits;
    return set;
}

Result<StatusSet> StatusSet::parse(std::string_view expression) {
    const bool inverted = expression.starts_with('!');
    if (inverted) expression.remove_prefix(1);
    if (expression == "all") return StatusSet{!inverted, !inverted, !inverted};
    StatusSet set{false, false, false};
    while (!expression.empty() && expression != "none") {
        const size_t end = expression.find(',');
        const auto word = expression.substr(0, end);
        if (word == "successful")
            set.successful = true;
        else if (word == "failed")
            set.failed = true;
        else if (word == "unfinished" || word == "unavailable" || word == "detached")
            set.unfinished = true;
        else
            return failure(concat("'", printable(word), "': no such status"), 0, {},
                           "successful, failed, unfinished, unavailable or detached");
        expression.remove_prefix(end == expression.npos ? expression.size() : end + 1);
    }
    if (inverted) set = {!set.successful, !set.failed, !set.unfinished};
    return set;
}

bool StatusSet::has(int64_t result) const { return is_error(result) ? failed : successful; }

}  // namespace earlybox::trace_syscall
