// SPDX-License-Identifier: MIT
#include "applets/init/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "core/sys/file.h"
#include "core/sys/process.h"

namespace earlybox::init {
namespace {

int64_t monotonic_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

timespec duration(int milliseconds) { return {milliseconds / 1000, milliseconds % 1000 * 1'000'000L}; }

// Those that were asked for and are there, else the active ones.
std::vector<std::string> consoles_to_serve(Machine& machine, const BootChoices& choices, std::string& news) {
    std::vector<std::string> consoles;
    for (const auto& name : choices.consoles)
        if (const auto console = open_console(machine, name); console || name == kInheritedConsole)
            consoles.push_back(name);
        else
            append(news, "earlybox init: earlybox.console=", printable(name), ": ", describe(console.error()),
                   "\n");
    if (consoles.empty()) consoles = active_consoles(machine);
    if (consoles.empty()) consoles.emplace_back(kAnyConsole);
    return consoles;
}

class Supervisor {
 public:
    explicit Supervisor(BootChoices choices);
    [[noreturn]] void run();

 private:
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

    // The processes
    void protect();
    bool reap();
    void note_end(pid_t process, int status);
    void note_session_end(Session& session, const ChildEnd& end);
    template <class Done>
    bool wait_until(Done done, int milliseconds);
    bool wait_for(pid_t child, int milliseconds);

    // What runs
    bool anything_missing() const;
    void start_what_is_due();
    void start_alone();
    void start(Session& session);
    void finish_alone();
    void tell(const std::string& text);
    void spread_news(const std::string& news);

    // Orders
    void obey(const siginfo_t& signal);
    void end_machine(int how, const char* doing);
    void become_what(pid_t asks_for);
    void end_sessions();

    BootChoices choices_;
    std::vector<Session> sessions_;
    sigset_t awaited_signals_;

    // The command or the real init that runs before all else.
    pid_t alone_ = 0;
    std::optional<int> alone_status_;

    pid_t awaited_child_ = 0;
    std::optional<int> awaited_status_;
};

// --- the processes
// ----------------------------------------------------------------------------------------------

Supervisor::Supervisor(BootChoices choices) : choices_(std::move(choices)) {
    sigfillset(&awaited_signals_);
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT})
        sigdelset(&awaited_signals_, fault);
    protect();
    Machine machine("");
    std::string news;
    for (auto& console : consoles_to_serve(machine, choices_, news))
        sessions_.emplace_back().console = std::move(console);
    // For the real init, should it follow: the kernel found no /dev/console to give.
    if (sessions_.front().console != kInheritedConsole && isatty(STDIN_FILENO) == 0)
        if (const auto console = open_console(machine, kAnyConsole)) use_console(*console);
    if (const int fault = past_fault(); fault != 0) {
        append(news, "earlybox init: init itself failed (", signal_name(fault), ") and was started anew\n");
        unsetenv(kFaultVariable);
        for (const auto& session : sessions_) revoke_console(machine, session.console);
    }
    spread_news(news);
}

// Nothing that anybody sends, and no lack of memory, is to end PID 1.
void Supervisor::protect() {
    sigprocmask(SIG_BLOCK, &awaited_signals_, nullptr);
    signal(SIGCHLD, SIG_DFL);
    survive_own_faults();
    prctl(PR_SET_NAME, kProcessName);
    reboot(RB_DISABLE_CAD);
    Machine machine("");
    if (const auto file = machine.open(kProcfs, "self/oom_score_adj", O_WRONLY))
        (void)write_all(file->number(), "-1000", "");
}

// Takes all that have ended; false if there is no child left.
bool Supervisor::reap() {
    while (true) {
        int status = 0;
        const pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended <= 0) return ended == 0;
        note_end(ended, status);
    }
}

void Supervisor::note_end(pid_t process, int status) {
    if (process == awaited_child_) awaited_status_ = status;
    if (process == alone_) alone_status_ = status;
    for (auto& session : sessions_)
        if (process == session.process) note_session_end(session, end_of(status));
}

