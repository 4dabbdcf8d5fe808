// SPDX-License-Identifier: MIT
// vdso-64: has this very program been given a vDSO with the clock functions? (vdso(7))
#include <sys/auxv.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/vdso.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("vdso-64", kCaptured);
    if (sizeof(void*) != 8) return not_judged("vdso-64", "this is a 32-bit build of earlybox");
    const auto* image = reinterpret_cast<const char*>(getauxval(AT_SYSINFO_EHDR));
    if (image == nullptr) {
        std::vector<std::string> evidence = {"the kernel passed no AT_SYSINFO_EHDR to this program"};
        if (const auto parameter = examination.boot_parameter("vdso"))
            evidence.push_back(concat("boot parameter vdso=", *parameter));
        return finding(kVdso64Missing, Severity::warning, evidence);
    }
    constexpr size_t kPage = 4096;
    const auto size = vdso_size({image, kPage});
    const auto names = size ? vdso_names({image, *size}) : std::unexpected(size.error());
    if (!names) return finding(kVdsoIncomplete, Severity::warning, {one_line(names.error())});
    const auto has = [&](std::string_view end) {
        return std::ranges::any_of(*names, [&](std::string_view name) { return name.ends_with(end); });
    };
    std::vector<std::string> evidence = {concat("its own vDSO, at 0x",
                                                hex(reinterpret_cast<uintptr_t>(image)), ", exports ",
                                                names->size(), " names")};
    for (const char* wanted : {"_clock_gettime", "_gettimeofday"})
        if (!has(wanted)) evidence.push_back(concat("the vDSO has no ", wanted + 1));
    if (evidence.size() > 1) return finding(kVdsoIncomplete, Severity::warning, evidence);
    return fine("vdso-64", "64-bit programs have a vDSO", evidence);
}

}  // namespace

const Check check_vdso_64 = {"vdso-64", "can 64-bit programs read clocks without a system call", run};

}  // namespace earlybox::doctor
