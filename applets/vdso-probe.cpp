// SPDX-License-Identifier: MIT
// vdso-probe: is the vDSO there, does it work, does it save the system call? (vdso(7);
// Documentation/ABI/stable/vdso)
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include <algorithm>

#include "applets/vdso-probe/others.h"
#include "applets/vdso-probe/report.h"
#include "core/applet.h"
#include "core/probe/ia32.h"
#include "core/probe/vdso_verdict.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

using namespace vdso_probe;

struct AbiChoice {
    std::vector<Caller> chosen = {callers().begin(), callers().end()};
};

bool store_option(AbiChoice& choice, const char* argument) {
    const auto found = std::ranges::find_if(
        callers(), [&](Caller caller) { return strcmp(argument, caller_name(caller)) == 0; });
    if (found == callers().end()) return false;
    choice.chosen = {*found};
    return true;
}

struct Options {
    AbiChoice abi;
    std::string dump;
    std::optional<uint64_t> process;
    std::optional<uint64_t> rounds;
    bool verbose = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::abi>('a', "abi", "x86_64|i386", "only the vDSO of programs of this ABI (default: both)"),
    option<&Options::rounds>('b', "bench", "ROUNDS",
                             "time each function: 11 series of so many calls, against the system call"),
    option<&Options::dump>('d', "dump", "FILE", "write the image there: readelf and objdump read it"),
    option<&Options::process>('p', "pid", "PID", "the vDSO of a running process, which does not notice"),
    option<&Options::verbose>('v', "verbose", nullptr, "every call and every edge case on a line of its own"),
};

constexpr Example kExamples[] = {
    {"vdso-probe",
     "are clocks read without system calls here, by 64-bit and by 32-bit programs; if not, why"},
    {"vdso-probe --abi i386 --dump vdso32.so", "the image, for objdump -d"},
    {"vdso-probe vdso32.so", "the symbols of an image in a file"},
    {"vdso-probe -- date",
     "does this program use its vDSO, how often, and what did it ask the kernel instead"},
};

constexpr uint64_t kMostRounds = 1'000'000;

int worse(int a, int b) { return std::max(a, b); }

// --- images in files
// ----------------------------------------------------------------------------------------------

int show_file(Context& context, const char* path) {
    constexpr size_t kMostBytes = 1 << 20;
    const auto image = read_file(path, kMostBytes);
    if (!image) return context.fail(image.error());
    const auto vdso = parse_vdso(*image);
    if (!vdso)
        return context.fail(Error(concat(vdso.error().what, " in ", printable(path)), 0, vdso.error().cause));
    report_image(context, vdso->wide ? "64-bit" : "32-bit", path, *vdso, 0);
    return kFine;
}

int dump(Context& context, Caller caller, const std::string& path) {
    const auto given = GivenVdso::find(caller);
    if (!given) return context.fail(given.error());
    if (!given->present())
        return context.fail(Error(concat("read the vDSO of ", caller_name(caller), " programs"), ENOENT,
                                  "the kernel gives them none: vdso-probe tells why"));
    const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) return context.fail(Error(concat("create ", printable(path)), errno));
    const auto written = write_all(file.number(), given->image(), path);
    return written ? kFine : context.fail(written.error());
}

// --- this kernel's
// ------------------------------------------------------------------------------------------------

// What is shown of a part that could be examined; where it could not, the error.
template <class T, class Show>
int show_if_known(Context& context, const Result<T>& part, Show&& show) {
    if (!part) return context.fail(part.error());
    show(*part);
    return kFine;
}

// Of the parts that the verdict on the calls does not cover.
void add_trouble(Verdict& verdict, Caller caller, const Result<std::vector<EntryFact>>& entries,
                 const Result<std::vector<Edge>>& edges) {
    std::vector<std::string> trouble;
    if (entries)
        for (const EntryFact& fact : *entries)
            if (!fact.fine) trouble.push_back(concat(fact.symbol, " ", fact.says));
    if (edges)
        for (const Edge& edge : *edges)
            if (!edge.agrees)
                trouble.push_back(
                    concat(edge.call, ": ", edge.vdso, ", the system call: ", edge.system_call));
    if (trouble.empty()) return;
    verdict.diagnosis = caller == Caller::i386 ? &kVdso32Disagrees : &kVdso64Disagrees;
    verdict.evidence.insert(verdict.evidence.begin(), trouble.begin(), trouble.end());
}

