// SPDX-License-Identifier: MIT
// What the tracers function and function_graph tell, whether it came as binary records or as text.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/function_ref.h"
#include "core/base/stream.h"
#include "core/parse/ftrace_text.h"
#include "core/probe/kernel.h"

namespace earlybox::trace_kernel {

// An address in the kernel; where a text had a name instead, its number in FunctionNames.
using FunctionId = uint64_t;

struct FunctionEvent {
    enum class Kind : uint8_t {
        hit,           // function, called by caller
        stack,         // stack, innermost first: of the task's hit before
        enter,         // function
        leave,         // function; value and duration where they are known
        probed,        // function returned value: a kretprobe saw it, not long after it left
        syscall_exit,  // number returned value
        lost,          // count events of this CPU; 0: nobody knows how many
    };
    Kind kind = Kind::lost;
    int64_t pid = -1;
    int cpu = -1;
    uint64_t time = 0;
    FunctionId function = 0;  // 0: not known
    FunctionId caller = 0;
    int depth = -1;  // of enter: calls around it; -1: not known
    std::span<const FunctionId> stack{};
    std::optional<uint64_t> duration{};
    std::optional<int64_t> value{};
    int64_t number = -1;
    uint64_t count = 0;
};

class FunctionNames {
 public:
    FunctionId id_of(std::string_view name);
    // An address of the kernel that will be asked for.
    void note(FunctionId address);
    // Looks up all that were noted, in one pass over the kernel's symbols.
    Result<> resolve(const Kernel& kernel);
    // "do_mkdirat", "ext4_lookup [ext4]", "bpf_prog_6deef7357e7b4530 [bpf]", "[ftrace trampoline]"; an
    // address that belongs to no symbol stays one: "0xffffffffc014b083".
    std::string name(FunctionId function) const;
    // The same for every address in one function, once resolved.
    FunctionId function_at(FunctionId address) const;

 private:
    using Address = std::pair<FunctionId, FunctionId>;
    std::vector<std::string> texts_;
    std::vector<uint32_t> by_text_;   // indices in texts_, in the order of the texts
    std::vector<Address> addresses_;  // sorted; the text's id, 0: not resolved
};

// What the tasks are called.
class TaskNames {
 public:
    void note(int64_t pid, std::string_view name);
    // tracefs' saved_cmdlines: "47 mkdir" lines.
    void note_lines(std::string_view lines);
    // "mkdir[47]"
    std::string label(int64_t pid) const;
    std::string name(int64_t pid) const;

 private:
    using Name = std::pair<int64_t, std::string>;
    std::vector<Name> names_;  // sorted
};

// The lines of `trace` or `trace_pipe` as events.
Result<> read_events(ByteStream& text, FunctionNames& functions, TaskNames& tasks,
                     FunctionRef<void(const FunctionEvent&)> take);

}  // namespace earlybox::trace_kernel
