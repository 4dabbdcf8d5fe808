// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/request.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {

int reset(Context& context, const Request&) {
    Machine machine("");
    const auto tracefs = Tracefs::open(machine);
    if (!tracefs) return context.fail(tracefs.error());
    size_t changes = 0;
    for (const auto repair : {undo_dead_sessions, reset_shared_tracer}) {
        const auto changed = repair(*tracefs);
        if (!changed) return context.fail(changed.error());
        for (const std::string& line : *changed) context.out.line(line);
        changes += changed->size();
    }
    if (changes == 0) context.out.line("nothing to put back");
    return kFine;
}

}  // namespace earlybox::trace_kernel
