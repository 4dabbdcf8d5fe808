// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/divergence.h"

#include <algorithm>
#include <iterator>

namespace earlybox::trace_syscall {
namespace {

// NAME=JOB; names that differ in their width only are brought together before.
constexpr std::string_view kJobs =
    " _llseek=lseek _newselect=pselect6 access=faccessat arch_prctl=set_thread_area chmod=fchmodat chown=fchownat "
    "clone3=clone creat=openat dup2=dup3 epoll_create=epoll_create1 epoll_wait=epoll_pwait eventfd=eventfd2 "
    "faccessat2=faccessat fork=clone fstatat=stat futimesat=utimensat getpgrp=getpgid getrlimit=prlimit "
    "gettimeofday=clock_gettime inotify_init=inotify_init1 lchown=fchownat link=linkat lstat=stat mkdir=mkdirat "
    "mknod=mknodat mmap2=mmap nanosleep=clock_nanosleep newfstatat=stat oldfstat=fstat oldlstat=stat oldolduname=uname "
    "oldstat=stat olduname=uname open=openat pipe=pipe2 poll=ppoll readlink=readlinkat rename=renameat renameat2=renameat "
    "rmdir=unlinkat select=pselect6 setrlimit=prlimit settimeofday=clock_settime sigaction=rt_sigaction "
    "signal=rt_sigaction signalfd=signalfd4 sigpending=rt_sigpending sigprocmask=rt_sigprocmask sigreturn=rt_sigreturn "
    "sigsuspend=rt_sigsuspend statx=stat stime=clock_settime symlink=symlinkat time=clock_gettime ugetrlimit=prlimit "
    "umount=umount2 unlink=unlinkat utime=utimensat utimes=utimensat vfork=clone waitpid=wait4 ";

bool differ(const MadeCall& a, const MadeCall& b) {
    return a.error != b.error || common_path(a.path) != common_path(b.path);
}

// How many calls from there on are the same in both lists, at most so many.
size_t common_length(const CallList& first, size_t i, const CallList& second, size_t j, size_t most) {
    size_t length = 0;
    while (length < most && i + length < first.size() && j + length < second.size() &&
           first[i + length].job == second[j + length].job)
        ++length;
    return length;
}

}  // namespace

std::string common_name(std::string_view name) {
    for (const std::string_view suffix : {"_time64", "_time32", "64", "32"})
        if (name.ends_with(suffix)) {
            name.remove_suffix(suffix.size());
            break;
        }
    std::string key = " ";
    key.append(name).push_back('=');
    const size_t found = kJobs.find(key);
    if (found == kJobs.npos) return std::string(name);
    const size_t start = found + key.size();
    return std::string(kJobs.substr(start, kJobs.find(' ', start) - start));
}

std::string common_path(std::string_view path) {
    std::string common(path);
    for (const std::string_view folder :
         {"/x86_64-linux-gnux32", "/x86_64-linux-gnu", "/i386-linux-gnu", "/i686-linux-gnu"})
        if (const size_t at = common.find(folder); at != common.npos) common.erase(at, folder.size());
    for (const std::string_view folder : {"/lib64/", "/libx32/", "/lib32/"})
        if (const size_t at = common.find(folder); at != common.npos)
            common.replace(at, folder.size(), "/lib/");
    return common;
}

std::vector<std::pair<size_t, size_t>> align(const CallList& first, const CallList& second) {
    // Two calls alike in a row bring the lists together again, after the fewest calls that only one has made.
    constexpr size_t kAlike = 2;
    constexpr size_t kWindow = 400;
    std::vector<std::pair<size_t, size_t>> pairs;
    size_t i = 0;
    size_t j = 0;
    while (i < first.size() && j < second.size()) {
        if (first[i].job == second[j].job) {
            pairs.emplace_back(i++, j++);
            continue;
        }
        const size_t left = std::min(first.size() - i, second.size() - j);
        bool found = false;
        for (size_t skipped = 1; skipped <= kWindow && !found; ++skipped) {
            for (size_t k = 0; k <= skipped && !found; ++k) {
                const size_t wanted = std::min(kAlike, left);
                if (common_length(first, i + k, second, j + skipped - k, wanted) < wanted) continue;
                i += k;
                j += skipped - k;
                found = true;
            }
        }
        if (!found) i += kWindow / 2, j += kWindow / 2;
    }
    return pairs;
}

std::optional<std::pair<size_t, size_t>> first_difference(
    const CallList& first, const CallList& second, const std::vector<std::pair<size_t, size_t>>& pairs) {
    for (const auto& [i, j] : pairs)
        if (differ(first[i], second[j])) return std::pair{i, j};
    return {};
}

}  // namespace earlybox::trace_syscall
