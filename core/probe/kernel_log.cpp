// SPDX-License-Identifier: MIT
#include "core/probe/kernel_log.h"

#include "core/base/text.h"
#include "core/probe/log_reader.h"

namespace earlybox {
namespace {

struct KernelLines : LogSink {
    std::vector<LogLine> lines;

    bool record(const LogRecord& record) override {
        if (record.facility == 0)
            lines.push_back({record.since_boot_us.value_or(0), std::string(record.text)});
        return true;
    }
    void source(const std::string&, LogKind) override {}
    void damage(const LogDamage&) override {}
};

}  // namespace

std::string LogLine::evidence() const {
    const auto first_line = std::string_view(text).substr(0, text.find('\n'));
    return concat("kernel log, ", microseconds / 1'000'000, " s: ", first_line);
}

Result<std::vector<LogLine>> find_logged(Machine& machine, std::initializer_list<std::string_view> parts) {
    KernelLines sink;
    TRY_VOID(read_kernel_log(machine, {.needles = {parts.begin(), parts.end()}}, sink));
    return std::move(sink.lines);
}

}  // namespace earlybox
