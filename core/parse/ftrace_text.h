// SPDX-License-Identifier: MIT
// What tracefs' files `trace` and `trace_pipe` say, line by line: the tracers function and function_graph
// with any of their options, stack traces, events (kernel/trace/trace_output.c, trace_functions_graph.c
// of 5.10 to 6.12; recorded with 5.10, 6.1 and 6.12, retvals and arguments as far as 6.15's source tells).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox {

struct FtraceLine {
    enum class Kind : uint8_t {
        other,        // heads, blank lines, separators, and what is not understood
        function,     // function <- caller
        call,         // function_graph: the function was entered
        leaf,         // function_graph: entered and left without a call in between
        leave,        // function_graph: left; `function` where the line tells (funcgraph-tail)
        event,        // text
        stack,        // a stack trace begins: of the line before this one on the same CPU
        frame,        // function: the innermost first
        lost,         // count of events that were overwritten before they were read; 0: nobody knows how many
        task_switch,  // function_graph: what `cpu` does from here on is `task`'s
    };
    Kind kind = Kind::other;
    std::string_view task;  // its name; function_graph cuts it to seven bytes
    int64_t pid = -1;       // -1: the line does not say
    int cpu = -1;
    std::optional<uint64_t> time;  // ns, of the trace's clock
    std::string_view flags;        // "d.h1.": interrupts off, in a hardware interrupt, preemption off once
    std::string_view function;     // with " [module]"; "0xffffffffc014b083" where the kernel had no name
    std::string_view caller;       // of a function
    std::string_view text;         // of an event
    unsigned depth = 0;            // function_graph: calls around it, as far as they are shown
    std::optional<uint64_t> duration;  // ns
    std::optional<int64_t> value;      // what the function returned (funcgraph-retval)
    uint64_t count = 0;
};

// A line without its newline. Its texts are parts of the line.
FtraceLine parse_ftrace_line(std::string_view line);

// The text of an event `sys_exit` of raw_syscalls: "sys_exit: NR 320 = -38".
struct SyscallExit {
    int64_t number;
    int64_t result;
};
std::optional<SyscallExit> parse_sys_exit(std::string_view event);

// The text of a kretprobe's event with one argument: "k0: (do_mkdirat+0x4d/0xc5 <- filename_create) ret=-2".
struct ProbedReturn {
    std::string_view function;
    int64_t value;
};
std::optional<ProbedReturn> parse_probed_return(std::string_view event);

// The errno in a register that a function came back with: nothing for another value. Functions that return
// int leave the upper half of it zero.
std::optional<int> returned_errno(int64_t value);

}  // namespace earlybox
