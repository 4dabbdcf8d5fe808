// SPDX-License-Identifier: MIT
#include "core/probe/syscalls.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "core/abi/syscall_notes.h"
#include "core/base/text.h"
#include "core/sys/process.h"

namespace earlybox {

const char* abi_name(Abi abi) {
    switch (abi) {
        case Abi::x86_64:
            return "x86_64";
        case Abi::i386:
            return "i386";
        case Abi::x32:
            break;
    }
    return "x32";
}

const char* describe(HandlerState state) {
    switch (state) {
        case HandlerState::implemented:
            return "implemented";
        case HandlerState::weak_stub:
            return "weak stub";
        case HandlerState::alias_stub:
            return "alias of a stub";
        case HandlerState::hole:
            return "hole";
        case HandlerState::absent:
            break;
    }
    return "absent";
}

Result<Handlers> Handlers::load(const Kernel& kernel) {
    Handlers handlers;
    TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        const bool is_code = symbol && strchr("TtWw", symbol->type) != nullptr;
        if (is_code && symbol->name.find("sys_") != symbol->name.npos && symbol->module.empty())
            handlers.entries_.push_back({std::string(symbol->name), symbol->address, symbol->type});
    }));
    if (handlers.entries_.empty())
        return failure(concat("find system call handlers in ", printable(kernel.source())), 0,
                       "it names none: it is no kallsyms text, or cut short");
    std::ranges::sort(handlers.entries_, {}, &Entry::name);
    return handlers;
}

const Handlers::Entry* Handlers::entry(std::string_view name) const {
    const auto found = std::ranges::lower_bound(entries_, name, {}, &Entry::name);
    return found == entries_.end() || found->name != name ? nullptr : &*found;
}

Handler Handlers::find(Abi abi, const Syscall& call) const {
    Handler handler;
    if (call.is_hole()) {
        handler.state = HandlerState::hole;
        return handler;
    }
    const Entry* found = nullptr;
    for (const auto& symbol : handler_symbols(abi, call))
        if (found == nullptr) found = entry(symbol);
    if (found == nullptr) return handler;
    const Entry* alias_target = entry("sys_ni_posix_timers");
    const bool is_alias =
        alias_target != nullptr && found->address != 0 && found->address == alias_target->address;
    handler.state = found->type == 'W' || found->type == 'w' ? HandlerState::weak_stub
                    : is_alias                               ? HandlerState::alias_stub
                                                             : HandlerState::implemented;
    handler.symbol = found->name;
    handler.type = found->type;
    handler.address = found->address;
    return handler;
}

bool Handlers::any_for(Abi abi) const {
    const std::string_view prefix = abi == Abi::i386     ? "__ia32_"
                                    : abi == Abi::x86_64 ? "__x64_sys_"
                                                         : "__x32_";
    const auto first = std::ranges::lower_bound(entries_, prefix, {}, &Entry::name);
    return first != entries_.end() && std::string_view(first->name).starts_with(prefix);
}

Gate culprit(Abi abi, const Syscall& call, const Handlers& handlers) {
    const bool needs_time32_too = strcmp(gate_info(call.gate).also, gate_info(Gate::time32).option) == 0;
    if (!needs_time32_too) return call.gate;
    const auto twin = twin_of(abi, call);
    return twin && handlers.find(abi, *twin).works() ? Gate::time32 : call.gate;
}

bool is_closed(Abi abi, Gate gate, const Handlers& handlers) {
    for (const Syscall& call : syscalls(abi)) {
        if (call.gate != gate) continue;
        const HandlerState state = handlers.find(abi, call).state;
        return state == HandlerState::weak_stub || state == HandlerState::alias_stub;
    }
    return false;
}

namespace {

CallEntry entry_of(Abi abi) {
    switch (abi) {
        case Abi::x86_64:
            return CallEntry::native;
        case Abi::i386:
            return CallEntry::int80;
        case Abi::x32:
            break;
    }
    return CallEntry::x32;
}

// A call that every kernel has and that does nothing: whether the entry is open at all.
CallAttempt door_knock(Abi abi) {
    return {.entry = entry_of(abi), .number = find_syscall(abi, "getpid")->number};
}

}  // namespace

std::vector<CallAnswer> try_calls(Abi abi, std::span<const Syscall> calls) {
    std::vector<CallAnswer> answers(calls.size());
    const CallAttempt knock = door_knock(abi);
    const CallAnswer door = attempt_calls({&knock, 1}).front();
    if (door.how != CallAnswer::How::returned || door.value < 0) {
        std::ranges::fill(answers, door);
        return answers;
    }
    std::vector<CallAttempt> attempts;
    std::vector<size_t> places;
    for (size_t i = 0; i < calls.size(); ++i) {
        const Trial trial = trial_of(calls[i].name);
        if (!trial.safe) continue;
        CallAttempt attempt{.entry = entry_of(abi), .number = calls[i].number};
        std::ranges::copy(trial.arguments, attempt.arguments);
        attempts.push_back(attempt);
        places.push_back(i);
    }
    const auto made = attempt_calls(attempts);
    for (size_t i = 0; i < made.size(); ++i) answers[places[i]] = made[i];
    return answers;
}

bool is_filtered() {
    constexpr int kSeccompModeFilter = 2;
    return prctl(PR_GET_SECCOMP) == kSeccompModeFilter;
}

bool is_filters_answer(const Syscall& call, const Handler& handler, const CallAnswer& answer) {
    const bool leads_a_session = call.name == "setsid";  // as the child that makes the calls does already
    const bool forbidden =
        answer.how == CallAnswer::How::returned && answer.value == -EPERM && !leads_a_session;
    const bool refused = answer.refused_as_unknown() || forbidden;
    return refused && handler.works() && remark_on(call.name) == nullptr && is_filtered();
}

std::string describe(const CallAnswer& answer) {
    switch (answer.how) {
        case CallAnswer::How::not_made:
            return "not tried";
        case CallAnswer::How::hung:
            return "hung";
        case CallAnswer::How::killed:
            return concat("killed by ", signal_name(static_cast<int>(answer.value)));
        case CallAnswer::How::returned:
            break;
    }
    constexpr int64_t kLastErrno = 4095;
    return answer.value < 0 && answer.value >= -kLastErrno ? errno_name(static_cast<int>(-answer.value))
                                                           : concat(answer.value);
}

}  // namespace earlybox
