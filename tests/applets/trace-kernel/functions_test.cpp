// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/functions.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/abi/entry_abi.h"
#include "tests/outcome.h"

using namespace earlybox;
using namespace earlybox::trace_kernel;

TEST_CASE("trace-kernel: patterns over the list of functions", "[trace-kernel]") {
    std::vector<FunctionMatch> matches = {match_of("__*_sys_utimensat*"), match_of("clock_gettime"),
                                          match_of("step_into"), match_of("nothing")};
    for (const char* line :
         {"__x64_sys_utimensat", "__ia32_sys_utimensat_time32", "__x64_sys_clock_gettime", "step_into.isra.0",
          "__ia32_sys_clock_gettime32", "ext4_lookup [ext4]", "", "step_intoo"})
        match_line(line, matches);
    CHECK(matches[0].count == 2);
    CHECK(matches[1].count == 0);
    CHECK(matches[1].traceable ==
          std::vector<std::string>{"__x64_sys_clock_gettime", "__ia32_sys_clock_gettime32"});
    CHECK(matches[2].count == 0);
    CHECK(matches[2].variants == std::vector<std::string>{"step_into.isra.0"});
    CHECK(matches[3].handlers.empty());
    CHECK(std::ranges::count(match_of("sys_getpid").handlers, "__do_sys_getpid") == 1);
    CHECK(match_of("sys_utimensat").handlers == match_of("utimensat").handlers);
}

TEST_CASE("trace-kernel: which programs a function works for", "[trace-kernel]") {
    CHECK(abi_of_function("__ia32_compat_sys_openat") == Abi::i386);
    CHECK(abi_of_function("__ia32_sys_utimensat_time32") == Abi::i386);
    CHECK(abi_of_function("__x64_sys_openat") == Abi::x86_64);
    CHECK(abi_of_function("__x64_compat_sys_readv") == Abi::x32);
    CHECK(abi_of_function("entry_SYSCALL_64_after_hwframe") == Abi::x86_64);
    CHECK(abi_of_function("sysret32_from_system_call") == Abi::i386);
    CHECK(abi_of_function("asm_int80_emulation") == Abi::i386);
    CHECK_FALSE(abi_of_function("__do_sys_getpid"));
    CHECK_FALSE(abi_of_function("do_mkdirat"));
    CHECK(handled_call("__ia32_compat_sys_openat") == "openat");
    CHECK(handled_call("__do_sys_getpid") == "getpid");
    CHECK(handled_call("do_syscall_64").empty());
}

TEST_CASE("trace-kernel: questions that make no sense", "[trace-kernel]") {
    CHECK(call({"trace-kernel", "callers", "--", "true"}).code == 2);
    CHECK(call({"trace-kernel", "callees"}).code == 2);
    CHECK(call({"trace-kernel", "why", "ENOSENSE", "--", "true"}).code == 2);
    CHECK(call({"trace-kernel", "why", "0", "--", "true"}).code == 2);
    CHECK(call({"trace-kernel", "why", "ENOENT", "EPERM", "--", "true"}).code == 2);
    CHECK(call({"trace-kernel", "callers", "-i", "/nowhere/x"}).code == 3);
}
