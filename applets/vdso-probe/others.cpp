// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/others.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>

#include <algorithm>

#include "applets/vdso-probe/observe.h"
#include "applets/vdso-probe/report.h"
#include "core/parse/auxv.h"
#include "core/probe/machine.h"
#include "core/probe/program_vdso.h"
#include "core/sys/file.h"

namespace earlybox::vdso_probe {
namespace {

constexpr const char* kNoMemory = "it has no memory of its own: a thread of the kernel, or it has ended";

struct Sum {
    uint64_t vdso_calls = 0;
    uint64_t needless_fallbacks = 0;
    uint64_t needless_direct = 0;
};

Sum sum_of(const Observation& observation, CallAbi abi) {
    Sum sum;
    for (const Usage& row : observation.usages) {
        if (row.abi != abi) continue;
        sum.vdso_calls += row.vdso_calls;
        sum.needless_fallbacks += row.needless_fallbacks;
        sum.needless_direct += row.needless_direct;
    }
    return sum;
}

struct Verdict {
    bool is_fine = true;
    std::string text;
};

Verdict verdict_of(const SeenVdso& vdso, const Sum& sum) {
    if (vdso.address == 0) {
        if (sum.needless_direct == 0) return {true, "had no vDSO, and no need of one"};
        return {false, concat("had no vDSO: ", sum.needless_direct, " system calls. vdso-probe tells why")};
    }
    if (sum.needless_fallbacks != 0)
        return {false,
                concat("called the vDSO ", sum.vdso_calls, " times, and it fell back to the system call ",
                       sum.needless_fallbacks, " times. vdso-probe tells why")};
    if (sum.vdso_calls == 0 && sum.needless_direct == 0) return {true, "had no need of the vDSO"};
    if (sum.vdso_calls == 0)
        return {false, concat("did not use the vDSO: ", sum.needless_direct, " needless system calls")};
    if (sum.needless_direct != 0)
        return {false, concat("called the vDSO ", sum.vdso_calls, " times, and made ", sum.needless_direct,
                              " needless system calls past it")};
    return {true, concat("called the vDSO ", sum.vdso_calls, " times; no needless system call")};
}

void report_usages(Context& context, const Observation& observation, CallAbi abi) {
    Table table({"ASKED FOR", "VDSO CALLS", "FELL BACK", "SYSTEM CALLS PAST IT"});
    bool any = false;
    for (const Usage& row : observation.usages) {
        if (row.abi != abi) continue;
        any = true;
        if (context.json) {
            Record record;
            record.add("kind", "usage").add("abi", abi_name(abi)).add("name", row.name);
            record.add("vdso_calls", row.vdso_calls).add("fallbacks", row.fallbacks);
            record.add("needless_fallbacks", row.needless_fallbacks).add("direct", row.direct);
            context.out.line(record.add("needless_direct", row.needless_direct).json());
        } else {
            table.row({row.name, row.vdso_calls, row.fallbacks, row.direct});
        }
    }
    if (any && !context.json) table.print(context.out);
}

// Of the ABI's programs; false: bad news.
bool report_abi(Context& context, const Observation& observation, const SeenVdso& seen) {
    const char* abi = abi_name(seen.abi);
    if (const auto vdso = parse_vdso(seen.image); seen.address != 0 && vdso)
        report_image(context, abi, seen.program, *vdso, seen.address);
    report_usages(context, observation, seen.abi);
    const Verdict verdict = verdict_of(seen, sum_of(observation, seen.abi));
    if (context.json)
        context.out.line(Record()
                             .add("kind", "verdict")
                             .add("abi", abi)
                             .add("fine", verdict.is_fine)
                             .add("text", verdict.text)
                             .json());
    else
        context.out.line("verdict: ", abi, " ", verdict.text);
    return verdict.is_fine;
}

void report_end(Context& context, const Observation& observation) {
    const std::string end = observation.is_complete ? describe(observation.end) : "still runs";
    if (context.json)
        context.out.line(Record().add("kind", "command").add("end", end).json());
    else
        context.out.line("the command ", end);
}

// What the kernel shows of a process. Kernel threads have nothing to show: files are empty, or (newer
// kernels) cannot be opened.
Result<Fd> open_memory(Machine& machine, pid_t process, const char* file) {
    const std::string what = concat("look at process ", process);
    if (kill(process, 0) != 0 && errno == ESRCH) return failure(what, ESRCH);
    auto opened = machine.open(kProcfs, concat(process, "/", file));
    if (!opened && opened.error().code == ESRCH) return failure(what, 0, kNoMemory);
    if (!opened && (opened.error().code == EACCES || opened.error().code == EPERM))
        opened.error().cause = "it is another user's, or more privileged (CAP_SYS_PTRACE)";
    return opened;
}

struct ProcessVdso {
    uint64_t address = 0;  // 0: it has none
    std::string image;
};

// Without ptrace, which would stop it.
Result<ProcessVdso> read_process(pid_t process) {
    Machine machine("");
    const std::string shown = concat("the memory of process ", process);
    const Fd vector = TRY(open_memory(machine, process, "auxv"));
    const std::string entries = TRY(read_all(vector.number(), shown));
    if (entries.empty()) return failure(concat("look at process ", process), 0, kNoMemory);
    ProcessVdso found{.address = AuxiliaryVector(entries).find(AT_SYSINFO_EHDR).value_or(0), .image = {}};
    if (found.address == 0) return found;
    const Fd memory = TRY(open_memory(machine, process, "mem"));
    found.image = TRY(read_vdso_image(found.address, [&](uint64_t address, size_t size) {
        return read_at(memory.number(), address, size, shown);
    }));
    return found;
}

}  // namespace

int probe_command(Context& context, std::span<char* const> command) {
    const auto observation = observe_command(command);
    if (!observation) return context.fail(observation.error());
    int code = kFine;
    for (const SeenVdso& seen : observation->vdsos)
        if (!report_abi(context, *observation, seen)) code = kBadNews;
    report_end(context, *observation);
    for (const Error& trouble : observation->trouble) code = context.fail(trouble);
    return code;
}

int probe_process(Context& context, pid_t process) {
    const auto found = read_process(process);
    if (!found) return context.fail(found.error());
    const std::string whose = concat("process ", process);
    if (found->address == 0) {
        if (context.json)
            context.out.line(Record()
                                 .add("kind", "vdso")
                                 .add("of", whose)
                                 .add("address", std::optional<uint64_t>())
                                 .json());
        else
            context.out.line(whose, " has no vDSO: vdso-probe tells why");
        return kBadNews;
    }
    const auto vdso = parse_vdso(found->image);
    if (!vdso) return context.fail(vdso.error());
    report_image(context, vdso->wide ? "64-bit" : "32-bit", whose, *vdso, found->address);
    return kFine;
}

}  // namespace earlybox::vdso_probe
