// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/callers.h"

#include <algorithm>

#include "core/abi/entry_abi.h"
#include "core/base/order.h"
#include "core/base/text.h"
#include "core/probe/syscalls.h"

namespace earlybox::trace_kernel {
namespace {

constexpr size_t kLongestSequence = 1 << 20;

// "1.932897"
std::string seconds(uint64_t nanoseconds) {
    const auto fraction = concat(nanoseconds / 1000 % 1000000);
    return concat(nanoseconds / 1000000000, ".", std::string(6 - fraction.size(), '0'), fraction);
}

std::string right_aligned(std::string_view text, size_t width) {
    return text.size() >= width ? std::string(text) : std::string(width - text.size(), ' ').append(text);
}

}  // namespace

void CallerStacks::event(const FunctionEvent& event) {
    using Kind = FunctionEvent::Kind;
    if (event.kind == Kind::hit) {
        settle(event.pid, {});
        pending_.push_back({event.pid, event});
    } else if (event.kind == Kind::stack) {
        settle(event.pid, event.stack);
    }
}

void CallerStacks::settle(int64_t pid, std::span<const FunctionId> frames) {
    const auto waiting = std::ranges::find(pending_, pid, &Pending::pid);
    if (waiting == pending_.end()) return;
    const FunctionEvent hit = waiting->hit;
    pending_.erase(waiting);
    add(hit, frames);
}

void CallerStacks::add(const FunctionEvent& hit, std::span<const FunctionId> frames) {
    std::vector<FunctionId> whole = {hit.function};
    if (frames.empty())
        whole.push_back(hit.caller);
    else
        whole.insert(whole.end(), frames.begin(), frames.end());
    const uint32_t index = index_of(whole);
    count(stacks_[index], hit.pid, 1);
    if (keeps_sequence_ && sequence_.size() < kLongestSequence)
        sequence_.push_back({hit.time, hit.pid, index});
}

uint32_t CallerStacks::index_of(std::span<const FunctionId> frames) {
    const auto frames_of = [&](uint32_t index) -> std::span<const FunctionId> {
        return stacks_[index].frames;
    };
    const auto is_less = [&](uint32_t index, std::span<const FunctionId> wanted) {
        return std::ranges::lexicographical_compare(frames_of(index), wanted);
    };
    const auto place = std::lower_bound(by_frames_.begin(), by_frames_.end(), frames, is_less);
    if (place != by_frames_.end() && std::ranges::equal(frames_of(*place), frames)) return *place;
    const auto index = static_cast<uint32_t>(stacks_.size());
    by_frames_.insert(place, index);
    stacks_.push_back({.frames = {frames.begin(), frames.end()}});
    return index;
}

void CallerStacks::count(Stack& stack, int64_t pid, uint64_t hits) {
    stack.hits += hits;
    const auto place = std::ranges::lower_bound(stack.counts, pid, {}, &Count::pid);
    if (place != stack.counts.end() && place->pid == pid)
        place->hits += hits;
    else
        stack.counts.insert(place, {pid, hits});
}

void CallerStacks::note_addresses(FunctionNames& names) {
    while (!pending_.empty()) settle(pending_.front().pid, {});
    for (const Stack& stack : stacks_)
        for (const FunctionId frame : stack.frames) names.note(frame);
}

void CallerStacks::finish(const FunctionNames& names) {
    std::vector<Stack> raw;
    raw.swap(stacks_);
    by_frames_.clear();
    std::vector<uint32_t> renumbered;
    for (Stack& stack : raw) {
        for (FunctionId& frame : stack.frames) frame = names.function_at(frame);
        // The unwinder starts in the tracer; the function itself stands behind that, where it was found.
        const auto begin = stack.frames.begin() + 1;
        if (const auto self = std::find(begin, stack.frames.end(), stack.frames.front());
            self != stack.frames.end())
            stack.frames.erase(begin, self + 1);
        while (stack.frames.size() > 1 && names.name(stack.frames.back()) == "0x0000000000000000")
            stack.frames.pop_back();
        const uint32_t index = index_of(stack.frames);
        for (const Count& part : stack.counts) count(stacks_[index], part.pid, part.hits);
        renumbered.push_back(index);
    }
    for (Hit& hit : sequence_) hit.stack = renumbered[hit.stack];
}

std::string CallerStacks::abi(const Stack& stack, const FunctionNames& names) {
    for (const FunctionId frame : stack.frames)
        if (const auto abi = abi_of_function(names.name(frame))) return abi_name(*abi);
    return {};
}

void CallerStacks::print(Context& context, const FunctionNames& names, const TaskNames& tasks) const {
    Output& out = context.out;
    size_t number = 0;
    for (const Stack& stack : stacks_) {
        constexpr size_t kProcessesShown = 8;
        std::vector<std::string> processes;
        for (const Count& part : stack.counts) {
            if (processes.size() == kProcessesShown) {
                processes.push_back(concat(stack.counts.size() - kProcessesShown, " more"));
                break;
            }
            processes.push_back(concat(tasks.label(part.pid), " ", part.hits));
        }
        const std::string abi = CallerStacks::abi(stack, names);
        out.line("#", ++number, " ", stack.hits, stack.hits == 1 ? " call of " : " calls of ",
                 printable(names.name(stack.frames.front())), " by ", join(processes, ", "),
                 abi.empty() ? std::string(", not in a system call") : concat(", ", abi));
        for (size_t i = 1; i < stack.frames.size(); ++i)
            out.line("    ", printable(names.name(stack.frames[i])));
    }
    for (const Hit& hit : sequence_)
        out.line(right_aligned(seconds(hit.time), 14), "  ", padded(tasks.label(hit.pid), 22), " #",
                 hit.stack + 1, " ", printable(names.name(stacks_[hit.stack].frames.front())));
}

void CallerStacks::print_json(Output& out, const FunctionNames& names, const TaskNames& tasks) const {
    for (const Stack& stack : stacks_) {
        std::vector<std::string> callers;
        for (size_t i = 1; i < stack.frames.size(); ++i) callers.push_back(names.name(stack.frames[i]));
        for (const Count& part : stack.counts) {
            Record record;
            record.add("function", names.name(stack.frames.front()))
                .add("callers", callers)
                .add("process", tasks.name(part.pid))
                .add("pid", part.pid)
                .add("abi", abi(stack, names))
                .add("count", part.hits);
            out.line(record.json());
        }
    }
    for (const Hit& hit : sequence_) {
        Record record;
        record.add("time_ns", hit.time)
            .add("function", names.name(stacks_[hit.stack].frames.front()))
            .add("pid", hit.pid)
            .add("stack", hit.stack + 1);
        out.line(record.json());
    }
}

void CallerStacks::print_flame(Output& out, const FunctionNames& names, const TaskNames& tasks) const {
    for (const Stack& stack : stacks_)
        for (const Count& part : stack.counts) {
            out.put(printable(tasks.name(part.pid)));
            for (auto frame = stack.frames.rbegin(); frame != stack.frames.rend(); ++frame)
                out.put(';', printable(names.name(*frame)));
            out.line(' ', part.hits);
        }
}

std::vector<SideRow> CallerStacks::rows(const FunctionNames& names) const {
    // Stacks with the same beginning stand together once they are sorted from the entry point on.
    std::vector<const Stack*> sorted;
    for (const Stack& stack : stacks_) sorted.push_back(&stack);
    const auto is_less = [&](const Stack* a, const Stack* b) {
        return std::lexicographical_compare(
            a->frames.rbegin(), a->frames.rend(), b->frames.rbegin(), b->frames.rend(),
            [&](FunctionId x, FunctionId y) { return names.name(x) < names.name(y); });
    };
    put_in_order(sorted, is_less);
    std::vector<SideRow> rows;
    std::vector<FunctionId> path;
    for (const Stack* stack : sorted) {
        const std::vector<FunctionId> frames(stack->frames.rbegin(), stack->frames.rend());
        const auto common = std::ranges::mismatch(path, frames).in2 - frames.begin();
        for (auto i = static_cast<size_t>(common); i < frames.size(); ++i)
            rows.push_back({static_cast<unsigned>(i), names.name(frames[i]), {}});
        if (!rows.empty()) rows.back().remark = concat(stack->hits);
        path = frames;
    }
    return rows;
}

}  // namespace earlybox::trace_kernel
