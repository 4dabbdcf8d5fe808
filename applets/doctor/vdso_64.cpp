// SPDX-License-Identifier: MIT
// vdso-64: has this very program been given a vDSO that reads clocks without a system call?
#include <string.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/probe/vdso_verdict.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("vdso-64", kCaptured);
    if (sizeof(void*) != 8) return not_judged("vdso-64", "this is a 32-bit build of earlybox");
    return judged_vdso(examination, Caller::native, "vdso-64", "64-bit programs have a vDSO");
}

Verdict quick_verdict(const GivenVdso& given, const Result<Clocksource>& clocksource) {
    auto verdict = judge_vdso(given, judge_time_functions(given, Scope::usual), clocksource);
    const bool explained = clocksource && verdict.diagnosis == clocksource->trouble;
    if (verdict.diagnosis == nullptr || explained) return verdict;
    return judge_vdso(given, judge_time_functions(given, Scope::all), clocksource);
}

}  // namespace

Finding judged_vdso(Examination& examination, Caller caller, const char* id, const char* title) {
    const auto& given = examination.given_vdso(caller);
    if (!given) return not_judged(id, "no program could be run to look at it", {one_line(given.error())});
    const auto& clocksource = examination.clocksource();
    Verdict verdict = given->present() ? quick_verdict(*given, clocksource)
                                       : explain_missing_vdso(examination.machine(), caller);
    if (verdict.diagnosis == nullptr) return fine(id, title, std::move(verdict.evidence));
    if (strcmp(verdict.diagnosis->id, id) != 0)  // told by another check
        return fine(id, concat(title, "; what it cannot do: see ", verdict.diagnosis->id),
                    std::move(verdict.evidence));
    return finding(*verdict.diagnosis, Severity::warning, std::move(verdict.evidence));
}

const Check check_vdso_64 = {"vdso-64", "can 64-bit programs read clocks without a system call", run};

}  // namespace earlybox::doctor
