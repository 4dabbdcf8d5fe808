// SPDX-License-Identifier: MIT
// What a probed vDSO amounts to, in the words of the findings: for doctor and vdso-probe alike.
#pragma once
#include <string>
#include <vector>

#include "core/probe/clocksource.h"
#include "core/probe/vdso_calls.h"
#include "core/probe/verdict.h"

namespace earlybox {

// How this program's time namespace shifts its clocks; empty: not at all. The vDSO knows of it.
std::vector<std::string> time_namespace_evidence(Machine& machine);

// Why there is none.
Verdict explain_missing_vdso(Machine& machine, Caller caller);
// Of a vDSO that is there. The clock source explains functions that fall back.
Verdict judge_vdso(const GivenVdso& given, const Result<Judgement>& judgement,
                   const Result<Clocksource>& clocksource);

}  // namespace earlybox
