// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/observe.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "applets/vdso-probe/redirect.h"
#include "core/abi/syscalls.h"
#include "core/base/text.h"
#include "core/probe/program_vdso.h"

namespace earlybox::vdso_probe {
namespace {

constexpr uint64_t kPage = 4096;

// lib/vdso/gettimeofday.c: VDSO_HRES, VDSO_COARSE, VDSO_RAW.
bool vdso_knows_clock(uint64_t clock) {
    constexpr unsigned kClocks = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 11;
    return clock < 32 && (kClocks >> clock & 1) != 0;
}

// --- what processes share until they exec
// -----------------------------------------------------------------------

// A program in memory. Forked children have the same: the counters are in a shared mapping.
struct Program {
    ProgramVdso vdso;
    uint64_t counters = 0;  // 0: its calls are not counted
    std::vector<std::string_view> functions;
    std::vector<uint64_t> seen;  // of each counter: what has been added up already

    MachineCode machine_code() const {
        return vdso.abi == CallAbi::i386 ? MachineCode::i386 : MachineCode::x86_64;
    }
};

// A mapping for the counters is made by the program itself, before its first instruction, while its registers
// are kept here. There is no signal handler that could come between: exec has taken them all away.
struct Task {
    pid_t thread;
    std::shared_ptr<Program> program;
    bool is_fresh = false;  // has just come from exec
    std::optional<Registers> saved;
};

// --- the observer
// -----------------------------------------------------------------------------------------------

std::optional<Abi> table_of(CallAbi abi) {
    switch (abi) {
        case CallAbi::x86_64:
            return Abi::x86_64;
        case CallAbi::i386:
            return Abi::i386;
        case CallAbi::x32:
            return Abi::x32;
        default:
            return std::nullopt;
    }
}

class Observer {
 public:
    Observer() : tracer_({.exits = true, .signals = {SIGINT, SIGQUIT, SIGTERM, SIGHUP}}) {
        for (const CallAbi abi : {CallAbi::x86_64, CallAbi::i386, CallAbi::x32}) {
            for (const auto name : observed_functions()) watch(abi, name);
            watch(abi, "clock_getres_time64");
            for (const std::string_view name : {"execve", "execveat"}) watch(abi, name);
        }
    }

    Result<Observation> run(std::span<char* const> command) {
        command_ = TRY(tracer_.start({command.begin(), command.end()}));
        task(command_);
        while (const TraceEvent* event = tracer_.next()) {
            if (event->kind == TraceEvent::Kind::interrupted ? !pass_on(event->code) : !take(*event)) {
                observation_.is_complete = false;
                break;
            }
        }
        if (!has_started_)
            return failure(
                concat("start '", printable(command.front()), "'"), refusal_,
                refusal_ == ENOEXEC ? "it is no program, or of a kind that this kernel does not run" : "");
        return std::move(observation_);
    }

 private:
    struct Watched {
        CallAbi abi;
        int64_t number;
        std::string_view name;
    };

    void watch(CallAbi abi, std::string_view name) {
        if (const auto call = find_syscall(*table_of(abi), name))
            watched_.push_back({abi, call->number, call->name});
    }

    Task& task(pid_t thread) {
        const auto known = std::ranges::find(tasks_, thread, &Task::thread);
        return known != tasks_.end() ? *known : tasks_.emplace_back(Task{.thread = thread});
    }

    Usage& usage(CallAbi abi, std::string_view name) {
        const auto known = std::ranges::find_if(
            observation_.usages, [&](const Usage& row) { return row.abi == abi && row.name == name; });
        return known != observation_.usages.end()
                   ? *known
                   : observation_.usages.emplace_back(Usage{.abi = abi, .name = name});
    }

    // A terminal's Ctrl-C has reached the command as well as us. False: it is time to stop.
    bool pass_on(int signal) {
        if (signal == SIGINT || signal == SIGQUIT) return true;
        if (std::exchange(was_told_to_end_, true)) return false;
        return has_ended_ ? false : kill(command_, signal) == 0;
    }

    bool take(const TraceEvent& event) {
        using Kind = TraceEvent::Kind;
        Task& task = this->task(event.thread);
        switch (event.kind) {
            case Kind::new_child: {
                auto program = task.program;
                this->task(event.child).program = std::move(program);
                break;
            }
            case Kind::exec:
                if (event.child != event.thread) forget(event.child);
                has_started_ = true;
                this->task(event.thread) = {.thread = event.thread, .is_fresh = true};
                break;
            case Kind::entry:
                if (!task.saved) count(task, event);
                break;
            case Kind::exit:
                if (task.is_fresh)
                    note(prepare(task, event));
                else if (task.saved)
                    note(finish(task, event));
                else if (!has_started_ && event.call.result < 0)
                    refusal_ = static_cast<int>(-event.call.result);
                break;
            case Kind::exiting:
                collect(task);
                break;
            case Kind::exited:
            case Kind::killed:
                if (event.thread == command_) {
                    has_ended_ = true;
                    const bool exited = event.kind == Kind::exited;
                    observation_.end = {exited ? ChildEnd::How::exited : ChildEnd::How::killed, event.code};
                }
                forget(event.thread);
                break;
            default:
                break;
        }
        return true;
    }

    void forget(pid_t thread) {
        std::erase_if(tasks_, [&](const Task& task) { return task.thread == thread; });
    }

    // Its death is no trouble.
    void note(const Result<>& done) {
        if (done || done.error().code == ESRCH) return;
        const auto known = std::ranges::find(observation_.trouble, done.error().what, &Error::what);
        if (known == observation_.trouble.end()) observation_.trouble.push_back(done.error());
    }

