// SPDX-License-Identifier: MIT
#include "core/sys/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/fd.h"
#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

constexpr int kExecFailed = 127;  // as shells have it
// A child is announced by its parent's event, which may come after the child's own first stop; and never,
// where the parent has been killed between the two.
constexpr int kAnnouncementMs = 1000;
constexpr int kReleaseMs = 1000;
// wait(2) looks at the latest tracee first; so after this many stops all the others' are taken as well.
constexpr unsigned kStopsInTurn = 64;

unsigned ptrace_options(const TraceOptions& options) {
    unsigned bits = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;
    if (options.follow) bits |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    if (options.exits) bits |= PTRACE_O_TRACEEXIT;
    if (!options.filter.empty()) bits |= PTRACE_O_TRACESECCOMP;
    if (options.kill_at_end) bits |= PTRACE_O_EXITKILL;
    return bits;
}

unsigned request_for(Resume how) {
    switch (how) {
        case Resume::run:
            return PTRACE_CONT;
        case Resume::to_system_call:
            return PTRACE_SYSCALL;
        case Resume::step:
            return PTRACE_SINGLESTEP;
        case Resume::listen:
            return PTRACE_LISTEN;
        case Resume::release:
            break;
    }
    return PTRACE_DETACH;
}

int64_t now_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// The latest of TraceOptions::signals to arrive. One may come between a look at this and the wait that
// follows: so there is a timer too, whose signal ends that wait.
volatile sig_atomic_t arrived_signal = 0;
volatile sig_atomic_t has_ticked = 0;

void set_timer(unsigned interval_ms) {
    const timeval interval = {interval_ms / 1000, static_cast<suseconds_t>(interval_ms % 1000) * 1000};
    const itimerval timer = {.it_interval = interval, .it_value = interval};
    setitimer(ITIMER_REAL, &timer, nullptr);
}

void note_signal(int signal) {
    constexpr unsigned kSoonMs = 10;
    if (signal == SIGALRM) {
        has_ticked = 1;
        return;
    }
    arrived_signal = signal;
    set_timer(kSoonMs);
}

// Without a privilege a process may filter its calls only if it renounces to gain one.
bool install_filter(std::span<const sock_filter> filter) {
    const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                                const_cast<sock_filter*>(filter.data())};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return true;
    return errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

struct Program {
    std::string file;
    std::vector<char*> arguments;  // null at the end
    std::span<const sock_filter> filter;
};

int exec_program(void* argument) {
    const auto& program = *static_cast<Program*>(argument);
    if (!program.filter.empty() && !install_filter(program.filter)) return kExecFailed;
    execv(program.file.c_str(), program.arguments.data());
    return kExecFailed;
}

Result<pid_t> fork_child() {
    const pid_t child = fork();
    if (child < 0) return failure("fork a child process", errno, "no memory, or a limit on processes");
    return child;
}

// The caller goes on in a grandchild of its process, which gets that one's number; in the process itself this
// returns 0, as in a child.
Result<pid_t> become_grandchild(TracerPlace place) {
    const pid_t self = getpid();
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);  // Yama: a descendant may not trace it else
    const pid_t middle = TRY(fork_child());
    if (middle != 0) {
        int status = 0;
        while (waitpid(middle, &status, 0) < 0 && errno == EINTR) {}
        if (status != 0) return failure("fork the tracer's process", 0, "no memory, or a limit on processes");
        return 0;
    }
    const pid_t tracer = fork();
    if (tracer != 0) _exit(tracer < 0 ? kExecFailed : 0);
    if (place == TracerPlace::own_group) setpgid(0, 0);
    if (place == TracerPlace::own_session) setsid();
    return self;
}

}  // namespace

bool can_filter(std::span<const sock_filter> filter) {
    constexpr int kTimeoutMs = 5000;
    const auto end = run_in_child([&] { return install_filter(filter) ? 0 : 1; }, kTimeoutMs);
    return end && end->exited_with(0);
}

// --- what is traced
// -----------------------------------------------------------------------------------------

