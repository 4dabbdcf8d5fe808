// SPDX-License-Identifier: MIT
// syscalls-64: does the kernel have the system calls that ordinary 64-bit programs rely on?
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/abi/syscall_notes.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

// Options without which ordinary programs do not even start. Others are missed only by those who need them.
bool is_basic(Gate gate) {
    constexpr Gate kBasic[] = {Gate::epoll,        Gate::eventfd,      Gate::file_locking, Gate::futex,
                               Gate::inotify_user, Gate::memfd_create, Gate::multiuser,    Gate::net,
                               Gate::posix_timers, Gate::printk,       Gate::signalfd,     Gate::timerfd};
    return std::ranges::find(kBasic, gate) != std::end(kBasic);
}

// How many of the basic calls were made; nothing if one says ENOSYS.
std::optional<size_t> all_answer() {
    std::vector<Syscall> calls;
    for (const Syscall& call : syscalls(Abi::x86_64))
        if (is_basic(call.gate) && harmless_without(call.name) == nullptr) calls.push_back(call);
    if (std::ranges::any_of(try_calls(Abi::x86_64, calls), &CallAnswer::refused_as_unknown))
        return std::nullopt;
    return calls.size();
}

struct Missing {
    Gate gate;
    std::vector<std::string> names;
};

std::vector<Missing> missing_calls(const Handlers& handlers) {
    std::vector<Missing> missing;
    for (const Syscall& call : syscalls(Abi::x86_64)) {
        const HandlerState state = handlers.find(Abi::x86_64, call).state;
        const bool is_stub = state == HandlerState::weak_stub || state == HandlerState::alias_stub;
        if (!is_stub || harmless_without(call.name) != nullptr) continue;
        auto group = std::ranges::find(missing, call.gate, &Missing::gate);
        if (group == missing.end()) group = missing.insert(group, Missing{call.gate, {}});
        group->names.emplace_back(call.name);
    }
    return missing;
}

Finding run(Examination& examination) {
    if (const auto made = examination.live() ? all_answer() : std::nullopt)
        return fine("syscalls-64", "the system calls that ordinary programs rely on are there",
                    {concat("called: none of ", *made, " says ENOSYS")});
    const auto& handlers = examination.handlers();
    if (!handlers)
        return not_judged("syscalls-64", "the kernel's symbols are not known", {one_line(handlers.error())});
    if (!handlers->any_for(Abi::x86_64)) return not_judged("syscalls-64", "this is no x86-64 kernel");
    const auto missing = missing_calls(*handlers);
    std::vector<std::string> evidence;
    bool any_basic = false;
    constexpr size_t kMostNames = 3;
    for (const bool basic : {true, false}) {
        for (const auto& [gate, names] : missing) {
            if (is_basic(gate) != basic) continue;
            any_basic = any_basic || basic;
            evidence.push_back(concat("kallsyms: only stubs for ", few_of(names, kMostNames), ": ",
                                      gate_info(gate).option, " is off; ", gate_info(gate).breaks));
        }
    }
    if (any_basic) return finding(kSyscalls64Missing, Severity::warning, evidence);
    return fine("syscalls-64", "the system calls that ordinary programs rely on are there", evidence);
}

}  // namespace

const Check check_syscalls_64 = {"syscalls-64", "are the system calls of ordinary 64-bit programs there",
                                 run};

}  // namespace earlybox::doctor
