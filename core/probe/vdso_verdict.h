// SPDX-License-Identifier: MIT
// What a probed vDSO amounts to, in the words of the findings: for doctor and vdso-probe alike.
#pragma once
#include <string>
#include <vector>

#include "core/abi/findings.h"
#include "core/probe/clocksource.h"
#include "core/probe/vdso_calls.h"

namespace earlybox {

struct VdsoVerdict {
    const Diagnosis* diagnosis = nullptr;  // nullptr: all is in order
    std::vector<std::string> evidence;
};

// Why there is none.
VdsoVerdict explain_missing_vdso(Machine& machine, Caller caller);
// Of a vDSO that is there. The clock source explains functions that fall back.
VdsoVerdict judge_vdso(const GivenVdso& given, const Result<Judgement>& judgement,
                       const Result<Clocksource>& clocksource);

}  // namespace earlybox
