// SPDX-License-Identifier: MIT
// The trace as strace writes it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "applets/trace-syscall/outputs.h"
#include "applets/trace-syscall/selection.h"
#include "applets/trace-syscall/sink.h"

namespace earlybox::trace_syscall {

// What -q and -e quiet= leave out.
struct Quiet {
    bool attach = false;
    bool exit = false;
    bool abi = false;         // its changes
    bool superseded = false;  // execve in another thread
    static Result<Quiet> parse(std::string_view names);
};

struct TextOptions {
    enum class Stamp : uint8_t { none, seconds, microseconds, epoch } stamp = Stamp::none;  // -t -tt -ttt
    bool relative = false;                                                                  // -r
    bool duration = false;                                                                  // -T
    bool number = false;                                                                    // -n
    bool instruction = false;                                                               // -i
    Quiet quiet;                                                                            // -q
    size_t column = 40;                                                                     // -a
    // A call is written when it has ended, and only if its result is wanted (-z, -Z).
    bool only_complete = false;
    enum class Prefix : uint8_t { none, when_several, always } prefix = Prefix::none;  // process numbers
    bool to_file = false;                // -o: their form, and no lines about attaching
    std::optional<CallSet> raw;          // -e raw=
    std::optional<CallSet> abbreviated;  // -e abbrev=
    std::optional<CallSet> followed;     // -e verbose=: pointers
    uint64_t read_dumps = 0;             // -e read=, a bit for each descriptor
    uint64_t write_dumps = 0;            // -e write=
};

class TextSink : public Sink {
 public:
    TextSink(Outputs& out, const Style& style, const TextOptions& options)
        : out_(out), style_(style), options_(options), decoder_(style_) {}

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
    void flush() override { out_.flush(); }
    void finish() override;

 private:
    void lead(const Thread& thread, int64_t now);
    void stamp(int64_t now);
    void resume(Thread& thread, int64_t now);
    void interrupt_line();
    void put_entry(Thread& thread);
    void put_raw(const Call& call);
    void choose_style(const Call& call);
    void complete(Thread& thread, size_t result_at);
    void show(const Thread& thread);
    void end_line(const Thread& thread);
    void message(const Thread& thread, std::string_view text, std::string_view more);
    void dump(Thread& thread, int64_t result);
    void dump_bytes(const Thread& thread, uint64_t address, uint64_t size);

    Outputs& out_;
    Style style_;
    TextOptions options_;
    Decoder decoder_;
    std::string line_;              // begun, and so much of it
    size_t shown_ = 0;              // is written already
    Thread* unfinished_ = nullptr;  // whose line it is
    int64_t last_ns_ = 0;
    size_t threads_ = 0;
    bool raw_ = false;
};

}  // namespace earlybox::trace_syscall
