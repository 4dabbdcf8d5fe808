// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/why.h"

#include <errno.h>

#include <algorithm>

#include "core/abi/entry_abi.h"
#include "core/abi/syscall_notes.h"
#include "core/base/text.h"
#include "core/parse/ftrace_text.h"

namespace earlybox::trace_kernel {
namespace {

// Answers between parts of the kernel, which no program sees: ERESTARTSYS and its like (linux/errno.h).
constexpr int kFirstInternalErrno = 512;

constexpr size_t kMostSteps = 16384;
constexpr size_t kMostFailures = 4096;

// Linux 5.10 to 6.12: functions of type void that stand where errors are passed on, and some that return
// other things than errors.
constexpr const char* kVoid[] = {
    "*_unlock",
    "*_unlock_irqrestore",
    "*_unlock_irq",
    "*_unlock_bh",
    "*_lock_irq",
    "_raw_*_lock",
    "mutex_lock",
    "down_read",
    "down_write",
    "up_read",
    "up_write",
    "kfree*",
    "kvfree*",
    "vfree*",
    "kmem_cache_free*",
    "slab_free*",
    "__slab_free*",
    "*_put",
    "dput*",
    "mntput*",
    "path_put*",
    "fput*",
    "__fput*",
    "iput*",
    "putname",
    "put_cred*",
    "__put_cred*",
    "put_pid*",
    "put_task_struct*",
    "put_unused_fd",
    "put_fs_context",
    "terminate_walk",
    "drop_links",
    "restore_nameidata",
    "set_nameidata*",
    "*d_lookup_done*",
    "d_drop",
    "__d_drop",
    "dentry_free*",
    "mnt_drop_write*",
    "__mnt_drop_write*",
    "sb_end_*",
    "rcu_*",
    "__rcu_*",
    "call_rcu*",
    "synchronize_*",
    "fsnotify_*",
    "audit_*",
    "__audit_*",
    "security_*_free*",
    "wake_up*",
    "__wake_up*",
    "mmput*",
    "mmdrop*",
    "free_*",
    "__free_*",
    "*_destroy",
    "cond_resched*",
    "__cond_resched*",
};

}  // namespace

bool returns_nothing(std::string_view function) {
    const std::string name(function.substr(0, function.find_first_of(". ")));  // NAME.isra.0, "NAME [module]"
    return std::ranges::any_of(kVoid, [&](const char* pattern) { return glob_match(pattern, name.c_str()); });
}

bool Failures::Failure::same_as(const Failure& other) const {
    return code == other.code && number == other.number && handler == other.handler &&
           earlier == other.earlier && links == other.links && knows_values == other.knows_values &&
           calls_others == other.calls_others && complete == other.complete;
}

FunctionId Failures::replace_last_handler(int64_t pid, FunctionId handler) {
    const auto place = std::ranges::lower_bound(last_, pid, {}, &LastHandler::pid);
    if (place == last_.end() || place->pid != pid) {
        if (handler != 0) last_.insert(place, {pid, handler});
        return handler;
    }
    return handler == 0 ? place->handler : std::exchange(place->handler, handler);
}

void Failures::note_steps(const CallTree& tree) {
    std::vector<FunctionId> path;
    for (const Call& call : tree.calls) {
        path.resize(std::min<size_t>(path.size(), call.depth));
        const Step step = {path.empty() ? 0 : path.back(), call.function};
        path.push_back(call.function);
        const auto place = std::ranges::lower_bound(steps_, step);
        if ((place == steps_.end() || *place != step) && steps_.size() < kMostSteps)
            steps_.insert(place, step);
    }
}

void Failures::add(const CallTree& tree) {
    const FunctionId handler = tree.calls.empty() ? 0 : tree.calls.front().function;
    const FunctionId earlier = replace_last_handler(tree.pid, handler);
    std::optional<int64_t> result = tree.result;
    if (!result && !tree.calls.empty()) result = tree.calls.front().value;
    if (!result) return;
    const auto code = returned_errno(*result);
    if (!code || *code >= kFirstInternalErrno || (code_ && code != code_)) return;
    Failure failure{.code = *code,
                    .number = tree.number.value_or(-1),
                    .handler = handler,
                    .earlier = handler == 0 ? earlier : 0,
                    .links = {},
                    .calls_others = tree.calls.size() > 1,
                    .knows_values = false,
                    .complete = tree.complete || tree.calls.empty()};
    struct Level {
        bool is_linked;               // the call at this depth returned the error, and so did all around it
        bool neighbour_said = false;  // the one before, one level deeper
    };
    std::vector<Level> levels;
    for (const Call& call : tree.calls) {
        const bool is_handler = call.depth == 0;
        const bool says_so = call.value && returned_errno(*call.value) == code;
        failure.knows_values |= call.value && !is_handler;
        levels.resize(std::min<size_t>(levels.size(), call.depth));
        Level* around = is_handler || levels.empty() ? nullptr : &levels.back();
        const bool is_linked = is_handler || (around && around->is_linked && says_so);
        if (is_linked && !is_handler)
            failure.links.push_back({call.function, call.depth, around->neighbour_said});
        if (around) around->neighbour_said = says_so;
        levels.push_back({is_linked});
    }
    if (failure.calls_others) note_steps(tree);
    const auto known = std::ranges::find_if(failures_, [&](const Failure& f) { return f.same_as(failure); });
    if (known == failures_.end() && failures_.size() == kMostFailures) return;
    Failure& counted = known != failures_.end() ? *known : failures_.emplace_back(std::move(failure));
    ++counted.count;
    if (std::ranges::find(counted.pids, tree.pid) == counted.pids.end()) counted.pids.push_back(tree.pid);
}

void Failures::note_addresses(FunctionNames& names) const {
    for (const Step& step : steps_) names.note(step.function);
    for (const Failure& failure : failures_) {
        names.note(failure.handler);
        names.note(failure.earlier);
        for (const Link& link : failure.links) names.note(link.function);
    }
}

struct Failures::Story {
    std::string call;
    std::string abi;  // empty: nothing tells
    std::vector<std::string> chain;
    bool at_once = false;
    std::string remark;
    std::string option;
};

bool Failures::needs_results(const FunctionNames& names, const Handlers* symbols) const {
    return std::ranges::any_of(failures_, [&](const Failure& failure) {
        return failure.calls_others && !story_of(failure, names, symbols).at_once;
    });
}

std::vector<FunctionId> Failures::functions(const FunctionNames& names) const {
    std::vector<FunctionId> functions = {0};  // who called the handlers
    for (size_t i = 0; i < functions.size(); ++i) {
        const FunctionId caller = functions[i];
        for (auto step = std::ranges::lower_bound(steps_, Step{caller, 0});
             step != steps_.end() && step->caller == caller; ++step)
            if (std::ranges::find(functions, step->function) == functions.end() &&
                !returns_nothing(names.name(step->function)))
                functions.push_back(step->function);
    }
    functions.erase(functions.begin());
    return functions;
}

void Failures::add_missing_of(const Failures& other) {
    for (const Failure& failure : other.failures_) {
        const bool is_there = std::ranges::any_of(failures_, [&](const Failure& mine) {
            return mine.code == failure.code && mine.number == failure.number &&
                   mine.handler == failure.handler;
        });
        if (is_there) continue;
        failures_.push_back(failure);
        failures_.back().came_back = false;
    }
}

// From the handler down, each time to the last that said so for itself.
std::vector<std::string> Failures::chain_of(const Failure& failure, const FunctionNames& names) {
    std::vector<std::string> chain = {names.name(failure.handler)};
    const auto& links = failure.links;
    size_t begin = 0, end = links.size();
    for (uint32_t depth = 1; begin < end; ++depth) {
        size_t next = links.size();
        for (size_t i = begin; i < end; ++i) {
            if (links[i].depth != depth || returns_nothing(names.name(links[i].function))) continue;
            if (next == links.size() || !links[i].repeats) next = i;
        }
        if (next == links.size()) break;
        chain.push_back(names.name(links[next].function));
        begin = next + 1;
        const auto is_beside = [&](const Link& link) { return link.depth <= depth; };
        const auto last = links.begin() + static_cast<std::ptrdiff_t>(end);
        end = static_cast<size_t>(
            std::find_if(links.begin() + static_cast<std::ptrdiff_t>(begin), last, is_beside) -
            links.begin());
    }
    return chain;
}

Failures::Story Failures::story_of(const Failure& failure, const FunctionNames& names,
                                   const Handlers* symbols) {
    Story story;
    const std::string handler = failure.handler == 0 ? std::string() : names.name(failure.handler);
    const auto abi = abi_of_function(handler.empty() ? names.name(failure.earlier) : handler);
    const auto call =
        abi && failure.number >= 0 ? find_syscall(*abi, static_cast<unsigned>(failure.number)) : std::nullopt;
    if (abi) story.abi = abi_name(*abi);
    if (call)
        story.call = call->name;
    else if (!handled_call(handler).empty())
        story.call = handled_call(handler);
    else
        story.call = concat("system call ", failure.number);
    const Handler judged =
        symbols && call ? symbols->find(*abi, *call) : Handler{.state = HandlerState::implemented};
    if (failure.handler == 0) {
        if (!judged.works())
            story.remark = "no handler: this kernel does not know the call";
        else
            story.remark =
                "refused before a handler was reached, or by one that cannot be traced: a filter "
                "(seccomp), a tracer, or an unknown number";
    } else {
        story.chain = chain_of(failure, names);
    }
    // What an interrupt called in a stub's time is not the stub's.
    const bool is_stub = judged.state == HandlerState::weak_stub || judged.state == HandlerState::alias_stub;
    story.at_once = failure.handler != 0 && (!failure.calls_others || is_stub);
    if (judged.state == HandlerState::weak_stub) story.remark = "a stub; weak in kallsyms";
    if (judged.state == HandlerState::alias_stub)
        story.remark = "a stub; an alias of sys_ni_posix_timers in kallsyms";
    if (const char* harmless = call && failure.code == ENOSYS ? harmless_without(call->name) : nullptr)
        append(story.remark, story.remark.empty() ? "" : "; ", "harmless: ", harmless);
    if (!judged.works() && call && symbols) {
        const GateInfo& gate = gate_info(culprit(*abi, *call, *symbols));
        story.option = gate.option;
        if (*gate.also != '\0') append(story.option, ", ", gate.also);
    }
    return story;
}

void Failures::print(Context& context, const FunctionNames& names, const TaskNames& tasks,
                     const Handlers* symbols) const {
    constexpr size_t kProcessesShown = 4;
    for (const Failure& failure : failures_) {
        const Story story = story_of(failure, names, symbols);
        const std::string code = errno_name(failure.code);
        std::vector<std::string> processes;
        for (const int64_t pid : failure.pids)
            if (processes.size() < kProcessesShown) processes.push_back(tasks.label(pid));
        if (failure.pids.size() > kProcessesShown)
            processes.push_back(concat(failure.pids.size() - kProcessesShown, " more"));
        const bool is_open = story.chain.size() == 1 && !story.at_once && !failure.knows_values;
        if (context.json) {
            Record record;
            record.add("call", story.call).add("abi", story.abi).add("errno", code).add("chain", story.chain);
            record.add("at_once", story.at_once).add("remark", story.remark).add("option", story.option);
            record.add("count", failure.count).add("processes", processes);
            record.add("complete", failure.complete && !is_open);
            context.out.line(record.json());
            continue;
        }
        std::string text = story.call;
        for (const std::string& function : story.chain) append(text, " → ", printable(function));
        append(text, story.chain.empty() ? " = -" : " returned -", code);
        if (story.at_once) text += " at once";
        if (!story.remark.empty()) append(text, ": ", story.remark);
        if (!story.option.empty()) append(text, "; ", story.option);
        if (!failure.came_back)
            text += ": not so in the second run, which would have told where it came from";
        else if (is_open)
            text += ": who of those that it called said so is not known";
        if (!failure.complete) text += " (incomplete: events were lost)";
        bool is_first = true;
        for (const std::string& line : wrapped(text, context.out.width() - 4)) {
            context.out.line(is_first ? "" : "    ", line);
            is_first = false;
        }
        context.out.line("    ", failure.count, failure.count == 1 ? " time, " : " times, ",
                         story.abi.empty() ? "" : story.abi + ", ", join(processes, ", "));
    }
}

}  // namespace earlybox::trace_kernel
