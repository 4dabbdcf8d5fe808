// SPDX-License-Identifier: MIT
// vdso-32: are 32-bit programs given a vDSO that reads clocks without a system call?
#include "applets/doctor/doctor.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("vdso-32", kCaptured);
    if (!examination.runs_ia32())
        return not_judged("vdso-32", "32-bit programs do not run at all", {"see ia32-exec"});
    return judged_vdso(examination, Caller::i386, "vdso-32", "32-bit programs have a vDSO");
}

}  // namespace

const Check check_vdso_32 = {"vdso-32", "can 32-bit programs read clocks without a system call", run};

}  // namespace earlybox::doctor
