// SPDX-License-Identifier: MIT
// Who calls a function: the distinct stacks that it was reached by, counted.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "applets/trace-kernel/function_event.h"
#include "applets/trace-kernel/side_by_side.h"
#include "core/applet.h"

namespace earlybox::trace_kernel {

class CallerStacks {
 public:
    explicit CallerStacks(bool keeps_sequence) : keeps_sequence_(keeps_sequence) {}
    void event(const FunctionEvent& event);
    // All events have come: tells `names` every address that finish() wants named.
    void note_addresses(FunctionNames& names);
    // Brings together what differs only by the place of a call inside of a function.
    void finish(const FunctionNames& names);

    bool empty() const { return stacks_.empty(); }
    void print(Context& context, const FunctionNames& names, const TaskNames& tasks) const;
    void print_json(Output& out, const FunctionNames& names, const TaskNames& tasks) const;
    void print_flame(Output& out, const FunctionNames& names, const TaskNames& tasks) const;
    // Entry points first, each function below who called it.
    std::vector<SideRow> rows(const FunctionNames& names) const;

 private:
    struct Count {
        int64_t pid;
        uint64_t hits;
    };
    struct Stack {
        std::vector<FunctionId> frames;  // the function, its caller, …, the entry point
        std::vector<Count> counts;
        uint64_t hits = 0;
    };
    struct Hit {
        uint64_t time;
        int64_t pid;
        uint32_t stack;
    };
    struct Pending {
        int64_t pid;
        FunctionEvent hit;
    };
    void add(const FunctionEvent& hit, std::span<const FunctionId> frames);
    void settle(int64_t pid, std::span<const FunctionId> frames);
    uint32_t index_of(std::span<const FunctionId> frames);
    static void count(Stack& stack, int64_t pid, uint64_t hits);
    static std::string abi(const Stack& stack, const FunctionNames& names);

    bool keeps_sequence_;
    std::vector<Stack> stacks_;
    std::vector<uint32_t> by_frames_;  // indices of stacks_, sorted by frames
    std::vector<Pending> pending_;     // hits whose stack has not come yet
    std::vector<Hit> sequence_;
};

}  // namespace earlybox::trace_kernel
