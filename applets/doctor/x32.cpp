// SPDX-License-Identifier: MIT
// x32: does the kernel take x32 calls (32-bit pointers, 64-bit registers), and does anything here need them?
#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("x32", kCaptured);
    const auto call = find_syscall(Abi::x32, "getpid");
    const CallAnswer answer = try_calls(Abi::x32, {&*call, 1}).front();
    std::vector<std::string> evidence = {concat("called with the x32 bit: getpid says ", describe(answer))};
    if (answer.how == CallAnswer::How::returned && answer.value > 0)
        return fine("x32", "x32 calls work", evidence);
    constexpr char kElf32 = 1;
    constexpr char kX86_64 = 62;
    const auto wanting = examination.program_on_disk(kElf32, kX86_64);
    if (!wanting) return fine("x32", "no x32 calls, and nothing here needs them", evidence);
    evidence.push_back(concat(*wanting, " is an x32 program"));
    return finding(kX32Missing, Severity::failure, evidence);
}

}  // namespace

const Check check_x32 = {"x32", "do x32 programs run, if there are any", run};

}  // namespace earlybox::doctor
