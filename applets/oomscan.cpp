// SPDX-License-Identifier: MIT
// oomscan: what the kernel killed for want of memory, whether it picked the right one, and why
// (mm/oom_kill.c, oom_badness; core/parse/oom.h has the formats).
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "applets/oomscan/html.h"
#include "applets/oomscan/merge.h"
#include "applets/oomscan/next.h"
#include "applets/oomscan/scan.h"
#include "applets/oomscan/view.h"
#include "core/applet.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

using namespace oomscan;

struct Options {
    bool all = false;
    bool follow = false;
    bool next = false;
    bool summary = false;
    std::string html;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::all>('a', "all", nullptr,
                          "the live log, what pstore kept of dead kernels, and everything below /var/log"),
    option<&Options::follow>('f', "follow", nullptr, "and each incident as it happens, until Ctrl-C"),
    option<&Options::next>(
        'n', "next", nullptr,
        "who would be killed now, for the machine's memory and for each group's limit; and "
        "kills that are counted, but not in the log"),
    option<&Options::summary>('s', "summary", nullptr, "a line for each incident"),
    option<&Options::html>(0, "html", "FILE", "also as a page that needs nothing but a browser"),
};

constexpr Example kExamples[] = {
    {"oomscan", "what was killed since boot, why, and what would have spared it"},
    {"oomscan --all --root /mnt --html /tmp/oom.html", "out of a dead machine's disk, to be read at a desk"},
    {"oomscan --summary /var/log/kern.log*", "a line for each incident"},
    {"oomscan --next", "who dies next, if this goes on"},
};

std::optional<Error> conflict(const Options& options, size_t operands, const Context& context) {
    if (options.summary && context.json) return Error("--summary and --json exclude each other");
    if (options.next &&
        (options.all || options.follow || options.summary || !options.html.empty() || operands != 0))
        return Error("--next is about the processes of now: no other option but --json, and no FILE");
    if (options.follow && (options.all || operands != 0 || !context.root.empty()))
        return Error("--follow is for the live log alone");
    if (options.all && operands != 0) return Error("--all and a FILE exclude each other");
    return std::nullopt;
}

// Shows incidents in the views that were asked for.
class Report {
 public:
    Report(Context& context, const Options& options, Output* html) : context_(context), options_(options) {
        if (html != nullptr) page_.emplace(*html);
    }

    void show(const OomIncident& incident, const Verdict& verdict) {
        if (context_.json) {
            context_.out.line(json_line(incident, verdict));
        } else if (options_.summary) {
            context_.out.line(summary_line(incident, verdict));
        } else {
            if (any_) context_.out.line();
            show_text(context_.out, incident, verdict);
        }
        if (page_) page_->add(incident, verdict);
        any_ = true;
    }
    bool any() const { return any_; }

 private:
    Context& context_;
    const Options& options_;
    std::optional<HtmlPage> page_;
    bool any_ = false;
};

