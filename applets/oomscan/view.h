// SPDX-License-Identifier: MIT
// An incident and its verdict as text, as one line, as JSON. Whatever the log holds is escaped.
#pragma once
#include <string>

#include "applets/oomscan/verdict.h"
#include "core/base/output.h"
#include "core/parse/oom.h"

namespace earlybox::oomscan {

// "killed java (42) and 2 more: memory of /job", printable.
std::string headline(const OomIncident& incident);
// "kern.log:2113, 2026-11-22T16:00:00.123456Z, 1.473671 s after boot, Linux 6.12.117 #1", printable.
std::string when_and_where(const OomIncident& incident);
// "grower (54) asked for 16 kB through pipe_resize_ring() (order 2, GFP_KERNEL)"; printable, empty where the
// report does not say.
std::string request(const OomIncident& incident);
// "volunteer (52), uid 0: 4312 kB of its own, …", printable.
std::string describe(const OomVictim& victim);
// The process of a row: "java (42)", printable.
std::string name_of(const OomIncident& incident, uint32_t pid);

// 80 columns, worst facts first.
void show_text(Output& out, const OomIncident& incident, const Verdict& verdict);
std::string summary_line(const OomIncident& incident, const Verdict& verdict);
std::string json_line(const OomIncident& incident, const Verdict& verdict);

}  // namespace earlybox::oomscan
