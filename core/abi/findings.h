// SPDX-License-Identifier: MIT
// The one registry of what earlybox finds: every applet that states a cause takes its words from here.
#pragma once
#include <span>

namespace earlybox {

struct Diagnosis {
    const char* id;     // stable: scripts select and test by it
    const char* title;  // one line
    const char* cause;
    const char* effect;  // what users notice
    const char* fix;
};

extern const Diagnosis kPseudoFsUnmounted, kPseudoFsMissing;
extern const Diagnosis kIa32NotBuilt, kIa32SwitchedOff, kIa32Broken;
extern const Diagnosis kTime32Missing, kTime32Filtered, kTime64Missing;

}  // namespace earlybox