bool is_directory(const std::string& path) {
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Reads what the command line names; remembers how that went.
class Reading {
 public:
    Reading(Context& context, Scan& scan) : context_(context), scan_(scan), machine_(context.root) {}

    void live() { note(scan_.read_kernel_log(machine_)); }
    void follow() { note(scan_.follow(machine_)); }

    void operand(std::string_view name) {
        if (name == "-") {
            note(scan_.read_file(Fd(fcntl(context_.input, F_DUPFD_CLOEXEC, 0)), "standard input"));
            return;
        }
        const std::string path = machine_.live() ? std::string(name) : concat(machine_.root(), '/', name);
        note(open_at(AT_FDCWD, path, O_RDONLY), path);
    }

    // The oldest first, as far as one can know. What is not there is no failure, unless nothing is.
    void all() {
        for (const char* name : {"/var/log", "/var/lib/systemd/pstore"}) {
            const std::string path = machine_.root() + name;
            note_if_any(open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY), path);
        }
        note_if_any(machine_.open(pstore(), ".", O_RDONLY | O_DIRECTORY),
                    machine_.root() + pstore().mount_point);
        if (machine_.live()) {
            live();
        } else if (scan_.sources() == 0 && !failed_) {
            fail(Error(concat("read the logs below ", printable(machine_.root())), 0,
                       "there is none: no kern.log, messages, syslog or journal in var/log, no pstore"));
        }
    }

    bool failed() const { return failed_; }

 private:
    static const PseudoFilesystem& pstore() {
        return *std::ranges::find(pseudo_filesystems(), std::string_view("pstore"), &PseudoFilesystem::name);
    }

    void fail(const Error& error) {
        context_.fail(error);
        failed_ = true;
    }
    void note(const Result<LogTally>& tally) {
        if (!tally) return fail(tally.error());
        failed_ |= tally->unread != 0;
    }
    void note(Result<Fd> file, const std::string& path) {
        if (!file) return fail(file.error());
        note(scan_.read_file(std::move(*file), path));
    }
    void note_if_any(Result<Fd> directory, const std::string& path) {
        if (!directory && (directory.error().code == ENOENT || directory.error().code == ENODEV)) return;
        if (!directory) return fail(directory.error());
        const auto tally = scan_.read_file(std::move(*directory), path);
        if (tally || tally.error().code != 0) note(tally);
    }

    Context& context_;
    Scan& scan_;
    Machine machine_;
    bool failed_ = false;
};

void read(Reading& reading, const Options& options, std::span<char*> operands) {
    if (options.all) return reading.all();
    if (options.follow) return reading.follow();
    if (operands.empty()) return reading.live();
    for (const char* name : operands) reading.operand(name);
}

// One file or the live log can be shown as it is read; several tell of the same incidents.
bool may_repeat(const Options& options, std::span<char*> operands, const std::string& root) {
    if (operands.size() == 1)
        return is_directory(root.empty() ? operands[0] : concat(root, '/', operands[0]));
    return options.all || !operands.empty();
}

int scan(Context& context, const Options& options, std::span<char*> operands, Output* html) {
    Report report(context, options, html);
    const auto show = [&](const OomIncident& incident, const Verdict& verdict) {
        report.show(incident, verdict);
    };
    Merger merger(show);
    Judge judge;
    const bool merge = may_repeat(options, operands, context.root);
    const auto found = [&](OomIncident& incident) {
        auto verdict = judge(incident);
        if (merge)
            merger.add(incident, std::move(verdict));
        else
            report.show(incident, verdict);
    };
    Scan scan(context, found);
    Reading reading(context, scan);
    read(reading, options, operands);
    merger.show();
    return reading.failed() ? kFailed : report.any() ? kBadNews : kFine;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (const auto mistake = conflict(options, operands->size(), context))
        return context.usage_error(*mistake);
    if (options.next) return show_next(context);
    if (options.html.empty()) return scan(context, options, *operands, nullptr);
    const auto file = open_at(AT_FDCWD, options.html, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return context.fail(file.error());
    Output page(file->number());
    const int code = scan(context, options, *operands, &page);
    page.flush();
    if (page.error() == 0) return code;
    return context.fail(Error(concat("write ", printable(options.html)), page.error()));
}

}  // namespace

extern const Applet applet_oomscan;
const Applet applet_oomscan = {
    .name = "oomscan",
    .summary = "whom the kernel killed for want of memory, why, and who is next",
    .operands = "[FILE|DIR|-]...",
    .options = kOptions,
    .examples = kExamples,
    .exit_status =
        "0 no incident was found; 1 there was one, or --next knows of kills that the log does not show",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "Without FILE it reads the live log; files and folders as dmesg -F does: kern.log and its rotations, "
        "journals, pstore, captures of a serial console, packed or not. Reports of 2.6.31 to 6.12, and kills by "
        "systemd-oomd, earlyoom and Android's lowmemorykiller. What several logs tell is shown once. With --all "
        "--root, the dead machine's logs, not the live one.\n"
        "What the rule of that kernel would have chosen is reckoned anew from the report's own table. Status 3 wins "
        "over 1: a log could not be read, or not to its end; what was found is shown.",
};

}  // namespace earlybox
