// SPDX-License-Identifier: MIT
// The trace as JSON: an object a line for each call that came back or was lost, signal, stop, start and end.
#pragma once
#include <string>
#include <vector>

#include "applets/trace-syscall/outputs.h"
#include "applets/trace-syscall/sink.h"

namespace earlybox::trace_syscall {

class JsonSink : public Sink {
 public:
    JsonSink(Outputs& out, const Style& style) : out_(out), decoder_(style) {}

    void attached(Thread& thread) override;
    void entered(Thread& thread) override;
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread& thread) override;
    void signal(Thread& thread, int number, std::string_view siginfo) override;
    void stopped(Thread& thread, int number) override;
    void started(Thread& parent, pid_t child) override;
    void executed(Thread& thread) override;
    void superseded(Thread& thread, pid_t by) override;
    void ended(Thread& thread, bool by_signal, int code) override;
    void detached(Thread& thread) override;
    void flush() override { out_.flush(); }
    void finish() override { out_.finish(); }

 private:
    Record begin(const Thread& thread, const char* event);
    void end(const Thread& thread, const Record& record) { out_.of(thread.id).line(record.json()); }
    Record call(Thread& thread);

    Outputs& out_;
    Decoder decoder_;
};

}  // namespace earlybox::trace_syscall
