// SPDX-License-Identifier: MIT
// --vs: two runs, traced one after the other, and where they part.
#pragma once
#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>

#include "applets/trace-syscall/divergence.h"
#include "applets/trace-syscall/sink.h"
#include "core/base/output.h"

namespace earlybox::trace_syscall {

// Keeps the calls of a run.
class RunRecorder : public Sink {
 public:
    explicit RunRecorder(const Style& style) : decoder_(style) {}
    void attached(Thread& thread) override;
    void entered(Thread& thread) override;
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread& thread) override;
    void superseded(Thread& thread, pid_t by) override;

    // By thread, in the order in which they began.
    const std::deque<CallList>& lists() const { return lists_; }
    size_t count() const { return count_; }
    // There were more calls than are kept.
    bool is_cut() const { return cut_; }

 private:
    // No program is compared to its end, if that is so far away.
    static constexpr size_t kMostCalls = 200'000;
    struct Current {
        pid_t thread;
        size_t list;
        MadeCall call;
    };
    Current* current(const Thread& thread);
    void keep(Current& current);

    Decoder decoder_;
    std::deque<CallList> lists_;
    std::vector<Current> threads_;
    size_t count_ = 0;
    bool cut_ = false;
};

// One of the runs, for whoever reads of it.
struct RunOutcome {
    std::string command;
    std::string end;  // "exited with 1"
    const RunRecorder* calls;
};

// Where the runs part, and what only one of them does. Whether they do at all.
bool report_divergence(Output& out, const RunOutcome& first, const RunOutcome& second);

}  // namespace earlybox::trace_syscall