Tracer::Tracer(TraceOptions options)
    : options_(std::move(options)),
      usual_(options_.system_calls && options_.filter.empty() ? Resume::to_system_call : Resume::run) {
    // SIGCHLD tells of stops, if it is neither ignored nor handled by somebody else.
    const struct sigaction by_default{};
    change_action(SIGCHLD, by_default);
    struct sigaction noting{};
    noting.sa_handler = note_signal;  // without SA_RESTART: it ends a wait
    sigset_t noted;
    sigemptyset(&noted);
    if (!options_.signals.empty() || options_.tick_ms != 0) options_.signals.push_back(SIGALRM);
    for (const int signal : options_.signals) {
        change_action(signal, noting);
        sigaddset(&noted, signal);
    }
    struct sigaction ignoring{};
    ignoring.sa_handler = SIG_IGN;
    for (const int signal : options_.ignored) change_action(signal, ignoring);
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGCHLD);
    sigprocmask(SIG_BLOCK, &stops, &old_mask_);
    sigprocmask(SIG_UNBLOCK, &noted, nullptr);
}

Tracer::~Tracer() {
    release_all();
    if (!options_.signals.empty()) set_timer(0);
    arrived_signal = 0;
    has_ticked = 0;
    restore_signals();
}

void Tracer::change_action(int signal, const struct sigaction& action) {
    struct sigaction old;
    sigaction(signal, &action, &old);
    old_actions_.push_back({signal, old});
}

