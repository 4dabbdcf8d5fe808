// SPDX-License-Identifier: MIT
// Runs the tracer and tells sinks what happens.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "applets/trace-syscall/selection.h"
#include "applets/trace-syscall/shim.h"
#include "applets/trace-syscall/sink.h"
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
    std::vector<std::string> paths;  // -P
    bool detach_on_exec = false;     // -b execve
    const Shim* shim = nullptr;      // --shim=time32
};

class Session {
 public:
    Session(Tracer& tracer, Filter filter, std::vector<Injection> injections, std::vector<Sink*> sinks,
            bool wants_time)
        : tracer_(tracer),
          filter_(std::move(filter)),
          injections_(std::move(injections)),
          sinks_(std::move(sinks)),
          wants_time_(wants_time) {}

    // Until no tracee is left, or a signal arrives that ends the tracing. How `command` ended, if it did.
    struct End {
        bool by_signal = false;
        int code = 0;
        int interrupted_by = 0;
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
        bool first_exec_seen = false;
        Shim::Service service;
    };
    Task& task(pid_t id);
    void enter(TraceEvent& event);
    void leave(TraceEvent& event);
    void inject(Task& task, TraceEvent& event);
    bool touches_path(const Task& task) const;
    void drop(Task& task);
    template <class Tell>
    void tell(Tell&& tell) {
        for (Sink* sink : sinks_) tell(*sink);
    }

    Tracer& tracer_;
    Filter filter_;
    std::vector<Injection> injections_;
    std::vector<Sink*> sinks_;
    bool wants_time_;
    std::map<pid_t, Task> tasks_;
};

}  // namespace earlybox::trace_syscall
