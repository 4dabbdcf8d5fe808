// SPDX-License-Identifier: MIT
// A use of the kernel's tracer that leaves it as it was: a private instance wherever the kernel can, else the
// shared tracer with every setting put back.
//
//     TraceSession session = TRY(TraceSession::open(tracefs, TraceSession::Place::instance));
//     TRY_VOID(session.set("events/sched/enable", "1"));
//     TraceEnd end = TRY(session.run({.command = argv}, [&](const TraceRecord& record) { …; return true; }));
//     TRY_VOID(session.close());
//
// What is changed outside of the instance is noted in the kernel beforehand, in the buffer of an instance
// that is there for nothing else, so that repair_tracing() can undo it after SIGKILL. While there is a
// session, the signals that end this process are held back: run() ends by them.
#pragma once
#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/function_ref.h"
#include "core/base/result.h"
#include "core/probe/trace_settings.h"
#include "core/probe/trace_stream.h"
#include "core/probe/tracefs.h"
#include "core/sys/process.h"

namespace earlybox {

// Whose events: those of a command and its children (threads too), of threads and what they start from now
// on, or everybody's but our own.
struct TraceSubject {
    std::vector<std::string> command;
    std::vector<pid_t> threads;
    bool all = false;                   // also with a command, which then only sets the time
    std::optional<uint64_t> seconds{};  // no longer than this
};

struct TraceEnd {
    std::optional<ChildEnd> command;  // how it ended, if it did
    int refusal = 0;                  // errno of the command's exec; 0: it was started
    int signal = 0;                   // that ended the tracing
    uint64_t lost = 0;                // events in all
    uint64_t events = 0;
};

// All threads of processes, as they are now.
Result<std::vector<pid_t>> threads_of(Machine& machine, std::span<const pid_t> processes);

class TraceSession {
 public:
    enum class Place {
        instance,
        shared,  // the kernel's first, which everybody shares: for tracers that it has in no instance
    };
    // The error says who is in the way: another session, somebody's tracer, or what lacks for instances.
    static Result<TraceSession> open(const Tracefs& tracefs, Place place);
    // For a tracer: in an instance if those have it (before 6.9 they have no function_graph).
    static Result<TraceSession> open_for(const Tracefs& tracefs, std::string_view tracer);
    TraceSession(TraceSession&& other) noexcept;
    TraceSession& operator=(TraceSession&&) = delete;
    ~TraceSession();

    const Tracefs& tracefs() const { return *tracefs_; }
    // In front of every path of the session's: "instances/earlybox-12/"; empty: the shared tracer.
    const std::string& area() const { return area_; }
    // That run() has started; 0: none.
    pid_t command() const { return command_; }
    const std::string& command_name() const { return command_name_; }

    // Changes a setting of the area: "current_tracer", "options/stacktrace", "events/sched/enable".
    Result<> set(const std::string& file, std::string_view value);
    // The same of a file that is a list, by whole lines: "set_ftrace_filter", "set_graph_function".
    Result<> set_list(const std::string& file, const std::vector<std::string>& lines);
    // Defines a kprobe: kind 'p' or 'r', where, and the arguments to fetch, as kprobe_events takes them.
    // Returns the event, "earlybox_12:NAME", which is then there in the area.
    Result<std::string> add_kprobe(char kind, const std::string& name, std::string_view where,
                                   std::string_view fetch = {});

    // Traces until the command or the time is over, a signal comes, or `take` says no (false). `take` gets
    // the events of all CPUs in the order of their time, while the command runs; nothing of what earlybox
    // itself does. `caught_up` comes whenever there is no more for now.
    Result<TraceEnd> run(
        const TraceSubject& subject, FunctionRef<bool(const TraceRecord&)> take,
        FunctionRef<void()> caught_up = [] {});

    // Before run(): it takes no events, and `take` gets none. Whoever reads the area's trace_pipe does.
    void leave_events() { takes_events_ = false; }

    // Puts everything back. The error names what could not be.
    Result<> close();

 private:
    explicit TraceSession(const Tracefs& tracefs);
    Result<> before_change(const std::string& file);
    Result<> save(const std::string& path);
    Result<> limit_to(const TraceSubject& subject, pid_t command);

    const Tracefs* tracefs_;
    std::string area_;
    Fd instance_;  // each holds a lock as long as we live
    Fd journal_;
    Fd lock_;
    std::vector<SavedSetting> saved_;
    std::vector<std::string> kprobes_;
    pid_t command_ = 0;
    std::string command_name_;
    sigset_t awaited_{};  // what ends the tracing, and children's ends
    sigset_t old_mask_{};
    bool takes_events_ = true;
    bool open_ = false;
};

}  // namespace earlybox
