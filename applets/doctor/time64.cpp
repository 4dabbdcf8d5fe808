// SPDX-License-Identifier: MIT
// time64: do the system calls with 64-bit seconds work for 32-bit programs? They came with 5.1.
#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("time64", kCaptured);
    if (!examination.runs_ia32())
        return not_judged("time64", "32-bit programs do not run at all", {"see ia32-exec"});
    const auto call = find_syscall(Abi::i386, "clock_gettime64");
    const CallAnswer answer = try_calls(Abi::i386, {&*call, 1}).front();
    if (!answer.refused_as_unknown()) return fine("time64", "the 64-bit time calls work for 32-bit programs");
    return finding(kTime64Missing, Severity::warning,
                   {concat("called through int $0x80: clock_gettime64 (", call->number, ") says ENOSYS")});
}

}  // namespace

const Check check_time64 = {"time64", "do the time calls of 32-bit programs with 64-bit seconds work", run};

}  // namespace earlybox::doctor
