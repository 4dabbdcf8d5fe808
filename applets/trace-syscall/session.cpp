// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/session.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "applets/trace-syscall/spared.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

int64_t wall_ns() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// By which a process filters its calls itself.
constexpr std::string_view kFilterCalls = "seccomp,prctl";

Abi table_of(CallAbi abi) {
    return abi == CallAbi::i386 ? Abi::i386 : abi == CallAbi::x32 ? Abi::x32 : Abi::x86_64;
}

}  // namespace

Result<Injection> Injection::parse(std::string_view expression) {
    Injection injection;
    const size_t end = expression.find(':');
    injection.calls = TRY(CallSet::parse(expression.substr(0, end)));
    std::string_view rest = end == expression.npos ? "" : expression.substr(end + 1);
    const auto wrong = [](std::string_view word) {
        return failure(
            concat("'", printable(word), "' is nothing to inject"), 0, {},
            "error=ENOSYS, retval=0, signal=TERM, delay_enter=MICROSECONDS, delay_exit=MICROSECONDS, when=2+");
    };
    bool does_something = false;
    while (!rest.empty()) {
        const size_t stop = rest.find(':');
        const auto word = rest.substr(0, stop);
        rest.remove_prefix(stop == rest.npos ? rest.size() : stop + 1);
        const size_t equals = word.find('=');
        const auto key = word.substr(0, equals);
        const auto value = equals == word.npos ? std::string_view() : word.substr(equals + 1);
        const auto number = parse_number(value);
        does_something = does_something || key != "when";
        if (key == "error" && errno_number(value))
            injection.error = errno_number(value);
        else if (key == "retval" && number)
            injection.result = number;
        else if (key == "signal" && signal_number(value))
            injection.signal = *signal_number(value);
        else if (key == "delay_enter" && number)
            injection.delay_enter_us = *number;
        else if (key == "delay_exit" && number)
            injection.delay_exit_us = *number;
        else if (key == "when") {
            auto range = value;
            const bool open = range.ends_with('+');
            const size_t plus = range.find('+');
            const auto span = range.substr(0, plus);
            const size_t dots = span.find("..");
            const auto first = parse_number(span.substr(0, dots));
            const auto last =
                dots == span.npos ? std::optional<uint64_t>() : parse_number(span.substr(dots + 2));
            const auto step = plus == range.npos || open
                                  ? std::optional<uint64_t>(plus == range.npos && dots == span.npos ? 0 : 1)
                                  : parse_number(range.substr(plus + 1));
            if (!first || *first == 0 || !step || (dots != span.npos && !last)) return wrong(word);
            injection.first = *first;
            injection.step = *step;
            if (last) injection.last = *last;
        } else {
            return wrong(word);
        }
    }
    if (!does_something) injection.error = ENOSYS;
    if (injection.error && injection.result) return failure("error= and retval= exclude each other");
    return injection;
}

bool sees_nothing(const Filter& filter, const std::vector<Injection>& injections) {
    return filter.calls.is_empty() && injections.empty();
}

CallSet needed_calls(const Filter& filter, const std::vector<Injection>& injections, const OneCpu* one_cpu) {
    if (filter.shim && sees_nothing(filter, injections)) return filter.shim->calls();
    CallSet needed = filter.calls;
    if (filter.shim) needed |= filter.shim->calls();
    for (const Injection& injection : injections) needed |= injection.calls;
    needed |= CallSet::parse(kFilterCalls).value_or(CallSet());
    if (one_cpu) needed |= one_cpu->calls();
    return needed;
}

Session::Task& Session::task(pid_t id) {
    const auto [at, is_new] = tasks_.try_emplace(id);
    Task& task = at->second;
    if (is_new) {
        task.memory = std::make_unique<Memory>(id);
        task.thread.id = id;
        task.thread.memory = task.memory.get();
        task.occurrences.resize(injections_.size());
        tell([&](Sink& sink) { sink.attached(task.thread); });
    }
    return task;
}

void Session::drop(Task& task) { tasks_.erase(task.thread.id); }

// -P: whether an argument names one of the paths, or a descriptor of one.
bool Session::touches_path(const Task& task) const {
    if (filter_.paths.empty()) return true;
    const Call& call = task.thread.call;
    if (!call.row) return false;
    for (size_t i = 0; i < call.row->arguments.size(); ++i) {
        const Argument kind = call.row->arguments[i];
        const auto fd = static_cast<int32_t>(call.arguments[i]);
        std::string path;
        if (kind == Argument::path)
            path = task.memory->path(call.arguments[i]);
        else if ((kind == Argument::fd || kind == Argument::dirfd) && fd >= 0 && filter_.descriptors)
            path = filter_.descriptors->file(task.thread.id, fd);
        if (!path.empty() && std::ranges::find(filter_.paths, path) != filter_.paths.end()) return true;
    }
    return false;
}

