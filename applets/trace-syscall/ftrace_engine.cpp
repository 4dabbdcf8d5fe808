// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/ftrace_engine.h"

#include <string.h>
#include <time.h>

#include <map>

#include "applets/trace-syscall/entry_stacks.h"
#include "core/base/text.h"
#include "core/probe/traced_tasks.h"

namespace earlybox::trace_syscall {
namespace {

constexpr const char* kEnter = "raw_syscalls:sys_enter";
constexpr const char* kExit = "raw_syscalls:sys_exit";

int64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

class NoMemory : public RemoteMemory {
 public:
    size_t read(uint64_t, std::span<char>) const override { return 0; }
};

// Has the kernel record its stack behind each event, which makes them cost six times as much: only as long
// as calls come from threads whose ABI nothing else tells. Those are threads that ran before the tracing
// began.
class StackSwitch {
 public:
    // Stacks are never taken where nobody can read them.
    StackSwitch(TraceSession& session, const Tracefs& tracefs, Machine& machine, const TraceSubject& subject)
        : session_(session) {
        if (!subject.all && subject.threads.empty()) return;
        if (auto stacks = EntryStacks::open(tracefs, machine)) stacks_ = std::move(*stacks);
        if (stacks_) set(true);
    }
    bool on() const { return on_; }
    std::optional<Abi> abi(const TraceRecord& record) const {
        return stacks_ ? stacks_->abi(record) : std::nullopt;
    }
    void met_unknown() { quiet_rounds_ = 0; }
    void round() {
        constexpr unsigned kQuiet = 100;  // a second
        if (!stacks_) return;
        const bool wanted = ++quiet_rounds_ < kQuiet;
        if (wanted != on_) set(wanted);
    }

 private:
    void set(bool on) {
        if (session_.set("options/stacktrace", on ? "1" : "0")) on_ = on;
    }
    TraceSession& session_;
    std::optional<EntryStacks> stacks_;
    unsigned quiet_rounds_ = 0;
    bool on_ = false;
};

// Where the fields of the two events are.
struct Fields {
    unsigned enter_id;
    unsigned exit_id;
    TraceField number;
    TraceField arguments;
    TraceField exit_number;
    TraceField result;
};

Result<TraceField> field_of(const TraceFormat& format, std::string_view name) {
    const TraceField* field = format.field(name);
    if (field == nullptr)
        return failure(concat("read ", format.name), 0, concat("the event has no field '", name, "'"));
    return *field;
}

Result<Fields> fields_of(const Tracefs& tracefs) {
    const auto enter = TRY(tracefs.format(kEnter));
    const auto exit = TRY(tracefs.format(kExit));
    return Fields{enter.id,
                  exit.id,
                  TRY(field_of(enter, "id")),
                  TRY(field_of(enter, "args")),
                  TRY(field_of(exit, "id")),
                  TRY(field_of(exit, "ret"))};
}

class Replay {
 public:
    Replay(TracedTasks& tasks, StackSwitch& stacks, const Fields& fields, const CallSet& calls,
           const StatusSet& status, std::span<Sink* const> sinks)
        : tasks_(tasks),
          stacks_(stacks),
          fields_(fields),
          calls_(calls),
          status_(status),
          sinks_(sinks),
          wall_offset_(clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC)) {}

    void take(const TraceRecord& record) {
        if (record.head.id == fields_.enter_id)
            enter(record);
        else if (record.head.id == fields_.exit_id)
            leave(record);
        else if (!tasks_.observe(record))
            if (const auto abi = stacks_.abi(record)) entered_by(record.head.process, *abi);
    }

    void finish() {
        for (auto& [id, task] : threads_) give_up(task);
    }

 private:
    int64_t wall(uint64_t time) const { return static_cast<int64_t>(time) + wall_offset_; }

    struct Task {
        Thread thread;
        // Of a call that the sinks were not told of: its stack is still to come.
        std::optional<uint64_t> number;
        bool is_over = false;  // it has made its last call
    };

    Task& task_of(pid_t id) {
        const auto [at, is_new] = threads_.try_emplace(id);
        Task& task = at->second;
        if (is_new) {
            task.thread.id = id;
            task.thread.memory = &memory_;
            for (Sink* sink : sinks_) sink->attached(task.thread);
        }
        return task;
    }

    void give_up(Task& task) {
        tell(task, tasks_.abi(task.thread.id));
        Thread& thread = task.thread;
        if (!std::exchange(thread.in_call, false) || !thread.shown || !status_.unfinished) return;
        for (Sink* sink : sinks_) sink->lost(thread);
    }

    void forget_ended(std::map<pid_t, Task>::iterator task) {
        if (task->second.is_over) threads_.erase(task);
    }

