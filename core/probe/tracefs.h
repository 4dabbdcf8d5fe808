// SPDX-License-Identifier: MIT
// The kernel's own tracer, ftrace: the files of tracefs (Documentation/trace/ftrace.rst).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/parse/trace_format.h"
#include "core/parse/trace_page.h"
#include "core/probe/machine.h"

namespace earlybox {

class Tracefs {
 public:
    // Mounted or not; lives as long as the machine. The error says what is missing: CONFIG_TRACING, root, or
    // that the kernel is locked down.
    static Result<Tracefs> open(Machine& machine);

    int directory() const { return directory_; }
    // Paths are below tracefs' root: "current_tracer".
    bool has(const std::string& path) const;
    Result<Fd> open_file(const std::string& path, int flags) const;
    Result<std::string> read(const std::string& path) const;
    // In one call, with the newline without which the kernel loses errors (set_ftrace_filter). For EINVAL the
    // cause is what the kernel's error_log has to say, where it does.
    Result<> write(const std::string& path, std::string_view value) const;
    // Empties a file that is a list: set_ftrace_filter, set_event_pid.
    Result<> clear(const std::string& path) const;
    Result<std::vector<std::string>> list(const std::string& path) const;

    // "sched:sched_switch"; the area is as in TraceSession.
    Result<TraceFormat> format(std::string_view event) const;
    Result<TracePageLayout> page_layout(const std::string& area) const;

 private:
    explicit Tracefs(int directory, Fd own = {}) : directory_(directory), own_(std::move(own)) {}
    Result<> write_to(const std::string& path, std::string_view value, int flags) const;
    int directory_;
    Fd own_;
};

// "events/sched/sched_switch"
std::string event_folder(std::string_view event);

}  // namespace earlybox
