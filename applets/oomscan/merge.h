// SPDX-License-Identifier: MIT
// The same incident in several logs (the live one, kern.log, a journal, a pstore) is one.
#pragma once
#include <vector>

#include "applets/oomscan/verdict.h"
#include "core/base/function_ref.h"
#include "core/parse/oom.h"

namespace earlybox::oomscan {

// By stamp, who asked and who was killed. Two of one source are never the same.
bool is_same(const OomIncident& a, const OomIncident& b);

class Merger {
 public:
    explicit Merger(FunctionRef<void(const OomIncident&, const Verdict&)> show) : show_(show) {}

    // Notes of the others where it also stands. What is known by several logs is shown as the one tells it
    // that tells all. A few megabytes are kept, then what is known so far is shown.
    void add(OomIncident& incident, Verdict verdict);
    // Shows, in the order in which they were first added, what was not shown yet.
    void show();

 private:
    struct Found {
        OomIncident incident;
        Verdict verdict;
        bool shown = false;
    };
    std::vector<Found> found_;
    size_t kept_ = 0;  // bytes, about
    FunctionRef<void(const OomIncident&, const Verdict&)> show_;
};

}  // namespace earlybox::oomscan
