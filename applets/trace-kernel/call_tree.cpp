// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/call_tree.h"

#include <algorithm>

namespace earlybox::trace_kernel {

CallTrees::Task& CallTrees::task_of(int64_t pid) {
    const auto pid_of = [](const Task& task) { return task.tree.pid; };
    const auto place = std::ranges::lower_bound(tasks_, pid, {}, pid_of);
    if (place != tasks_.end() && place->tree.pid == pid) return *place;
    return *tasks_.insert(place, Task{.tree = {.pid = pid}});
}

void CallTrees::event(const FunctionEvent& event) {
    using Kind = FunctionEvent::Kind;
    if (event.kind == Kind::lost) return lose(event);
    Task& task = task_of(event.pid);
    task.cpu = event.cpu;
    switch (event.kind) {
        case Kind::enter:
            return enter(task, event);
        case Kind::leave:
            return leave(task, event);
        case Kind::probed:
            return note_value(task, event);
        case Kind::syscall_exit:
            if (task.tree.calls.empty() || !task.open.empty() || task.tree.result) {
                hand_out(task);  // a call without any function that was traced
                task.tree.time = event.time;
            }
            task.tree.number = event.number;
            task.tree.result = event.value;
            break;
        default:
            break;
    }
}

void CallTrees::enter(Task& task, const FunctionEvent& event) {
    // What is not around this call has returned, and that was lost.
    while (!task.open.empty() && event.depth >= 0 && task.open.back().depth >= event.depth) {
        task.tree.complete = false;
        task.open.pop_back();
    }
    if (task.open.empty()) {
        hand_out(task);
        task.tree.time = event.time;
    }
    if (task.overflow != 0 || task.tree.calls.size() >= kLargestTree) {
        ++task.overflow;
        task.tree.complete = false;
        return;
    }
    task.open.push_back({static_cast<uint32_t>(task.tree.calls.size()), event.depth});
    task.tree.calls.push_back({event.function, static_cast<uint32_t>(task.open.size() - 1)});
}

void CallTrees::leave(Task& task, const FunctionEvent& event) {
    if (task.overflow != 0) {
        --task.overflow;
        return;
    }
    // Where exits were lost, the calls above the one that returns now have returned too.
    const auto& calls = task.tree.calls;
    size_t level = task.open.size();
    while (level > 0 && event.function != 0 && calls[task.open[level - 1].index].function != event.function)
        --level;
    if (level == 0) return;
    if (level != task.open.size()) task.tree.complete = false;
    Call& call = task.tree.calls[task.open[level - 1].index];
    call.returned = true;
    call.duration = event.duration;
    if (event.value) call.value = event.value;  // else a kretprobe may have told it already
    task.open.resize(level - 1);
}

// A kretprobe's event comes right after the function's exit, or right before it.
void CallTrees::note_value(Task& task, const FunctionEvent& event) {
    for (auto call = task.tree.calls.rbegin(); call != task.tree.calls.rend(); ++call) {
        if (call->function != event.function || call->value) continue;
        call->value = event.value;
        return;
    }
}

void CallTrees::hand_out(Task& task) {
    CallTree& tree = task.tree;
    tree.complete = tree.complete && task.open.empty();
    if (!tree.calls.empty() || tree.result) take_(tree);
    tree = {.pid = tree.pid};
    task.open.clear();
    task.overflow = 0;
}

void CallTrees::lose(const FunctionEvent& event) {
    lost_any_ = true;
    lost_ += event.count;
    for (Task& task : tasks_)
        if (event.cpu < 0 || task.cpu == event.cpu) task.tree.complete = false;
}

void CallTrees::finish() {
    for (Task& task : tasks_) hand_out(task);
    tasks_.clear();
}

}  // namespace earlybox::trace_kernel
