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
extern const Diagnosis kIa32NotBuilt, kIa32SwitchedOff, kIa32Broken, kX32Missing;
extern const Diagnosis kTime32Missing, kTime32Filtered, kTime64Missing;
extern const Diagnosis kSyscalls64Missing, kSeccompRefuses;
extern const Diagnosis kVdso64Missing, kVdso32Missing, kVdso64Incomplete, kVdso32Incomplete;
extern const Diagnosis kVdso64EntersKernel, kVdso32EntersKernel, kVdso64Disagrees, kVdso32Disagrees;
extern const Diagnosis kClocksourceChosen, kClocksourceTscLost, kClocksourceNoTsc, kClocksourceSlow;
extern const Diagnosis kClockWall;
extern const Diagnosis kConsoleNone, kConsoleNodeMissing, kConsoleDead, kTtyNone;
extern const Diagnosis kEntropyMissing;
extern const Diagnosis kMemoryLow, kOomKills, kOomKillsInGroup;
extern const Diagnosis kSymbolsMissing, kSymbolsHidden, kTracingMissing;
extern const Diagnosis kRootReadOnly, kRootFailed, kRootFull;
extern const Diagnosis kCmdlineConsole, kCmdlineMistyped, kCmdlineUnknown;

}  // namespace earlybox