void Session::inject(Task& task, TraceEvent& event) {
    for (size_t i = 0; i < injections_.size(); ++i) {
        const Injection& injection = injections_[i];
        if (!injection.calls.has(task.thread.call.abi, task.thread.call.number)) continue;
        if (!injection.applies(++task.occurrences[i])) continue;
        if (injection.delay_enter_us != 0) usleep(static_cast<useconds_t>(injection.delay_enter_us));
        task.delay_exit_us = injection.delay_exit_us;
        if (injection.signal != 0) event.deliver = injection.signal;
        if (injection.error) answer_instead(task, event, -int64_t{*injection.error});
        if (injection.result) answer_instead(task, event, static_cast<int64_t>(*injection.result));
    }
}

// The kernel does not see the call.
void Session::answer_instead(Task& task, const TraceEvent& event, int64_t result) {
    auto registers = event.tracee().registers();
    if (!registers) return;
    registers->set_number(-1);
    if (event.tracee().set_registers(*registers)) task.forced_result = result;
}

void Session::watch_vdso(Task& task, const Tracee& tracee) {
    auto calls = VdsoCalls::watch(tracee);
    if (calls)
        task.vdso = std::move(*calls);
    else if (calls.error().code != ESRCH)
        notes_.line("trace-syscall: process ", task.thread.id,
                    "'s vDSO calls are not shown: ", one_line(calls.error()));
}

void Session::tell_of_vdso_call(Task& task, const VdsoCalls::Made& made) {
    Thread& thread = task.thread;
    task.reports = true;
    thread.call = made.call;
    thread.is_vdso_call = true;
    thread.injected = thread.served = false;
    if (filter_.calls.has(made.call.abi, made.call.number) && filter_.status.has(made.result) &&
        touches_path(task)) {
        if (wants_time_) thread.entered_ns = thread.returned_ns = wall_ns();
        tell([&](Sink& sink) {
            sink.entered(thread);
            sink.returned(thread, made.result);
        });
    }
    thread.is_vdso_call = false;
    thread.fallback.clear();
}

void Session::enter(TraceEvent& event) {
    if (event.call.abi == CallAbi::unknown) return note_unreadable(event);
    Task& task = this->task(event.thread);
    Thread& thread = task.thread;
    if (task.vdso) {
        if (const auto made = task.vdso->reported(event.tracee(), event.call))
            return tell_of_vdso_call(task, *made);
        thread.fallback.clear();
    }
    const Abi abi = table_of(event.call.abi);
    if (abi != thread.abi) {
        thread.abi = abi;
        tell([&](Sink& sink) { sink.changed_abi(thread); });
    }
    thread.call = {
        .abi = abi, .number = static_cast<unsigned>(event.call.number), .row = {}, .stack = event.call.stack};
    thread.call.row = find_syscall(abi, thread.call.number);
    std::ranges::copy(event.call.arguments, thread.call.arguments);
    unfold(thread.call, *thread.memory);
    thread.instruction = event.call.instruction;
    if (task.vdso && task.vdso->has_made(event.tracee(), event.call))
        append_name(thread.fallback, thread.call);
    if (task.vdso && installs_filter(thread.call)) {
        std::exchange(task.vdso, nullptr)->unwatch(event.tracee());
        notes_.line("trace-syscall: process ", thread.id,
                    " installs a seccomp filter: its vDSO calls are not shown from here on");
    }
    thread.in_call = true;
    thread.injected = false;
    task.forced_result.reset();
    if (filter_.shim) filter_.shim->enter(event.tracee(), event.call, task.service);
    thread.served = task.service.in_call();
    if (!injections_.empty()) inject(task, event);
    if (proc_ >= 0 && kills_all(thread.call) &&
        kill_all_but_us(proc_, thread.id, static_cast<int>(thread.call.arguments[1])))
        answer_instead(task, event, 0);
    thread.shown = filter_.calls.has(abi, thread.call.number) && touches_path(task);
    if (one_cpu_ && event.thread == command_) one_cpu_->entering(abi, thread.call.number);
    if (filtered_) note_own_filter(thread);
    if (!thread.shown) return;
    if (wants_time_) thread.entered_ns = wall_ns();
    tell([&](Sink& sink) { sink.entered(thread); });
}

void Session::leave(TraceEvent& event) {
    Task& task = this->task(event.thread);
    Thread& thread = task.thread;
    if (std::exchange(task.reports, false)) return;
    if (std::exchange(task.comes_from_exec, false) && filter_.vdso) watch_vdso(task, event.tracee());
    if (!thread.in_call) return;
    thread.in_call = false;
    if (one_cpu_ && event.thread == command_) one_cpu_->leaving();
    int64_t result = event.call.result;
    if (thread.served) result = filter_.shim->leave(event.tracee(), result, task.service);
    if (task.forced_result) {
        if (auto registers = event.tracee().registers()) {
            registers->set_result(*task.forced_result);
            if (event.tracee().set_registers(*registers)) {
                result = *task.forced_result;
                thread.injected = true;
            }
        }
    }
    if (task.delay_exit_us != 0) usleep(static_cast<useconds_t>(std::exchange(task.delay_exit_us, 0)));
    if (!thread.shown || !filter_.status.has(result)) return;
    if (wants_time_) thread.returned_ns = wall_ns();
    tell([&](Sink& sink) { sink.returned(thread, result); });
}

