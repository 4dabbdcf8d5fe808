// SPDX-License-Identifier: MIT
// An incident and its verdict as text, as one line, as JSON. Whatever the log holds is escaped.
#pragma once
#include <string>
#include <vector>

#include "applets/oomscan/verdict.h"
#include "core/base/output.h"
#include "core/parse/oom.h"

namespace earlybox::oomscan {

// "killed java (42) and 2 more: out of memory", printable.
std::string headline(const OomIncident& incident);
// "grower (54) asked for 16 kB through pipe_resize_ring() (order 2, gfp_mask 0xcc0 GFP_KERNEL)"; printable,
// empty where the report does not say.
std::string request(const OomIncident& incident);

// What an incident comes to, worst first; labels of lines that belong together are equal. All printable.
struct Fact {
    const char* label;
    std::string text;
    std::string command;  // to be typed as it is; may be empty
};
std::vector<Fact> facts_of(const OomIncident& incident, const Verdict& verdict);

// 80 columns, worst facts first.
void show_text(Output& out, const OomIncident& incident, const Verdict& verdict);
std::string summary_line(const OomIncident& incident, const Verdict& verdict);
std::string json_line(const OomIncident& incident, const Verdict& verdict);

}  // namespace earlybox::oomscan
