// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/request.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {

int show_events(Context& context, const Request& request) {
    Machine machine("");
    const auto tracefs = Tracefs::open(machine);
    if (!tracefs) return context.fail(tracefs.error());
    auto session = TraceSession::open(*tracefs, TraceSession::Place::instance);
    if (!session) return context.fail(session.error());
    for (const auto& pattern : request.patterns)
        if (auto set = session->set(event_folder(pattern) + "/enable", "1"); !set)
            return context.fail(set.error());
    const auto end = session->run(request.subject, [&](const TraceRecord& record) {
        context.out.line(record.time, " ", record.cpu, " ", record.head.process, " ", record.head.id);
        return true;
    });
    if (!end) return context.fail(end.error());
    if (const auto closed = session->close(); !closed) return context.fail(closed.error());
    return conclude(context, request, *end);
}

}  // namespace earlybox::trace_kernel
