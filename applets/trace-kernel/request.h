// SPDX-License-Identifier: MIT
// What a user asks of trace-kernel; each question is one file here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/applet.h"
#include "core/probe/trace_session.h"

namespace earlybox::trace_kernel {

struct Options {
    std::optional<uint64_t> seconds;
    std::vector<std::string> processes;
    bool all = false;
    std::string filter;
    std::string input;
    std::string other;
    std::optional<uint64_t> depth;
    bool interrupts = false;
    bool results = false;
    bool once = false;
    bool flame = false;
    bool verbose = false;
    bool raw = false;
};

struct Request {
    Options options;
    std::vector<std::string> patterns;  // what stands behind the question
    TraceSubject subject;               // the command behind "--", or whom the options name
};

// The exit code; each prints what it has found.
int show_callers(Context& context, const Request& request);
int show_callees(Context& context, const Request& request);
int show_why(Context& context, const Request& request);
int show_events(Context& context, const Request& request);
int show_list(Context& context, const Request& request);
int show_boot(Context& context, const Request& request);
int reset(Context& context, const Request& request);

// What every trace ends with, on standard error: events that were lost, how the command ended where that is
// no success. The exit code that it amounts to.
int conclude(Context& context, const Request& request, const TraceEnd& end);

}  // namespace earlybox::trace_kernel
