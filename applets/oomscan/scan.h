// SPDX-License-Identifier: MIT
// Kernel logs into the scanner of OOM incidents.
#pragma once
#include <string>

#include "core/applet.h"
#include "core/parse/oom.h"
#include "core/probe/log_reader.h"

namespace earlybox::oomscan {

class Scan : public LogSink {
 public:
    // `found` takes each incident; what is damaged is told on the error output.
    Scan(Context& context, FunctionRef<void(OomIncident&)> found) : context_(context), scanner_(found) {}

    // The examined machine's own log, as far as it goes now.
    Result<LogTally> read_kernel_log(Machine& machine);
    Result<LogTally> read_file(Fd file, const std::string& shown);
    // Until SIGINT or SIGTERM: each incident when its report has ended, or paused for a second.
    Result<LogTally> follow(Machine& machine);

    size_t sources() const { return sources_; }

    void source(const std::string& path, LogKind kind) override;
    bool record(const LogRecord& record) override;
    void damage(const LogDamage& damage) override;
    bool wants_every_record() const override { return scanner_.wants_every_record(); }

 private:
    Context& context_;
    OomScanner scanner_;
    std::string path_;
    size_t sources_ = 0;  // that were read so far
};

}  // namespace earlybox::oomscan
