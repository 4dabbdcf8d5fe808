// SPDX-License-Identifier: MIT
// trace-syscall: the system calls and signals of a command or process, in strace's form (ptrace(2),
// strace(1)).
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "applets/trace-syscall/explain.h"
#include "applets/trace-syscall/session.h"
#include "applets/trace-syscall/summary.h"
#include "applets/trace-syscall/text_sink.h"
#include "core/applet.h"
#include "core/probe/machine.h"
#include "core/sys/file.h"
#include "core/sys/tracer.h"

namespace earlybox {
namespace {

using namespace trace_syscall;

struct Count {
    unsigned value = 0;
};
bool store_option(Count& count, const char*) { return ++count.value, true; }

struct Options {
    Count follow;
    std::string output;
    std::vector<std::string> processes;
    std::vector<std::string> expressions;
    std::vector<std::string> paths;
    std::vector<std::string> environment;
    Count time;
    Count hex;
    Count names;
    Count quiet;
    bool relative = false;
    bool duration = false;
    bool number = false;
    bool instruction = false;
    bool whole = false;
    bool successful = false;
    bool failed = false;
    bool summary = false;
    bool summary_too = false;
    std::string order = "time";
    std::optional<uint64_t> string_limit;
    std::optional<uint64_t> column;
    std::string detach_on;
    bool kill_on_exit = false;
    std::string shim;
    bool explain = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::follow>(
        'f', "follow-forks", nullptr,
        "trace child processes and threads too; -ff with -o FILE: a file for each, FILE.PID"),
    option<&Options::output>('o', "output", "FILE", "write the trace to FILE, not to standard error"),
    option<&Options::processes>('p', "attach", "PID",
                                "trace a running process, may be given again; Ctrl-C lets it go"),
    option<&Options::expressions>(
        'e', "expr", "EXPR", "trace=SET (or only SET), status=SET, signal=SET, inject=SET:...: see below"),
    option<&Options::paths>('P', "trace-path", "PATH", "only calls on this path"),
    option<&Options::string_limit>('s', "string-limit", "N", "show at most N bytes of a string (32)"),
    option<&Options::whole>('v', "no-abbrev", nullptr, "structures and environments in full"),
    option<&Options::hex>('x', "strings-in-hex", nullptr,
                          "strings that are not text in hexadecimal; -xx: all strings"),
    option<&Options::names>('y', "decode-fds", nullptr, "what is behind a descriptor: 3</etc/passwd>"),
    option<&Options::time>('t', "absolute-timestamps", nullptr,
                           "time of day; -tt: with microseconds; -ttt: seconds since 1970"),
    option<&Options::relative>('r', "relative-timestamps", nullptr, "time since the line before"),
    option<&Options::duration>('T', "syscall-times", nullptr, "time spent in each call"),
    option<&Options::number>('n', "syscall-number", nullptr, "the call's number"),
    option<&Options::instruction>('i', "instruction-pointer", nullptr, "where the call was made"),
    option<&Options::successful>('z', "successful-only", nullptr, "only calls that succeed"),
    option<&Options::failed>('Z', "failed-only", nullptr, "only calls that fail"),
    option<&Options::summary>('c', "summary-only", nullptr,
                              "only a table at the end: calls, errors, time on the wall clock"),
    option<&Options::summary_too>('C', "summary", nullptr, "the trace and the table"),
    option<&Options::order>('S', "summary-sort-by", "KEY", "time, calls, errors, name or nothing"),
    option<&Options::column>('a', "columns", "N", "results stand in column N (40)"),
    option<&Options::environment>('E', "env", "VAR[=VALUE]",
                                  "set a variable for the command, or take it away"),
    option<&Options::detach_on>('b', "detach-on", "execve",
                                "let a process go when it executes another program"),
    option<&Options::quiet>('q', "quiet", nullptr,
                            "no lines about attaching and modes; -qq: none about exits either"),
    option<&Options::kill_on_exit>(0, "kill-on-exit", nullptr,
                                   "the traced processes die when the tracing ends, however it does"),
    option<&Options::explain>(0, "explain", nullptr,
                              "at the end: why calls said ENOSYS (on a terminal always, without -o)"),
    option<&Options::shim>(
        0, "shim", "time32",
        "serve the 32-bit time calls that this kernel refuses, in COMMAND and all its children"),
};

constexpr Example kExamples[] = {
    {"trace-syscall -f -e trace=%file -- /init", "which files /init and its children want, and do not find"},
    {"trace-syscall -Z date", "only the calls that fail: clock_gettime says ENOSYS"},
    {"trace-syscall -c -p 1", "what PID 1 is busy with, until Ctrl-C"},
    {"trace-syscall -e inject=clock_gettime:error=ENOSYS date",
     "how date takes it when clock_gettime is missing"},
};

struct Setup {
    Filter filter;
    std::vector<Injection> injections;
};

Result<Setup> setup_of(const Options& options) {
    Setup setup;
    for (const std::string& expression : options.expressions) {
        const std::string_view whole = expression;
        const size_t equals = whole.find('=');
        const auto key =
            whole.starts_with('/') ? std::string_view() : whole.substr(0, equals == whole.npos ? 0 : equals);
        const auto value = equals == whole.npos || key.empty() ? whole : whole.substr(equals + 1);
        if (key.empty() || key == "trace" || key == "t")
            setup.filter.calls = TRY(CallSet::parse(value));
        else if (key == "status")
            setup.filter.status = TRY(StatusSet::parse(value));
        else if (key == "signal" || key == "signals" || key == "s")
            setup.filter.signals = TRY(SignalSet::parse(value));
        else if (key == "inject" || key == "fault")
            setup.injections.push_back(TRY(Injection::parse(value)));
        else
            return failure(concat("-e ", printable(expression), ": no such kind of expression"), 0, {},
                           "trace=, status=, signal=, inject=");
    }
    if (options.successful) setup.filter.status = {true, false, false};
    if (options.failed) setup.filter.status = {false, true, false};
    setup.filter.paths = options.paths;
    if (!options.detach_on.empty()) {
        if (options.detach_on != "execve") return failure("-b: only execve can be detached on");
        setup.filter.detach_on_exec = true;
    }
    return setup;
}

// The file behind a descriptor, by a /proc that need not be mounted.
std::string file_behind(int proc, pid_t process, int fd) {
    char target[4096];
    const std::string link = fd < 0 ? concat(process, "/cwd") : concat(process, "/fd/", fd);
    const auto got = readlinkat(proc, link.c_str(), target, sizeof target);
    return got > 0 ? std::string(target, static_cast<size_t>(got)) : std::string();
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (operands->empty() == options.processes.empty())
        return context.usage_error(Error(operands->empty() ? "name a command, or a process (-p PID)"
                                                           : "either a command or -p PID, not both"));
    auto setup = setup_of(options);
    if (!setup) return context.usage_error(setup.error());
    SummaryOrder order = SummaryOrder::time;
    if (options.order == "calls" || options.order == "count")
        order = SummaryOrder::calls;
    else if (options.order == "errors" || options.order == "error")
        order = SummaryOrder::errors;
    else if (options.order == "name" || options.order == "syscall")
        order = SummaryOrder::name;
    else if (options.order == "nothing" || options.order == "none")
        order = SummaryOrder::none;
    else if (options.order != "time")
        return context.usage_error(
            Error(concat("-S ", printable(options.order), ": time, calls, errors, name or nothing")));

    Fd file;
    if (!options.output.empty()) {
        auto opened = open_at(AT_FDCWD, options.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        if (!opened) return context.fail(opened.error());
        file = std::move(*opened);
    }
    Output to_file(file.number());
    Output& out = file ? to_file : context.err;

    Machine machine(context.root);
    pid_t shown_process = 0;
    TextOptions text;
    text.style.string_limit = options.string_limit.value_or(32);
    text.style.whole = options.whole;
    text.style.hex = options.hex.value == 0   ? Style::Hex::none
                     : options.hex.value == 1 ? Style::Hex::where_needed
                                              : Style::Hex::always;
    text.stamp = static_cast<TextOptions::Stamp>(std::min(options.time.value, 3U));
    text.relative = options.relative;
    text.duration = options.duration;
    text.number = options.number;
    text.instruction = options.instruction;
    text.quiet = options.quiet.value;
    text.column = options.column.value_or(40);
    text.only_complete = !setup->filter.status.is_all();
    text.to_file = static_cast<bool>(file);
    text.prefix =
        file && options.follow.value == 1 ? TextOptions::Prefix::always : TextOptions::Prefix::when_several;
    if (options.names.value != 0) {
        const auto proc = machine.directory(kProcfs);
        if (!proc) return context.fail(proc.error());
        text.style.file_of = [proc = *proc, &shown_process](int fd) {
            return file_behind(proc, shown_process, fd);
        };
    }
    TextSink text_sink(out, text);
    SummarySink summary_sink(out, order);
    std::vector<Sink*> sinks;
    if (!options.summary) sinks.push_back(&text_sink);
    if (options.summary || options.summary_too) sinks.push_back(&summary_sink);
    ExplainSink explain_sink(out, machine);
    if (options.explain || (!file && isatty(STDERR_FILENO))) sinks.push_back(&explain_sink);

    for (const std::string& variable : options.environment)
        if (const size_t equals = variable.find('='); equals == variable.npos)
            unsetenv(variable.c_str());
        else
            setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);

    Shim shim;
    if (!options.shim.empty()) {
        if (options.shim != "time32")
            return context.usage_error(
                Error(concat("--shim=", printable(options.shim), ": time32 is what can be served")));
        shim = Shim::find_refused();
        if (shim.is_idle())
            context.err.line("trace-syscall: this kernel refuses no 32-bit time call: nothing to serve");
        else
            setup->filter.shim = &shim;
    }

    Tracer tracer({.follow = options.follow.value != 0 || setup->filter.shim,
                   .kill_at_end = options.kill_on_exit,
                   .signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT}});
    pid_t command = 0;
    if (operands->empty()) {
        for (const std::string& process : options.processes) {
            const auto number = parse_number(process);
            if (!number)
                return context.usage_error(Error(concat("'", printable(process), "' is no process number")));
            if (const auto seized = tracer.seize(static_cast<pid_t>(*number)); !seized)
                return context.fail(seized.error());
        }
    } else {
        const auto started = tracer.start(std::vector<std::string>(operands->begin(), operands->end()));
        if (!started) return context.fail(started.error());
        command = *started;
    }
    const bool wants_time = options.time.value != 0 || options.relative || options.duration ||
                            options.summary || options.summary_too;
    Session session(tracer, std::move(setup->filter), std::move(setup->injections), sinks, wants_time);
    const auto end = session.run(command);
    for (Sink* sink : sinks) sink->finish();
    tracer.release_all();
    if (command == 0) return kFine;
    if (end.by_signal) {
        // The command's end is ours: the same signal, for whoever waits for us.
        signal(end.code, SIG_DFL);
        raise(end.code);
    }
    return end.code;
}

}  // namespace

extern const Applet applet_trace_syscall;
const Applet applet_trace_syscall = {
    .name = "trace-syscall",
    .summary = "the system calls of a command or process, as strace shows them",
    .operands = "[--] COMMAND [ARGUMENT...] | -p PID...",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "the command's own; death by a signal is passed on",
    .run = run,
    .takes_command = true,
    .notes =
        "A SET has names (open,close), classes (%file %desc %process %network %signal %ipc %memory %clock %creds %stat "
        "%lstat %fstat %%stat %statfs %fstatfs %%statfs %pure), /REGEX, all, none; NAME@64, @32 or @x32 is a call of one "
        "ABI; ?NAME need not exist; ! in front of it all means every other one.\n"
        "-e inject=SET: with :error=ERRNO or :retval=N in the call's place, :signal=SIG, :delay_enter=US, :delay_exit=US; "
        "only for some of the calls with :when=FIRST, FIRST+, FIRST+STEP or FIRST..LAST.\n"
        "-e status= takes successful, failed and unfinished; -e signal= names of signals, all or none.\n"
        "64-bit, 32-bit and x32 calls are told apart one by one, whoever makes them.",
};

}  // namespace earlybox
