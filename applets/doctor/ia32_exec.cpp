// SPDX-License-Identifier: MIT
// ia32-exec: does this kernel run 32-bit programs? A real one is started.
#include <errno.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

bool switched_off(Examination& examination) {
    const auto parameter = examination.boot_parameter("ia32_emulation");
    if (parameter)
        return *parameter == "off" || *parameter == "0" || *parameter == "false" || *parameter == "n";
    const auto configured = examination.configured("CONFIG_IA32_EMULATION_DEFAULT_DISABLED");
    return configured && configured->ends_with("=y");
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("ia32-exec", kCaptured);
    const auto& given = examination.given_vdso(Caller::i386);
    if (given) return fine("ia32-exec", "32-bit programs run");

    const Error& error = given.error();
    std::vector<std::string> evidence = {concat("a tiny i386 program: ", one_line(error))};
    constexpr char kElf32 = 1;
    constexpr char kIntel386 = 3;
    const auto wanting = examination.program_on_disk(kElf32, kIntel386);
    if (wanting) evidence.push_back(concat(*wanting, " is a 32-bit program"));
    const Severity severity = wanting ? Severity::failure : Severity::warning;

    if (error.code != ENOEXEC) return finding(kIa32Broken, Severity::failure, evidence);
    if (switched_off(examination)) {
        if (const auto parameter = examination.boot_parameter("ia32_emulation"))
            evidence.push_back(concat("boot parameter ia32_emulation=", *parameter));
        return finding(kIa32SwitchedOff, severity, evidence);
    }
    if (auto configured = examination.configured("CONFIG_IA32_EMULATION")) evidence.push_back(*configured);
    const auto& handlers = examination.handlers();
    if (handlers && handlers->any_for(Abi::i386)) {
        evidence.emplace_back("kallsyms has __ia32_ handlers: the support is built in");
        return finding(kIa32SwitchedOff, severity, evidence);
    }
    if (handlers) evidence.emplace_back("kallsyms has no __ia32_ handlers");
    return finding(kIa32NotBuilt, severity, evidence);
}

}  // namespace

const Check check_ia32_exec = {"ia32-exec", "does the kernel run 32-bit programs (a tiny one is started)",
                               run};

}  // namespace earlybox::doctor
