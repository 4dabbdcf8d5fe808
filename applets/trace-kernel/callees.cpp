// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/callees.h"

#include <algorithm>

#include "core/abi/entry_abi.h"
#include "core/base/text.h"
#include "core/probe/syscalls.h"

namespace earlybox::trace_kernel {
namespace {

// Where the kernel takes an interrupt (arch/x86/include/asm/idtentry.h), and what it does at the end of one.
constexpr std::string_view kInterrupts[] = {
    "irq_enter",    "irq_enter_rcu", "irq_exit",        "irq_exit_rcu",         "__irq_exit_rcu",
    "__do_softirq", "do_softirq",    "handle_softirqs", "common_interrupt",     "__common_interrupt",
    "sysvec_*",     "__sysvec_*",    "asm_sysvec_*",    "asm_common_interrupt", "idle_cpu",
};

bool is_interrupt(const std::string& name) {
    return std::ranges::any_of(kInterrupts, [&](std::string_view pattern) {
        return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1))
                                      : name == pattern;
    });
}

// Microseconds: "609.280"
std::string microseconds(uint64_t nanoseconds) {
    const auto fraction = concat(nanoseconds % 1000);
    return concat(nanoseconds / 1000, ".", std::string(3 - fraction.size(), '0'), fraction);
}

std::string right_aligned(std::string_view text, size_t width) {
    return text.size() >= width ? std::string(text) : std::string(width - text.size(), ' ').append(text);
}

}  // namespace

std::string value_text(int64_t value) {
    constexpr int64_t kLargestCount = 0xffff;
    if (const auto code = returned_errno(value)) return concat("-", errno_name(*code));
    if (value >= 0 && value <= kLargestCount) return concat(value);
    return concat("0x", hex(static_cast<uint64_t>(value)));
}

