// SPDX-License-Identifier: MIT
// The trace as strace writes it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "applets/trace-syscall/sink.h"
#include "core/base/output.h"

namespace earlybox::trace_syscall {

struct TextOptions {
    Style style;
    enum class Stamp : uint8_t { none, seconds, microseconds, epoch } stamp = Stamp::none;  // -t -tt -ttt
    bool relative = false;                                                                  // -r
    bool duration = false;                                                                  // -T
    bool number = false;                                                                    // -n
    bool instruction = false;                                                               // -i
    unsigned quiet = 0;  // -q: 1 no attaching, ABI changes; 2 no exits either
    size_t column = 40;  // -a
    bool only_complete =
        false;  // a call is written when it has ended, and only if its result is wanted (-z, -Z)
    enum class Prefix : uint8_t { none, when_several, always } prefix = Prefix::none;  // process numbers
    bool to_file = false;  // -o: their form, and no lines about attaching
};

class TextSink : public Sink {
 public:
    TextSink(Output& out, TextOptions options) : out_(out), options_(std::move(options)) {}

    void attached(Thread& thread) override;
    void entered(Thread& thread) override;
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread& thread) override;
    void changed_abi(Thread& thread) override;
    void signal(Thread& thread, int number, std::string_view siginfo) override;
    void stopped(Thread& thread, int number) override;
    void superseded(Thread& thread, pid_t by) override;
    void ended(Thread& thread, bool by_signal, int code) override;
    void detached(Thread& thread) override;
    void finish() override;

 private:
    void lead(const Thread& thread, int64_t now);
    void interrupt_line();
    void put_entry(Thread& thread);
    void complete(Thread& thread, std::string_view result, std::string_view note);
    void note_line(Thread& thread, std::string_view text);
    void message(std::string_view text);
    std::string stamp(int64_t now);

    Output& out_;
    TextOptions options_;
    std::string line_;              // not yet ended
    Thread* unfinished_ = nullptr;  // whose line it is
    int64_t last_ns_ = 0;
    size_t threads_ = 0;
};

}  // namespace earlybox::trace_syscall
