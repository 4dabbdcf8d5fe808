// SPDX-License-Identifier: MIT
// -c: calls, errors and time, a line for each call of each ABI.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "applets/trace-syscall/sink.h"
#include "core/base/output.h"

namespace earlybox::trace_syscall {

enum class SummaryOrder : uint8_t { time, calls, errors, name, none };

class SummarySink : public Sink {
 public:
    SummarySink(Output& out, SummaryOrder order) : out_(out), order_(order) {}
    void entered(Thread&) override {}
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread& thread) override;
    void finish() override;

 private:
    struct Count {
        uint64_t calls = 0;
        uint64_t errors = 0;
        int64_t nanoseconds = 0;
    };
    Output& out_;
    SummaryOrder order_;
    std::map<std::pair<Abi, unsigned>, Count> counts_;
};

}  // namespace earlybox::trace_syscall
