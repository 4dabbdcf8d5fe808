// SPDX-License-Identifier: MIT
#include "applets/oomscan/scan.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

namespace earlybox::oomscan {
namespace {

LogFilter filter() { return {.needles = OomScanner::needles(), .every_file = true, .others = true}; }

// While it lives, SIGINT and SIGTERM only interrupt wait(), which lets them in.
class Interruption {
 public:
    Interruption() {
        struct sigaction noting{};
        noting.sa_handler = [](int) { came = 1; };
        sigset_t both;
        sigemptyset(&both);
        for (size_t i = 0; i < std::size(kSignals); ++i) {
            sigaddset(&both, kSignals[i]);
            sigaction(kSignals[i], &noting, &old_actions_[i]);
        }
        sigprocmask(SIG_BLOCK, &both, &old_mask_);
    }
    ~Interruption() {
        sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
        for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &old_actions_[i], nullptr);
    }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    // Whether there is something to read before `limit`.
    bool wait(int descriptor, timespec limit) {
        pollfd more{.fd = descriptor, .events = POLLIN};
        return ppoll(&more, 1, &limit, &old_mask_) > 0;
    }
    static bool has_come() { return came != 0; }

 private:
    static constexpr int kSignals[] = {SIGINT, SIGTERM};
    static inline volatile sig_atomic_t came = 0;
    struct sigaction old_actions_[2];
    sigset_t old_mask_;
};

}  // namespace

Result<LogTally> Scan::read_kernel_log(Machine& machine) {
    if (!machine.live()) {
        auto tally = earlybox::read_kernel_log(machine, filter(), *this);
        scanner_.finish();
        return tally;
    }
    auto log = TRY(LiveLog::open(machine, LiveLog::Interface::any, LiveLog::Start::boot));
    const bool is_device = log.descriptor() >= 0;
    source(is_device ? "/dev/kmsg" : "syslog(2)", is_device ? LogKind::kmsg : LogKind::dmesg);
    auto tally = log.read(filter(), *this);
    scanner_.finish();
    return tally;
}

Result<LogTally> Scan::read_file(Fd file, const std::string& shown) {
    auto tally = read_log(std::move(file), shown, filter(), *this);
    scanner_.finish();
    return tally;
}

Result<LogTally> Scan::follow(Machine& machine) {
    constexpr timespec kPause = {.tv_sec = 1};
    auto log = TRY(LiveLog::open(machine, LiveLog::Interface::kmsg, LiveLog::Start::boot));
    source("/dev/kmsg", LogKind::kmsg);
    Interruption interruption;
    LogTally tally;
    while (!Interruption::has_come() && context_.out.error() == 0) {
        tally += TRY(log.read(filter(), *this));
        context_.out.flush();
        if (interruption.wait(log.descriptor(), kPause)) continue;
        scanner_.finish();
        context_.out.flush();
    }
    return tally;
}

void Scan::source(const std::string& path, LogKind kind) {
    ++sources_;
    path_ = path;
    scanner_.source(path, kind);
}

bool Scan::record(const LogRecord& record) {
    scanner_.record(record);
    return context_.out.error() == 0;
}

void Scan::damage(const LogDamage& damage) {
    const auto& [offset, line] = damage.place;
    std::string where;
    if (line != 0 || offset != 0)
        where = concat(printable(path_), line != 0 ? ": line " : ": byte ", line != 0 ? line : offset, ": ");
    context_.err.line("earlybox oomscan: ", where, printable(damage.what));
}

}  // namespace earlybox::oomscan
