// SPDX-License-Identifier: MIT
// What vdso-probe shows of a vDSO, as text or JSON.
#pragma once
#include <string_view>

#include "applets/vdso-probe/edges.h"
#include "applets/vdso-probe/entry.h"
#include "applets/vdso-probe/timing.h"
#include "core/applet.h"
#include "core/parse/vdso.h"
#include "core/probe/vdso_verdict.h"

namespace earlybox::vdso_probe {

// Its name, place and symbols. `abi` and `whose` ("this program") lead the text; address 0: it is in a file.
void report_image(Context& context, std::string_view abi, std::string_view whose, const Vdso& vdso,
                  uint64_t address);

// The calls, by outcome or (`each`) one a line.
void report_calls(Context& context, std::string_view abi, const Judgement& judgement, bool each);

void report_entries(Context& context, std::string_view abi, const std::vector<EntryFact>& facts);

// How many edge cases are as they should be, and which are not; or (`each`) all of them.
void report_edges(Context& context, std::string_view abi, const std::vector<Edge>& edges, bool each);

void report_timings(Context& context, std::string_view abi, const std::vector<Timing>& timings);

// "what is the case", with evidence, cause, effect and fix where known. False: it is bad news.
bool report_verdict(Context& context, std::string_view abi, const Verdict& verdict);

}  // namespace earlybox::vdso_probe
