// SPDX-License-Identifier: MIT
// symbols: does /proc/kallsyms tell names and addresses?
#include <errno.h>
#include <unistd.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/probe/symbols.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    const auto& handlers = examination.handlers();
    if (!handlers) {
        const bool is_missing = examination.live() && handlers.error().code == ENOENT;
        std::vector<std::string> evidence = {one_line(handlers.error())};
        return is_missing ? finding(kSymbolsMissing, Severity::note, evidence)
                          : not_judged("symbols", "/proc/kallsyms cannot be read", evidence);
    }
    const auto anyone = find_syscall(Abi::x86_64, "read");
    if (handlers->find(Abi::x86_64, *anyone).address != 0)
        return fine("symbols", "/proc/kallsyms tells names and addresses");
    const Error reason = hidden_addresses_error(examination.machine());
    if (!examination.live() || geteuid() != 0)
        return not_judged("symbols", "addresses need root", {one_line(reason)});
    return finding(kSymbolsHidden, Severity::note, {one_line(reason)});
}

}  // namespace

const Check check_symbols = {"symbols", "does the kernel tell its symbols and their addresses", run};

}  // namespace earlybox::doctor
