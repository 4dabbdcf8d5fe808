// SPDX-License-Identifier: MIT
// Other processes under ptrace(2), as a series of events:
//
//     Tracer tracer({.follow = true});
//     const pid_t command = TRY(tracer.start(argv));
//     while (TraceEvent* event = tracer.next()) …
//
// No tracee is left stopped: whoever is still traced when the tracer goes is released (or killed, where that
// was asked for), and the kernel does the same where this process ends without warning, by SIGKILL too.
// While there is a tracer, every child of this process is its to wait for.
#pragma once
#include <linux/filter.h>
#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/sys/process.h"
#include "core/sys/tracee.h"
#include "core/sys/wait_status.h"

namespace earlybox {

// How a stopped tracee goes on.
enum class Resume : uint8_t {
    run,             // until something other than a system call
    to_system_call,  // until the next entry to, or exit from, a system call
    step,            // one instruction
    listen,          // stays stopped, until a signal ends its group stop
    release,         // for good: it is no tracee any more
};

struct TraceEvent {
    enum class Kind : uint8_t {
        started,     // its first stop: a process that was seized, or a child that new_child announced
        entry,       // call: without its result
        exit,        // call: all of it. The first thing a process does after exec, too
        signal,      // code: about to be delivered
        stepped,     // after Resume::step
        group_stop,  // code: the signal; it stays stopped until SIGCONT
        continued,   // a group stop is over, or PTRACE_INTERRUPT was answered
        new_child,   // child: whom it has started. Always comes before the child's own events
        exec,        // a new program; every other thread of its process has gone, without an event of its own
                     // where that was the first one. child: the thread that made the call
        exiting,     // about to end: its memory and registers can still be read (TraceOptions::exits)
        exited,      // code: its status
        killed,      // code: the signal
        interrupted,  // not a tracee's: code: one of TraceOptions::signals has arrived here
        timed_out,    // not a tracee's: nothing happened in time, or TraceOptions::tick_ms are over
    };
    Kind kind;
    pid_t thread = 0;
    int code = 0;
    pid_t child = 0;
    SystemCall call;
    // What next() does with it; as preset here the tracee notices nothing.
    Resume resume = Resume::run;
    int deliver = 0;  // the signal that it gets on the way

    Tracee tracee() const { return Tracee(thread); }
    bool is_end() const { return kind == Kind::exited || kind == Kind::killed; }
};

struct TraceOptions {
    bool follow = true;        // threads and child processes, from their first instruction on
    bool system_calls = true;  // entry and exit
    bool exits = false;        // exiting
    bool kill_at_end = false;  // tracees die with the tracer, and with this process however it ends
    std::vector<int> signals;  // that arrive here as events and are otherwise kept from this process
    std::vector<int> ignored;  // that do nothing to this process
    unsigned tick_ms = 0;      // a timed_out event so often; 0: none
    // A seccomp filter that a command gets: only the calls that it returns SECCOMP_RET_TRACE for are events.
    // It stays with its processes, and without a tracer those calls say ENOSYS: so kill_at_end must be set
    // too, unless they do so anyway.
    std::span<const sock_filter> filter;
};

// Where the tracer of a command is: its parent, or its grandchild. The command then takes this process'
// place, and whoever waits for this process waits for the command.
enum class TracerPlace : uint8_t { parent, grandchild, own_group, own_session };

// Whether a process may be given such a TraceOptions::filter; a child tries.
bool can_filter(std::span<const sock_filter> filter);

class Tracer {
 public:
    explicit Tracer(TraceOptions options);
    ~Tracer();
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    // A program (searched in PATH) in a child with the signal mask that this process had; its first event is
    // the entry to its execve. Where that fails it exits with status 127, and its errno was the call's
    // result.
    Result<pid_t> start(const std::vector<std::string>& command, TracerPlace place = TracerPlace::parent);
    // A function in a forked child, whose exit status it returns. The events are the function's own, and at
    // last the exit.
    Result<pid_t> start(ChildFunction function, void* argument, TracerPlace place = TracerPlace::parent);
    // A thread that runs already; its children, but not its fellow threads, are followed.
    Result<> seize(pid_t thread);
    // A process with all its threads, those that it starts meanwhile too. `proc`: a descriptor of procfs.
    // Returns how many there were.
    Result<size_t> seize_process(pid_t process, int proc);

    // Resumes the tracee of the event before, and waits for the next event; nothing: no tracee is left. The
    // event is valid until the next call, and may be changed to say how its tracee goes on.
    TraceEvent* next(int timeout_ms = -1);

    // Ends the tracing: tracees run on, or die (kill_at_end).
    void release_all();

 private:
    struct Task {
        pid_t thread;
        bool announced = false;  // by its parent's event, or it is ours
        bool started = false;    // its first stop has been seen
        bool in_call = false;
        Resume resumed = Resume::run;
        SystemCall call;  // that it is in
    };

    Task* find(pid_t thread);
    Task& add(pid_t thread);
    void remove(pid_t thread);
    Result<> attach(pid_t thread) const;
    static Result<> lead_through_gate(pid_t child, const Fd& key);

    void resume_current();
    void resume(Task& task, Resume how, int signal);
    enum class Waited { status, event, nothing };
    Waited wait(int timeout_ms, pid_t& thread, int& status);
    void collect();
    bool await_stop(int timeout_ms) const;
    void change_action(int signal, const struct sigaction& action);
    void restore_signals() const;
    bool start_held(bool orphans_too);

    bool interpret(pid_t thread, WaitStatus status);
    bool interpret_first_stop(Task& task);
    bool interpret_stop(Task& task, WaitStatus status);
    bool interpret_call(Task& task, bool filtered);
    void follow_renamed(pid_t thread);
    bool interpret_signal(const Task& task, int signal);
    bool interpret_new_child(const Task& task);
    bool interpret_exec(Task& task);
    bool report(TraceEvent::Kind kind, const Task& task, int code = 0);

    TraceOptions options_;
    Resume usual_;
    std::vector<Task> tasks_;  // sorted by thread
    std::vector<pid_t> held_;  // stopped for the first time, and not announced yet
    struct Stop {
        pid_t thread;
        int status;
    };
    std::vector<Stop> collected_;  // the first one last
    unsigned since_collected_ = 0;
    TraceEvent event_{};
    bool knows_calls_ = true;  // the kernel has PTRACE_GET_SYSCALL_INFO
    sigset_t old_mask_;
    std::vector<std::pair<int, struct sigaction>> old_actions_;
};

// Runs `function` in a traced child, and calls `entered` for every system call that it and its children make,
// the final exit too; where several are probed, memory that both share (Shared) tells which one is at work. A
// child that is not done after `timeout_ms` is killed. Returns how it ended.
using CallObserver = void (*)(void* observer, const SystemCall& call);
Result<ChildEnd> run_traced(ChildFunction function, void* argument, CallObserver entered, void* observer,
                            int timeout_ms);

template <class Function, class Entered>
Result<ChildEnd> run_traced(Function&& function, Entered&& entered, int timeout_ms) {
    using PlainFunction = std::remove_reference_t<Function>;
    using PlainEntered = std::remove_reference_t<Entered>;
    return run_traced([](void* f) -> int { return (*static_cast<PlainFunction*>(f))(); }, &function,
                      [](void* e, const SystemCall& call) { (*static_cast<PlainEntered*>(e))(call); },
                      &entered, timeout_ms);
}

}  // namespace earlybox
