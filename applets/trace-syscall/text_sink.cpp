// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/text_sink.h"

#include <time.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t wall_ns() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

void append_microseconds(std::string& to, int64_t nanoseconds) {
    to += '.';
    append_padded(to, static_cast<uint64_t>(nanoseconds % kSecond / 1000), 6, '0');
}

void append_seconds(std::string& to, int64_t nanoseconds, size_t width = 0) {
    append_padded(to, static_cast<uint64_t>(nanoseconds / kSecond), width, ' ');
    append_microseconds(to, nanoseconds);
}

std::string_view mode_of(Abi abi) {
    return abi == Abi::x86_64 ? "64 bit" : abi == Abi::i386 ? "32 bit" : "x32";
}

}  // namespace

Result<Quiet> Quiet::parse(std::string_view names) {
    Quiet quiet;
    while (!names.empty()) {
        const auto name = names.substr(0, names.find(','));
        names.remove_prefix(std::min(name.size() + 1, names.size()));
        const bool all = name == "all";
        if (!all && name != "attach" && name != "exit" && name != "exits" && name != "personality" &&
            name != "thread-execve" && name != "superseded" && name != "path-resolution" && name != "path" &&
            name != "none")
            return failure(concat("-e quiet=", printable(name), ": no such kind of line"), 0, {},
                           "attach, exit, personality, thread-execve, all");
        quiet.attach = quiet.attach || all || name == "attach";
        quiet.exit = quiet.exit || all || name.starts_with("exit");
        quiet.abi = quiet.abi || all || name == "personality";
        quiet.superseded = quiet.superseded || all || name == "thread-execve" || name == "superseded";
    }
    return quiet;
}

void TextSink::stamp(int64_t now) {
    if (options_.stamp == TextOptions::Stamp::epoch) {
        append_seconds(line_, now);
        line_ += ' ';
    } else if (options_.stamp != TextOptions::Stamp::none) {
        append_clock(line_, now / kSecond);
        if (options_.stamp == TextOptions::Stamp::microseconds) append_microseconds(line_, now);
        line_ += ' ';
    }
    if (options_.relative) {
        const int64_t since = last_ns_ == 0 ? 0 : std::max<int64_t>(now - last_ns_, 0);
        const bool alone = options_.stamp == TextOptions::Stamp::none;
        if (!alone) line_ += "(+ ";
        append_seconds(line_, since, 5);
        line_ += alone ? " " : ") ";
    }
    last_ns_ = now;
}

// What stands in front of every line.
void TextSink::lead(const Thread& thread, int64_t now) {
    interrupt_line();
    line_.clear();
    shown_ = 0;
    if (options_.prefix == TextOptions::Prefix::always ||
        (options_.prefix == TextOptions::Prefix::when_several && threads_ > 1)) {
        if (!options_.to_file) line_ += "[pid ";
        const size_t before = line_.size();
        append_padded(line_, static_cast<uint64_t>(thread.id), options_.to_file ? 0 : 5, ' ');
        constexpr size_t kWidth = 5;
        if (options_.to_file) line_.append(kWidth - std::min(kWidth, line_.size() - before), ' ');
        line_ += options_.to_file ? " " : "] ";
    }
    stamp(now);
    if (options_.instruction)
        append(line_, "[", hex(thread.instruction, thread.abi == Abi::i386 ? 8 : 16), "] ");
}

// What there is of the line can be seen while the call lasts, where somebody may watch.
void TextSink::show(const Thread& thread) {
    if (!options_.to_file) out_.of(thread.id).put(std::string_view(line_).substr(shown_));
    shown_ = options_.to_file ? 0 : line_.size();
}

void TextSink::end_line(const Thread& thread) {
    line_ += '\n';
    out_.of(thread.id).put(std::string_view(line_).substr(shown_));
    line_.clear();
    shown_ = 0;
    unfinished_ = nullptr;
}

// Another thread's line begins: the one that waits for its result ends here, or is kept where each has a
// file of its own.
void TextSink::interrupt_line() {
    if (unfinished_ == nullptr) return;
    Thread& thread = *unfinished_;
    thread.interrupted = true;
    if (out_.each()) {
        thread.begun = line_;
        unfinished_ = nullptr;
        return;
    }
    line_ += " <unfinished ...>";
    end_line(thread);
}

void TextSink::resume(Thread& thread, int64_t now) {
    if (unfinished_ == &thread) return;
    if (out_.each()) {
        interrupt_line();
        line_ = thread.begun;
        shown_ = 0;
        return;
    }
    lead(thread, now);
    line_ += "<... ";
    append_name(line_, thread.call);
    line_ += " resumed>";
}

