// SPDX-License-Identifier: MIT
// symbols: does /proc/kallsyms tell names and addresses?
#include <errno.h>
#include <unistd.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/probe/symbols.h"
#include "core/sys/file.h"

namespace earlybox::doctor {
namespace {

// Reads no further than the first address: a kernel that hides them shows only zeros.
bool shows_addresses(const Fd& kallsyms) {
    char buffer[4096];
    while (const size_t got = read_some(kallsyms.number(), buffer, sizeof buffer, "kallsyms").value_or(0)) {
        std::string_view rest(buffer, got);
        for (std::string_view line; next_line(rest, line);)
            if (const auto symbol = parse_kallsyms_line(line); symbol && symbol->address != 0) return true;
    }
    return false;
}

Finding run(Examination& examination) {
    const auto kallsyms = open_kallsyms(examination.machine());
    if (!kallsyms) {
        const bool is_missing = examination.live() && kallsyms.error().code == ENOENT;
        std::vector<std::string> evidence = {one_line(kallsyms.error())};
        return is_missing ? finding(kSymbolsMissing, Severity::note, evidence)
                          : not_judged("symbols", "/proc/kallsyms cannot be read", evidence);
    }
    if (shows_addresses(*kallsyms)) return fine("symbols", "/proc/kallsyms tells names and addresses");
    const Error reason = hidden_addresses_error(examination.machine(), !examination.live());
    if (!examination.live() || geteuid() != 0 || examination.in_container())
        return not_judged("symbols", "addresses are for root outside of containers", {one_line(reason)});
    return finding(kSymbolsHidden, Severity::note, {one_line(reason)});
}

}  // namespace

const Check check_symbols = {"symbols", "does the kernel tell its symbols and their addresses", run};

}  // namespace earlybox::doctor
