// SPDX-License-Identifier: MIT
#include "core/probe/trace_session.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sys/file.h"
#include "core/sys/held_command.h"

namespace earlybox {
namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

uint64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

std::string session_name() { return concat(kSessionPrefix, getpid()); }

Result<Fd> make_instance(const Tracefs& tracefs, const std::string& name) {
    const std::string path = "instances/" + name;
    if (mkdirat(tracefs.directory(), path.c_str(), 0700) != 0) {
        const int code = errno;
        return failure(concat("make the tracer's instance ", name), code,
                       code == ENOMEM   ? "no memory for its buffers: 1.4 MB for each CPU"
                       : code == EEXIST ? "left behind by a session that was killed"
                                        : "",
                       code == EEXIST ? "earlybox trace-kernel reset" : "");
    }
    return lock_trace_folder(tracefs, path);
}

// Options that belong to a tracer, not to an instance: set in one they are set in all, and outlive it.
bool is_tracers_option(std::string_view file) {
    constexpr std::string_view kFolder = "options/";
    if (!file.starts_with(kFolder)) return false;
    const auto name = file.substr(kFolder.size());
    return name.starts_with("func_") || name.starts_with("func-") || name.starts_with("funcgraph-") ||
           name == "sleep-time" || name == "graph-time";
}

uint64_t free_kb() {
    struct sysinfo info{};
    if (sysinfo(&info) != 0) return 0;
    return (uint64_t{info.freeram} + info.bufferram) * info.mem_unit / 1024;
}

// Buffers for each CPU: an eighth of the memory that is free, within reason.
uint64_t buffer_kb(size_t cpus) {
    return std::clamp<uint64_t>(free_kb() / 8 / std::max<size_t>(cpus, 1), 128, 8192);
}

// A process number that belongs to nobody, and will not for as long as numbers last: the list of those who
// are traced must not become empty when the last of them ends, which means everybody.
Result<pid_t> dead_pid() {
    const pid_t child = fork();
    if (child < 0) return failure("fork a child process", errno, "no memory, or a limit on processes");
    if (child == 0) _exit(0);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
    return child;
}

Result<std::vector<Fd>> open_readers(const Tracefs& tracefs, const std::string& area) {
    std::vector<Fd> readers;
    for (const std::string& cpu : TRY(tracefs.list(area + "per_cpu"))) {
        auto file =
            tracefs.open_file(concat(area, "per_cpu/", cpu, "/trace_pipe_raw"), O_RDONLY | O_NONBLOCK);
        if (!file && file.error().code == EBUSY) file.error().cause = "somebody else is reading the trace";
        readers.push_back(TRY(std::move(file)));
    }
    return readers;
}

// "overrun: 12" and the like: what was not recorded, or overwritten before it was read.
uint64_t lost_by(std::string_view stats) {
    uint64_t lost = 0;
    std::string_view line;
    while (next_line(stats, line)) {
        const size_t colon = line.find(": ");
        if (colon == line.npos) continue;
        const auto key = line.substr(0, colon);
        if (key == "overrun" || key == "commit overrun" || key == "dropped events")
            lost += parse_number(trimmed(line.substr(colon + 2))).value_or(0);
    }
    return lost;
}

uint64_t lost_in(const Tracefs& tracefs, const std::string& area) {
    uint64_t lost = 0;
    for (const std::string& cpu : tracefs.list(area + "per_cpu").value_or(std::vector<std::string>()))
        lost += lost_by(tracefs.read(concat(area, "per_cpu/", cpu, "/stats")).value_or(""));
    return lost;
}

}  // namespace

Result<std::vector<pid_t>> threads_of(Machine& machine, std::span<const pid_t> processes) {
    std::vector<pid_t> threads;
    for (const pid_t process : processes) {
        const int proc = TRY(machine.directory(kProcfs));
        const auto tasks = list_directory_at(proc, concat(process, "/task"));
        if (!tasks) return failure(concat("trace process ", process), ESRCH);
        for (const std::string& task : *tasks)
            if (const auto number = parse_number(task)) threads.push_back(static_cast<pid_t>(*number));
    }
    return threads;
}

TraceSession::TraceSession(const Tracefs& tracefs) : tracefs_(&tracefs), open_(true) {
    sigemptyset(&awaited_);
    for (const int number : kEnding) {
        struct sigaction action{};
        sigaction(number, nullptr, &action);
        if (action.sa_handler != SIG_IGN) sigaddset(&awaited_, number);  // nohup, jobs in the background
    }
    sigaddset(&awaited_, SIGCHLD);
    signal(SIGCHLD, SIG_DFL);  // whoever ignores it cannot wait for a command
    sigprocmask(SIG_BLOCK, &awaited_, &old_mask_);
}

TraceSession::TraceSession(TraceSession&& other) noexcept
    : tracefs_(other.tracefs_),
      area_(std::move(other.area_)),
      instance_(std::move(other.instance_)),
      journal_(std::move(other.journal_)),
      lock_(std::move(other.lock_)),
      saved_(std::move(other.saved_)),
      kprobes_(std::move(other.kprobes_)),
      command_(other.command_),
      command_name_(std::move(other.command_name_)),
      awaited_(other.awaited_),
      old_mask_(other.old_mask_),
      open_(std::exchange(other.open_, false)) {}

