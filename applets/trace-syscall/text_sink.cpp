// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/text_sink.h"

#include <time.h>

#include "applets/trace-syscall/printer.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t wall_ns() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

std::string six_digits(int64_t nanoseconds) { return concat(1'000'000 + nanoseconds / 1000).substr(1); }

std::string seconds_text(int64_t nanoseconds) {
    return concat(nanoseconds / kSecond, ".", six_digits(nanoseconds % kSecond));
}

std::string right_aligned(std::string_view text, size_t width) {
    return concat(std::string(text.size() < width ? width - text.size() : 0, ' '), text);
}

}  // namespace

std::string TextSink::stamp(int64_t now) {
    std::string text;
    if (options_.stamp == TextOptions::Stamp::epoch) {
        text = concat(seconds_text(now), " ");
    } else if (options_.stamp != TextOptions::Stamp::none) {
        const time_t seconds = static_cast<time_t>(now / kSecond);
        struct tm parts{};
        char clock[16];
        localtime_r(&seconds, &parts);
        text.assign(clock, strftime(clock, sizeof clock, "%T", &parts));
        if (options_.stamp == TextOptions::Stamp::microseconds) append(text, ".", six_digits(now % kSecond));
        text += ' ';
    }
    if (options_.relative) {
        const auto since = seconds_text(last_ns_ == 0 ? 0 : now - last_ns_);
        append(text,
               options_.stamp == TextOptions::Stamp::none ? right_aligned(since, 12)
                                                          : concat("(+ ", right_aligned(since, 12), ")"),
               " ");
    }
    last_ns_ = now;
    return text;
}

// What stands in front of every line.
void TextSink::lead(const Thread& thread, int64_t now) {
    interrupt_line();
    line_.clear();
    const bool several = threads_ > 1;
    if (options_.prefix == TextOptions::Prefix::always ||
        (options_.prefix == TextOptions::Prefix::when_several && several))
        line_ = options_.to_file ? padded(concat(thread.id), 5) + " "
                                 : concat("[pid ", right_aligned(concat(thread.id), 5), "] ");
    line_ += stamp(now);
    if (options_.instruction)
        append(line_, "[", hex(thread.instruction, thread.abi == Abi::x86_64 ? 16 : 8), "] ");
}

// Another thread's line begins: the one that waits for its result ends here.
void TextSink::interrupt_line() {
    if (unfinished_ == nullptr) return;
    out_.line(line_, " <unfinished ...>");
    unfinished_->interrupted = true;
    unfinished_ = nullptr;
    line_.clear();
}

void TextSink::put_entry(Thread& thread) {
    lead(thread, thread.entered_ns);
    if (options_.number) append(line_, "[", right_aligned(concat(thread.call.number), 4), "] ");
    append(line_, name_of(thread.call), "(");
    thread.known = Decoder(options_.style, *thread.memory, thread.call).append_entry(line_);
    thread.interrupted = false;
}

void TextSink::entered(Thread& thread) {
    put_entry(thread);
    if (options_.only_complete) {
        line_.clear();  // written again when the result is known
        return;
    }
    unfinished_ = &thread;
}

void TextSink::complete(Thread& thread, std::string_view result, std::string_view note) {
    line_ += ") ";
    const size_t width = columns(line_);
    if (width < options_.column) line_ += std::string(options_.column - width, ' ');
    append(line_, "= ", result, note);
    if (options_.duration && thread.returned_ns != 0)
        append(line_, " <", seconds_text(std::max<int64_t>(thread.returned_ns - thread.entered_ns, 0)), ">");
    out_.line(line_);
    line_.clear();
    unfinished_ = nullptr;
}

void TextSink::returned(Thread& thread, int64_t result) {
    const Decoder decoder(options_.style, *thread.memory, thread.call);
    if (options_.only_complete) {
        put_entry(thread);
    } else if (unfinished_ != &thread) {
        lead(thread, thread.returned_ns);
        append(line_, "<... ", name_of(thread.call), " resumed>");
    }
    decoder.append_exit(line_, result, thread.known);
    std::string text;
    decoder.append_result(text, result);
    complete(thread, text, thread.injected ? " (INJECTED)" : thread.served ? " <served by its time64 twin>" : "");
}

void TextSink::lost(Thread& thread) {
    if (options_.only_complete) return;
    if (unfinished_ != &thread) {
        lead(thread, wall_ns());
        append(line_, "<... ", name_of(thread.call), " resumed>");
    }
    const bool all_known = thread.known >= (thread.call.row ? thread.call.row->arguments.size() : 6);
    thread.returned_ns = 0;
    if (!all_known && thread.interrupted)
        line_ += " <unfinished ...>";
    else if (!all_known)
        line_ += " <unfinished ...>";
    complete(thread, "?", "");
}

// What strace says on its standard error, so not in a file.
void TextSink::message(std::string_view text) {
    if (options_.to_file) return;
    interrupt_line();
    out_.line("trace-syscall: ", text);
}

void TextSink::attached(Thread& thread) {
    ++threads_;
    if (options_.quiet == 0 && threads_ > 1) message(concat("Process ", thread.id, " attached"));
}

void TextSink::changed_abi(Thread& thread) {
    if (options_.quiet == 0)
        message(concat("[ Process PID=", thread.id, " runs in ",
                       thread.abi == Abi::x86_64 ? "64 bit"
                       : thread.abi == Abi::i386 ? "32 bit"
                                                 : "x32",
                       " mode. ]"));
}

void TextSink::note_line(Thread& thread, std::string_view text) {
    lead(thread, wall_ns());
    out_.line(line_, text);
    line_.clear();
}

void TextSink::signal(Thread& thread, int number, std::string_view siginfo) {
    std::string text = concat("--- ", signal_text(static_cast<uint64_t>(number)), " ");
    Printer(text, options_.style, *thread.memory, Abi::x86_64).siginfo_fields(siginfo);
    note_line(thread, text + " ---");
}

void TextSink::stopped(Thread& thread, int number) {
    note_line(thread, concat("--- stopped by ", signal_text(static_cast<uint64_t>(number)), " ---"));
}

void TextSink::superseded(Thread& thread, pid_t by) {
    note_line(thread, concat("+++ superseded by execve in pid ", by, " +++"));
}

void TextSink::ended(Thread& thread, bool by_signal, int code) {
    if (options_.quiet < 2)
        note_line(thread, by_signal
                              ? concat("+++ killed by ", signal_text(static_cast<uint64_t>(code)), " +++")
                              : concat("+++ exited with ", code, " +++"));
    if (unfinished_ == &thread) interrupt_line();
    if (threads_ > 0) --threads_;
}

void TextSink::detached(Thread& thread) {
    if (unfinished_ == &thread) {
        out_.line(line_, " <detached ...>");
        unfinished_ = nullptr;
        line_.clear();
    }
    if (options_.quiet == 0) message(concat("Process ", thread.id, " detached"));
    if (threads_ > 0) --threads_;
}

void TextSink::finish() {
    interrupt_line();
    out_.flush();
}

}  // namespace earlybox::trace_syscall