uint32_t CallProfile::new_node(FunctionId function) {
    nodes_.push_back({.function = function});
    return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t CallProfile::root_of(int64_t pid, FunctionId function) {
    for (const Root& root : roots_)
        if (root.pid == pid && nodes_[root.node].function == function) return root.node;
    const uint32_t node = new_node(function);
    // Those of one task stand together.
    const auto last = std::ranges::find(roots_.rbegin(), roots_.rend(), pid, &Root::pid);
    roots_.insert(last == roots_.rend() ? roots_.end() : last.base(), {pid, node});
    return node;
}

uint32_t CallProfile::child_of(uint32_t parent, FunctionId function) {
    uint32_t last = kNone;
    for (uint32_t child = nodes_[parent].child; child != kNone; child = nodes_[child].sibling) {
        if (nodes_[child].function == function) return child;
        last = child;
    }
    const uint32_t node = new_node(function);
    (last == kNone ? nodes_[parent].child : nodes_[last].sibling) = node;
    return node;
}

void CallProfile::note(Node& node, const Call& call) {
    ++node.calls;
    node.returned += call.returned;
    node.total += call.duration.value_or(0);
    if (!call.value || std::ranges::find(node.values, *call.value) != node.values.end()) return;
    // Errors come first: they are what is looked for.
    const bool is_error = returned_errno(*call.value).has_value();
    node.more_values |= node.values.size() == kValuesKept;
    node.values.insert(is_error ? node.values.begin() : node.values.end(), *call.value);
    if (node.values.size() > kValuesKept) node.values.pop_back();
}

void CallProfile::add(const CallTree& tree) {
    std::vector<uint32_t> path;
    for (const Call& call : tree.calls) {
        path.resize(std::min<size_t>(path.size(), call.depth));
        const uint32_t node =
            path.empty() ? root_of(tree.pid, call.function) : child_of(path.back(), call.function);
        note(nodes_[node], call);
        has_values_ |= call.value.has_value();
        if (!path.empty()) nodes_[path.back()].below += call.duration.value_or(0);
        path.push_back(node);
    }
}

std::vector<FunctionId> CallProfile::functions() const {
    std::vector<FunctionId> functions;
    for (const Node& node : nodes_) functions.push_back(node.function);
    std::ranges::sort(functions);
    functions.erase(std::ranges::unique(functions).begin(), functions.end());
    return functions;
}

void CallProfile::note_addresses(FunctionNames& names) const {
    for (const Node& node : nodes_) names.note(node.function);
}

void CallProfile::leave_out_interrupts(const FunctionNames& names) {
    for (Node& node : nodes_) node.hidden = is_interrupt(names.name(node.function));
}

void CallProfile::visit(uint32_t node, unsigned level, uint64_t depth,
                        FunctionRef<void(const Node&, unsigned)> take) const {
    struct Place {
        uint32_t node;
        unsigned level;
    };
    std::vector<Place> left = {{node, level}};
    while (!left.empty()) {
        const Place place = left.back();
        left.pop_back();
        const Node& visited = nodes_[place.node];
        if (place.node != node && visited.sibling != kNone) left.push_back({visited.sibling, place.level});
        if (visited.hidden) continue;
        take(visited, place.level);
        if (visited.child != kNone && (depth == 0 || place.level < depth))
            left.push_back({visited.child, place.level + 1});
    }
}

std::string CallProfile::values(const Node& node) {
    std::vector<std::string> texts;
    for (const int64_t value : node.values) {
        auto text = value_text(value);
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    }
    if (node.more_values) texts.emplace_back("...");
    if (node.returned < node.calls) texts.emplace_back("no return");
    return join(texts, ", ");
}

void CallProfile::print(Context& context, const FunctionNames& names, const TaskNames& tasks,
                        uint64_t depth) const {
    Output& out = context.out;
    int64_t shown = -2;
    for (const Root& root : roots_) {
        if (root.pid != shown) {
            out.line(tasks.label(root.pid));
            out.line("   calls      total us       self us  function");
        }
        shown = root.pid;
        visit(root.node, 0, depth, [&](const Node& node, unsigned level) {
            const std::string returned = values(node);
            const uint64_t self = node.total - std::min(node.total, node.below);
            out.line(right_aligned(concat(node.calls), 8), right_aligned(microseconds(node.total), 14),
                     right_aligned(microseconds(self), 14), "  ", std::string(size_t{level} * 2, ' '),
                     printable(names.name(node.function)), returned.empty() ? "" : " = ", returned);
        });
    }
}

void CallProfile::print_json(Output& out, const FunctionNames& names, const TaskNames& tasks,
                             uint64_t depth) const {
    for (const Root& root : roots_)
        visit(root.node, 0, depth, [&](const Node& node, unsigned level) {
            const std::string name = names.name(node.function);
            const auto abi = abi_of_function(name);
            std::vector<std::string> texts;
            for (const int64_t value : node.values) texts.push_back(value_text(value));
            Record record;
            record.add("process", tasks.name(root.pid)).add("pid", root.pid).add("depth", level);
            record.add("function", name).add("calls", node.calls).add("returned", node.returned);
            record.add("total_ns", node.total).add("self_ns", node.total - std::min(node.total, node.below));
            if (has_values_) record.add("values", texts);
            if (abi) record.add("abi", abi_name(*abi));
            out.line(record.json());
        });
}

void CallProfile::print_flame(Output& out, const FunctionNames& names, const TaskNames& tasks) const {
    for (const Root& root : roots_) {
        std::vector<std::string> path;
        visit(root.node, 0, 0, [&](const Node& node, unsigned level) {
            path.resize(level);
            path.push_back(printable(names.name(node.function)));
            const uint64_t self = node.total - std::min(node.total, node.below);
            if (self != 0) out.line(printable(tasks.name(root.pid)), ";", join(path, ";"), " ", self);
        });
    }
}

std::vector<SideRow> CallProfile::rows(const FunctionNames& names, uint64_t depth) const {
    std::vector<SideRow> rows;
    for (const Root& root : roots_)
        visit(root.node, 0, depth, [&](const Node& node, unsigned level) {
            SideRow row{level, names.name(node.function), {}};
            // Errors are what two runs may differ in; pointers and times always do.
            for (const int64_t value : node.values)
                if (returned_errno(value)) append(row.label, " = ", value_text(value));
            if (node.calls > 1) row.remark = concat("x", node.calls);
            rows.push_back(std::move(row));
        });
    return rows;
}

}  // namespace earlybox::trace_kernel
