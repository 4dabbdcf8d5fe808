// SPDX-License-Identifier: MIT
// vdso-32: are 32-bit programs given a vDSO with the clock functions? The tiny i386 program passed its own
// on.
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/vdso.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("vdso-32", kCaptured);
    if (!examination.runs_ia32())
        return not_judged("vdso-32", "32-bit programs do not run at all", {"see ia32-exec"});
    const Ia32Run& run = examination.ia32_run();
    if (!run.has_vdso()) {
        std::vector<std::string> evidence = {"the kernel passed no AT_SYSINFO_EHDR to an i386 program"};
        if (const auto parameter = examination.boot_parameter("vdso32"))
            evidence.push_back(concat("boot parameter vdso32=", *parameter));
        else if (const auto configured = examination.configured("CONFIG_COMPAT_VDSO"))
            evidence.push_back(*configured);
        return finding(kVdso32Missing, Severity::warning, evidence);
    }
    if (run.vdso.empty())
        return not_judged("vdso-32", "32-bit programs have a vDSO, but it could not be read");
    const auto names = vdso_names(run.vdso);
    if (!names) return finding(kVdso32Incomplete, Severity::warning, {one_line(names.error())});
    std::vector<std::string> evidence = {
        concat("the vDSO of an i386 program exports ", names->size(), " names")};
    for (const char* wanted : {"__kernel_vsyscall", "__vdso_clock_gettime", "__vdso_clock_gettime64"})
        if (std::ranges::find(*names, wanted) == names->end())
            evidence.push_back(concat("the vDSO has no ", wanted));
    if (evidence.size() > 1) return finding(kVdso32Incomplete, Severity::warning, evidence);
    return fine("vdso-32", "32-bit programs have a vDSO", evidence);
}

}  // namespace

const Check check_vdso_32 = {"vdso-32", "can 32-bit programs read clocks without a system call", run};

}  // namespace earlybox::doctor
