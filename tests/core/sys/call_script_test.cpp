// SPDX-License-Identifier: MIT
#include "core/sys/call_script.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include <catch2/catch.hpp>

#include "core/parse/vdso.h"

using namespace earlybox;

namespace {

constexpr int kTimeoutMs = 10'000;
constexpr auto kSystemCall = ScriptedCall::Through::system_call;
constexpr auto kFunction = ScriptedCall::Through::function;

// System call numbers of both ABIs.
struct Numbers {
    uint32_t clock_gettime, getpid, getppid;
};
Numbers numbers_of(Caller caller) {
    return caller == Caller::i386 ? Numbers{403, 20, 64}
                                  : Numbers{SYS_clock_gettime, SYS_getpid, SYS_getppid};
}

std::vector<Caller> callers() {
    std::vector<Caller> usable = {Caller::native};
    auto script = CallScript::create(Caller::i386);
    if (script && script->run(kTimeoutMs)) usable.push_back(Caller::i386);
    return usable;
}

}  // namespace

TEST_CASE("call script: system calls answer, and write into shared memory") {
    for (const Caller caller : callers()) {
        auto script = CallScript::create(caller).value();
        const auto numbers = numbers_of(caller);
        const uint64_t room = script.reserve(16);
        const size_t parent = script.add({kSystemCall, numbers.getppid});
        const size_t clock = script.add({kSystemCall, numbers.clock_gettime, {CLOCK_MONOTONIC, room}});
        const size_t bad = script.add({kSystemCall, numbers.clock_gettime, {CLOCK_MONOTONIC, 1}});
        const auto end = script.run(kTimeoutMs);
        REQUIRE(end);
        CHECK(end->exited_with(0));
        CHECK(script[parent].returned(getpid()));
        CHECK(script[clock].returned(0));
        CHECK(*static_cast<uint64_t*>(script.at(room)) > 0);
        CHECK(script[bad].returned(-EFAULT));
    }
}

TEST_CASE("call script: functions are found by their offset; one that dies does not end the script") {
    for (const Caller caller : callers()) {
        auto script = CallScript::create(caller).value();
        REQUIRE(script.run(kTimeoutMs));
        if (script.facts().vdso == 0) continue;
        const auto vdso = parse_vdso(script.vdso_bytes());
        REQUIRE(vdso);
        const auto* gettime =
            vdso->find(caller == Caller::i386 ? "__vdso_clock_gettime64" : "__vdso_clock_gettime");
        if (gettime == nullptr) continue;
        const auto offset = static_cast<uint32_t>(gettime->offset);
        const uint64_t room = script.reserve(16);
        const size_t dies = script.add({kFunction, offset, {CLOCK_MONOTONIC, 8}});
        const size_t lives = script.add({kFunction, offset, {CLOCK_MONOTONIC, room}, 100});
        REQUIRE(script.run(kTimeoutMs));
        CHECK(script[dies].how == ScriptedCall::How::killed);
        CHECK(script[dies].value == SIGSEGV);
        CHECK(script[lives].returned(0));
        CHECK(*static_cast<uint64_t*>(script.at(room)) > 0);
    }
}

TEST_CASE("call script: a traced one tells which system calls each call made") {
    for (const Caller caller : callers()) {
        auto script = CallScript::create(caller).value();
        const auto numbers = numbers_of(caller);
        script.add({kSystemCall, numbers.getppid, {}, 3});
        script.add({kSystemCall, numbers.getpid});
        const auto entered = script.run_traced(kTimeoutMs);
        REQUIRE(entered);
        std::vector<std::pair<size_t, uint64_t>> calls;
        for (const EnteredCall& call : *entered) calls.emplace_back(call.call, call.number);
        CHECK(calls ==
              std::vector<std::pair<size_t, uint64_t>>{
                  {0, numbers.getppid}, {0, numbers.getppid}, {0, numbers.getppid}, {1, numbers.getpid}});
    }
}
