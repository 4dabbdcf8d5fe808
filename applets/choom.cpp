// SPDX-License-Identifier: MIT
// choom: whom the kernel kills first when memory runs out, and changing that (proc(5), oom_score_adj;
// mm/oom_kill.c). As util-linux's choom(1), and a list.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "core/applet.h"
#include "core/parse/process_files.h"
#include "core/probe/oom_candidates.h"
#include "core/sys/file.h"
#include "core/sys/process.h"

namespace earlybox {
namespace {

struct Adjustment {
    std::optional<int> value;
};

bool store_option(Adjustment& adjustment, const char* argument) {
    return (adjustment.value = parse_oom_score_adj(argument)).has_value();
}

struct Options {
    std::optional<uint64_t> pid;
    Adjustment adjustment;
    bool list = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::adjustment>('n', "adjust", "NUM",
                                 "the new value, from -1000 (never killed) to 1000 (first)"),
    option<&Options::pid>('p', "pid", "PID", "show or change this process"),
    option<&Options::list>('l', "list", nullptr, "all processes, the one that would be killed first on top"),
};

constexpr Example kExamples[] = {
    {"choom -l", "who would be killed next, and who never"},
    {"choom -n 500 -p 1234", "let process 1234 be killed before others"},
    {"choom -n -1000 -- sshd -D", "start a program that is never killed for memory (root)"},
};

std::string file_of(uint64_t pid, const char* name) { return concat(pid, '/', name); }

// --- one process
// ------------------------------------------------------------------------------------------------

Error explained(Error error, uint64_t pid) {
    if (error.code == ENOENT || error.code == ESRCH) {
        error.cause = concat("there is no process ", pid, " (or /proc hides it: hidepid)");
        error.remedy = "choom -l";
    }
    return error;
}

Error explained_refusal(Error error, const char* cause) {
    if (error.code != EACCES && error.code != EPERM) return error;
    error.cause = cause;
    error.remedy = "run as root, outside of a container";
    return error;
}

Result<int> read_adjustment(Machine& machine, uint64_t pid) {
    const auto text = machine.read(kProcfs, file_of(pid, "oom_score_adj"));
    if (!text) return std::unexpected(explained(text.error(), pid));
    return parse_oom_score_adj(trimmed(*text)).value_or(0);
}

Result<> write_adjustment(Machine& machine, const std::string& process, int value) {
    const std::string path = process + "/oom_score_adj";
    const auto file = machine.open(kProcfs, path, O_WRONLY);
    if (!file)
        return std::unexpected(
            explained_refusal(file.error(), "only its owner and root may change what a process is set to"));
    const auto written = write_all(file->number(), concat(value), concat("/proc/", path));
    if (!written)
        return std::unexpected(explained_refusal(
            written.error(),
            "the owner of a process may raise its value; below what a privileged process last set, only "
            "CAP_SYS_RESOURCE may lower it (the capability to exceed limits: root's, unless a container took it away)"));
    return {};
}

Result<uint64_t> read_score(Machine& machine, uint64_t pid) {
    const auto text = machine.read(kProcfs, file_of(pid, "oom_score"));
    if (!text) return std::unexpected(explained(text.error(), pid));
    return parse_number(text->substr(0, text->find('\n'))).value_or(0);
}

Result<> show(Context& context, Machine& machine, uint64_t pid) {
    const uint64_t score = TRY(read_score(machine, pid));
    const int adjustment = TRY(read_adjustment(machine, pid));
    if (context.json) {
        context.out.line(Record().add("pid", pid).add("score", score).add("adj", adjustment).json());
        return {};
    }
    context.out.line("pid ", pid, "'s current OOM score: ", score);
    context.out.line("pid ", pid, "'s current OOM score adjust value: ", adjustment);
    return {};
}

Result<> change(Context& context, Machine& machine, uint64_t pid, int value) {
    const int before = TRY(read_adjustment(machine, pid));
    TRY_VOID(write_adjustment(machine, concat(pid), value));
    const int after = TRY(read_adjustment(machine, pid));
    if (context.json) {
        context.out.line(Record().add("pid", pid).add("before", before).add("adj", after).json());
        return {};
    }
    context.out.line("pid ", pid, "'s OOM score adjust value changed from ", before, " to ", after);
    return {};
}

// --- a command
// --------------------------------------------------------------------------------------------------

int start(Context& context, std::span<char*> command, int value) {
    {
        Machine machine("");  // its mounts end here
        if (const auto written = write_adjustment(machine, "self", value); !written)
            return context.fail(written.error());
    }
    context.out.flush();
    const Error error = become_program(command);
    context.fail(error);
    return status_without(error);
}

// --- all processes
// ----------------------------------------------------------------------------------------------

Record record_of(const OomCandidate& process) {
    Record record;
    add_fields(record, process);
    record.add("killed", process.never == nullptr);
    if (process.never != nullptr) record.add("because", process.never);
    return record;
}

Result<> list(Context& context, Machine& machine) {
    const auto processes = TRY(oom_candidates(machine)).processes;
    if (processes.empty())
        return failure("list processes", 0, "/proc shows none (hidepid, or another namespace's)");
    Table table{"PID", "SCORE", "ADJ", "RSS", "SWAP", "NAME", "CGROUP"};
    size_t kernel_threads = 0;
    for (const auto& process : processes) {
        if (context.json) {
            context.out.line(record_of(process).json());
            continue;
        }
        if (process.kernel_thread) {
            ++kernel_threads;
            continue;
        }
        const std::string name = process.never == nullptr
                                     ? printable(process.name)
                                     : concat(printable(process.name), " (", process.never, ')');
        table.row({process.pid, process.never == nullptr ? concat(process.score) : "never",
                   process.adjustment, size_text(process.resident), size_text(process.swapped), name,
                   printable(process.cgroup)});
    }
    if (context.json) return {};
    if (kernel_threads != 0) table.note(concat("never: kernel threads (", kernel_threads, ")"));
    table.print(context.out);
    return {};
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    const auto& value = options.adjustment.value;
    if (options.list ? options.pid || value : !options.pid && (!value || operands->empty()))
        return context.usage_error(Error(options.list ? "-l stands alone" : "no PID or COMMAND specified"));
    if ((options.list || options.pid) && !operands->empty())
        return context.usage_error(Error(concat("invalid argument: ", printable((*operands)[0]))));
    if (value && !context.root.empty())
        return context.usage_error(
            Error("a captured machine's processes cannot be changed (--root with -n)"));
    if (!options.list && !options.pid) return start(context, *operands, *value);
    Machine machine(context.root);
    const auto done = options.list ? list(context, machine)
                      : value      ? change(context, machine, *options.pid, *value)
                                   : show(context, machine, *options.pid);
    return done ? kFine : context.fail(done.error());
}

}  // namespace

extern const Applet applet_choom;
const Applet applet_choom = {
    .name = "choom",
    .summary = "whom the kernel kills when memory runs out, and changing that",
    .operands = "[--] [COMMAND [ARGUMENT...]]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 done; a COMMAND's own; 126 or 127 where it cannot be started",
    .run = run,
    .reports = true,
    .reads_files = true,
    .takes_command = true,
    .notes =
        "The score is what the kernel goes by: memory in use (resident, swapped, page tables) in thousandths of all "
        "there is, and NUM added to it; of equals the one that was started last dies first. A memory limit of a "
        "control group only kills inside of it. Never killed: kernel threads, init, and what is set to -1000.\n"
        "Everybody may raise the value of processes of their own; lowering it below what root last set takes "
        "CAP_SYS_RESOURCE. Children inherit it. Works without /proc mounted.",
};

}  // namespace earlybox
