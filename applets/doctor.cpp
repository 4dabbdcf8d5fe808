// SPDX-License-Identifier: MIT
// doctor: one report on what is wrong with this machine, each finding with evidence, cause, effect and fix.
// The checks are in applets/doctor/, a file each.
#include <sys/utsname.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/applet.h"

namespace earlybox {
namespace {

using namespace doctor;

struct Options {
    bool verbose = false;
    bool list = false;
    std::vector<std::string> only;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::verbose>('v', "verbose", nullptr, "all details of every finding, also of what is fine"),
    option<&Options::only>(0, "only", "ID[,ID...]", "run only these checks"),
    option<&Options::list>('l', "list", nullptr, "list the checks by their ids"),
};

constexpr Example kExamples[] = {
    {"doctor", "what is wrong, worst first, on one screen"},
    {"doctor -v --only time32,ia32-exec", "all evidence of two checks"},
    {"doctor --json", "for scripts: one finding a line"},
};

// A check whose finding explains others stands above them.
constexpr const Check* kChecks[] = {
    &check_seccomp, &check_ia32_exec,   &check_cmdline,    &check_console,     &check_root_fs,
    &check_memory,  &check_oom_kills,   &check_time32,     &check_time64,      &check_vdso_32,
    &check_vdso_64, &check_clocksource, &check_clock_wall, &check_syscalls_64, &check_x32,
    &check_entropy, &check_tty,         &check_pseudo_fs,  &check_symbols,     &check_tracing};

std::vector<std::string> split_list(const std::vector<std::string>& lists) {
    std::vector<std::string> ids;
    for (std::string_view list : lists) {
        while (!list.empty()) {
            const auto id = list.substr(0, list.find(','));
            list.remove_prefix(std::min(id.size() + 1, list.size()));
            if (!id.empty()) ids.emplace_back(id);
        }
    }
    return ids;
}

Result<std::vector<const Check*>> chosen_checks(const std::vector<std::string>& only) {
    const auto ids = split_list(only);
    std::vector<std::string_view> known;
    for (const Check* check : kChecks) known.emplace_back(check->id);
    for (const auto& id : ids)
        if (std::ranges::find(known, id) == known.end())
            return failure(concat("there is no check '", printable(id), "' (doctor --list lists them)"), 0,
                           {}, std::string(did_you_mean(id, known).value_or("")));
    std::vector<const Check*> chosen;
    for (const Check* check : kChecks)
        if (ids.empty() || std::ranges::find(ids, check->id) != ids.end()) chosen.push_back(check);
    return chosen;
}

Record record_of(const Finding& finding) {
    Record record;
    record.add("id", finding.id).add("severity", severity_name(finding.severity)).add("title", finding.title);
    record.add("evidence", finding.evidence).add("cause", finding.cause).add("effect", finding.effect);
    return record.add("fix", finding.fix);
}

// --- the screen
// ---------------------------------------------------------------------------------------------

using Lines = std::vector<std::string>;

void add_labelled(Lines& lines, std::string_view label, std::string_view text, size_t width) {
    constexpr size_t kLabelColumns = 12;
    if (text.empty()) return;
    for (const auto& line : wrapped(printable(text), width - kLabelColumns)) {
        lines.push_back(padded(concat("  ", label), kLabelColumns) + line);
        label = "";
    }
}

Lines headline(Severity severity, std::string_view text, size_t width) {
    constexpr size_t kSeverityColumns = 9;
    std::string label = severity_name(severity);
    if (severity == Severity::failure) std::ranges::transform(label, label.begin(), toupper);
    Lines lines;
    for (const auto& line : wrapped(text, width - kSeverityColumns)) {
        lines.push_back(padded(label, kSeverityColumns) + line);
        label = "";
    }
    return lines;
}

Lines headline(const Finding& finding, size_t width) {
    return headline(finding.severity, concat(finding.id, ": ", printable(finding.title)), width);
}

Lines in_full(const Finding& finding, size_t width, size_t most_evidence) {
    Lines lines = headline(finding, width);
    add_labelled(lines, "cause", finding.cause, width);
    add_labelled(lines, "effect", finding.effect, width);
    add_labelled(lines, "fix", finding.fix, width);
    std::string_view label = "evidence";
    for (size_t i = 0; i < std::min(most_evidence, finding.evidence.size()); ++i) {
        add_labelled(lines, label, finding.evidence[i], width);
        label = "";
    }
    return lines;
}

Lines in_short(const Finding& finding, size_t width) {
    Lines lines = headline(finding, width);
    add_labelled(lines, "fix", finding.fix, width);
    return lines;
}

const char* colour_of(Severity severity) {
    switch (severity) {
        case Severity::failure:
            return "\033[1;31m";
        case Severity::warning:
            return "\033[1;33m";
        case Severity::note:
            return "\033[1m";
        case Severity::ok:
            break;
    }
    return "\033[32m";
}

void print_block(Context& context, const Finding& finding, const Lines& lines) {
    for (size_t i = 0; i < lines.size(); ++i) {
        const bool coloured = i == 0 && context.color();
        context.out.line(coloured ? colour_of(finding.severity) : "", lines[i], coloured ? "\033[0m" : "");
    }
}

// The first screen of a dumb console: the worst in full while there is room, then a line or two each.
void print_screen(Context& context, const std::vector<Finding>& findings, bool verbose) {
    constexpr size_t kScreenLines = 23;  // of 24: the prompt needs one
    const size_t width = std::min<size_t>(context.out.width(), 100) - 1;
    std::vector<std::string> fine_ids;
    std::vector<std::string> unknown_ids;
    size_t in_short_all = 0;
    for (const auto& finding : findings) {
        if (finding.severity != Severity::ok)
            in_short_all += in_short(finding, width).size();
        else if (!verbose)
            (finding.judged ? fine_ids : unknown_ids).emplace_back(finding.id);
    }
    std::string fine_text = join(fine_ids, ", ");
    if (!unknown_ids.empty())
        append(fine_text, fine_text.empty() ? "" : "; ", "not judged: ", join(unknown_ids, ", "));
    const Lines fine = fine_text.empty() ? Lines() : headline(Severity::ok, fine_text, width);
    size_t used = 1 + in_short_all + fine.size();
    for (const auto& finding : findings) {
        if (finding.severity == Severity::ok && !verbose) continue;
        constexpr size_t kEverything = ~size_t{0};
        Lines lines = in_full(finding, width, verbose ? kEverything : 3);
        const Lines few_lines = in_short(finding, width);
        const size_t more = lines.size() - few_lines.size();
        const bool matters = finding.severity >= Severity::warning;
        if (verbose || (matters && used + more <= kScreenLines))
            used += more;
        else
            lines = few_lines;
        print_block(context, finding, lines);
    }
    if (!fine.empty()) print_block(context, findings.back(), fine);
}

std::string summary(const std::vector<Finding>& findings) {
    std::string text;
    for (const Severity severity : {Severity::failure, Severity::warning, Severity::note}) {
        const auto count = std::ranges::count(findings, severity, &Finding::severity);
        if (count != 0)
            append(text, text.empty() ? "" : ", ", count, " ", severity_name(severity),
                   count == 1 ? "" : "s");
    }
    if (!text.empty()) return text;
    const bool any_judged = std::ranges::any_of(findings, &Finding::judged);
    return any_judged ? "nothing is wrong" : "nothing could be judged";
}

std::string machine_name(const Context& context) {
    utsname name{};
    if (!context.root.empty() || uname(&name) != 0)
        return concat("captured machine ", printable(context.root));
    return concat("Linux ", name.release, " ", name.machine);
}

std::vector<Finding> worst_first(const std::vector<const Check*>& checks, Examination& examination) {
    std::vector<Finding> found;
    for (const Check* check : checks) found.push_back(check->run(examination));
    std::vector<Finding> findings;
    for (const Severity severity : {Severity::failure, Severity::warning, Severity::note, Severity::ok})
        for (auto& finding : found)
            if (finding.severity == severity) findings.push_back(std::move(finding));
    return findings;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (!operands->empty())
        return context.usage_error(
            Error(concat("what is '", printable((*operands)[0]),
                         "'? doctor takes no operands; --only ID runs single checks")));
    const auto checks = chosen_checks(options.only);
    if (!checks) return context.usage_error(checks.error());
    if (options.list) {
        Table table({"ID", "WHAT IT LOOKS AT"});
        for (const Check* check : *checks) table.row({check->id, check->about});
        table.print(context.out);
        return kFine;
    }

    Examination examination(context.root);
    const std::vector<Finding> findings = worst_first(*checks, examination);

    if (context.json) {
        for (const auto& finding : findings) context.out.line(record_of(finding).json());
    } else {
        context.out.line("earlybox doctor: ", machine_name(context), ": ", summary(findings));
        print_screen(context, findings, options.verbose);
    }
    const bool bad =
        std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::failure; });
    return bad ? kBadNews : kFine;
}

}  // namespace

extern const Applet applet_doctor;
const Applet applet_doctor = {
    .name = "doctor",
    .summary = "what is wrong with this machine: evidence, cause, effect, fix",
    .operands = "",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 nothing fails; 1 a failure was found",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "Findings are ok, note, warning or failure; worst first. Nothing needs to be mounted, and nothing "
        "stays mounted.",
};

}  // namespace earlybox
