// SPDX-License-Identifier: MIT
#include "core/abi/syscall_notes.h"

#include <catch2/catch.hpp>
#include <set>

using namespace earlybox;

namespace {

bool depends_on(const Syscall& call, std::string_view option) {
    return option == gate_info(call.gate).option || option == gate_info(call.gate).also;
}

Syscall i386(std::string_view name) { return find_syscall(Abi::i386, name).value(); }

}  // namespace

TEST_CASE("every 32-bit time call has a twin that does without CONFIG_COMPAT_32BIT_TIME") {
    for (const Syscall& call : syscalls(Abi::i386)) {
        if (!depends_on(call, "CONFIG_COMPAT_32BIT_TIME")) continue;
        INFO(call.name);
        auto twin = twin_of(Abi::i386, call);
        REQUIRE(twin);
        CHECK(!depends_on(*twin, "CONFIG_COMPAT_32BIT_TIME"));
    }
}

TEST_CASE("twins") {
    CHECK(twin_of(Abi::i386, i386("time"))->number == 403);
    CHECK(twin_of(Abi::i386, i386("chown"))->number == 212);
    CHECK(twin_of(Abi::i386, i386("futex_waitv"))->number == 422);
    CHECK(twin_of(Abi::x86_64, *find_syscall(Abi::x86_64, "futex_waitv"))->number == 202);
    CHECK(!twin_of(Abi::x86_64, *find_syscall(Abi::x86_64, "clock_gettime")));
    CHECK(!twin_of(Abi::i386, i386("getpid")));
    for (Abi abi : {Abi::x86_64, Abi::i386, Abi::x32})
        for (const Syscall& call : syscalls(abi))
            if (auto twin = twin_of(abi, call)) {
                INFO(call.name << " and " << twin->name);
                CHECK(twin->name != call.name);
                CHECK(!twin->is_hole());
            }
}

TEST_CASE("notes") {
    CHECK(harmless_without("rseq"));
    CHECK(!harmless_without("clock_gettime"));
    CHECK(remark_on("ipc")->gate == Gate::time32);
    CHECK(!remark_on("read"));
}

TEST_CASE("trials") {
    CHECK(!trial_of("exit").safe);
    CHECK(!trial_of("vhangup").safe);
    CHECK(trial_of("read").safe);
    CHECK(trial_of("read").arguments[0] == -1);
    CHECK(trial_of("futex").arguments[1] == 1);
    CHECK(trial_of("kill").arguments[1] == 0);
}

// A misspelt name in a table would be one call less.
TEST_CASE("every note names a call") {
    std::set<std::string_view> with_twin, harmless, remarked, unsafe, with_arguments;
    for (Abi abi : {Abi::x86_64, Abi::i386, Abi::x32})
        for (const Syscall& call : syscalls(abi)) {
            if (twin_of(abi, call)) with_twin.insert(call.name);
            if (harmless_without(call.name)) harmless.insert(call.name);
            if (remark_on(call.name)) remarked.insert(call.name);
            Trial trial = trial_of(call.name);
            if (!trial.safe) unsafe.insert(call.name);
            if (trial.safe && *trial.reason) with_arguments.insert(call.name);
        }
    CHECK(with_twin.size() == 64);
    CHECK(harmless.size() == 40);
    CHECK(remarked.size() == 6);
    CHECK(unsafe.size() == 14);
    CHECK(with_arguments.size() == 13);
}