TraceSession::~TraceSession() { (void)close(); }

Result<TraceSession> TraceSession::open(const Tracefs& tracefs, Place place) {
    TraceSession session(tracefs);
    if (place == Place::instance) {
        session.instance_ = TRY(make_instance(tracefs, session_name()));
        session.area_ = concat("instances/", session_name(), "/");
        const auto cpus = tracefs.list(session.area_ + "per_cpu");
        TRY_VOID(session.set("tracing_on", "0"));
        TRY_VOID(session.set("buffer_size_kb", concat(buffer_kb(cpus ? cpus->size() : 1))));
    } else {
        const auto tracer = TRY(read_setting(tracefs, "current_tracer"));
        if (tracer.value != "nop")
            return failure("use the kernel's tracer", EBUSY,
                           concat("somebody else is: current_tracer is ", printable(tracer.value)),
                           "end that, or earlybox trace-kernel reset");
        TRY_VOID(session.set("tracing_on", "0"));
        // "X" where each CPU has its own.
        const auto size = parse_number(TRY(read_setting(tracefs, "buffer_size_kb")).value);
        const auto cpus = tracefs.list("per_cpu");
        const uint64_t wanted = buffer_kb(cpus ? cpus->size() : 1);
        if (size && *size < wanted) TRY_VOID(session.set("buffer_size_kb", concat(wanted)));
    }
    TRY_VOID(session.set("trace_clock", "mono"));
    return session;
}

Result<TraceSession> TraceSession::open_for(const Tracefs& tracefs, std::string_view tracer) {
    auto session = TRY(open(tracefs, Place::instance));
    const auto has = [&](const std::string& area) {
        const auto names = tracefs.read(area + "available_tracers");
        std::string_view rest = names ? std::string_view(trimmed(*names)) : "";
        for (auto word = next_word(rest); !word.empty(); word = next_word(rest))
            if (word == tracer) return true;
        return false;
    };
    if (has(session.area()) || !has("")) return session;
    TRY_VOID(session.close());
    return open(tracefs, Place::shared);
}

// --- settings
// -----------------------------------------------------------------------------------------------

// Before anything outside of an instance is changed: nobody else does so at the same time, and what was is
// noted.
Result<> TraceSession::save(const std::string& path) {
    if (std::ranges::find(saved_, path, &SavedSetting::path) != saved_.end()) return {};
    if (!lock_) lock_ = TRY(lock_trace_folder(*tracefs_, "."));
    const auto setting = TRY(read_setting(*tracefs_, path));
    const std::string journal = concat(session_name(), kJournalSuffix);
    const std::string folder = concat("instances/", journal);
    if (!journal_) {
        journal_ = TRY(make_instance(*tracefs_, journal));
        TRY_VOID(tracefs_->write(folder + "/options/markers", "1"));
        TRY_VOID(tracefs_->write(folder + "/buffer_size_kb", "256"));
    }
    for (const std::string& marker : journal_markers(setting))
        TRY_VOID(tracefs_->write(folder + "/trace_marker", marker));
    saved_.push_back(setting);
    return {};
}

Result<> TraceSession::before_change(const std::string& file) {
    if (area_.empty()) return save(file);
    return is_tracers_option(file) && tracefs_->has(file) ? save(file) : Result<>();
}

Result<> TraceSession::set(const std::string& file, std::string_view value) {
    TRY_VOID(before_change(file));
    return tracefs_->write(area_ + file, value);
}

Result<> TraceSession::set_list(const std::string& file, const std::vector<std::string>& lines) {
    TRY_VOID(before_change(file));
    TRY_VOID(tracefs_->clear(area_ + file));
    for (const std::string& line : lines) TRY_VOID(tracefs_->write(area_ + file, line));
    return {};
}

Result<std::string> TraceSession::add_kprobe(char kind, const std::string& name, std::string_view where,
                                             std::string_view fetch) {
    const std::string group = concat(kKprobePrefix, getpid());
    TRY_VOID(tracefs_->write(
        "kprobe_events", concat(kind, ':', group, '/', name, ' ', where, fetch.empty() ? "" : " ", fetch)));
    kprobes_.push_back(concat(group, '/', name));
    return concat(group, ':', name);
}

Result<> TraceSession::close() {
    if (!std::exchange(open_, false)) return {};
    Result<> outcome;
    const auto note = [&](const auto& result) {
        if (!result && outcome) outcome = std::unexpected(result.error());
    };
    if (instance_) {
        note(tracefs_->write(area_ + "tracing_on", "0"));
        note(remove_trace_instance(*tracefs_, session_name()));
    }
    for (auto setting = saved_.rbegin(); setting != saved_.rend(); ++setting)
        note(restore_setting(*tracefs_, *setting));
    for (const std::string& kprobe : kprobes_) note(tracefs_->write("kprobe_events", "-:" + kprobe));
    if (journal_) note(remove_trace_instance(*tracefs_, concat(session_name(), kJournalSuffix)));
    for (Fd* held : {&instance_, &journal_, &lock_}) *held = Fd();
    sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
    return outcome;
}

