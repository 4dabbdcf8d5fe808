// SPDX-License-Identifier: MIT
// Runs the tracer and tells sinks what happens.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "applets/trace-syscall/descriptors.h"
#include "applets/trace-syscall/one_cpu.h"
#include "applets/trace-syscall/selection.h"
#include "applets/trace-syscall/shim.h"
#include "applets/trace-syscall/sink.h"
#include "applets/trace-syscall/vdso_calls.h"
#include "core/base/output.h"
#include "core/base/result.h"
#include "core/sys/tracer.h"

namespace earlybox::trace_syscall {

// -e inject=SET:error=ERRNO:retval=N:delay_enter=US:delay_exit=US:signal=SIG:when=FIRST[..LAST][+[STEP]]
struct Injection {
    CallSet calls;
    std::optional<int> error;
    std::optional<uint64_t> result;
    uint64_t delay_enter_us = 0;
    uint64_t delay_exit_us = 0;
    int signal = 0;
    uint64_t first = 1;
    uint64_t last = UINT64_MAX;
    uint64_t step = 1;
    static Result<Injection> parse(std::string_view expression);
    bool applies(uint64_t occurrence) const {
        return occurrence >= first && occurrence <= last &&
               (step == 0 ? occurrence == first : (occurrence - first) % step == 0);
    }
};

struct Filter {
    CallSet calls = CallSet::all();
    StatusSet status;
    SignalSet signals;
    std::vector<std::string> paths;                // -P
    const ProcDescriptors* descriptors = nullptr;  // for -P
    bool detach_on_exec = false;                   // -b execve
    const Shim* shim = nullptr;                    // --shim=time32
    bool vdso = false;                             // --vdso
};

// No call is to be shown or changed, but for what a shim serves.
bool sees_nothing(const Filter& filter, const std::vector<Injection>& injections);

// The calls that a session must be told of where its tracer is told of some only (TraceOptions::filter).
CallSet needed_calls(const Filter& filter, const std::vector<Injection>& injections, const OneCpu* one_cpu);

class Session {
 public:
    struct Setup {
        Filter filter;
        std::vector<Injection> injections;
        std::vector<Sink*> sinks;
        bool wants_time = false;
        bool filtered = false;      // the tracer has a TraceOptions::filter
        OneCpu* one_cpu = nullptr;  // for the command
        int proc = -1;              // procfs: the tracer is to survive its command's kill(-1, SIGKILL)
    };
    // `notes`: where it says what its lines cannot show.
    Session(Tracer& tracer, Output& notes, Setup setup)
        : tracer_(tracer),
          notes_(notes),
          filter_(std::move(setup.filter)),
          injections_(std::move(setup.injections)),
          sinks_(std::move(setup.sinks)),
          wants_time_(setup.wants_time),
          filtered_(setup.filtered),
          one_cpu_(setup.one_cpu),
          proc_(setup.proc) {}

    // Until no tracee is left, or one of the tracer's signals arrives: the command gets it too then. How the
    // command ended, if there is one (0: none) and it did; or that signal.
    struct End {
        bool by_signal = false;
        int code = 0;
        bool interrupted = false;
    };
    End run(pid_t command);

 private:
    class Memory : public RemoteMemory {
     public:
        explicit Memory(pid_t thread) : tracee_(thread) {}
        size_t read(uint64_t address, std::span<char> to) const override {
            return tracee_.read(RemoteAddress{address}, to).value_or(0);
        }

     private:
        Tracee tracee_;
    };
    struct Task {
        Thread thread;
        std::unique_ptr<Memory> memory;
        std::vector<uint64_t> occurrences;  // of each injection
        std::optional<int64_t> forced_result;
        uint64_t delay_exit_us = 0;
        bool first_exec_seen = false;
        Shim::Service service;
        std::shared_ptr<const VdsoCalls> vdso;  // of its program
        bool comes_from_exec = false;
        bool reports = false;  // is in a stub's call to us
    };
    Task& task(pid_t id);
    void enter(TraceEvent& event);
    void leave(TraceEvent& event);
    void inject(Task& task, TraceEvent& event);
    static void answer_instead(Task& task, const TraceEvent& event, int64_t result);
    void note_own_filter(const Thread& thread);
    void note_unreadable(TraceEvent& event);
    void executed(TraceEvent& event);
    void signalled(const TraceEvent& event);
    void ended(const TraceEvent& event);
    void interrupt(int signal);
    void watch_vdso(Task& task, const Tracee& tracee);
    void tell_of_vdso_call(Task& task, const VdsoCalls::Made& made);
    bool touches_path(const Task& task) const;
    void drop(Task& task);
    template <class Tell>
    void tell(Tell&& tell) {
        for (Sink* sink : sinks_) tell(*sink);
    }

    Tracer& tracer_;
    Output& notes_;
    Filter filter_;
    std::vector<Injection> injections_;
    std::vector<Sink*> sinks_;
    bool wants_time_;
    bool filtered_;
    OneCpu* one_cpu_;
    int proc_;
    pid_t command_ = 0;
    End end_;
    bool own_filter_noted_ = false;
    std::map<pid_t, Task> tasks_;
};

}  // namespace earlybox::trace_syscall
