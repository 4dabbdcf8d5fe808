// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/functions.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

#include "core/abi/syscalls.h"
#include "core/base/text.h"
#include "core/probe/kernel.h"
#include "core/sys/file.h"

namespace earlybox::trace_kernel {
namespace {

constexpr const char* kList = "available_filter_functions";
constexpr size_t kNamesKept = 6;

Result<Fd> open_list(const Tracefs& tracefs) {
    auto list = tracefs.open_file(kList, O_RDONLY);
    if (list || list.error().code != ENOENT) return list;
    return failure(
        "find functions to trace", 0,
        "this kernel's tracer knows no functions: CONFIG_FUNCTION_TRACER or CONFIG_DYNAMIC_FTRACE is off",
        "earlybox trace-kernel events traces what this kernel has events for");
}

void add_handlers(std::vector<std::string>& handlers, const std::string& name) {
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32})
        if (const auto call = find_syscall(abi, name))
            for (std::string& symbol : handler_symbols(abi, *call))
                if (std::ranges::find(handlers, symbol) == handlers.end())
                    handlers.push_back(std::move(symbol));
    if (handlers.empty()) return;
    handlers.push_back("__do_sys_" + name);  // one for all ABIs, where a call has no arguments
}

std::string some_of(const std::vector<std::string>& names, size_t count) {
    std::string text = join(names, ", ");
    if (count > names.size()) append(text, " and ", count - names.size(), " more");
    return text;
}

// Code of the kernel that the pattern means, traceable or not; empty: there is none.
std::string first_symbol(Machine& machine, const std::string& pattern) {
    std::string found;
    const Kernel kernel(machine);
    (void)kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (!found.empty() || !symbol || strchr("tTwW", symbol->type) == nullptr) return;
        const std::string name(symbol->name);
        if (glob_match(pattern.c_str(), name.c_str())) found = name;
    });
    return found;
}

// The longest piece of a pattern that stands for itself.
std::string_view literal_of(std::string_view pattern) {
    std::string_view longest;
    while (!pattern.empty()) {
        const auto piece = pattern.substr(0, pattern.find_first_of("*?["));
        if (piece.size() > longest.size()) longest = piece;
        pattern.remove_prefix(std::min(piece.size() + 1, pattern.size()));
        if (const size_t end = pattern.find(']'); end != pattern.npos) pattern.remove_prefix(end + 1);
    }
    return longest;
}

// What may have been meant.
std::string remedy_for(const Tracefs& tracefs, const std::string& pattern) {
    const auto text = tracefs.read(kList);
    if (!text) return {};
    const std::string of_handlers = concat("*_sys_", pattern);
    std::vector<std::string_view> names;
    std::string_view rest = *text;
    for (std::string_view line; next_line(rest, line);) {
        names.push_back(next_word(line));
        if (glob_match(of_handlers.c_str(), std::string(names.back()).c_str()))
            return concat("'", printable(of_handlers), "': there are handlers of system calls");
    }
    return std::string(did_you_mean(literal_of(pattern), names).value_or(""));
}

Error explain(const Tracefs& tracefs, Machine& machine, const FunctionMatch& match) {
    Error error(concat("no function to trace is called ", printable(match.pattern)));
    if (!match.variants.empty()) {
        error.cause = concat("the compiler made ", some_of(match.variants, 0), " of it");
        error.remedy = concat("'", printable(match.pattern), ".*'");
    } else if (const auto symbol = first_symbol(machine, match.pattern); !symbol.empty()) {
        error.cause = concat(
            "the kernel has ", has_glob(match.pattern) ? printable(symbol) : "it",
            ", but it cannot be traced: marked notrace or noinstr, in a section that the tracer leaves alone, or "
            "written in assembly");
    } else {
        error.cause = "inlined into its callers, part of a module that is not loaded, or not in this kernel";
        error.remedy = remedy_for(tracefs, match.pattern);
    }
    return error;
}

}  // namespace

Result<> for_each_function(const Tracefs& tracefs, FunctionRef<void(std::string_view)> take) {
    const Fd list = TRY(open_list(tracefs));
    return for_each_line(list.number(), kList, take);
}

FunctionMatch match_of(const std::string& pattern) {
    FunctionMatch match{.pattern = pattern, .handlers = {}};
    if (has_glob(pattern)) return match;
    std::string name = pattern;
    for (const std::string_view prefix : {"compat_sys_", "sys_"})
        if (name.starts_with(prefix)) {
            name.erase(0, prefix.size());
            break;
        }
    add_handlers(match.handlers, name);
    return match;
}

void match_line(std::string_view line, std::vector<FunctionMatch>& matches) {
    const std::string name(next_word(line));
    for (FunctionMatch& match : matches) {
        const bool is_match =
            has_glob(match.pattern) ? glob_match(match.pattern.c_str(), name.c_str()) : name == match.pattern;
        if (is_match && match.count++ < kNamesKept) match.names.push_back(name);
        if (std::ranges::find(match.handlers, name) != match.handlers.end()) match.traceable.push_back(name);
        if (name.size() > match.pattern.size() && name.starts_with(match.pattern) &&
            name[match.pattern.size()] == '.' && match.variants.size() < kNamesKept)
            match.variants.push_back(name);
    }
}

Result<std::vector<std::string>> known_patterns(const Tracefs& tracefs,
                                                std::span<const char* const> patterns) {
    std::vector<FunctionMatch> matches;
    for (const char* pattern : patterns) matches.push_back({.pattern = pattern, .handlers = {}});
    TRY_VOID(for_each_function(tracefs, [&](std::string_view line) { match_line(line, matches); }));
    std::vector<std::string> known;
    for (FunctionMatch& match : matches)
        if (match.count != 0) known.push_back(std::move(match.pattern));
    return known;
}

Result<TracedFunctions> find_functions(const Tracefs& tracefs, Machine& machine,
                                       const std::vector<std::string>& patterns) {
    std::vector<FunctionMatch> matches;
    for (const std::string& pattern : patterns) matches.push_back(match_of(pattern));
    TRY_VOID(for_each_function(tracefs, [&](std::string_view line) { match_line(line, matches); }));
    TracedFunctions found;
    for (const FunctionMatch& match : matches) {
        if (match.count != 0) {
            found.lines.push_back(match.pattern);
            if (has_glob(match.pattern))
                found.remarks.push_back(concat(
                    printable(match.pattern), " matches ", match.count,
                    match.count == 1 ? " function: " : " functions: ", some_of(match.names, match.count)));
        } else if (!match.traceable.empty()) {
            found.lines.insert(found.lines.end(), match.traceable.begin(), match.traceable.end());
            found.remarks.push_back(concat(printable(match.pattern), " is a system call, handled by ",
                                           some_of(match.traceable, 0)));
        } else {
            return std::unexpected(explain(tracefs, machine, match));
        }
    }
    return found;
}

}  // namespace earlybox::trace_kernel