    // After exec: finds the vDSO, and sends the program to map its counters.
    Result<> prepare(Task& task, const TraceEvent& event) {
        task.is_fresh = false;
        if (event.call.abi == CallAbi::unknown)
            return failure("look at a 64-bit program", 0, "this build of earlybox is a 32-bit one");
        const Tracee tracee = event.tracee();
        const Registers registers = TRY(tracee.registers());
        task.program = std::make_shared<Program>();
        Program& program = *task.program;
        program.vdso = TRY(ProgramVdso::after_exec(tracee, registers));
        const ProgramVdso& vdso = program.vdso;
        if (std::ranges::find(observation_.vdsos, vdso.abi, &SeenVdso::abi) == observation_.vdsos.end())
            observation_.vdsos.push_back({vdso.abi, vdso.program, vdso.address, vdso.image});
        if (vdso.address == 0) return {};
        task.saved = registers;
        const auto sent = send_to_map(program, tracee, registers);
        if (!sent) task.saved.reset();
        return sent;
    }

    static Result<> send_to_map(const Program& program, const Tracee& tracee, Registers registers) {
        const bool is_i386 = program.machine_code() == MachineCode::i386;
        const CallAbi abi = is_i386 ? CallAbi::i386 : CallAbi::x86_64;
        const uint64_t place = program.vdso.address + TRY(unread_part(program.vdso.image));
        TRY_VOID(
            tracee.write(RemoteAddress{place}, is_i386 ? "\xcd\x80" : "\x0f\x05"));  // int $0x80; syscall
        const auto call = find_syscall(*table_of(abi), is_i386 ? "mmap2" : "mmap");
        registers.set_result(call->number);
        const uint64_t arguments[] = {
            0, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, ~uint64_t{0}, 0};
        for (unsigned i = 0; i < std::size(arguments); ++i) registers.set_argument(abi, i, arguments[i]);
        registers.set_instruction(place);
        return tracee.set_registers(registers);
    }

    // The mapping is there: gives the program its registers back, and redirects its vDSO.
    static Result<> finish(Task& task, const TraceEvent& event) {
        const Tracee tracee = event.tracee();
        Program& program = *task.program;
        const auto restored = tracee.set_registers(*std::exchange(task.saved, std::nullopt));
        TRY_VOID(restored);
        const int64_t result = event.call.result;
        if (result < 0 && result > -static_cast<int64_t>(kPage))
            return failure("map counters into a process", static_cast<int>(-result),
                           "a limit on its memory, or a seccomp filter");
        const auto counters = program.machine_code() == MachineCode::i386 ? static_cast<uint32_t>(result)
                                                                          : static_cast<uint64_t>(result);
        const Redirection redirection =
            TRY(redirect_to_counters(*program.vdso.symbols, program.machine_code(), counters));
        for (const auto& patch : redirection.patches)
            TRY_VOID(tracee.write(RemoteAddress{program.vdso.address + patch.offset}, patch.bytes));
        for (const auto& function : redirection.functions) program.functions.push_back(function.name);
        program.seen.resize(program.functions.size());
        program.counters = counters;
        return {};
    }

    // Adds up what its counters have gained.
    void collect(const Task& task) {
        Program* program = task.program.get();
        if (program == nullptr || program->counters == 0) return;
        std::vector<uint64_t> now(program->seen.size());
        const std::span bytes(reinterpret_cast<char*>(now.data()), now.size() * sizeof(uint64_t));
        const auto got = Tracee(task.thread).read(RemoteAddress{program->counters}, bytes);
        if (!got || *got != bytes.size()) return;
        for (size_t i = 0; i < now.size(); ++i) {
            if (now[i] == program->seen[i]) continue;
            usage(program->vdso.abi, program->functions[i]).vdso_calls += now[i] - program->seen[i];
            program->seen[i] = now[i];
        }
    }

    void count(const Task& task, const TraceEvent& event) {
        const SystemCall& call = event.call;
        const auto watched = std::ranges::find_if(
            watched_, [&](const Watched& one) { return one.abi == call.abi && one.number == call.number; });
        if (watched == watched_.end()) return;
        if (watched->name.starts_with("execve")) return collect(task);
        const bool is_answerable = watched->name != "getrandom" && (!watched->name.starts_with("clock_") ||
                                                                    vdso_knows_clock(call.arguments[0]));
        Usage& row = usage(call.abi, watched->name);
        if (task.program && task.program->vdso.has_made(event.tracee(), call)) {
            row.fallbacks += 1;
            row.needless_fallbacks += is_answerable;
        } else {
            row.direct += 1;
            row.needless_direct += is_answerable && has_function(task, *watched);
        }
    }

    // Where there is no vDSO, a system call is what that costs.
    static bool has_function(const Task& task, const Watched& call) {
        const Program* program = task.program.get();
        return program != nullptr && program->vdso.abi == call.abi &&
               (program->vdso.address == 0 || program->vdso.exports(call.name));
    }

    Tracer tracer_;
    std::vector<Watched> watched_;
    std::vector<Task> tasks_;
    pid_t command_ = 0;
    bool has_started_ = false;
    bool has_ended_ = false;
    bool was_told_to_end_ = false;
    int refusal_ = 0;
    Observation observation_{};
};

}  // namespace

Result<Observation> observe_command(std::span<char* const> command) {
#if defined(__x86_64__) || defined(__i386__)
    return Observer().run(command);
#else
    return failure(concat("observe '", printable(command.front()), "'"), 0,
                   "vDSO calls of other processes are counted on x86 only");
#endif
}

}  // namespace earlybox::vdso_probe
