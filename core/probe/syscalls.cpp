// SPDX-License-Identifier: MIT
#include "core/probe/syscalls.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "core/abi/syscall_notes.h"
#include "core/base/order.h"
#include "core/base/text.h"
#include "core/parse/syscall_table.h"
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

namespace {

// What entry code calls with a number, and the array of pointers that it used before.
struct DispatchSymbols {
    const char* dispatcher;
    const char* table;
};
constexpr DispatchSymbols kDispatch[] = {{"x64_sys_call", "sys_call_table"},  // by Abi
                                         {"ia32_sys_call", "ia32_sys_call_table"},
                                         {"x32_sys_call", "x32_sys_call_table"}};

bool is_code(char type) { return strchr("TtWw", type) != nullptr; }

// Dispatchers, and parts of them that the compiler moved away, are no handlers.
bool is_handler_name(std::string_view name) { return name.find("_sys_call") == name.npos; }

// The more telling of several names of one function: __x64_sys_read before __do_sys_read and ksys_read.
bool is_better_name(std::string_view name, std::string_view than) {
    const auto rank = [](std::string_view symbol) {
        constexpr std::string_view kBest[] = {"__x64_sys_", "__ia32_compat_sys_", "__ia32_sys_", "__x32_",
                                              "__x64_"};
        const auto* found =
            std::ranges::find_if(kBest, [&](std::string_view prefix) { return symbol.starts_with(prefix); });
        return std::pair(found - kBest, symbol);
    };
    return rank(name) < rank(than);
}

}  // namespace

Result<Handlers> Handlers::load(const Kernel& kernel) {
    Handlers handlers;
    TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (!symbol || !symbol->module.empty() || symbol->name.find("sys_") == symbol->name.npos) return;
        if (is_code(symbol->type) || symbol->name.ends_with("sys_call_table"))
            handlers.entries_.push_back({std::string(symbol->name), symbol->address, symbol->type});
    }));
    if (handlers.entries_.empty())
        return failure(concat("find system call handlers in ", printable(kernel.source())), 0,
                       "it names none: it is no kallsyms text, or cut short");
    put_in_order(handlers.entries_, [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return handlers;
}

Result<> Handlers::read_tables(Kernel& kernel) {
    for (uint32_t i = 0; i < entries_.size(); ++i)
        if (is_code(entries_[i].type) && is_handler_name(entries_[i].name)) by_address_.push_back(i);
    put_in_order(by_address_,
                 [&](uint32_t a, uint32_t b) { return entries_[a].address < entries_[b].address; });
    bool any = false;
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32}) {
        const auto& [dispatcher, table] = kDispatch[static_cast<unsigned>(abi)];
        if (entry(dispatcher) == nullptr && entry(table) == nullptr) continue;
        tables_[static_cast<unsigned>(abi)] = {true, TRY(read_table(kernel, abi))};
        any = true;
    }
    if (!any)
        return failure(concat("find the system call tables in ", printable(kernel.source())), 0,
                       "it names neither x64_sys_call nor sys_call_table (CONFIG_KALLSYMS_ALL is off?)");
    for (AbiTable& table : tables_) table.known = true;  // one that is not named where another is: not there
    return {};
}

Result<std::vector<uint64_t>> Handlers::read_table(Kernel& kernel, Abi abi) const {
    const auto& [dispatcher, table] = kDispatch[static_cast<unsigned>(abi)];
    unsigned count = 0;
    for (const Syscall& call : syscalls(abi)) count = call.number + 1;
    const auto read_page = [&](uint64_t address) {
        return kernel.read(address, kKernelPage).value_or(std::string());
    };
    const auto is_handler = [&](uint64_t address) { return entry_at(address) != nullptr; };
    // Where there are both, the array is only what tracers look names up in.
    if (const Entry* code = entry(dispatcher)) {
        TRY_VOID(kernel.read(code->address, 1));  // for its error
        return follow_dispatcher(read_page, code->address, count, is_handler);
    }
    const uint64_t address = entry(table)->address;
    TRY_VOID(kernel.read(address, 1));
    return read_pointer_table(read_page, address, count, is_handler);
}

const Handlers::Entry* Handlers::entry(std::string_view name) const {
    const auto found = std::ranges::lower_bound(entries_, name, {}, &Entry::name);
    return found == entries_.end() || found->name != name ? nullptr : &*found;
}

const Handlers::Entry* Handlers::entry_at(uint64_t address) const {
    const auto all =
        std::ranges::equal_range(by_address_, address, {}, [&](uint32_t i) { return entries_[i].address; });
    const Entry* best = nullptr;
    for (const uint32_t i : all)
        if (best == nullptr || is_better_name(entries_[i].name, best->name)) best = &entries_[i];
    return best;
}

const Handlers::Entry* Handlers::entry_by_names(Abi abi, const Syscall& call) const {
    if (call.is_hole()) return nullptr;
    for (const auto& symbol : handler_symbols(abi, call))
        if (const Entry* found = entry(symbol)) return found;
    return nullptr;
}

bool Handlers::leads_nowhere(const Entry& candidate) const {
    constexpr const char* kNames[] = {"__x64_sys_ni_syscall", "__ia32_sys_ni_syscall", "sys_ni_syscall"};
    return std::ranges::any_of(kNames, [&](const char* name) {
        const Entry* nowhere = entry(name);
        return nowhere != nullptr && nowhere->address == candidate.address;
    });
}

bool Handlers::is_weak(const Entry& entry) { return entry.type == 'W' || entry.type == 'w'; }

Handler Handlers::find(Abi abi, const Syscall& call) const {
    const AbiTable& table = tables_[static_cast<unsigned>(abi)];
    Handler handler;
    handler.by_table = table.known;
    handler.state = call.is_hole() ? HandlerState::hole : HandlerState::absent;
    const Entry* found = entry_by_names(abi, call);
    if (table.known) {
        const Entry* by_number =
            call.number < table.handlers.size() ? entry_at(table.handlers[call.number]) : nullptr;
        if (by_number != nullptr && leads_nowhere(*by_number)) by_number = nullptr;
        // A weak stub that no table leads to still tells of the call's option.
        const bool agrees = by_number == nullptr ? found != nullptr && is_weak(*found) && !lacks(abi)
                                                 : found != nullptr && found->address == by_number->address;
        if (!agrees) found = by_number;
    }
    if (found == nullptr) return handler;
    const Entry* alias_target = entry("sys_ni_posix_timers");
    const bool is_alias =
        alias_target != nullptr && found->address != 0 && found->address == alias_target->address;
    handler.state = is_weak(*found) ? HandlerState::weak_stub
                    : is_alias      ? HandlerState::alias_stub
                                    : HandlerState::implemented;
    handler.symbol = found->name;
    handler.type = found->type;
    handler.address = found->address;
    return handler;
}

bool Handlers::lacks(Abi abi) const {
    const AbiTable& table = tables_[static_cast<unsigned>(abi)];
    return table.known && table.handlers.empty();
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
