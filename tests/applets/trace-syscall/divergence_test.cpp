// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/divergence.h"

#include <catch2/catch.hpp>

#include "core/abi/syscalls.h"

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

// "open/etc/passwd close mkdir!17": the path after the name, the errno after an exclamation mark.
CallList calls(std::string_view text) {
    CallList list;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const size_t bang = word.find('!');
        const auto front = word.substr(0, bang);
        const size_t slash = front.find('/');
        MadeCall call{
            .job = common_name(front.substr(0, slash)), .path = {}, .error = 0, .text = std::string(word)};
        if (slash != front.npos) call.path = front.substr(slash);
        if (bang != word.npos) call.error = std::stoi(std::string(word.substr(bang + 1)));
        list.push_back(call);
    }
    return list;
}

using Pairs = std::vector<std::pair<size_t, size_t>>;

std::string parting(std::string_view first, std::string_view second) {
    const auto a = calls(first);
    const auto b = calls(second);
    const auto at = first_difference(a, b, align(a, b));
    return at ? a[at->first].text + " | " + b[at->second].text : "";
}

}  // namespace

TEST_CASE("calls that do the same have one name", "[divergence]") {
    CHECK(common_name("clock_gettime64") == "clock_gettime");
    CHECK(common_name("clock_gettime") == "clock_gettime");
    CHECK(common_name("gettimeofday") == "clock_gettime");
    CHECK(common_name("mmap2") == "mmap");
    CHECK(common_name("open") == "openat");
    CHECK(common_name("stat64") == "stat");
    CHECK(common_name("fstatat64") == common_name("newfstatat"));
    CHECK(common_name("fstat64") == "fstat");
    CHECK(common_name("utimensat_time64") == common_name("utimes"));
    CHECK(common_name("getuid32") == "getuid");
    CHECK(common_name("time") == "clock_gettime");
    CHECK(common_name("timer_gettime") == "timer_gettime");
    CHECK(common_name("write") == "write");
    CHECK(common_name("") == "");
}

TEST_CASE("every job is a call of its own name", "[divergence]") {
    for (const Abi abi : {Abi::x86_64, Abi::i386})
        for (const Syscall& call : syscalls(abi)) {
            const auto job = common_name(call.name);
            INFO(call.name << " " << job);
            CHECK(common_name(job) == job);
            CHECK_FALSE(job.empty());
        }
}

TEST_CASE("the folders of libraries are no difference", "[divergence]") {
    CHECK(common_path("/lib/x86_64-linux-gnu/libc.so.6") == common_path("/lib/i386-linux-gnu/libc.so.6"));
    CHECK(common_path("/lib64/ld.so") == common_path("/lib/ld.so"));
    CHECK(common_path("/etc/passwd") != common_path("/etc/group"));
}

TEST_CASE("lists are aligned by what is common", "[divergence]") {
    const auto aligned = [](std::string_view a, std::string_view b) { return align(calls(a), calls(b)); };
    CHECK(aligned("", "") == Pairs{});
    CHECK(aligned("read write", "") == Pairs{});
    CHECK(aligned("read write", "read write") == Pairs{{0, 0}, {1, 1}});
    CHECK(aligned("read brk write close", "read write close") == Pairs{{0, 0}, {2, 1}, {3, 2}});
    CHECK(aligned("read write close", "read brk brk write close") == Pairs{{0, 0}, {1, 3}, {2, 4}});
    CHECK(aligned("brk read write", "sync read write") == Pairs{{1, 1}, {2, 2}});
    // The last one alone is enough at the end.
    CHECK(aligned("read brk close", "read close") == Pairs{{0, 0}, {2, 1}});
}

TEST_CASE("lists with nothing in common end", "[divergence]") {
    std::string a;
    std::string b;
    for (int i = 0; i < 2000; ++i) a += "read ", b += "write ";
    CHECK(align(calls(a), calls(b)).empty());
}

TEST_CASE("the first call that ends differently is found", "[divergence]") {
    CHECK(parting("open/a read close", "openat/a read close").empty());
    CHECK(parting("open/a read utimensat/f!38 exit", "openat/a brk read utimensat/f exit") ==
          "utimensat/f!38 | utimensat/f");
    CHECK(parting("open/a close", "openat/b close") == "open/a | openat/b");
    CHECK(parting("open/a!2 close", "openat/a!2 close").empty());
    CHECK(parting("open/lib/i386-linux-gnu/libc", "openat/lib/x86_64-linux-gnu/libc").empty());
}