// A filter of the tracee's own that answers with an errno comes before ours, which sends calls to us.
void Session::note_own_filter(const Thread& thread) {
    if (own_filter_noted_ || !installs_filter(thread.call)) return;
    own_filter_noted_ = true;
    notes_.line(
        "trace-syscall: process ", thread.id,
        " filters its calls: those that its filter refuses are not seen (without --seccomp-bpf they are)");
}

// A 32-bit tracer sees neither the registers nor the memory of 64-bit code.
void Session::note_unreadable(TraceEvent& event) {
    notes_.line("trace-syscall: process ", event.thread,
                " runs 64-bit code, which a 32-bit earlybox cannot read: it goes on untraced");
    event.resume = Resume::release;
    Task& here = task(event.thread);
    tell([&](Sink& sink) { sink.detached(here.thread); });
    drop(here);
}

void Session::executed(TraceEvent& event) {
    Task& here = task(event.thread);
    if (event.child != event.thread && tasks_.contains(event.child)) {
        Task& other = task(event.child);
        if (here.thread.in_call && here.thread.shown) tell([&](Sink& sink) { sink.lost(here.thread); });
        tell([&](Sink& sink) { sink.superseded(here.thread, event.child); });
        here.thread.call = other.thread.call;
        here.thread.in_call = other.thread.in_call;
        here.thread.shown = other.thread.shown;
        here.thread.entered_ns = other.thread.entered_ns;
        drop(other);
    }
    tell([&](Sink& sink) { sink.executed(here.thread); });
    here.vdso.reset();
    here.comes_from_exec = true;
    if (!filter_.detach_on_exec || !std::exchange(here.first_exec_seen, true)) return;
    if (one_cpu_) one_cpu_->let_go();
    event.resume = Resume::release;
    tell([&](Sink& sink) { sink.detached(here.thread); });
    drop(here);
}

void Session::signalled(const TraceEvent& event) {
    Task& here = task(event.thread);
    if (!filter_.signals.has(event.code)) return;
    siginfo_t info{};
    (void)ptrace_request(PTRACE_GETSIGINFO, event.thread, 0, reinterpret_cast<uintptr_t>(&info));
    const std::string_view bytes(reinterpret_cast<const char*>(&info), sizeof info);
    tell([&](Sink& sink) { sink.signal(here.thread, event.code, bytes); });
}

void Session::ended(const TraceEvent& event) {
    Task& here = task(event.thread);
    if (here.thread.in_call && here.thread.shown && filter_.status.unfinished)
        tell([&](Sink& sink) { sink.lost(here.thread); });
    const bool by_signal = event.kind == TraceEvent::Kind::killed;
    tell([&](Sink& sink) { sink.ended(here.thread, by_signal, event.code); });
    if (event.thread == command_) {
        end_ = {.by_signal = by_signal, .code = event.code};
        if (one_cpu_) one_cpu_->forget();
    }
    drop(here);
}

// Whoever started the command with us means it too.
void Session::interrupt(int signal) {
    end_ = {.by_signal = true, .code = signal, .interrupted = true};
    if (one_cpu_) one_cpu_->let_go();
    if (command_ != 0 && tasks_.contains(command_)) {
        kill(command_, SIGCONT);
        kill(command_, signal);
    }
    for (auto& entry : tasks_) tell([&](Sink& sink) { sink.detached(entry.second.thread); });
}

Session::End Session::run(pid_t command) {
    command_ = command;
    if (one_cpu_ && command != 0) one_cpu_->hold(command);
    while (TraceEvent* event = tracer_.next()) {
        using Kind = TraceEvent::Kind;
        switch (event->kind) {
            case Kind::started:
                task(event->thread);
                break;
            case Kind::new_child: {
                Task& here = task(event->thread);
                tell([&](Sink& sink) { sink.started(here.thread, event->child); });
                if (here.vdso) task(event->child).vdso = task(event->thread).vdso;
                break;
            }
            case Kind::entry:
                enter(*event);
                break;
            case Kind::exit:
                leave(*event);
                break;
            case Kind::exec:
                executed(*event);
                break;
            case Kind::signal:
                signalled(*event);
                break;
            case Kind::group_stop: {
                Task& here = task(event->thread);
                if (filter_.signals.has(event->code))
                    tell([&](Sink& sink) { sink.stopped(here.thread, event->code); });
                break;
            }
            case Kind::exited:
            case Kind::killed:
                ended(*event);
                break;
            case Kind::interrupted:
                interrupt(event->code);
                return end_;
            case Kind::timed_out:
                tell([](Sink& sink) { sink.flush(); });
                break;
            default:
                break;
        }
    }
    return end_;
}

}  // namespace earlybox::trace_syscall
