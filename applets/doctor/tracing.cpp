// SPDX-License-Identifier: MIT
// tracing: could one look into this kernel with its own tracer?
#include <errno.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    const auto tracefs =
        std::ranges::find(pseudo_filesystems(), std::string_view("tracefs"), &PseudoFilesystem::name);
    const auto tracers = examination.machine().read(*tracefs, "available_tracers");
    if (tracers)
        return fine("tracing", "the kernel can trace itself",
                    {concat("available_tracers in tracefs: ", trimmed(*tracers))});
    std::vector<std::string> evidence = {one_line(tracers.error())};
    if (tracers.error().code != ENODEV || !examination.live())
        return not_judged("tracing", "tracefs cannot be read", evidence);
    if (auto configured = examination.configured("CONFIG_FTRACE")) evidence.push_back(*configured);
    return finding(kTracingMissing, Severity::note, evidence);
}

}  // namespace

const Check check_tracing = {"tracing", "can the kernel trace itself", run};

}  // namespace earlybox::doctor
