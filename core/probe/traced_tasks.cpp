// SPDX-License-Identifier: MIT
#include "core/probe/traced_tasks.h"

#include "core/base/text.h"

namespace earlybox {
namespace {

constexpr const char* kFork = "sched:sched_process_fork";
constexpr const char* kExec = "sched:sched_process_exec";
constexpr size_t kNameLength = 15;  // TASK_COMM_LEN, without the zero
constexpr uint64_t kExec64 = 59, kExec32 = 11;

uint64_t number_of(const TraceFormat& format, std::string_view field, std::string_view event) {
    const TraceField* found = format.field(field);
    return found == nullptr ? 0 : found->number(event);
}

std::string text_of(const TraceFormat& format, std::string_view field, std::string_view event) {
    const TraceField* found = format.field(field);
    return std::string(found == nullptr ? "" : found->text(event));
}

}  // namespace

Result<TracedTasks> TracedTasks::watch(TraceSession& session, Machine& machine) {
    for (const char* event : {kFork, kExec}) TRY_VOID(session.set(event_folder(event) + "/enable", "1"));
    return TracedTasks(session, machine, TRY(session.tracefs().format(kFork)),
                       TRY(session.tracefs().format(kExec)));
}

bool TracedTasks::observe(const TraceRecord& record) {
    if (record.head.id == fork_.id) {
        const auto child = static_cast<pid_t>(number_of(fork_, "child_pid", record.event));
        Task task = tasks_[record.head.process];
        if (auto name = text_of(fork_, "child_comm", record.event); !name.empty()) task.name = name;
        task.is_new_program = false;
        tasks_[child] = std::move(task);
        return true;
    }
    if (record.head.id != exec_.id) return false;
    const std::string file = text_of(exec_, "filename", record.event);
    Task& task = tasks_[record.head.process];
    task.name = file.substr(file.rfind('/') + 1).substr(0, kNameLength);
    task.abi.reset();
    task.is_new_program = task.is_executed = true;
    return true;
}

void TracedTasks::returned(pid_t thread, uint64_t number, int64_t result) {
    const auto task = tasks_.find(thread);
    if (task == tasks_.end() || !std::exchange(task->second.is_new_program, false) || result != 0) return;
    if (number == kExec64)
        task->second.abi = Abi::x86_64;
    else if (number == kExec32)
        task->second.abi = Abi::i386;
    else if ((number & kX32CallBit) != 0)
        task->second.abi = Abi::x32;
}

void TracedTasks::entered_by(pid_t thread, Abi abi) {
    Task& task = tasks_[thread];
    if (!task.abi && !task.is_new_program) task.abi = abi;
}

std::string TracedTasks::look_up(pid_t thread) {
    if (thread == 0) return "idle";
    if (thread == session_->command()) return session_->command_name();  // before its exec, too
    if (const auto name = machine_->read(kProcfs, concat(thread, "/comm")))
        return std::string(trimmed(*name));
    const auto known = session_->tracefs().read("saved_cmdlines");  // "47 sh", a line each
    std::string_view rest = known ? std::string_view(*known) : "", line;
    while (next_line(rest, line))
        if (const auto word = next_word(line); parse_number(word) == static_cast<uint64_t>(thread))
            return std::string(trimmed(line.substr(std::min(line.size(), line.find_first_not_of(' ')))));
    return "?";
}

const std::string& TracedTasks::name(pid_t thread) {
    Task& task = tasks_[thread];
    if (task.name.empty()) task.name = look_up(thread);
    return task.name;
}

std::optional<Abi> TracedTasks::abi(pid_t thread) const {
    const auto task = tasks_.find(thread);
    if (task != tasks_.end() && task->second.abi) return task->second.abi;
    // Until its first exec the command is a child of ours.
    const bool is_ours = thread == session_->command() && (task == tasks_.end() || !task->second.is_executed);
    return is_ours && sizeof(void*) == 8 ? std::optional(Abi::x86_64) : std::nullopt;
}

std::optional<Abi> abi_of_call(uint64_t number, std::optional<Abi> program) {
    if ((number & kX32CallBit) != 0 && number <= UINT32_MAX) return Abi::x32;
    // A program for x32 makes calls without the bit too: those are the 64-bit ones.
    return program == Abi::x32 ? Abi::x86_64 : program;
}

}  // namespace earlybox
