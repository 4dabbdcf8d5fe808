// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "applets/vdso-probe/entry.h"
#include "applets/vdso-probe/timing.h"
#include "core/applet.h"
#include "core/probe/vdso_verdict.h"
#include "tests/captured_machine.h"
#include "tests/embed.h"

using namespace earlybox;
using Catch::Contains;

EMBED(image_64, "tests/fixtures/vdso/own-6.12-x86_64")
EMBED(image_32, "tests/fixtures/vdso/own-6.12-i386")

namespace {

JudgedCall judged(Answered answered, std::vector<uint64_t> calls) {
    return {.function = "clock_gettime",
            .argument = "MONOTONIC",
            .answered = answered,
            .calls = std::move(calls)};
}

}  // namespace

TEST_CASE("vdso-probe FILE shows the symbols of an image") {
    TemporaryTree tree;
    tree.add("64", image_64()).add("32", image_32());
    const auto wide = call({"vdso-probe", tree.path("64")});
    CHECK(wide.code == kFine);
    CHECK_THAT(wide.out, Contains("64-bit: linux-vdso.so.1, 8192 bytes") &&
                             Contains("weak, the same as __vdso_getrandom") &&
                             !Contains("LINUX_2.6  LINUX_2.6"));
    const auto narrow = call({"vdso-probe", "--json", tree.path("32")});
    CHECK_THAT(narrow.out, Contains(R"("name":"__kernel_vsyscall","version":"LINUX_2.5","type":"function",)"
                                    R"("binding":"global","alias_of":"","offset":1392,"size":13})"));
}

TEST_CASE("vdso-probe says what is wrong with a file") {
    TemporaryTree tree;
    tree.add("text", "#!/bin/sh\n").add("cut", image_64().substr(0, 300));
    CHECK_THAT(call({"vdso-probe", tree.path("text")}).err, Contains("it is no ELF image"));
    CHECK(call({"vdso-probe", tree.path("text")}).code == kFailed);
    CHECK_THAT(call({"vdso-probe", tree.path("cut")}).err, Contains("cause: "));
    CHECK_THAT(call({"vdso-probe", tree.path("none")}).err, Contains("ENOENT"));
    CHECK(call({"vdso-probe", tree.path("text"), tree.path("cut")}).code == kUsage);
    CHECK(call({"vdso-probe", "--bench", "0"}).code == kUsage);
    CHECK(call({"vdso-probe", "--abi", "x32"}).code == kUsage);
}

TEST_CASE("vdso-probe probes this kernel") {
    const char* abi = caller_name(callers().front());
    const auto outcome = call({"vdso-probe", "--json", "--abi", abi});
    CHECK((outcome.code == kFine || outcome.code == kBadNews));
    CHECK_THAT(outcome.out, Contains(R"({"kind":"verdict","abi":")"));
    const bool fine = outcome.out.find(R"("fine":true)") != std::string::npos;
    CHECK(fine == (outcome.code == kFine));
}

TEST_CASE("the entry instruction is the first that enters the kernel") {
    using vdso_probe::entry_instruction;
    CHECK(entry_instruction("\x51\x52\x55\x89\xe5\x0f\x34\xcd\x80\x5d") == "SYSENTER");
    CHECK(entry_instruction("\x51\x52\x55\x89\xcd\x0f\x05\xcd\x80\x5d") == "SYSCALL");
    CHECK(entry_instruction("\xcd\x80\xc3") == "int $0x80");
    CHECK(entry_instruction("\xc3") == "");
}

TEST_CASE("spreads and ratios of timings") {
    const auto spread = vdso_probe::spread_of({30, 10, 20, 50, 40});
    CHECK(spread.least == 10);
    CHECK(spread.median == 30);
    CHECK(spread.most == 50);
    const vdso_probe::Timing timing{"", "", {1, 20, 3}, {1, 150, 200}};
    CHECK(timing.ratio_in_tenths() == 75);
}

TEST_CASE("calls have outcomes") {
    using Outcome = JudgedCall::Outcome;
    CHECK(judged(Answered::by_counter, {}).outcome() == Outcome::saves_call);
    CHECK(judged(Answered::by_counter, {228}).outcome() == Outcome::falls_back);
    CHECK(judged(Answered::by_kernel, {228}).outcome() == Outcome::needs_call);
    auto wrong = judged(Answered::by_counter, {});
    wrong.trouble = "says 1";
    CHECK(wrong.outcome() == Outcome::disagrees);
    const std::vector<JudgedCall> calls = {judged(Answered::by_counter, {}), judged(Answered::by_counter, {}),
                                           wrong};
    CHECK(listed(calls, Outcome::saves_call) == "clock_gettime(MONOTONIC, MONOTONIC)");
    CHECK(listed(calls, Outcome::falls_back) == "");
}

TEST_CASE("the verdict on a vDSO that makes system calls depends on the clock source") {
    const auto given = GivenVdso::find(callers().front());
    REQUIRE(given);
    if (!given->present()) return;  // vdso=0
    const bool narrow = callers().front() == Caller::i386;
    const auto verdict_on = [&](const JudgedCall& call, const Diagnosis* clock_trouble) {
        Judgement judgement;
        judgement.calls.push_back(call);
        return judge_vdso(*given, judgement, Clocksource{"test", clock_trouble, {"its evidence"}});
    };
    const auto slow = verdict_on(judged(Answered::by_counter, {228}), &kClocksourceSlow);
    CHECK(slow.diagnosis == &kClocksourceSlow);
    CHECK_THAT(slow.evidence.back(), Contains("its evidence"));
    const auto* const enters = narrow ? &kVdso32EntersKernel : &kVdso64EntersKernel;
    CHECK(verdict_on(judged(Answered::by_counter, {228}), nullptr).diagnosis == enters);
    CHECK(verdict_on(judged(Answered::by_memory, {228}), &kClocksourceSlow).diagnosis == enters);
    CHECK(verdict_on(judged(Answered::by_kernel, {228}), &kClocksourceSlow).diagnosis == nullptr);
    auto wrong = judged(Answered::by_counter, {});
    wrong.trouble = "says 1";
    CHECK(verdict_on(wrong, nullptr).diagnosis == (narrow ? &kVdso32Disagrees : &kVdso64Disagrees));
}

TEST_CASE("a time namespace is told by its offsets") {
    CapturedMachine captured("");
    Machine machine(captured.path());
    CHECK(time_namespace_evidence(machine).empty());
    captured.add("proc/self/timens_offsets",
                 "monotonic           0         0\nboottime        86400         5\n");
    const auto evidence = time_namespace_evidence(machine);
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0] == "in a time namespace: the boottime clocks are shifted by 86400 s and 5 ns");
}

TEST_CASE("without a vDSO the boot parameter is named") {
    CapturedMachine captured("");
    captured.add("proc/cmdline", "quiet vdso=0 vdso32=0\n");
    Machine machine(captured.path());
    const auto verdict = explain_missing_vdso(machine, Caller::i386);
    CHECK(verdict.diagnosis == &kVdso32Missing);
    CHECK(verdict.evidence.back() == "boot parameter vdso32=0");
    CHECK(explain_missing_vdso(machine, Caller::native).evidence.back() == "boot parameter vdso=0");
}
