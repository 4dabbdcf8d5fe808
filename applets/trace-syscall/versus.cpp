// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/versus.h"

#include <algorithm>

#include "core/base/result.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

std::string job_of(const Call& call) {
    std::string name;
    append_name(name, call);
    return common_name(name);
}

std::string path_of(const Thread& thread) {
    if (!thread.call.row) return {};
    const auto arguments = thread.call.row->arguments;
    const auto at = std::ranges::find(arguments, Argument::path);
    if (at == arguments.end()) return {};
    return thread.memory->path(thread.call.arguments[at - arguments.begin()]);
}

// What calls of one run are to be told of: each job once, with its count.
struct Tally {
    struct Row {
        std::string name;
        size_t times = 0;
    };
    std::vector<Row> rows;
    void add(std::string_view name) {
        const auto known = std::ranges::find(rows, name, &Row::name);
        if (known != rows.end())
            ++known->times;
        else
            rows.push_back({std::string(name), 1});
    }
    std::string text() const {
        constexpr size_t kMost = 20;
        std::string text;
        for (size_t i = 0; i < std::min(rows.size(), kMost); ++i) {
            append(text, text.empty() ? "" : ", ", rows[i].name);
            if (rows[i].times > 1) append(text, " (", rows[i].times, " times)");
        }
        if (rows.size() > kMost) append(text, ", and ", rows.size() - kMost, " more");
        return text;
    }
};

bool has_job(const std::deque<CallList>& lists, std::string_view job) {
    return std::ranges::any_of(lists, [&](const CallList& list) {
        return std::ranges::find(list, job, &MadeCall::job) != list.end();
    });
}

bool fails_so(const std::deque<CallList>& lists, const MadeCall& wanted) {
    return std::ranges::any_of(lists, [&](const CallList& list) {
        return std::ranges::any_of(
            list, [&](const MadeCall& call) { return call.job == wanted.job && call.error == wanted.error; });
    });
}

struct Leftovers {
    Tally made;
    Tally failed;
};

// What the one run does that the other does not.
Leftovers leftovers(const RunRecorder& run, const RunRecorder& other) {
    Leftovers left;
    for (const CallList& list : run.lists())
        for (const MadeCall& call : list) {
            if (!has_job(other.lists(), call.job)) left.made.add(call.job);
            if (call.error != 0 && !fails_so(other.lists(), call))
                left.failed.add(concat(call.job, call.path.empty() ? "" : " ", printable(call.path), " ",
                                       errno_name(call.error)));
        }
    return left;
}

void put_wrapped(Output& out, std::string_view head, const Tally& tally) {
    if (tally.rows.empty()) return;
    out.line(head);
    for (const auto& line : wrapped(tally.text(), 75)) out.line("    ", line);
}

}  // namespace

RunRecorder::Current* RunRecorder::current(const Thread& thread) {
    const auto found = std::ranges::find(threads_, thread.id, &Current::thread);
    return found == threads_.end() ? nullptr : &*found;
}

void RunRecorder::attached(Thread& thread) {
    threads_.push_back({thread.id, lists_.size(), {}});
    lists_.emplace_back();
}

void RunRecorder::superseded(Thread& thread, pid_t by) {
    // The thread that executes a program goes on under its process' number.
    std::erase_if(threads_, [&](const Current& current) { return current.thread == thread.id; });
    const auto heir = std::ranges::find(threads_, by, &Current::thread);
    if (heir != threads_.end()) heir->thread = thread.id;
}

void RunRecorder::entered(Thread& thread) {
    Current* current = this->current(thread);
    if (!current) return;
    MadeCall& call = current->call;
    // Which program a run begins with is no difference: that was asked for.
    const bool is_first = current->list == 0 && lists_.front().empty();
    call = {.job = job_of(thread.call), .path = is_first ? std::string() : path_of(thread)};
    append_name(call.text, thread.call);
    call.text += '(';
    decoder_.begin(*thread.memory, thread.call);
    thread.known = decoder_.append_entry(call.text);
}

void RunRecorder::keep(Current& current) {
    cut_ = cut_ || count_ == kMostCalls;
    if (!cut_) lists_[current.list].push_back(std::move(current.call)), ++count_;
    current.call = {};
}

void RunRecorder::returned(Thread& thread, int64_t result) {
    Current* current = this->current(thread);
    if (!current || current->call.job.empty() || is_restart(result)) return;
    decoder_.begin(*thread.memory, thread.call, result);
    MadeCall& call = current->call;
    decoder_.append_exit(call.text, thread.known);
    call.text += ") = ";
    decoder_.append_result(call.text);
    if (is_error(result)) call.error = static_cast<int>(-result);
    keep(*current);
}

void RunRecorder::lost(Thread& thread) {
    Current* current = this->current(thread);
    if (!current || current->call.job.empty()) return;
    current->call.text += ") = ?";
    keep(*current);
}

bool report_divergence(Output& out, const RunOutcome& first, const RunOutcome& second) {
    constexpr size_t kContext = 3;
    const auto introduce = [&](const char* number, const RunOutcome& run) {
        out.line(number, ": ", printable(run.command), ": ", run.calls->count(), " calls, ", run.end,
                 run.calls->is_cut() ? " (its later calls are not compared)" : "");
    };
    introduce("1", first);
    introduce("2", second);

    const auto& mine = first.calls->lists();
    const auto& others = second.calls->lists();
    bool parts = first.end != second.end || mine.size() != others.size();
    bool shown = false;
    for (size_t process = 0; process < std::min(mine.size(), others.size()) && !shown; ++process) {
        const auto pairs = align(mine[process], others[process]);
        const auto at = first_difference(mine[process], others[process], pairs);
        if (!at) continue;
        shown = true;
        const size_t alike = static_cast<size_t>(std::ranges::find(pairs, *at) - pairs.begin());
        out.line();
        out.line("They part after ", alike, alike == 1 ? " call" : " calls", " that are alike",
                 process == 0 ? ":" : concat(", in process ", process + 1, " of each:"));
        for (size_t i = alike - std::min(alike, kContext); i < alike; ++i)
            out.line("both  ", mine[process][pairs[i].first].text);
        out.line("1     ", mine[process][at->first].text);
        out.line("2     ", others[process][at->second].text);
    }
    if (!shown) out.line("\nNo call that both make ends differently, or is about another file.");
    const Leftovers only_first = leftovers(*first.calls, *second.calls);
    const Leftovers only_second = leftovers(*second.calls, *first.calls);
    out.line();
    put_wrapped(out, "failed only in 1:", only_first.failed);
    put_wrapped(out, "failed only in 2:", only_second.failed);
    put_wrapped(out, "made only by 1:", only_first.made);
    put_wrapped(out, "made only by 2:", only_second.made);
    return parts || shown || !only_first.failed.rows.empty() || !only_second.failed.rows.empty();
}

}  // namespace earlybox::trace_syscall