void TextSink::choose_style(const Call& call) {
    const auto has = [&](const std::optional<CallSet>& set) { return set->has(call.abi, call.number); };
    raw_ = options_.raw && has(options_.raw);
    if (options_.abbreviated) style_.whole = !has(options_.abbreviated);
    if (options_.followed) style_.pointers = !has(options_.followed);
}

void TextSink::put_raw(const Call& call) {
    const size_t count = call.row ? call.row->arguments.size() : std::size(call.arguments);
    for (size_t i = 0; i < count; ++i) {
        if (i != 0) line_ += ", ";
        append_hex(line_, call.abi == Abi::i386 ? call.arguments[i] & 0xffffffff : call.arguments[i]);
    }
}

void TextSink::put_entry(Thread& thread) {
    lead(thread, thread.entered_ns);
    if (options_.number) {
        line_ += '[';
        append_padded(line_, thread.call.number, 4, ' ');
        line_ += "] ";
    }
    append_name(line_, thread.call);
    line_ += '(';
    thread.call.process = thread.id;
    thread.call.before = thread.before;
    choose_style(thread.call);
    decoder_.begin(*thread.memory, thread.call);
    if (raw_)
        put_raw(thread.call);
    else
        thread.known = decoder_.append_entry(line_);
    thread.interrupted = false;
}

void TextSink::entered(Thread& thread) {
    put_entry(thread);
    if (options_.only_complete) {
        thread.begun = line_;  // until the result is known
        line_.clear();
        return;
    }
    unfinished_ = &thread;
    show(thread);
}

// The result, from `result_at` on, in its column.
void TextSink::complete(Thread& thread, size_t result_at) {
    const size_t width = columns(std::string_view(line_).substr(0, result_at)) + 2;
    std::string_view gap = ") = ";
    line_.insert(result_at, gap);
    if (width < options_.column) line_.insert(result_at + 2, options_.column - width, ' ');
    if (options_.duration && thread.returned_ns != 0) {
        line_ += " <";
        append_seconds(line_, std::max<int64_t>(thread.returned_ns - thread.entered_ns, 0));
        line_ += '>';
    }
    end_line(thread);
}

void TextSink::returned(Thread& thread, int64_t result) {
    if (options_.only_complete) {
        line_ = thread.begun;
        shown_ = 0;
    } else
        resume(thread, thread.returned_ns);
    choose_style(thread.call);
    decoder_.begin(*thread.memory, thread.call, result);
    if (!raw_) decoder_.append_exit(line_, thread.known);
    const size_t result_at = line_.size();
    if (raw_ && !is_error(result))
        append_hex(line_, thread.call.abi == Abi::x86_64 ? static_cast<uint64_t>(result)
                                                         : static_cast<uint32_t>(result));
    else
        decoder_.append_result(line_);
    if (thread.injected) line_ += " (INJECTED)";
    if (thread.served) line_ += " <served by its time64 twin>";
    if (thread.is_vdso_call)
        append(line_, " <vdso", thread.fallback.empty() ? "" : ", fell back to ", thread.fallback, ">");
    if (thread.call.row) thread.before = thread.call.row->name;
    complete(thread, result_at);
    if ((options_.read_dumps | options_.write_dumps) != 0 && !is_error(result)) dump(thread, result);
}

void TextSink::lost(Thread& thread) {
    if (options_.only_complete) return;
    resume(thread, wall_ns());
    decoder_.begin(*thread.memory, thread.call);
    if (!raw_ && thread.known < decoder_.count()) line_ += " <unfinished ...>";
    thread.returned_ns = 0;
    const size_t result_at = line_.size();
    line_ += '?';
    complete(thread, result_at);
}

// "| 00000  61 6c 70 68 61 0a ...  alpha. |", as strace writes it.
void TextSink::dump_bytes(const Thread& thread, uint64_t address, uint64_t size) {
    constexpr uint64_t kMost = 1 << 20;
    constexpr size_t kRow = 16;
    const uint64_t all = std::min(size, kMost);
    std::string bytes(all, '\0');
    bytes.resize(thread.memory->read(address, bytes));
    for (size_t at = 0; at < bytes.size(); at += kRow) {
        const auto row = std::string_view(bytes).substr(at, kRow);
        line_ = " | ";
        line_ += hex(at, 5);
        line_ += ' ';
        for (size_t i = 0; i < kRow; ++i) {
            if (i % 8 == 0) line_ += ' ';
            line_ += i < row.size() ? hex(static_cast<unsigned char>(row[i]), 2) + ' ' : "   ";
        }
        line_ += ' ';
        for (size_t i = 0; i < kRow; ++i) {
            const char c = i < row.size() ? row[i] : ' ';
            line_ += c >= ' ' && c < '\x7f' ? c : '.';
        }
        line_ += " |";
        end_line(thread);
    }
}

