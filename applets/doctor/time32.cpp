// SPDX-License-Identifier: MIT
// time32: do the system calls with 32-bit seconds work for 32-bit programs?
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

template <class IsWanted>
std::vector<Syscall> i386_calls(IsWanted&& is_wanted) {
    std::vector<Syscall> calls;
    for (const Syscall& call : syscalls(Abi::i386))
        // The one that everybody knows goes first, as the example.
        if (is_wanted(call)) calls.insert(call.name == "clock_gettime" ? calls.begin() : calls.end(), call);
    return calls;
}

// Those of `calls` that `is_missing`, as "clock_gettime and 26 more"; empty if none.
template <class IsMissing>
std::string named(const std::vector<Syscall>& calls, IsMissing&& is_missing) {
    std::vector<std::string> names;
    for (size_t i = 0; i < calls.size(); ++i)
        if (is_missing(i)) names.emplace_back(calls[i].name);
    return few_of(names, 1);
}

Finding run(Examination& examination) {
    if (examination.live() && !examination.runs_ia32())
        return not_judged("time32", "32-bit programs do not run at all", {"see ia32-exec"});
    if (examination.live()) {
        const auto calls = i386_calls([](const Syscall& call) { return call.gate == Gate::time32; });
        if (std::ranges::none_of(try_calls(Abi::i386, calls), &CallAnswer::refused_as_unknown))
            return fine("time32", "the 32-bit time calls work",
                        {concat("called through int $0x80: none of ", calls.size(), " says ENOSYS")});
    }
    const auto& handlers = examination.handlers();
    // Those that the option alone decides on here: io_getevents is no evidence where CONFIG_AIO is off.
    const auto calls = i386_calls([&](const Syscall& call) {
        return (handlers ? culprit(Abi::i386, call, *handlers) : call.gate) == Gate::time32;
    });
    std::vector<std::string> evidence;

    const auto answers =
        examination.live() ? try_calls(Abi::i386, calls) : std::vector<CallAnswer>(calls.size());
    const std::string refused = named(calls, [&](size_t i) { return answers[i].refused_as_unknown(); });
    if (!refused.empty()) evidence.push_back(concat("called through int $0x80: ", refused, " say ENOSYS"));

    std::string stubs;
    if (handlers) {
        std::vector<Handler> found;
        for (const Syscall& call : calls) found.push_back(handlers->find(Abi::i386, call));
        stubs = named(calls, [&](size_t i) { return found[i].state == HandlerState::weak_stub; });
        if (!stubs.empty()) {
            const auto example = std::ranges::find(found, HandlerState::weak_stub, &Handler::state);
            const auto count = std::ranges::count(found, HandlerState::weak_stub, &Handler::state);
            evidence.push_back(concat("kallsyms: ", example->type, " ", example->symbol,
                                      ": weak, nothing implements it; ", count, " of ", calls.size(),
                                      " are so"));
        }
    } else {
        evidence.push_back(concat("no symbols: ", one_line(handlers.error())));
    }
    if (const auto configured = examination.configured("CONFIG_COMPAT_32BIT_TIME"))
        evidence.push_back(*configured);

    if (!stubs.empty()) return finding(kTime32Missing, Severity::failure, evidence);
    if (!refused.empty())
        return finding(handlers ? kTime32Filtered : kTime32Missing, Severity::failure, evidence);
    if (!examination.live() && !handlers)
        return not_judged("time32", "the captured tree has no kallsyms", evidence);
    return fine("time32", "the 32-bit time calls work", evidence);
}

}  // namespace

const Check check_time32 = {"time32", "do the time calls of 32-bit programs with 32-bit seconds work", run};

}  // namespace earlybox::doctor