    // A call whose ABI nobody knows: "?265", with six numbers.
    static Syscall unknown_call(unsigned number) {
        static constexpr Argument kRaw[] = {Argument::address, Argument::address, Argument::address,
                                            Argument::address, Argument::address, Argument::address};
        // Names of calls outlive everybody who is told of them.
        static char names[1024][sizeof "?1023"];
        if (number >= std::size(names)) return {.number = number, .name = "?", .arguments = kRaw};
        const std::string name = concat('?', number);
        memcpy(names[number], name.data(), name.size());
        return {.number = number, .name = names[number], .arguments = kRaw};
    }

    void enter(const TraceRecord& record) {
        if (const auto before = threads_.find(record.head.process); before != threads_.end()) {
            give_up(before->second);  // its end was lost
            forget_ended(before);
        }
        Task& task = task_of(record.head.process);
        Thread& thread = task.thread;
        thread.call = {};
        for (size_t i = 0; i < std::size(thread.call.arguments); ++i)
            thread.call.arguments[i] = fields_.arguments.element_at(record.event, i);
        thread.in_call = true;
        thread.entered_ns = wall(record.time);
        task.number = fields_.number.number(record.event);
        const auto abi = tasks_.abi(thread.id);
        if (!abi) stacks_.met_unknown();
        if (stacks_.on()) return;
        tell(task, abi);
        forget_ended(threads_.find(thread.id));
    }

    void entered_by(pid_t id, Abi abi) {
        const auto task = threads_.find(id);
        if (task == threads_.end() || !task->second.number) return;
        tasks_.entered_by(id, abi);
        tell(task->second, abi);
        forget_ended(task);
    }

    // Tells of the call that was entered, if nobody did yet.
    void tell(Task& task, std::optional<Abi> program) {
        if (!task.number) return;
        const uint64_t full = *std::exchange(task.number, std::nullopt);
        Thread& thread = task.thread;
        const auto number = static_cast<unsigned>(full & ~uint64_t{kX32CallBit});
        const auto known = abi_of_call(full, program);
        const Abi abi = known.value_or(thread.abi);
        if (abi != thread.abi) {
            thread.abi = abi;
            for (Sink* sink : sinks_) sink->changed_abi(thread);
        }
        thread.call.abi = abi;
        thread.call.number = number;
        thread.call.row = known ? find_syscall(abi, number) : unknown_call(number);
        thread.shown = calls_.has(abi, number) || (!known && calls_.is_all());
        if (!thread.shown) return;
        for (Sink* sink : sinks_) sink->entered(thread);
        if (known && thread.call.row && thread.call.row->name.starts_with("exit")) {
            give_up(task);
            task.is_over = true;
        }
    }

    void leave(const TraceRecord& record) {
        const auto result = static_cast<int64_t>(fields_.result.number(record.event));
        tasks_.returned(record.head.process, fields_.exit_number.number(record.event), result);
        Task& task = task_of(record.head.process);
        tell(task, tasks_.abi(record.head.process));
        Thread& thread = task.thread;
        if (!std::exchange(thread.in_call, false)) return;
        thread.returned_ns = wall(record.time);
        if (!thread.shown || !status_.has(result)) return;
        for (Sink* sink : sinks_) sink->returned(thread, result);
    }

    TracedTasks& tasks_;
    StackSwitch& stacks_;
    const Fields& fields_;
    const CallSet& calls_;
    const StatusSet& status_;
    std::span<Sink* const> sinks_;
    int64_t wall_offset_;
    NoMemory memory_;
    std::map<pid_t, Task> threads_;
};

}  // namespace

Result<TraceEnd> trace_by_ftrace(Machine& machine, const TraceSubject& subject, const CallSet& calls,
                                 const StatusSet& status, std::span<Sink* const> sinks) {
    const auto tracefs = TRY(Tracefs::open(machine));
    const auto fields = fields_of(tracefs);
    if (!fields) {
        Error error = fields.error();
        if (error.code == ENOENT) error.cause = "this kernel is built without CONFIG_FTRACE_SYSCALLS";
        return std::unexpected(std::move(error));
    }
    auto session = TRY(TraceSession::open(tracefs, TraceSession::Place::instance));
    auto tasks = TRY(TracedTasks::watch(session, machine));
    for (const char* event : {kEnter, kExit}) TRY_VOID(session.set(event_folder(event) + "/enable", "1"));
    StackSwitch stacks(session, tracefs, machine, subject);
    Replay replay(tasks, stacks, *fields, calls, status, sinks);
    const auto take = [&](const TraceRecord& record) {
        replay.take(record);
        return true;
    };
    const auto end = TRY(session.run(subject, take, [&] { stacks.round(); }));
    replay.finish();
    TRY_VOID(session.close());
    return end;
}

}  // namespace earlybox::trace_syscall
