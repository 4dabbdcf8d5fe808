// SPDX-License-Identifier: MIT
// What a function calls: the trees of all its calls laid over one another, with their times.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "applets/trace-kernel/call_tree.h"
#include "applets/trace-kernel/function_event.h"
#include "applets/trace-kernel/side_by_side.h"
#include "core/applet.h"

namespace earlybox::trace_kernel {

class CallProfile {
 public:
    void add(const CallTree& tree);
    void note_addresses(FunctionNames& names) const;
    // Leaves out what interrupts did in a function's time.
    void leave_out_interrupts(const FunctionNames& names);

    bool empty() const { return roots_.empty(); }
    std::vector<FunctionId> functions() const;
    // `depth`: calls below the traced function that are shown; 0: all.
    void print(Context& context, const FunctionNames& names, const TaskNames& tasks, uint64_t depth) const;
    void print_json(Output& out, const FunctionNames& names, const TaskNames& tasks, uint64_t depth) const;
    void print_flame(Output& out, const FunctionNames& names, const TaskNames& tasks) const;
    std::vector<SideRow> rows(const FunctionNames& names, uint64_t depth) const;

 private:
    static constexpr uint32_t kNone = UINT32_MAX;
    static constexpr size_t kValuesKept = 3;
    struct Node {
        FunctionId function;
        uint32_t child = kNone, sibling = kNone;  // the first; the next
        bool hidden = false;
        uint64_t calls = 0, returned = 0;
        uint64_t total = 0, below = 0;  // ns, its own and that of what it called
        std::vector<int64_t> values{};  // different ones, kValuesKept at most
        bool more_values = false;
    };
    struct Root {
        int64_t pid;
        uint32_t node;
    };
    // Visits the nodes that are shown, callers first.
    void visit(uint32_t node, unsigned level, uint64_t depth,
               FunctionRef<void(const Node&, unsigned level)> take) const;
    uint32_t child_of(uint32_t parent, FunctionId function);
    uint32_t root_of(int64_t pid, FunctionId function);
    uint32_t new_node(FunctionId function);
    static void note(Node& node, const Call& call);
    static std::string values(const Node& node);

    std::vector<Node> nodes_;
    std::vector<Root> roots_;
    bool has_values_ = false;
};

// "-ENOENT", "0", "12", "0xffff9f00c02d2cc0"
std::string value_text(int64_t value);

}  // namespace earlybox::trace_kernel