void Tracer::restore_signals() const {
    for (const auto& [signal, action] : old_actions_) sigaction(signal, &action, nullptr);
    sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

Tracer::Task* Tracer::find(pid_t thread) {
    const auto at = std::ranges::lower_bound(tasks_, thread, {}, &Task::thread);
    return at != tasks_.end() && at->thread == thread ? &*at : nullptr;
}

Tracer::Task& Tracer::add(pid_t thread) {
    const auto at = std::ranges::lower_bound(tasks_, thread, {}, &Task::thread);
    if (at != tasks_.end() && at->thread == thread) return *at;
    return *tasks_.insert(at, Task{.thread = thread});
}

void Tracer::remove(pid_t thread) {
    std::erase_if(tasks_, [&](const Task& task) { return task.thread == thread; });
    std::erase(held_, thread);
}

Result<> Tracer::attach(pid_t thread) const {
    TRY_VOID(ptrace_request(PTRACE_SEIZE, thread, 0, ptrace_options(options_)));
    return ptrace_request(PTRACE_INTERRUPT, thread, 0, 0);
}

Result<> Tracer::seize(pid_t thread) {
    TRY_VOID(attach(thread));
    add(thread).announced = true;
    return {};
}

Result<size_t> Tracer::seize_process(pid_t process, int proc) {
    TRY_VOID(seize(process));
    const auto folder = open_at(proc, concat(process, "/task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t all = 1;
    if (!folder) return all;  // it has gone
    // Threads that those seized already have started are tracees, and cannot be seized again.
    for (size_t more = 1; more != 0; all += more) {
        more = 0;
        for (const auto& name : list_directory_at(folder->number(), ".").value_or(std::vector<std::string>()))
            if (const auto thread = parse_number(name); thread && seize(static_cast<pid_t>(*thread))) ++more;
    }
    return all;
}

Result<pid_t> Tracer::start(const std::vector<std::string>& command, TracerPlace place) {
    Program program{TRY(program_in_path(command.empty() ? "" : command.front())), {}, options_.filter};
    for (const auto& argument : command) program.arguments.push_back(const_cast<char*>(argument.c_str()));
    program.arguments.push_back(nullptr);
    return start(exec_program, &program, place);
}

// The child waits at a gate, a read from a pipe, until it is traced.
Result<pid_t> Tracer::start(ChildFunction function, void* argument, TracerPlace place) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failure("make a pipe to a child process", errno);
    const Fd gate(ends[0]);
    const Fd key(ends[1]);
    const bool is_parent = place == TracerPlace::parent;
    const pid_t child = TRY(is_parent ? fork_child() : become_grandchild(place));
    if (child == 0) {
        close(key.number());
        restore_signals();
        signal(SIGPIPE, SIG_DFL);  // which main() changed
        char opened = 0;
        _exit(read(gate.number(), &opened, 1) == 1 ? function(argument) : kExecFailed);
    }
    resume_current();
    auto attached = attach(child);
    if (attached) attached = lead_through_gate(child, key);
    if (!attached) {
        kill(child, SIGKILL);
        while (is_parent && waitpid(child, nullptr, __WALL) == child) {}
        return std::unexpected(attached.error());
    }
    Task& task = add(child);
    task.announced = task.started = true;
    report(TraceEvent::Kind::started, task);
    return child;
}

// Opens the gate as soon as the child stands still, and lets it come back from its read.
Result<> Tracer::lead_through_gate(pid_t child, const Fd& key) {
    while (true) {
        int status = 0;
        if (waitpid(child, &status, __WALL) < 0) {
            if (errno == EINTR) continue;
            return failure("wait for a child process", errno);
        }
        const auto stop = classify_wait_status(status);
        if (stop.is_end())
            return failure("start a child process", 0, concat("it ", describe(end_of(status))));
        if (stop.kind == WaitStatus::Kind::trap) (void)!::write(key.number(), "", 1);
        if (stop.kind == WaitStatus::Kind::system_call) {
            // On entry the result is something else.
            const Registers registers = TRY(Tracee(child).registers());
            if (registers.number() == SYS_read && registers.result() == 1) return {};
        }
        TRY_VOID(
            ptrace_request(PTRACE_SYSCALL, child, 0,
                           stop.kind == WaitStatus::Kind::signal ? static_cast<unsigned>(stop.code) : 0));
    }
}

// --- the loop
// -----------------------------------------------------------------------------------------------

TraceEvent* Tracer::next(int timeout_ms) {
    resume_current();
    while (!tasks_.empty()) {
        if (start_held(false)) return &event_;
        pid_t thread = 0;
        int status = 0;
        switch (wait(timeout_ms, thread, status)) {
            case Waited::event:
                return &event_;
            case Waited::nothing:
                tasks_.clear();
                break;
            case Waited::status:
                if (interpret(thread, classify_wait_status(status))) return &event_;
        }
    }
    return nullptr;
}

void Tracer::resume_current() {
    if (Task* task = find(event_.thread); task != nullptr && !event_.is_end())
        resume(*task, event_.resume, event_.deliver);
    event_ = {};
}

void Tracer::resume(Task& task, Resume how, int signal) {
    task.resumed = how;
    // An error is its death, which is still to be reported.
    (void)ptrace_request(request_for(how), task.thread, 0, static_cast<unsigned>(signal));
    if (how == Resume::release) remove(task.thread);
}

// Until a tracee stops, which is not sure when this returns true; false: none has, in time.
bool Tracer::await_stop(int timeout_ms) const {
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGCHLD);
    const timespec limit = {timeout_ms / 1000, timeout_ms % 1000 * 1'000'000L};
    return sigtimedwait(&stops, nullptr, timeout_ms < 0 ? nullptr : &limit) >= 0 || errno == EINTR;
}

// Every stop there is, the oldest tracee's last, to be taken from the end.
void Tracer::collect() {
    since_collected_ = 0;
    if (tasks_.size() < 2) return;
    Stop stop{};
    while ((stop.thread = waitpid(-1, &stop.status, __WALL | WNOHANG)) > 0) {
        // The first thread's stop is over when another has taken its number by exec.
        std::erase_if(collected_, [&](const Stop& older) { return older.thread == stop.thread; });
        collected_.push_back(stop);
    }
}

Tracer::Waited Tracer::wait(int timeout_ms, pid_t& thread, int& status) {
    const bool may_block = timeout_ms < 0 && held_.empty();
    while (true) {
        if (arrived_signal != 0) {
            set_timer(options_.tick_ms);
            event_ = {.kind = TraceEvent::Kind::interrupted, .code = std::exchange(arrived_signal, 0)};
            return Waited::event;
        }
        if (has_ticked != 0 && options_.tick_ms != 0) {
            has_ticked = 0;
            event_ = {.kind = TraceEvent::Kind::timed_out};
            return Waited::event;
        }
        if (++since_collected_ == kStopsInTurn) collect();
        if (!collected_.empty()) {
            thread = collected_.back().thread;
            status = collected_.back().status;
            collected_.pop_back();
            return Waited::status;
        }
        thread = waitpid(-1, &status, may_block ? __WALL : __WALL | WNOHANG);
        if (thread > 0) return Waited::status;
        if (thread < 0 && errno != EINTR) return Waited::nothing;
        if (thread < 0) continue;
        const bool holds_longer = held_.empty() || (timeout_ms >= 0 && timeout_ms < kAnnouncementMs);
        if (await_stop(holds_longer ? timeout_ms : kAnnouncementMs)) continue;
        if (!holds_longer && start_held(true)) return Waited::event;
        event_ = {.kind = TraceEvent::Kind::timed_out};
        return Waited::event;
    }
}

// Reports a child that stands at its first stop, if it may go on.
bool Tracer::start_held(bool orphans_too) {
    const auto at =
        std::ranges::find_if(held_, [&](pid_t thread) { return orphans_too || find(thread)->announced; });
    if (at == held_.end()) return false;
    Task& task = *find(*at);
    held_.erase(at);
    task.started = true;
    return report(TraceEvent::Kind::started, task);
}

// --- from a wait status to an event; false: it is none, and its tracee has been taken care of
// ----------------

bool Tracer::report(TraceEvent::Kind kind, const Task& task, int code) {
    event_ = {.kind = kind, .thread = task.thread, .code = code, .resume = usual_};
    if (task.in_call && options_.system_calls) event_.resume = Resume::to_system_call;
    return true;
}

bool Tracer::interpret(pid_t thread, WaitStatus status) {
    Task* task = find(thread);
    if (status.is_end()) {
        if (task == nullptr) return false;  // a child that was never traced
        using Kind = TraceEvent::Kind;
        report(status.kind == WaitStatus::Kind::exited ? Kind::exited : Kind::killed, *task, status.code);
        remove(thread);
        return true;
    }
    if (task == nullptr && status.kind == WaitStatus::Kind::exec) follow_renamed(thread);
    task = &add(thread);
    return task->started ? interpret_stop(*task, status) : interpret_first_stop(*task);
}

// A thread that is traced alone, without its process' first one, takes that one's number by exec.
void Tracer::follow_renamed(pid_t thread) {
    const auto former = Tracee(thread).event_message();
    const Task* caller = former ? find(static_cast<pid_t>(*former)) : nullptr;
    if (caller == nullptr) return;
    Task renamed = *caller;
    renamed.thread = thread;
    remove(caller->thread);
    add(thread) = renamed;
}

bool Tracer::interpret_first_stop(Task& task) {
    // A child that was cloned with CLONE_PTRACE.
    if (!options_.follow && !task.announced) {
        resume(task, Resume::release, 0);
        return false;
    }
    held_.push_back(task.thread);
    return start_held(false);
}

bool Tracer::interpret_stop(Task& task, WaitStatus status) {
    using Kind = TraceEvent::Kind;
    switch (status.kind) {
        case WaitStatus::Kind::system_call:
        case WaitStatus::Kind::filtered_call:
            return interpret_call(task, status.kind == WaitStatus::Kind::filtered_call);
        case WaitStatus::Kind::signal:
            return interpret_signal(task, status.code);
        case WaitStatus::Kind::group_stop:
            report(Kind::group_stop, task, status.code);
            event_.resume = Resume::listen;
            return true;
        case WaitStatus::Kind::trap:
            return report(Kind::continued, task);
        case WaitStatus::Kind::new_child:
            return interpret_new_child(task);
        case WaitStatus::Kind::exec:
            return interpret_exec(task);
        case WaitStatus::Kind::exiting:
            return report(Kind::exiting, task);
        default:
            resume(task, usual_, 0);
            return false;
    }
}

bool Tracer::interpret_call(Task& task, bool filtered) {
    SystemCall call;
    const Tracee tracee(task.thread);
    auto phase = knows_calls_ ? tracee.system_call(call) : CallPhase::none;
    if (!phase && phase.error().code != ESRCH) knows_calls_ = false;
    if (!knows_calls_) {
        phase = task.in_call && !filtered ? CallPhase::exit : CallPhase::entry;
        if (const auto done = tracee.system_call_from_registers(*phase, call); !done)
            phase = std::unexpected(done.error());
    }
    if (!phase) return false;
    if (*phase == CallPhase::entry) {
        task.in_call = true;
        task.call = call;
        report(TraceEvent::Kind::entry, task);
    } else if (!filtered) {
        if (!task.in_call) task.call = {.abi = call.abi};
        task.in_call = false;
        task.call.result = call.result;
        report(TraceEvent::Kind::exit, task);
    }
    event_.call = task.call;
    return true;
}

bool Tracer::interpret_signal(const Task& task, int signal) {
    report(TraceEvent::Kind::signal, task, signal);
    // No signal stops PID 1, but a tracer's.
    event_.deliver = task.thread == 1 && signal == SIGSTOP ? 0 : signal;
    siginfo_t info{};
    if (signal == SIGTRAP && task.resumed == Resume::step &&
        ptrace_request(PTRACE_GETSIGINFO, task.thread, 0, reinterpret_cast<uintptr_t>(&info)) &&
        (info.si_code == TRAP_TRACE || info.si_code == TRAP_BRKPT)) {
        event_.kind = TraceEvent::Kind::stepped;
        event_.code = event_.deliver = 0;
    }
    return true;
}

bool Tracer::interpret_new_child(const Task& parent) {
    const auto message = Tracee(parent.thread).event_message();
    if (!message) return false;
    report(TraceEvent::Kind::new_child, parent);
    event_.child = static_cast<pid_t>(*message);
    add(event_.child).announced = true;
    return true;
}

bool Tracer::interpret_exec(Task& task) {
    const auto message = Tracee(task.thread).event_message();
    if (!message) return false;
    const auto former = static_cast<pid_t>(*message);
    if (former != task.thread) {
        // Another thread than the first made the call. It has the first one's number from now on.
        const Task* caller = find(former);
        task.in_call = caller != nullptr && caller->in_call;
        if (caller != nullptr) task.call = caller->call;
    }
    report(TraceEvent::Kind::exec, task);
    event_.child = former;
    if (former != task.thread) remove(former);
    return true;
}

// --- the end
// ------------------------------------------------------------------------------------------------

void Tracer::release_all() {
    if (options_.kill_at_end)
        for (const Task& task : tasks_) kill(task.thread, SIGKILL);
    const Resume how = options_.kill_at_end ? Resume::run : Resume::release;
    event_.resume = how;
    resume_current();
    for (const pid_t thread : std::exchange(held_, {})) resume(add(thread), how, 0);
    for (const Task& task : tasks_) (void)ptrace_request(PTRACE_INTERRUPT, task.thread, 0, 0);
    // Who does not stop in time sleeps where nothing wakes it; the kernel releases it when this process ends.
    for (const int64_t end = now_ms() + kReleaseMs; !tasks_.empty() && now_ms() < end;) {
        int status = 0;
        const pid_t thread = waitpid(-1, &status, __WALL | WNOHANG);
        if (thread == 0) (void)await_stop(static_cast<int>(std::max<int64_t>(end - now_ms(), 0)));
        if (thread < 0 && errno != EINTR) break;
        if (thread <= 0) continue;
        const auto stop = classify_wait_status(status);
        if (stop.kind == WaitStatus::Kind::new_child)
            if (const auto child = Tracee(thread).event_message()) add(static_cast<pid_t>(*child));
        if (stop.is_end())
            remove(thread);
        else
            resume(add(thread), how, stop.kind == WaitStatus::Kind::signal ? stop.code : 0);
    }
    tasks_.clear();
}

Result<ChildEnd> run_traced(ChildFunction function, void* argument, CallObserver entered, void* observer,
                            int timeout_ms) {
    Tracer tracer({.kill_at_end = true});
    const pid_t child = TRY(tracer.start(function, argument));
    const int64_t end = now_ms() + timeout_ms;
    std::optional<ChildEnd> outcome;
    while (const TraceEvent* event = tracer.next(static_cast<int>(std::max<int64_t>(end - now_ms(), 0)))) {
        using Kind = TraceEvent::Kind;
        if (event->kind == Kind::entry) entered(observer, event->call);
        if (event->kind == Kind::timed_out || now_ms() >= end) return ChildEnd{ChildEnd::How::timed_out, 0};
        if (event->thread == child && event->is_end())
            outcome = {event->kind == Kind::exited ? ChildEnd::How::exited : ChildEnd::How::killed,
                       event->code};
    }
    if (!outcome) return failure("wait for a traced child", ECHILD);
    return *outcome;
}

}  // namespace earlybox
