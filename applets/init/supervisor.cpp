// SPDX-License-Identifier: MIT
#include "applets/init/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "applets/init/orders.h"
#include "applets/init/rescue.h"
#include "applets/init/session.h"
#include "core/sys/process.h"

namespace earlybox::init {
namespace {

int64_t monotonic_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

timespec milliseconds(int number) { return {number / 1000, number % 1000 * 1'000'000L}; }

struct Session {
    std::string console;
    std::string news;
    pid_t process = 0;  // 0: none runs
    int64_t begun = 0;
    int64_t due = 0;  // when to start the next
    unsigned quick_ends = 0;
    unsigned quick_failures = 0;
    bool greeted = false;
};

class Supervisor {
 public:
    explicit Supervisor(BootChoices& choices);
    [[noreturn]] void run();

 private:
    void protect();
    void choose_consoles(Machine& machine);

    // What runs
    bool is_something_missing() const;
    void start_what_is_due();
    void start_alone();
    void start(Session& session);
    void tell(const std::string& text);
    void spread_news(const std::string& news);

    // What ends
    bool reap();
    void note_end(Session& session, const ChildEnd& end);
    void finish_alone();
    template <class Done>
    bool wait_until(Done done, int limit_ms);
    std::optional<ChildEnd> wait_for(pid_t child, int limit_ms);

    // Orders
    void obey(const siginfo_t& signal);
    void end_machine(int how, const char* doing);
    void become_what(pid_t asks_for);
    void end_sessions();

    BootChoices& choices_;
    std::vector<Session> sessions_;
    sigset_t awaited_signals_;

