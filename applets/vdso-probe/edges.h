// SPDX-License-Identifier: MIT
// The edges of the vDSO's interface: clock ids that are none, pointers that lead nowhere. A vDSO function may
// die of SIGSEGV where the system call says EFAULT, because it runs in the program; else both say the same.
// (What the kernel's selftests and vdsotest try: tools/testing/selftests/vDSO.)
#pragma once
#include <string>
#include <vector>

#include "core/probe/vdso.h"

namespace earlybox::vdso_probe {

struct Edge {
    std::string call;         // "clock_gettime(MONOTONIC, NULL)"
    std::string vdso;         // "SIGSEGV", "EINVAL", "fine"
    std::string system_call;  // the same; empty: this kernel has none to compare with
    bool agrees;
};

Result<std::vector<Edge>> try_edges(const GivenVdso& given);

}  // namespace earlybox::vdso_probe