void Supervisor::note_session_end(Session& session, const ChildEnd& end) {
    constexpr int64_t kQuickMs = 1000;
    constexpr int64_t kLongestPauseMs = 30'000;
    const int64_t now = monotonic_ms();
    const bool quick = now - session.begun < kQuickMs;
    session.process = 0;
    session.quick_ends = quick ? session.quick_ends + 1 : 0;
    session.quick_failures = quick && !end.exited_with(0) ? session.quick_failures + 1 : 0;
    session.due =
        quick ? now + std::min(kLongestPauseMs, kQuickMs << std::min(session.quick_ends - 1, 5U)) : now;
    append(session.news, "earlybox init: the shell ", describe(end), "\n");
}

template <class Done>
bool Supervisor::wait_until(Done done, int milliseconds) {
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    const int64_t end = monotonic_ms() + milliseconds;
    const timespec pause = duration(50);
    while (!done()) {
        if (monotonic_ms() >= end) return false;
        sigtimedwait(&child_signal, nullptr, &pause);
    }
    return true;
}

bool Supervisor::wait_for(pid_t child, int milliseconds) {
    awaited_child_ = child;
    awaited_status_.reset();
    return wait_until([&] { return reap(), awaited_status_.has_value(); }, milliseconds);
}

// --- what runs
// --------------------------------------------------------------------------------------------------

void Supervisor::run() {
    while (true) {
        start_what_is_due();
        siginfo_t signal{};
        const timespec pause = duration(200);
        const int number = sigtimedwait(&awaited_signals_, &signal, anything_missing() ? &pause : nullptr);
        reap();
        if (alone_status_) finish_alone();
        if (number > 0) obey(signal);
    }
}

bool Supervisor::anything_missing() const {
    if (choices_.command || choices_.real_init) return alone_ == 0;
    return std::ranges::any_of(sessions_, [](const Session& session) { return session.process == 0; });
}

// A fork that fails, as it does while memory or process numbers are short, is tried again at the next turn.
void Supervisor::start_what_is_due() {
    if (choices_.command || choices_.real_init) {
        if (alone_ == 0) start_alone();
        return;
    }
    const int64_t now = monotonic_ms();
    for (auto& session : sessions_)
        if (session.process == 0 && session.due <= now) start(session);
}

void Supervisor::start(Session& session) {
    const Greeting greeting{.news = session.news,
                            .doctor = choices_.doctor && !session.greeted,
                            .shell_fails = session.quick_failures >= 2};
    const pid_t child = fork();
    if (child == 0) {
        if (!settle_on_console(session.console, Terminal::controlling)) _exit(kFailed);
        run_shell(choices_, greeting);
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
        (void)settle_on_console(sessions_.front().console,
                                is_command ? Terminal::controlling : Terminal::free);
        if (is_command) run_command_line(choices_);
        run_real_init(*choices_.real_init);
    }
    if (child > 0) {
        alone_ = child;
    } else if (!is_command && errno != EAGAIN && errno != ENOMEM) {
        const Error error("make a PID namespace for the real init", errno,
                          errno == EINVAL ? "this kernel is built without CONFIG_PID_NS" : "",
                          "init exec, which makes it PID 1 itself");
        spread_news(concat("earlybox init: ", describe(error), "\n"));
        choices_.real_init.reset();
    }
}

void Supervisor::finish_alone() {
    const int status = *alone_status_;
    alone_status_.reset();
    alone_ = 0;
    if (choices_.command) {
        tell(concat("earlybox init: the command ", describe(end_of(status)), "\n"));
        choices_.command.reset();
        end_machine(RB_POWER_OFF, "powering off");
    } else {
        spread_news(concat("earlybox init: ", describe_real_init(*choices_.real_init, status), "\n"));
        choices_.real_init.reset();
    }
}