// --- tracing
// ------------------------------------------------------------------------------------------------

Result<> TraceSession::limit_to(const TraceSubject& subject, pid_t command) {
    std::string pids;
    if (subject.all) {
        append(pids, getpid());
    } else {
        append(pids, TRY(dead_pid()));
        if (command != 0) append(pids, ' ', command);
        for (const pid_t thread : subject.threads) append(pids, ' ', thread);
    }
    const auto tracer = TRY(tracefs_->read(area_ + "current_tracer"));
    for (const std::string kind : {"event", "ftrace"}) {
        if (kind == "ftrace" && trimmed(tracer) == "nop") continue;
        const std::string file = concat("set_", kind, subject.all ? "_notrace_pid" : "_pid");
        const std::string option = concat("options/", kind == "event" ? kind : "function", "-fork");
        if (tracefs_->has(area_ + file)) TRY_VOID(set(file, pids));
        if (!subject.all) TRY_VOID(set(option, "1"));
    }
    return {};
}

Result<TraceEnd> TraceSession::run(const TraceSubject& subject, FunctionRef<bool(const TraceRecord&)> take,
                                   FunctionRef<void()> caught_up) {
    constexpr uint64_t kIntervalNs = 10'000'000;
    constexpr uint64_t kSecond = 1'000'000'000;
    constexpr size_t kAtOnce = 16;  // events, before the time is looked at
    const TracePageLayout layout = TRY(tracefs_->page_layout(area_));
    auto readers = takes_events_ ? TRY(open_readers(*tracefs_, area_)) : std::vector<Fd>();
    const Fd switch_on = TRY(tracefs_->open_file(area_ + "tracing_on", O_WRONLY));
    std::optional<HeldCommand> command;
    if (!subject.command.empty())
        command.emplace(TRY(HeldCommand::start(subject.command, old_mask_, switch_on.number())));
    if (command) {
        command_ = command->pid();
        const std::string& file = subject.command.front();
        command_name_ = file.substr(file.rfind('/') + 1);
    }
    TRY_VOID(limit_to(subject, command_));
    TRY_VOID(before_change("tracing_on"));

    TraceEnd end;
    TraceStream stream(layout, readers.size());
    std::string page(layout.page_size(), '\0');
    const pid_t self = getpid();
    const auto take_own = [&](const TraceRecord& record) {
        if (record.head.process == self) return true;
        // What the command's process did before its exec was our doing.
        if (command && record.head.process == command_ &&
            (command->exec_time() == 0 || record.time < command->exec_time()))
            return true;
        ++end.events;
        return take(record);
    };
    // Reads all that there is. What is done with it can wait, as long as there is memory for it: the command
    // is not to be held up, least of all where it has no other CPU.
    const uint64_t work_ns = readers.size() > 1 ? kIntervalNs : kIntervalNs / 20;
    const size_t most_held = free_kb() * 1024 / 4 / layout.page_size();
    const auto read_pages = [&]() -> Result<> {
        constexpr size_t kMostPages = 4096;  // a round ends although the kernel is faster
        for (size_t cpu = 0; cpu < readers.size(); ++cpu)
            for (size_t pages = 0; pages < kMostPages; ++pages) {
                const ssize_t got = read(readers[cpu].number(), page.data(), page.size());
                if (got < 0 && errno != EAGAIN && errno != EINTR)
                    return failure("read trace_pipe_raw", errno);
                if (got <= 0) break;
                stream.add(cpu, std::string_view(page).substr(0, static_cast<size_t>(got)));
            }
        return {};
    };

    const uint64_t began = now_ns();
    if (command)
        command->release();
    else if (::write(switch_on.number(), "1", 1) != 1)
        return failure("switch tracing on", errno);
    using Taken = TraceStream::Taken;
    Taken taken = Taken::all;
    while (taken != Taken::stopped && end.signal == 0 && !end.command) {
        const timespec interval = {.tv_sec = 0, .tv_nsec = kIntervalNs};
        const int number = sigtimedwait(&awaited_, nullptr, &interval);
        if (number > 0 && number != SIGCHLD) end.signal = number;
        if (command) end.command = command->ended();
        const uint64_t until = now_ns();
        TRY_VOID(read_pages());
        do taken = stream.take_until(until, kAtOnce, take_own);
        while (taken == Taken::some && (stream.held_pages() > most_held || now_ns() - until < work_ns));
        if (taken == Taken::all) caught_up();
        if (subject.seconds && now_ns() - began >= *subject.seconds * kSecond) break;
    }
    (void)!::write(switch_on.number(), "0", 1);
    if (command && !end.command && end.signal != 0) kill(command_, end.signal);
    if (command) command->await_exec();
    if (command) end.refusal = command->refusal();
    TRY_VOID(read_pages());
    if (taken != Taken::stopped) stream.take_until(UINT64_MAX, SIZE_MAX, take_own);
    end.lost = lost_in(*tracefs_, area_);
    return end;
}

}  // namespace earlybox
