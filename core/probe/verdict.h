// SPDX-License-Identifier: MIT
// What an examination amounts to: a finding of the registry, and the evidence for it.
#pragma once
#include <string>
#include <vector>

#include "core/abi/findings.h"

namespace earlybox {

struct Verdict {
    const Diagnosis* diagnosis = nullptr;  // nullptr: all is in order
    std::vector<std::string> evidence;
};

}  // namespace earlybox
