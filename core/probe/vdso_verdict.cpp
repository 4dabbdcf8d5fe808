// SPDX-License-Identifier: MIT
#include "core/probe/vdso_verdict.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/kconfig.h"
#include "core/probe/boot_parameter.h"
#include "core/probe/kconfig.h"

namespace earlybox {
namespace {

// The diagnoses of either vDSO.
struct Diagnoses {
    const Diagnosis& missing;
    const Diagnosis& incomplete;
    const Diagnosis& enters_kernel;
    const Diagnosis& disagrees;
    const char* parameter;
    std::span<const char* const> wanted;
};

Diagnoses diagnoses_of(Caller caller) {
    static constexpr const char* kWanted64[] = {"clock_gettime", "gettimeofday"};
    static constexpr const char* kWanted32[] = {"vsyscall", "clock_gettime", "clock_gettime64"};
    if (caller == Caller::i386)
        return {kVdso32Missing,   kVdso32Incomplete, kVdso32EntersKernel,
                kVdso32Disagrees, "vdso32",          kWanted32};
    return {kVdso64Missing, kVdso64Incomplete, kVdso64EntersKernel, kVdso64Disagrees, "vdso", kWanted64};
}

using Evidence = std::vector<std::string>;

// The functions that programs look for.
Evidence missing_functions(const GivenVdso& given, const Diagnoses& diagnoses) {
    Evidence evidence;
    for (const char* name : diagnoses.wanted)
        if (given.function(name) == nullptr) evidence.push_back(concat("the vDSO has no ", name));
    return evidence;
}

Evidence disagreements(const std::vector<JudgedCall>& calls) {
    Evidence evidence;
    for (const JudgedCall& call : calls)
        if (!call.trouble.empty())
            evidence.push_back(concat(call.function, "(", call.argument, ") ", call.trouble));
    return evidence;
}

Evidence joined(Evidence first, const Evidence& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Verdict judge_calls(const Diagnoses& diagnoses, const Judgement& judgement,
                    const Result<Clocksource>& clocksource) {
    if (auto evidence = disagreements(judgement.calls); !evidence.empty())
        return {&diagnoses.disagrees, std::move(evidence)};
    Evidence evidence = {
        concat(judgement.calls.size(), " calls of its functions agree with the system calls")};
    if (const auto names = listed(judgement.calls, JudgedCall::Outcome::unanswered); !names.empty())
        evidence.push_back(concat("ENOSYS, for want of the 32-bit time system calls: ", names));
    if (judgement.untraced) {
        evidence.push_back(concat("system calls could not be counted: ", one_line(*judgement.untraced)));
        return {nullptr, std::move(evidence)};
    }
    const std::string falling = listed(judgement.calls, JudgedCall::Outcome::falls_back);
    if (falling.empty()) {
        evidence.emplace_back("traced: none makes a system call but those that have to");
        return {nullptr, std::move(evidence)};
    }
    evidence.push_back(concat("traced: these make system calls all the same: ", falling));
    const bool by_clocksource = std::ranges::all_of(judgement.calls, [](const JudgedCall& call) {
        return call.outcome() != JudgedCall::Outcome::falls_back || call.answered == Answered::by_counter;
    });
    if (!clocksource) return {&diagnoses.enters_kernel, joined(evidence, {one_line(clocksource.error())})};
    const bool explained = by_clocksource && clocksource->trouble != nullptr;
    return {explained ? clocksource->trouble : &diagnoses.enters_kernel,
            joined(evidence, clocksource->evidence)};
}

}  // namespace

std::vector<std::string> time_namespace_evidence(Machine& machine) {
    Evidence evidence;
    const auto offsets = machine.read(kProcfs, "self/timens_offsets").value_or("");
    std::string_view rest = offsets;
    for (std::string_view line; next_line(rest, line);) {
        const auto clock = next_word(line);
        const auto seconds = next_word(line);
        const auto nanoseconds = next_word(line);
        if (seconds != "0" || nanoseconds != "0")
            evidence.push_back(concat("in a time namespace: the ", printable(clock),
                                      " clocks are shifted by ", printable(seconds), " s and ",
                                      printable(nanoseconds), " ns"));
    }
    return evidence;
}

Verdict explain_missing_vdso(Machine& machine, Caller caller) {
    const Diagnoses diagnoses = diagnoses_of(caller);
    Verdict verdict{&diagnoses.missing,
                    {concat("the kernel passed no AT_SYSINFO_EHDR to ",
                            caller == Caller::i386 ? "an i386 program" : "this program")}};
    if (const auto parameter = boot_parameter(machine, diagnoses.parameter)) {
        verdict.evidence.push_back(concat("boot parameter ", diagnoses.parameter, "=", *parameter));
    } else if (const auto configuration = read_kernel_configuration(machine);
               configuration && caller == Caller::i386) {
        if (kconfig_value(configuration->text, "CONFIG_COMPAT_VDSO") == "y")
            verdict.evidence.push_back(concat(configuration->source, ": CONFIG_COMPAT_VDSO=y"));
    }
    return verdict;
}

Verdict judge_vdso(const GivenVdso& given, const Result<Judgement>& judgement,
                   const Result<Clocksource>& clocksource) {
    const Diagnoses diagnoses = diagnoses_of(given.caller());
    if (!given.vdso()) return {&diagnoses.incomplete, {one_line(given.vdso().error())}};
    const Evidence evidence = {concat(printable(given.vdso()->soname), " at 0x", hex(given.facts().vdso),
                                      " exports ", given.vdso()->symbols.size(), " names")};
    if (const auto missing = missing_functions(given, diagnoses); !missing.empty())
        return {&diagnoses.incomplete, joined(evidence, missing)};
    if (!judgement) return {nullptr, joined(evidence, {one_line(judgement.error())})};
    Verdict verdict = judge_calls(diagnoses, *judgement, clocksource);
    verdict.evidence = joined(evidence, verdict.evidence);
    return verdict;
}

}  // namespace earlybox