    pid_t alone_ = 0;  // the command or the real init that runs before all else
    std::optional<ChildEnd> alone_end_;
    pid_t awaited_ = 0;
    std::optional<ChildEnd> awaited_end_;
};

Supervisor::Supervisor(BootChoices& choices) : choices_(choices) {
    sigfillset(&awaited_signals_);
    for (const int fault : kFaults) sigdelset(&awaited_signals_, fault);
    protect();
    Machine machine("");
    choose_consoles(machine);
    // For the real init, should it follow: the kernel found no /dev/console to give.
    if (sessions_[0].console != kInheritedConsole && isatty(STDIN_FILENO) == 0)
        if (const Fd console = open_console(machine, kAnyConsole)) use_console(console);
    if (const int fault = past_fault(); fault != 0) {
        spread_news(concat("init itself failed (", signal_name(fault), ") and was started anew"));
        unsetenv(kFaultVariable);
        for (const auto& session : sessions_) revoke_console(machine, session.console);
    }
}

// Nothing that anybody sends, and no lack of memory, is to end PID 1.
void Supervisor::protect() {
    sigprocmask(SIG_BLOCK, &awaited_signals_, nullptr);
    signal(SIGCHLD, SIG_DFL);
    survive_own_faults();
    prctl(PR_SET_NAME, kProcessName);
    reboot(RB_DISABLE_CAD);
    Machine machine("");
    set_oom_adjustment(machine, "-1000");
}

// Those that were asked for, or the active ones. One of several that is not there may still come.
void Supervisor::choose_consoles(Machine& machine) {
    auto& consoles = choices_.consoles;
    std::string missing;
    bool any = false;
    for (const auto& name : consoles)
        if (name == kInheritedConsole || open_console(machine, name))
            any = true;
        else
            append(missing, " ", name);
    if (!any) consoles = active_consoles(machine);
    if (consoles.empty()) consoles.emplace_back(kAnyConsole);
    sessions_ = std::vector<Session>(consoles.size());
    for (size_t i = 0; i < consoles.size(); ++i) sessions_[i].console = std::move(consoles[i]);
    if (!missing.empty()) spread_news(concat("earlybox.console: there is no terminal", printable(missing)));
}

// --- what runs -------------------------------------------------------------------------------------------

void Supervisor::run() {
    const timespec pause = milliseconds(200);
    while (true) {
        start_what_is_due();
        siginfo_t signal{};
        const int number =
            sigtimedwait(&awaited_signals_, &signal, is_something_missing() ? &pause : nullptr);
        reap();
        if (alone_end_) finish_alone();
        if (number > 0) obey(signal);
    }
}

bool Supervisor::is_something_missing() const {
    if (choices_.command || choices_.real_init) return alone_ == 0;
    return std::ranges::count(sessions_, 0, &Session::process) != 0;
}

// A fork that fails, as it does while memory or process numbers are short, is tried again at the next turn.
void Supervisor::start_what_is_due() {
    if (choices_.command || choices_.real_init) {
        if (alone_ == 0) start_alone();
        return;
    }
    for (auto& session : sessions_)
        if (session.process == 0 && session.due <= monotonic_ms()) start(session);
}

void Supervisor::start(Session& session) {
    const pid_t child = fork();
    if (child == 0) {
        if (!settle_on_console(session.console, Terminal::controlling)) _exit(kFailed);
        run_shell(choices_, {.news = session.news,
                             .doctor = choices_.doctor && !session.greeted,
                             .shell_fails = session.quick_failures >= 3});
    }
    if (child < 0) return;
    session.process = child;
    session.begun = monotonic_ms();
    session.news.clear();
    session.greeted = true;
}

void Supervisor::start_alone() {
    const bool is_command = choices_.command.has_value();
    const long flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD;
    const pid_t child =
        is_command ? fork()
                   : static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
    if (child == 0) {
        // A real init gives the terminal to the logins that it starts.
        settle_on_console(sessions_[0].console, is_command ? Terminal::controlling : Terminal::free);
        if (is_command) run_command_line(choices_);
        run_real_init(*choices_.real_init);
    }
    if (child > 0) {
        alone_ = child;
    } else if (!is_command && errno != EAGAIN && errno != ENOMEM) {
        Error error = refused("make a PID namespace for ", *choices_.real_init);
        if (error.code == EINVAL) error.cause = "this kernel is built without CONFIG_PID_NS";
        spread_news(describe(error));
        choices_.real_init.reset();
    }
}

// By a child, as everything that can hang on a terminal.
void Supervisor::tell(const std::string& text) {
    constexpr int kLimitMs = 5000;
    const pid_t child = fork();
    if (child == 0) {
        settle_on_console(sessions_[0].console, Terminal::free);
        Output(STDOUT_FILENO).line("\nearlybox init: ", text);
        _exit(kFine);
    }
    if (child > 0) wait_for(child, kLimitMs);
}

void Supervisor::spread_news(const std::string& news) {
    for (auto& session : sessions_) append(session.news, "\nearlybox init: ", news);
}

// --- what ends -------------------------------------------------------------------------------------------

// Takes all that have ended; false if there is no child left.
bool Supervisor::reap() {
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        const ChildEnd end = end_of(status);
        if (ended == alone_) alone_end_ = end;
        if (ended == awaited_) awaited_end_ = end;
        for (auto& session : sessions_)
            if (ended == session.process) note_end(session, end);
    }
    return ended == 0;
}

void Supervisor::note_end(Session& session, const ChildEnd& end) {
    constexpr int64_t kQuickMs = 1000;
    const int64_t now = monotonic_ms();
    const bool quick = now - session.begun < kQuickMs;
    session.process = 0;
    session.quick_ends = quick ? session.quick_ends + 1 : 0;
    session.quick_failures = quick && !end.exited_with(0) ? session.quick_failures + 1 : 0;
    // What ends at once, again and again, is tried less and less often: 1, 2, 4 … 32 seconds.
    session.due = quick ? now + (kQuickMs << std::min(session.quick_ends - 1, 5U)) : now;
    append(session.news, "\nearlybox init: the shell ", describe(end));
}

void Supervisor::finish_alone() {
    const ChildEnd end = *alone_end_;
    alone_end_.reset();
    alone_ = 0;
    if (choices_.command) {
        choices_.command.reset();
        tell(concat("the command ", describe(end)));
        end_machine(RB_POWER_OFF, "powering off");
    } else {
        spread_news(describe_real_init(*choices_.real_init, end));
        choices_.real_init.reset();
    }
}

template <class Done>
bool Supervisor::wait_until(Done done, int limit_ms) {
    const timespec pause = milliseconds(50);
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    const int64_t limit = monotonic_ms() + limit_ms;
    while (!done()) {
        if (monotonic_ms() >= limit) return false;
        sigtimedwait(&child_signal, nullptr, &pause);
    }
    return true;
}

std::optional<ChildEnd> Supervisor::wait_for(pid_t child, int limit_ms) {
    awaited_ = child;
    awaited_end_.reset();
    wait_until([&] { return reap(), awaited_end_.has_value(); }, limit_ms);
    return awaited_end_;
}

// --- orders ----------------------------------------------------------------------------------------------

void Supervisor::obey(const siginfo_t& signal) {
    switch (signal.si_signo) {
        case kHalt:
            return end_machine(RB_HALT_SYSTEM, "halting");
        case kPowerOff:
            return end_machine(RB_POWER_OFF, "powering off");
        case kReboot:
        case kControlAltDelete:
            return end_machine(RB_AUTOBOOT, "rebooting");
        case kExec:
            return signal.si_code == SI_USER ? become_what(signal.si_pid) : void();
        default:
            return;  // not an order
    }
}

void Supervisor::end_machine(int how, const char* doing) {
    constexpr int kGraceMs = 2000;
    constexpr int kLimitMs = 10'000;  // a disk that is lost would keep sync() for ever
    tell(doing);
    for (const int number : {SIGTERM, SIGHUP, SIGCONT}) kill(-1, number);
    wait_until([&] { return !reap(); }, kGraceMs);
    kill(-1, SIGKILL);
    wait_until([&] { return !reap(); }, kGraceMs);
    // By a child: the process that halts the machine ends, and PID 1 must not.
    const pid_t child = fork();
    if (child == 0) {
        sync();
        _exit(kFine);
    }
    if (child > 0) wait_for(child, kLimitMs);
    const pid_t last = fork();
    if (last <= 0) {
        reboot(how);
        if (how == RB_POWER_OFF) reboot(RB_AUTOBOOT);  // no way to switch the power off
        if (last == 0) _exit(errno);
    }
    const auto end = wait_for(last, kLimitMs);
    spread_news(describe(Error(doing, end ? end->code : EINTR)));
}

// The real init takes PID 1, and this program is gone; it returns only where that fails.
void Supervisor::become_what(pid_t asks_for) {
    Machine machine("");
    const auto command_line = machine.read(kProcfs, concat(asks_for, "/cmdline"));
    auto words = exec_order(command_line ? *command_line : std::string());
    if (words.empty()) return;
    words[0] = find_program(words[0]);
    tell(concat("PID 1 becomes ", printable(words[0])));
    end_sessions();
    set_oom_adjustment(machine, "0");
    reboot(RB_ENABLE_CAD);
    reset_signals();
    execv(words[0].c_str(), arguments_of(words).data());
    const Error error = refused("become ", words[0]);
    protect();
    spread_news(describe(error));
}

// Only the shells: what they started may hold the root that the real init needs.
void Supervisor::end_sessions() {
    constexpr int kGraceMs = 2000;
    const auto none_left = [&] {
        reap();
        return std::ranges::count(sessions_, 0, &Session::process) ==
               static_cast<ptrdiff_t>(sessions_.size());
    };
    for (const int number : {SIGHUP, SIGKILL}) {
        for (const auto& session : sessions_)
            if (session.process > 0) kill(session.process, number);
        if (wait_until(none_left, kGraceMs)) return;
    }
}

}  // namespace

void supervise(BootChoices& choices) { Supervisor(choices).run(); }

}  // namespace earlybox::init