// By a child, as everything that can hang.
void Supervisor::tell(const std::string& text) {
    constexpr int kTimeoutMs = 5000;
    const pid_t child = fork();
    if (child == 0) {
        (void)settle_on_console(sessions_.front().console, Terminal::free);
        _exit(write_all(STDOUT_FILENO, text, "") ? kFine : kFailed);
    }
    if (child > 0) wait_for(child, kTimeoutMs);
}

void Supervisor::spread_news(const std::string& news) {
    for (auto& session : sessions_) session.news += news;
}

// --- orders
// -----------------------------------------------------------------------------------------------------

void Supervisor::obey(const siginfo_t& signal) {
    switch (signal.si_signo) {
        case kHalt:
            return end_machine(RB_HALT_SYSTEM, "halting");
        case kPowerOff:
        case kPowerFails:
            return end_machine(RB_POWER_OFF, "powering off");
        case kReboot:
        case kControlAltDelete:
            return end_machine(RB_AUTOBOOT, "rebooting");
        case kExec:
            if (signal.si_code == SI_USER) become_what(signal.si_pid);
            return;
        default:
            return;  // not an order
    }
}

void Supervisor::end_machine(int how, const char* doing) {
    constexpr int kGraceMs = 2000;
    constexpr int kSyncMs = 10'000;  // a disk that is lost would keep it for ever
    constexpr int kRebootMs = 10'000;
    tell(concat("\nearlybox init: ", doing, "\n"));
    for (const int number : {SIGTERM, SIGHUP, SIGCONT}) kill(-1, number);
    wait_until([&] { return !reap(); }, kGraceMs);
    kill(-1, SIGKILL);
    wait_until([&] { return !reap(); }, kGraceMs);
    if (const pid_t child = fork(); child == 0) {
        sync();
        _exit(kFine);
    } else if (child > 0) {
        wait_for(child, kSyncMs);
    }
    // By a child: a process that halts the machine ends, and PID 1 must not.
    const pid_t child = fork();
    if (child <= 0) reboot(how);
    if (child <= 0 && how == RB_POWER_OFF) reboot(RB_AUTOBOOT);  // no way to switch the power off
    if (child == 0) _exit(errno);
    if (child > 0) wait_for(child, kRebootMs);
    const int error = awaited_status_ && WIFEXITED(*awaited_status_) ? WEXITSTATUS(*awaited_status_) : 0;
    spread_news(concat("earlybox init: ", describe(Error(doing, error)), "\n"));
}

// The real init takes PID 1, and this program is gone; it returns only where that fails.
void Supervisor::become_what(pid_t asks_for) {
    Machine machine("");
    const auto command_line = machine.read(kProcfs, concat(asks_for, "/cmdline"));
    auto words = exec_order(command_line ? *command_line : std::string());
    if (!words) return;
    if (words->empty()) words->emplace_back();
    words->front() = find_program(words->front());
    tell(concat("\nearlybox init: PID 1 becomes ", printable((*words)[0]), "\n"));
    end_sessions();
    std::vector<char*> arguments;
    for (auto& word : *words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (const auto file = machine.open(kProcfs, "self/oom_score_adj", O_WRONLY))
        (void)write_all(file->number(), "0", "");
    reboot(RB_ENABLE_CAD);
    reset_signals();
    execv(arguments[0], arguments.data());
    const Error error(concat("become ", printable((*words)[0])), errno);
    protect();
    spread_news(concat("earlybox init: ", describe(error), "\n"));
}

// Only the shells: what they started may hold the root that the real init needs.
void Supervisor::end_sessions() {
    constexpr int kGraceMs = 2000;
    const auto none_left = [&] {
        reap();
        return std::ranges::all_of(sessions_, [](const Session& session) { return session.process == 0; });
    };
    for (const int number : {SIGHUP, SIGKILL}) {
        for (const auto& session : sessions_)
            if (session.process > 0) kill(session.process, number);
        if (wait_until(none_left, kGraceMs)) return;
    }
}

}  // namespace

void supervise(BootChoices choices) { Supervisor(std::move(choices)).run(); }

}  // namespace earlybox::init
