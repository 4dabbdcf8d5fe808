// SPDX-License-Identifier: MIT
// ia32-exec: does this kernel run 32-bit programs? A real one is started.
#include "core/probe/ia32.h"

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("ia32-exec", kCaptured);
    const auto& given = examination.given_vdso(Caller::i386);
    if (given) return fine("ia32-exec", "32-bit programs run");

    Verdict verdict = explain_refused_ia32(examination.machine(), given.error());
    constexpr char kElf32 = 1;
    constexpr char kIntel386 = 3;
    const auto wanting = examination.program_on_disk(kElf32, kIntel386);
    if (wanting) verdict.evidence.push_back(concat(*wanting, " is a 32-bit program"));
    const bool fails = wanting || verdict.diagnosis == &kIa32Broken;
    return finding(*verdict.diagnosis, fails ? Severity::failure : Severity::warning,
                   std::move(verdict.evidence));
}

}  // namespace

const Check check_ia32_exec = {"ia32-exec", "does the kernel run 32-bit programs (a tiny one is started)",
                               run};

}  // namespace earlybox::doctor
