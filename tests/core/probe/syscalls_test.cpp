// SPDX-License-Identifier: MIT
#include "core/probe/syscalls.h"

#include <catch2/catch.hpp>

#include "core/abi/gates.h"
#include "tests/captured_machine.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(own_510, "tests/fixtures/kallsyms/own-5.10")
EMBED(own_612, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612, "tests/fixtures/kallsyms/debian-6.12")

namespace {

Handlers handlers_of(std::string_view kallsyms) {
    const CapturedMachine captured(kallsyms);
    Machine machine(captured.path());
    auto handlers = Handlers::load(Kernel(machine));
    REQUIRE(handlers);
    return *std::move(handlers);
}

Handler handler(const Handlers& handlers, Abi abi, std::string_view name) {
    const auto call = find_syscall(abi, name);
    REQUIRE(call);
    return handlers.find(abi, *call);
}

constexpr const char* kTimeCalls[] = {"clock_gettime", "clock_nanosleep", "futex", "nanosleep", "time",
                                      "utimensat",     "utimes",          "stime", "recvmmsg",  "ppoll"};
constexpr const char* kTime64Calls[] = {"clock_gettime64",  "clock_nanosleep_time64", "futex_time64",
                                        "utimensat_time64", "ppoll_time64",           "gettimeofday"};

}  // namespace

TEST_CASE("a kernel without COMPAT_32BIT_TIME has stubs for 32-bit time, and the 64-bit calls") {
    const Handlers handlers = handlers_of(GENERATE(own_510(), own_612()));
    for (const char* name : kTimeCalls) {
        INFO(name);
        CHECK(handler(handlers, Abi::i386, name).state == HandlerState::weak_stub);
        if (const auto call = find_syscall(Abi::x86_64, name))
            CHECK(handlers.find(Abi::x86_64, *call).state == HandlerState::implemented);
    }
    for (const char* name : kTime64Calls) {
        INFO(name);
        CHECK(handler(handlers, Abi::i386, name).works());
    }
    CHECK(handler(handlers, Abi::i386, "clock_gettime").symbol == "__ia32_sys_clock_gettime32");
    CHECK(is_closed(Abi::i386, Gate::time32, handlers));
    CHECK_FALSE(is_closed(Abi::i386, Gate::net, handlers));
}

TEST_CASE("Debian's kernel has them all, also where a stub of a similar name exists") {
    const Handlers handlers = handlers_of(debian_612());
    for (const char* name : kTimeCalls) {
        INFO(name);
        CHECK(handler(handlers, Abi::i386, name).works());
    }
    // The native variant is weak; the table leads to the compat one.
    CHECK(handler(handlers, Abi::i386, "pselect6").symbol == "__ia32_compat_sys_pselect6_time32");
    CHECK_FALSE(is_closed(Abi::i386, Gate::time32, handlers));
    CHECK(is_closed(Abi::i386, Gate::vm86, handlers));
}

TEST_CASE("a hole is a hole, and an unknown handler is absent") {
    const Handlers handlers = handlers_of(debian_612());
    CHECK(handler(handlers, Abi::i386, "break").state == HandlerState::hole);
    const Handlers few = handlers_of("ffffffff81000000 T __ia32_sys_read\n");
    CHECK(handler(few, Abi::i386, "read").works());
    CHECK(handler(few, Abi::i386, "write").state == HandlerState::absent);
    CHECK(few.any_for(Abi::i386));
    CHECK_FALSE(few.any_for(Abi::x86_64));
}

TEST_CASE("an alias of sys_ni_posix_timers is a stub, though its type is T") {
    const Handlers handlers = handlers_of(
        "ffffffff81000000 T sys_ni_posix_timers\n"
        "ffffffff81000000 T __x64_sys_timer_create\n"
        "ffffffff81000100 T __x64_sys_read\n");
    CHECK(handler(handlers, Abi::x86_64, "timer_create").state == HandlerState::alias_stub);
    CHECK(handler(handlers, Abi::x86_64, "read").works());
    const Handlers hidden = handlers_of(
        "0000000000000000 T sys_ni_posix_timers\n"
        "0000000000000000 T __x64_sys_timer_create\n");
    CHECK(handler(hidden, Abi::x86_64, "timer_create").works());  // zeros say nothing
}

TEST_CASE("kallsyms without any handler is an error, not a kernel without calls") {
    const CapturedMachine captured(GENERATE("", "garbage\n", "ffffffff81000000 T _text\n"));
    Machine machine(captured.path());
    CHECK_FALSE(Handlers::load(Kernel(machine)));
}

TEST_CASE("answers are described by their errno's name") {
    CHECK(describe(CallAnswer{CallAnswer::How::returned, -38}) == "ENOSYS");
    CHECK(describe(CallAnswer{CallAnswer::How::returned, 0}) == "0");
    CHECK(describe(CallAnswer{CallAnswer::How::returned, -4096}) == "-4096");
    CHECK(describe(CallAnswer{CallAnswer::How::killed, 11}) == "killed by SIGSEGV");
    CHECK(describe(CallAnswer{}) == "not tried");
}

TEST_CASE("a list of symbols holds no tables: names decide, and that is said") {
    TemporaryTree tree;
    tree.add("System.map", debian_612());
    Machine machine(tree.path());
    Kernel kernel = Kernel::open(machine, "/System.map").value();
    Handlers handlers = Handlers::load(kernel).value();
    const auto tables = handlers.read_tables(kernel);
    REQUIRE_FALSE(tables);
    CHECK(tables.error().cause.find("CONFIG_KALLSYMS_ALL") != std::string::npos);
    CHECK_FALSE(handlers.lacks(Abi::x32));
    CHECK_FALSE(handler(handlers, Abi::i386, "read").by_table);
    CHECK(handler(handlers, Abi::i386, "pselect6").symbol == "__ia32_compat_sys_pselect6_time32");
}