void TextSink::dump(Thread& thread, int64_t result) {
    const Call& call = thread.call;
    const auto number = static_cast<uint32_t>(call.arguments[0]);
    if (!call.row || number > 63) return;
    const bool reads = (options_.read_dumps >> number & 1) != 0;
    const bool writes = (options_.write_dumps >> number & 1) != 0;
    const auto got = static_cast<uint64_t>(result);
    if (call.row->arguments.size() < 3 || call.row->arguments[0] != Argument::fd) return;
    const Argument kind = call.row->arguments[1];
    if (reads && kind == Argument::bytes_out) dump_bytes(thread, call.arguments[1], got);
    if (writes && kind == Argument::bytes) dump_bytes(thread, call.arguments[1], call.arguments[2]);
    const bool vectors = (reads && kind == Argument::iovecs_out) || (writes && kind == Argument::iovecs);
    if (!vectors) return;
    const unsigned word = call.abi == Abi::x86_64 ? 8 : 4;
    uint64_t left = got;
    for (uint64_t i = 0; i < std::min<uint64_t>(call.arguments[2], 1024) && left != 0; ++i) {
        uint64_t pair[2] = {};
        for (unsigned j = 0; j < 2; ++j)
            if (thread.memory->read(call.arguments[1] + (2 * i + j) * word,
                                    {reinterpret_cast<char*>(&pair[j]), word}) != word)
                return;
        const uint64_t here = std::min(pair[1], left);
        left -= here;
        line_ = concat(" * ", here, " bytes in buffer ", i);
        end_line(thread);
        dump_bytes(thread, pair[0], here);
    }
}

// What strace says on its standard error, so not in a file.
void TextSink::message(const Thread& thread, std::string_view text, std::string_view more) {
    if (options_.to_file) return;
    interrupt_line();
    out_.main().line("trace-syscall: ", text, thread.id, more);
}

void TextSink::attached(Thread& thread) {
    ++threads_;
    if (!options_.quiet.attach && threads_ > 1) message(thread, "Process ", " attached");
}

void TextSink::changed_abi(Thread& thread) {
    if (!options_.quiet.abi)
        message(thread, "[ Process PID=", concat(" runs in ", mode_of(thread.abi), " mode. ]"));
}

void TextSink::signal(Thread& thread, int number, std::string_view siginfo) {
    lead(thread, wall_ns());
    line_ += "--- ";
    append_signal(line_, static_cast<uint64_t>(number));
    line_ += ' ';
    decoder_.append_siginfo(line_, siginfo);
    line_ += " ---";
    end_line(thread);
}

void TextSink::stopped(Thread& thread, int number) {
    lead(thread, wall_ns());
    line_ += "--- stopped by ";
    append_signal(line_, static_cast<uint64_t>(number));
    line_ += " ---";
    end_line(thread);
}

void TextSink::superseded(Thread& thread, pid_t by) {
    if (options_.quiet.superseded) return;
    lead(thread, wall_ns());
    append(line_, "+++ superseded by execve in pid ", by, " +++");
    end_line(thread);
}

void TextSink::ended(Thread& thread, bool by_signal, int code) {
    if (unfinished_ == &thread) interrupt_line();
    if (!options_.quiet.exit) {
        lead(thread, wall_ns());
        if (by_signal) {
            line_ += "+++ killed by ";
            append_signal(line_, static_cast<uint64_t>(code));
        } else {
            append(line_, "+++ exited with ", code);
        }
        line_ += " +++";
        end_line(thread);
    }
    out_.ended(thread.id);
    if (threads_ > 0) --threads_;
}

void TextSink::detached(Thread& thread) {
    if (unfinished_ == &thread) {
        line_ += " <detached ...>";
        end_line(thread);
    }
    if (!options_.quiet.attach) message(thread, "Process ", " detached");
    if (threads_ > 0) --threads_;
}

void TextSink::finish() {
    interrupt_line();
    out_.finish();
}

}  // namespace earlybox::trace_syscall
