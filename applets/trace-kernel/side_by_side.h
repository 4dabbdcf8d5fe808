// SPDX-License-Identifier: MIT
// Two runs side by side, and where they part.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/applet.h"

namespace earlybox::trace_kernel {

struct SideRow {
    unsigned depth;
    std::string label;   // what is compared, with the depth
    std::string remark;  // what is shown, but not compared
};

struct Side {
    std::string title;
    std::vector<SideRow> rows;
};

// Prints both, rows that are equal beside each other; returns kBadNews where they differ.
int show_side_by_side(Context& context, const Side& left, const Side& right);

}  // namespace earlybox::trace_kernel
