// SPDX-License-Identifier: MIT
// seccomp: does a filter answer system calls in the kernel's place?
// (Documentation/userspace-api/seccomp_filter.rst)
#include <signal.h>
#include <unistd.h>

#include "applets/doctor/doctor.h"
#include "core/abi/syscall_notes.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

struct Refusals {
    std::vector<std::string> as_unknown, as_forbidden, by_death;
};

// What is refused although kallsyms shows that the kernel has code for it.
Refusals refusals(Abi abi, const Handlers& handlers) {
    std::vector<Syscall> calls;
    for (const Syscall& call : syscalls(abi))
        if (harmless_without(call.name) == nullptr && remark_on(call.name) == nullptr &&
            handlers.find(abi, call).works())
            calls.push_back(call);
    const auto answers = try_calls(abi, calls);
    Refusals refused;
    for (size_t i = 0; i < calls.size(); ++i) {
        if (is_filters_answer(calls[i], handlers.find(abi, calls[i]), answers[i]))
            (answers[i].refused_as_unknown() ? refused.as_unknown : refused.as_forbidden)
                .emplace_back(calls[i].name);
        if (answers[i].how == CallAnswer::How::killed && answers[i].value == SIGSYS)
            refused.by_death.emplace_back(calls[i].name);
    }
    return refused;
}

void add_evidence(std::vector<std::string>& evidence, Abi abi, const char* how,
                  const std::vector<std::string>& names) {
    constexpr size_t kMostNames = 6;
    if (!names.empty())
        evidence.push_back(concat(abi_name(abi), " calls ", how, ": ", few_of(names, kMostNames)));
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("seccomp", kCaptured);
    if (!is_filtered()) return fine("seccomp", "no filter is installed", {"prctl(PR_GET_SECCOMP) is 0"});
    std::vector<std::string> evidence = {"prctl(PR_GET_SECCOMP) is 2: filtered"};
    const auto status = examination.machine().read(kProcfs, "self/status");
    if (const auto filters = status ? number_of(*status, "Seccomp_filters") : std::nullopt)
        append(evidence.front(), "; /proc/self/status: Seccomp_filters: ", *filters);
    const auto& handlers = examination.handlers();
    if (!handlers) {
        evidence.push_back(one_line(handlers.error()));
        return not_judged("seccomp", "a filter is installed; what it refuses cannot be told without symbols",
                          evidence);
    }

    bool breaks = false;
    bool forbids = false;
    for (const Abi abi : {Abi::x86_64, Abi::i386}) {
        if (abi == Abi::i386 && !handlers->any_for(abi)) continue;
        const Refusals refused = refusals(abi, *handlers);
        add_evidence(evidence, abi, "that are implemented say ENOSYS", refused.as_unknown);
        add_evidence(evidence, abi, "that kill by SIGSYS", refused.by_death);
        add_evidence(evidence, abi, "that say EPERM", refused.as_forbidden);
        breaks = breaks || !refused.as_unknown.empty() || !refused.by_death.empty();
        forbids = forbids || !refused.as_forbidden.empty();
    }
    if (breaks) return finding(kSeccompRefuses, Severity::failure, evidence);
    if (!forbids)
        return fine("seccomp", "a filter is installed, but refuses nothing that was tried", evidence);
    // EPERM may also be a missing capability's, which is what containers and ordinary users expect.
    const bool expected = examination.in_container() || geteuid() != 0;
    return finding(kSeccompRefuses, expected ? Severity::note : Severity::warning, evidence);
}

}  // namespace

const Check check_seccomp = {"seccomp", "does a filter refuse system calls that the kernel has", run};

}  // namespace earlybox::doctor
