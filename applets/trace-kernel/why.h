// SPDX-License-Identifier: MIT
// Which kernel function said no: the deepest one that came back with a system call's error, and the unbroken
// chain of those that passed it on.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "applets/trace-kernel/call_tree.h"
#include "applets/trace-kernel/function_event.h"
#include "core/applet.h"
#include "core/probe/syscalls.h"

namespace earlybox::trace_kernel {

class Failures {
 public:
    // Only calls that fail with this error; nothing: with any.
    explicit Failures(std::optional<int> code) : code_(code) {}
    void add(const CallTree& tree);
    void note_addresses(FunctionNames& names) const;

    bool empty() const { return failures_.empty(); }
    // Without what functions return it cannot be told who said so.
    bool needs_results(const FunctionNames& names, const Handlers* symbols) const;
    // The functions of failing calls that may have passed the error on, or have been its origin: those to
    // watch in a second run.
    std::vector<FunctionId> functions(const FunctionNames& names) const;
    // Failures of another run that did not come back in this one.
    void add_missing_of(const Failures& other);

    // `symbols` may be null: then nothing is said about stubs.
    void print(Context& context, const FunctionNames& names, const TaskNames& tasks,
               const Handlers* symbols) const;

 private:
    // A function that returned the error, below one that did too.
    struct Link {
        FunctionId function;
        uint32_t depth;
        bool repeats;  // its neighbour right before did the same: the value may be that one's, left in the
                       // register
        bool operator==(const Link&) const = default;
    };
    struct Failure {
        int code;
        int64_t number;      // -1: not known
        FunctionId handler;  // 0: none was seen
        FunctionId earlier;  // the handler of the task's call before: it tells the ABI
        std::vector<Link> links;
        bool calls_others;
        bool knows_values;
        bool complete;
        bool came_back = true;  // in the second run, where there was one
        uint64_t count = 0;
        std::vector<int64_t> pids{};
        bool same_as(const Failure& other) const;
    };
    struct Step {
        FunctionId caller, function;
        auto operator<=>(const Step&) const = default;
    };
    struct LastHandler {
        int64_t pid;
        FunctionId handler;
    };
    struct Story;
    FunctionId replace_last_handler(int64_t pid, FunctionId handler);
    void note_steps(const CallTree& tree);
    static std::vector<std::string> chain_of(const Failure& failure, const FunctionNames& names);
    static Story story_of(const Failure& failure, const FunctionNames& names, const Handlers* symbols);

    std::optional<int> code_;
    std::vector<Failure> failures_;
    std::vector<Step> steps_;        // of failing calls; sorted
    std::vector<LastHandler> last_;  // sorted by pid
};

// A function without a result: what its register holds is left over from before.
bool returns_nothing(std::string_view function);

}  // namespace earlybox::trace_kernel
