// SPDX-License-Identifier: MIT
// The calls that a task made, put together from function_graph's events.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "applets/trace-kernel/function_event.h"

namespace earlybox::trace_kernel {

struct Call {
    FunctionId function;
    uint32_t depth;
    bool returned = false;
    std::optional<uint64_t> duration{};  // ns
    std::optional<int64_t> value{};
};

// From a function that nothing traced called to its return: the calls in the order of their entries.
struct CallTree {
    int64_t pid = -1;
    uint64_t time = 0;
    std::vector<Call> calls;
    std::optional<int64_t> number{};  // of the system call that ended right after it, and its result
    std::optional<int64_t> result{};
    bool complete = true;  // no event of its time was lost, it was not cut short, and it returned
};

class CallTrees {
 public:
    explicit CallTrees(FunctionRef<void(const CallTree&)> take) : take_(take) {}
    void event(const FunctionEvent& event);
    // Hands out what has not ended.
    void finish();

    // Events that were lost; nothing: nobody knows how many.
    bool lost_any() const { return lost_any_; }
    uint64_t lost() const { return lost_; }

 private:
    static constexpr size_t kLargestTree = 1 << 20;  // calls
    struct Open {                                    // a call that has not returned
        uint32_t index;                              // in the tree's calls
        int depth;                                   // as the kernel counts it, from wherever it began
    };
    struct Task {
        CallTree tree;
        std::vector<Open> open;
        int cpu = -1;
        uint64_t overflow = 0;  // calls that were entered, but are not in the tree
    };
    Task& task_of(int64_t pid);
    void enter(Task& task, const FunctionEvent& event);
    void leave(Task& task, const FunctionEvent& event);
    static void note_value(Task& task, const FunctionEvent& event);
    void hand_out(Task& task);
    void lose(const FunctionEvent& event);

    FunctionRef<void(const CallTree&)> take_;
    std::vector<Task> tasks_;  // sorted by pid
    bool lost_any_ = false;
    uint64_t lost_ = 0;
};

}  // namespace earlybox::trace_kernel
