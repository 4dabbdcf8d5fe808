// SPDX-License-Identifier: MIT
// Why a 64-bit kernel does not run 32-bit programs (arch/x86/Kconfig, arch/x86/entry/common.c).
#pragma once
#include "core/probe/machine.h"
#include "core/probe/verdict.h"

namespace earlybox {

// `refusal` is the error of starting one: GivenVdso::find's.
Verdict explain_refused_ia32(Machine& machine, const Error& refusal);

}  // namespace earlybox