int probe_present(Context& context, const Options& options, Machine& machine, const GivenVdso& given,
                  const Result<Clocksource>& clocksource) {
    const char* abi = caller_name(given.caller());
    const auto judgement = judge_time_functions(given, Scope::all);
    Verdict verdict = judge_vdso(given, judgement, clocksource);
    int code = kFine;
    if (const auto& vdso = given.vdso()) {
        report_image(context, abi, "this kernel", *vdso, given.facts().vdso);
        code = worse(code, show_if_known(context, judgement, [&](const Judgement& known) {
                         report_calls(context, abi, known, options.verbose);
                     }));
        if (judgement && judgement->untraced) code = worse(code, context.fail(*judgement->untraced));
        const auto entries =
            given.caller() == Caller::i386 ? examine_entries(given) : std::vector<EntryFact>();
        code = worse(code, show_if_known(context, entries,
                                         [&](const auto& facts) { report_entries(context, abi, facts); }));
        const auto edges = try_edges(given);
        code = worse(code, show_if_known(context, edges, [&](const auto& known) {
                         report_edges(context, abi, known, options.verbose);
                     }));
        if (options.rounds)
            code = worse(code,
                         show_if_known(context, time_functions(given, static_cast<uint32_t>(*options.rounds)),
                                       [&](const auto& timings) { report_timings(context, abi, timings); }));
        add_trouble(verdict, given.caller(), entries, edges);
        for (auto& line : time_namespace_evidence(machine)) verdict.evidence.push_back(std::move(line));
    }
    return worse(code, report_verdict(context, abi, verdict) ? kFine : kBadNews);
}

// A kernel that runs no 32-bit programs gives them no vDSO either, and that is as it should be.
int report_refused(Context& context, const Options& options, Machine& machine, const Error& refusal) {
    if (refusal.code != ENOEXEC) return context.fail(refusal);
    const bool asked_for = options.abi.chosen.size() == 1;
    report_verdict(context, caller_name(Caller::i386), explain_refused_ia32(machine, refusal));
    return asked_for ? kBadNews : kFine;
}

int probe(Context& context, const Options& options) {
    Machine machine("");
    const auto clocksource = examine_clocksource(machine);
    int code = kFine;
    for (const Caller caller : options.abi.chosen) {
        if (caller != options.abi.chosen.front() && !context.json) context.out.line();
        const auto given = GivenVdso::find(caller);
        if (!given)
            code = worse(code, report_refused(context, options, machine, given.error()));
        else if (given->present())
            code = worse(code, probe_present(context, options, machine, *given, clocksource));
        else if (!report_verdict(context, caller_name(caller), explain_missing_vdso(machine, caller)))
            code = worse(code, kBadNews);
    }
    if (sizeof(void*) == 4 && !context.json)
        context.out.line("x86_64: not probed: this is a 32-bit build of earlybox");
    return code;
}

// What follows "--" is a command, not a file.
bool is_command(const Context& context, std::span<char*> operands) {
    return !operands.empty() && operands.data() != context.arguments.data() &&
           strcmp(operands.data()[-1], "--") == 0;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (options.process) {
        if (!operands->empty()) return context.usage_error(Error("-p takes neither FILE nor COMMAND"));
        if (*options.process == 0 || *options.process > INT_MAX)
            return context.usage_error(Error("no such PID"));
        return probe_process(context, static_cast<pid_t>(*options.process));
    }
    if (is_command(context, *operands)) return probe_command(context, *operands);
    if (operands->size() > 1) return context.usage_error(Error("one FILE at a time"));
    if (options.rounds && (*options.rounds == 0 || *options.rounds > kMostRounds))
        return context.usage_error(Error(concat("--bench takes 1 to ", kMostRounds, " rounds")));
    if (!operands->empty()) return show_file(context, (*operands)[0]);
    if (!options.dump.empty()) return dump(context, options.abi.chosen.front(), options.dump);
    return probe(context, options);
}

}  // namespace

extern const Applet applet_vdso_probe;
const Applet applet_vdso_probe = {
    .name = "vdso-probe",
    .summary = "is the vDSO there, does it work, does it save the system call",
    .operands = "[FILE | -- COMMAND...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status =
        "0 all in order; 1 there is none, it makes system calls that it should not, or it is wrong",
    .run = run,
    .reports = true,
    .takes_command = true,
    .notes =
        "Every function is called for every clock in a child process: between two system calls that have to enclose "
        "its answer, and once more under a tracer that counts system calls. 32-bit functions are called by a small "
        "i386 program of its own. Works with nothing mounted.\n"
        "A COMMAND is traced, with its threads and children: each program's own copy of its vDSO is made to count, at "
        "no cost worth mention, and system calls are seen as they are made. Ctrl-C reaches it as ever; SIGTERM and "
        "SIGHUP are passed on, and a second one leaves it running. A SIGKILL of vdso-probe does not hurt it. Its exit "
        "status is told, and does not decide vdso-probe's. -p only reads the process' memory.",
};

}  // namespace earlybox
