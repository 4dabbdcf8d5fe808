// SPDX-License-Identifier: MIT
#include "core/probe/ia32.h"

#include <errno.h>

#include "core/base/text.h"
#include "core/probe/boot_parameter.h"
#include "core/probe/kconfig.h"
#include "core/probe/kernel.h"
#include "core/probe/syscalls.h"

namespace earlybox {
namespace {

bool says_off(std::string_view value) {
    return value == "off" || value == "0" || value == "false" || value == "n";
}

}  // namespace

Verdict explain_refused_ia32(Machine& machine, const Error& refusal) {
    Verdict verdict{&kIa32Broken, {concat("a tiny i386 program: ", one_line(refusal))}};
    auto& evidence = verdict.evidence;
    if (refusal.code != ENOEXEC) return verdict;
    verdict.diagnosis = &kIa32SwitchedOff;
    const auto parameter = boot_parameter(machine, "ia32_emulation");
    if (parameter) evidence.push_back(concat("boot parameter ia32_emulation=", *parameter));
    if (parameter && says_off(*parameter)) return verdict;
    const auto configuration = read_kernel_configuration(machine);
    if (configuration && !parameter) {
        auto text = option_text(*configuration, "CONFIG_IA32_EMULATION_DEFAULT_DISABLED");
        if (text.ends_with("=y")) {
            evidence.push_back(std::move(text));
            return verdict;
        }
    }
    if (configuration) evidence.push_back(option_text(*configuration, "CONFIG_IA32_EMULATION"));
    const auto handlers = Handlers::load(Kernel(machine));
    if (handlers && handlers->any_for(Abi::i386)) {
        evidence.emplace_back("kallsyms has __ia32_ handlers: the support is built in");
        return verdict;
    }
    if (handlers) evidence.emplace_back("kallsyms has no __ia32_ handlers");
    verdict.diagnosis = &kIa32NotBuilt;
    return verdict;
}

}  // namespace earlybox
