// SPDX-License-Identifier: MIT
// trace-syscall: the system calls and signals of a command or process, in strace's form (ptrace(2),
// strace(1)).
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "applets/trace-syscall/call_filter.h"
#include "applets/trace-syscall/descriptors.h"
#include "applets/trace-syscall/explain.h"
#include "applets/trace-syscall/ftrace_engine.h"
#include "applets/trace-syscall/json_sink.h"
#include "applets/trace-syscall/session.h"
#include "applets/trace-syscall/summary.h"
#include "applets/trace-syscall/text_sink.h"
#include "applets/trace-syscall/versus.h"
#include "core/applet.h"
#include "core/parse/command_line.h"
#include "core/probe/machine.h"
#include "core/sys/file.h"
#include "core/sys/process.h"
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
    bool append = false;
    std::string constants;
    bool wall_clock = false;
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
    Count daemon;
    std::optional<uint64_t> interruptible;
    bool filtered = false;
    bool spread = false;
    bool kill_on_exit = false;
    std::string engine = "ptrace";
    bool all = false;
    std::string shim;
    bool explain = false;
    std::string versus;
    bool vdso = false;
};

// strace's long names for -e: --trace=SET is -e trace=SET.
template <const char* key>
bool store_expression(void* options, const char* value) {
    static_cast<Options*>(options)->expressions.push_back(concat(key, value));
    return true;
}
template <const char* key>
constexpr OptionSpec expression_option(const char* name, const char* metavar, const char* help) {
    return {0, name, metavar, help, store_expression<key>};
}
constexpr char kTrace[] = "trace=", kStatus[] = "status=", kSignal[] = "signal=", kInject[] = "inject=";

constexpr OptionSpec kOptions[] = {
    option<&Options::follow>(
        'f', "follow-forks", nullptr,
        "trace child processes and threads too; -ff with -o FILE: a file for each, FILE.PID"),
    option<&Options::output>('o', "output", "FILE",
                             "write the trace to FILE, not to standard error; '|COMMAND': to a command"),
    option<&Options::append>('A', "output-append-mode", nullptr, "behind what FILE has"),
    option<&Options::processes>('p', "attach", "PID",
                                "trace running processes, also several; with -f all their threads and "
                                "children; Ctrl-C lets them go"),
    option<&Options::expressions>('e', "expr", "EXPR",
                                  "trace=SET (or only SET), status=, signal=, inject= and others: see below"),
    expression_option<kTrace>("trace", "SET", "as -e trace=SET"),
    expression_option<kStatus>("status", "SET", "as -e status=SET"),
    expression_option<kSignal>("signal", "SET", "as -e signal=SET"),
    expression_option<kInject>("inject", "SET", "as -e inject=SET"),
    option<&Options::paths>('P', "trace-path", "PATH", "only calls on this path"),
    option<&Options::string_limit>('s', "string-limit", "N", "show at most N bytes of a string (32)"),
    option<&Options::whole>('v', "no-abbrev", nullptr, "structures and environments in full"),
    option<&Options::hex>('x', "strings-in-hex", nullptr,
                          "strings that are not text in hexadecimal; -xx: all strings"),
    option<&Options::names>(
        'y', "decode-fds", nullptr,
        "what is behind a descriptor: 3</etc/passwd>; -yy: sockets' and devices' addresses too"),
    option<&Options::constants>('X', "const-print-style", "STYLE",
                                "constants as raw numbers, abbrev (names) or verbose (both)"),
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
    option<&Options::wall_clock>('w', "summary-wall-clock", nullptr, "as strace's; it is always so"),
    option<&Options::order>('S', "summary-sort-by", "KEY", "time, calls, errors, name or nothing"),
    option<&Options::column>('a', "columns", "N", "results stand in column N (40)"),
    option<&Options::environment>('E', "env", "VAR[=VALUE]",
                                  "set a variable for the command, or take it away"),
    option<&Options::detach_on>('b', "detach-on", "execve",
                                "let a process go when it executes another program"),
    option<&Options::daemon>(
        'D', "daemonize", nullptr,
        "the command takes our place, and the tracer is its grandchild; -DD: in a process "
        "group of its own; -DDD: in a session of its own"),
    option<&Options::interruptible>('I', "interruptible", "N",
                                    "Ctrl-C and its like end the tracing: 1 at once, 2 between calls (so for "
                                    "-p and without -o), 3 never, 4 nor does Ctrl-Z stop it (so for -D)"),
    option<&Options::quiet>('q', "quiet", nullptr,
                            "no lines about attaching and modes; -qq: none about exits either"),
    option<&Options::engine>(
        0, "engine", "ptrace|ftrace",
        "ftrace: the kernel records the calls and stops nobody; children too, without what pointers lead to"),
    option<&Options::all>(0, "all", nullptr,
                          "--engine=ftrace: everybody's calls, until Ctrl-C or COMMAND ends"),
    option<&Options::kill_on_exit>(0, "kill-on-exit", nullptr,
                                   "the traced processes die when the tracing ends, however it does"),
    option<&Options::filtered>(
        0, "seccomp-bpf", nullptr,
        "with -f and a command: stop it only for calls of the SET, by a seccomp filter; "
        "implies --kill-on-exit"),
    option<&Options::spread>(0, "spread", nullptr,
                             "do not keep a command that is a single thread on one CPU with the tracer"),
    option<&Options::explain>(0, "explain", nullptr,
                              "at the end: why calls said ENOSYS (on a terminal always, without -o)"),
    option<&Options::versus>(0, "vs", "'OTHER COMMAND'",
                             "run this one too, and show where the two first part, not the trace"),
    option<&Options::vdso>(0, "vdso", nullptr,
                           "calls of the vDSO's functions too, of COMMAND and its children; --kill-on-exit"),
    option<&Options::shim>(
        0, "shim", "time32",
        "serve the 32-bit time calls that this kernel refuses, in COMMAND and all its children"),
};

constexpr Example kExamples[] = {
    {"trace-syscall -f -e trace=%file -- /init", "which files /init and its children want, and do not find"},
    {"trace-syscall -Z date", "only the calls that fail: clock_gettime says ENOSYS"},
    {"trace-syscall -c -p 1", "what PID 1 is busy with, until Ctrl-C"},
    {"trace-syscall --explain --vs 'busybox touch /f' busybox-i386 touch /f",
     "where a 32-bit program and its 64-bit twin part, and why"},
    {"trace-syscall -e inject=clock_gettime:error=ENOSYS date",
     "how date takes it when clock_gettime is missing"},
};

// "3,4", "all": a bit for each.
Result<uint64_t> descriptors_of(std::string_view list) {
    constexpr uint64_t kMost = 64;
    uint64_t bits = 0;
    if (list == "all") return UINT64_MAX;
    while (!list.empty() && list != "none") {
        const auto word = list.substr(0, list.find(','));
        list.remove_prefix(std::min(word.size() + 1, list.size()));
        const auto number = parse_number(word);
        if (!number || *number >= kMost) return failure(concat("'", printable(word), "' is no descriptor"));
        bits |= uint64_t{1} << *number;
    }
    return bits;
}

struct Setup {
    Filter filter;
    TextOptions text;
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
        else if (key == "abbrev" || key == "a")
            setup.text.abbreviated = TRY(CallSet::parse(value));
        else if (key == "verbose" || key == "v")
            setup.text.followed = TRY(CallSet::parse(value));
        else if (key == "raw" || key == "x")
            setup.text.raw = TRY(CallSet::parse(value));
        else if (key == "read" || key == "reads" || key == "r")
            setup.text.read_dumps |= TRY(descriptors_of(value));
        else if (key == "write" || key == "writes" || key == "w")
            setup.text.write_dumps |= TRY(descriptors_of(value));
        else if (key == "quiet" || key == "silent" || key == "silence" || key == "q")
            setup.text.quiet = TRY(Quiet::parse(value));
        else
            return failure(
                concat("-e ", printable(expression), ": no such kind of expression"), 0, {},
                "trace=, status=, signal=, inject=, abbrev=, verbose=, raw=, read=, write=, quiet=");
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

void choose_texts(const Options& options, TextOptions& text) {
    text.stamp = static_cast<TextOptions::Stamp>(std::min(options.time.value, 3U));
    text.relative = options.relative;
    text.duration = options.duration;
    text.number = options.number;
    text.instruction = options.instruction;
    Quiet& quiet = text.quiet;
    quiet.attach = quiet.attach || options.quiet.value > 0;
    quiet.abi = quiet.abi || options.quiet.value > 0;
    quiet.exit = quiet.exit || options.quiet.value > 1;
    quiet.superseded = quiet.superseded || options.quiet.value > 2;
    text.column = options.column.value_or(40);
}

// A run of one of the commands that are compared.
struct ComparedRun {
    std::string command;
    RunRecorder recorder;
    Session::End end;

    RunOutcome outcome() const {
        return {
            command,
            end.by_signal ? concat("killed by ", signal_name(end.code)) : concat("exited with ", end.code),
            &recorder};
    }
};

Result<> run_compared(ComparedRun& run, const std::vector<std::string>& command, const TraceOptions& tracing,
                      const Setup& setup, Sink* explanations, Output& notes) {
    Tracer tracer(tracing);
    run.command = join(command, " ");
    const pid_t started = TRY(tracer.start(command));
    std::vector<Sink*> sinks = {&run.recorder};
    if (explanations) sinks.push_back(explanations);
    Session session(tracer, notes, {.filter = setup.filter, .injections = setup.injections, .sinks = sinks});
    run.end = session.run(started);
    if (run.end.interrupted)
        return failure(concat("compare with ", printable(run.command)), EINTR, "it was interrupted");
    return {};
}

// --vs: where two runs part.
int compare_runs(Context& context, const std::vector<std::string>& command, const Options& options,
                 const Setup& setup, const TraceOptions& tracing, Output& out, ExplainSink* explanations) {
    const auto other = parse_command_line(options.versus);
    if (!other) return context.usage_error(other.error());
    if (other->words.empty() || !other->file.empty())
        return context.usage_error(Error("--vs: name a command and its arguments"));
    Style style;
    style.string_limit = options.string_limit.value_or(32);
    ComparedRun first{{}, RunRecorder(style), {}};
    ComparedRun second{{}, RunRecorder(style), {}};
    if (const auto done = run_compared(first, command, tracing, setup, explanations, context.err); !done)
        return context.fail(done.error());
    if (const auto done = run_compared(second, other->words, tracing, setup, explanations, context.err);
        !done)
        return context.fail(done.error());
    const bool part = report_divergence(out, first.outcome(), second.outcome());
    if (explanations) explanations->finish();
    return part ? kBadNews : kFine;
}

// -I
enum : uint64_t { kAnywhere = 1, kWaiting, kNever, kNeverNorStopped };
constexpr unsigned kFlushMs = 500;

// What signals do to this process. A terminal must not stop it for what its command may write.
TraceOptions interruption(uint64_t interruptibility) {
    TraceOptions options{.ignored = {SIGTTOU, SIGTTIN}};
    const std::vector<int> fatal = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    if (interruptibility == kWaiting) options.signals = fatal;
    if (interruptibility >= kNever) options.ignored.insert(options.ignored.end(), fatal.begin(), fatal.end());
    if (interruptibility == kNeverNorStopped) options.ignored.push_back(SIGTSTP);
    return options;
}

// "-p 12 -p 13,14", or as pidof writes them.
Result<std::vector<pid_t>> process_numbers(const std::vector<std::string>& lists) {
    std::vector<pid_t> numbers;
    for (std::string list : lists) {
        std::ranges::replace_if(list, [](char c) { return c == ',' || c == '\n' || c == '\t'; }, ' ');
        std::string_view rest = list;
        for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
            const auto number = parse_number(word);
            if (!number || *number == 0 || *number > INT32_MAX)
                return failure(concat("-p '", printable(word), "': no process number"));
            if (static_cast<pid_t>(*number) == getpid()) return failure("a tracer cannot trace itself");
            numbers.push_back(static_cast<pid_t>(*number));
        }
    }
    return numbers;
}

Result<> attach(Tracer& tracer, Machine& machine, pid_t process, bool with_threads) {
    if (!with_threads) return tracer.seize(process);
    TRY_VOID(tracer.seize_process(process, TRY(machine.directory(kProcfs))));
    return {};
}

// Why --seccomp-bpf cannot be had; empty: it can.
std::string unfiltered_because(const Options& options, const Setup& setup,
                               std::span<const sock_filter> filter) {
    if (!options.processes.empty()) return "is not for processes of -p";
    if (options.follow.value == 0 && !setup.filter.shim) return "is not without -f";
    if (setup.filter.detach_on_exec) return "does not go with -b";
    if (setup.filter.vdso) return "does not go with --vdso";
    return can_filter(filter) ? "" : "is refused by the kernel (CONFIG_SECCOMP_FILTER)";
}

int run_ftrace(Context& context, Machine& machine, const std::vector<std::string>& command,
               const std::vector<pid_t>& processes, const Options& options, const Setup& setup,
               const std::vector<Sink*>& sinks, Outputs& out) {
    TraceSubject subject{.command = command, .threads = {}, .all = options.all};
    auto threads = threads_of(machine, processes);
    if (!threads) return context.fail(threads.error());
    subject.threads = std::move(*threads);
    const auto end = trace_by_ftrace(machine, subject, setup.filter.calls, setup.filter.status, sinks);
    if (!end) return context.fail(end.error());
    for (Sink* sink : sinks) sink->finish();
    if (out.error()) return context.fail(*out.error());
    if (end->lost != 0)
        context.err.line("trace-syscall: ", end->lost,
                         " events were lost: they came faster than they could be read");
    if (end->refusal != 0)
        return context.fail(Error(concat("start ", printable(command.front())), end->refusal));
    if (!end->command) return kFine;
    return end->command->how == ChildEnd::How::killed ? 128 + end->command->code : end->command->code;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (operands->empty() && options.processes.empty() && !options.all)
        return context.usage_error(Error("name a command, or a process (-p PID)"));
    const auto processes = process_numbers(options.processes);
    if (!processes) return context.usage_error(processes.error());
    if (operands->empty() && options.daemon.value != 0)
        return context.usage_error(Error("-D is for a command"));
    const auto usual = options.daemon.value != 0                              ? kNeverNorStopped
                       : !options.output.empty() && options.processes.empty() ? kNever
                                                                              : kWaiting;
    const auto interruptibility = options.interruptible.value_or(usual);
    if (interruptibility < kAnywhere || interruptibility > kNeverNorStopped)
        return context.usage_error(Error(concat("-I ", interruptibility, ": 1, 2, 3 or 4")));
    const bool by_ftrace = options.engine == "ftrace";
    if (!by_ftrace && (options.engine != "ptrace" || options.all))
        return context.usage_error(
            Error(options.all ? "--all needs --engine=ftrace" : "--engine is ptrace or ftrace"));
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

    Style style;
    style.string_limit = std::min<uint64_t>(options.string_limit.value_or(32), 1 << 20);
    style.whole = options.whole;
    style.hex = static_cast<Style::Hex>(std::min(options.hex.value, 2U));
    if (options.constants == "raw")
        style.constants = Style::Constants::numbers;
    else if (options.constants == "verbose")
        style.constants = Style::Constants::both;
    else if (!options.constants.empty() && options.constants != "abbrev")
        return context.usage_error(
            Error(concat("-X ", printable(options.constants), ": raw, abbrev or verbose")));

    Machine machine(context.root);
    std::optional<ProcDescriptors> descriptors;
    if (options.names.value != 0 || !options.paths.empty()) {
        const auto proc = machine.directory(kProcfs);
        if (!proc) return context.fail(proc.error());
        setup->filter.descriptors = &descriptors.emplace(*proc, options.names.value > 1);
        if (options.names.value != 0) style.descriptors = setup->filter.descriptors;
    }

    Outputs out(context.err);
    const bool each = options.follow.value > 1 && !options.output.empty();
    if (!options.output.empty())
        if (const auto opened = out.open(options.output, options.append, each); !opened)
            return context.fail(opened.error());
    choose_texts(options, setup->text);
    setup->text.only_complete = !setup->filter.status.is_all();
    setup->text.to_file = out.is_file();
    using Prefix = TextOptions::Prefix;
    setup->text.prefix = each                                         ? Prefix::none
                         : out.is_file() && options.follow.value == 1 ? Prefix::always
                                                                      : Prefix::when_several;
    TextSink text_sink(out, style, setup->text);
    JsonSink json_sink(out, style);
    SummarySink summary_sink(out, order);
    std::vector<Sink*> sinks;
    if (!options.summary) sinks.push_back(context.json ? static_cast<Sink*>(&json_sink) : &text_sink);
    if (options.summary || options.summary_too) sinks.push_back(&summary_sink);
    ExplainSink explain_sink(out.main(), machine);
    if (options.explain || (!out.is_file() && !context.json && isatty(STDERR_FILENO)))
        sinks.push_back(&explain_sink);

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

    const bool has_command = !operands->empty();
    if (!options.shim.empty() && shim.is_idle() && has_command &&
        sees_nothing(setup->filter, setup->injections)) {
        const Error error = become_program(*operands);
        context.fail(error);
        return status_without(error);
    }

    TraceOptions tracing = interruption(interruptibility);
    setup->filter.vdso = options.vdso;
    if (options.vdso && operands->empty())
        return context.usage_error(
            Error("--vdso needs a command: a process that runs has looked its vDSO up already"));
    tracing.follow = options.follow.value != 0 || setup->filter.shim || options.vdso;
    tracing.kill_at_end = options.kill_on_exit || options.vdso;
    if (!options.versus.empty()) {
        if (operands->empty())
            return context.usage_error(Error("--vs compares commands, not running processes"));
        return compare_runs(context, {operands->begin(), operands->end()}, options, *setup, tracing,
                            out.main(), sinks.back() == &explain_sink ? &explain_sink : nullptr);
    }
    OneCpu one_cpu;
    const bool serves = setup->filter.shim && sees_nothing(setup->filter, setup->injections);
    const bool keeps_cpu = has_command && !options.spread && !serves;
    const bool is_boot = has_command && getpid() == 1 && options.daemon.value != 0;
    std::vector<sock_filter> filter;
    if (options.filtered) {
        filter = call_filter(needed_calls(setup->filter, setup->injections, keeps_cpu ? &one_cpu : nullptr),
                             is_boot);
        if (const auto why = unfiltered_because(options, *setup, filter); !why.empty()) {
            context.err.line("trace-syscall: --seccomp-bpf ", why, ": every call stops");
            filter.clear();
        }
    }
    // Without the tracer these calls say ENOSYS again, as they did without the shim.
    tracing.kill_at_end = tracing.kill_at_end || (!filter.empty() && !serves);
    tracing.tick_ms = options.output.empty() ? 0 : kFlushMs;
    tracing.filter = filter;
    if (by_ftrace)
        return run_ftrace(context, machine, {operands->begin(), operands->end()}, *processes, options, *setup,
                          sinks, out);
    Tracer tracer(tracing);
    pid_t command = 0;
    bool all_attached = true;
    for (const pid_t process : *processes)
        if (const auto seized = attach(tracer, machine, process, tracing.follow); !seized) {
            context.fail(seized.error());
            all_attached = false;
        }
    if (has_command) {
        const auto started = tracer.start(std::vector<std::string>(operands->begin(), operands->end()),
                                          static_cast<TracerPlace>(std::min(options.daemon.value, 3U)));
        if (!started) return context.fail(started.error());
        command = *started;
    }
    const int proc = is_boot ? machine.directory(kProcfs).value_or(-1) : -1;
    const bool wants_time = options.time.value != 0 || options.relative || options.duration || context.json ||
                            options.summary || options.summary_too;
    Session session(tracer, context.err,
                    {.filter = std::move(setup->filter),
                     .injections = std::move(setup->injections),
                     .sinks = sinks,
                     .wants_time = wants_time,
                     .filtered = !filter.empty(),
                     .one_cpu = keeps_cpu ? &one_cpu : nullptr,
                     .proc = proc});
    const auto end = session.run(command);
    for (Sink* sink : sinks) sink->finish();
    tracer.release_all();
    if (out.error()) return context.fail(*out.error());
    if (end.by_signal) return die_of_signal(end.code);  // whoever waits for us is to see the command's end
    return all_attached ? end.code : kFailed;
}

}  // namespace

extern const Applet applet_trace_syscall;
const Applet applet_trace_syscall = {
    .name = "trace-syscall",
    .summary = "the system calls of a command or process, as strace shows them",
    .operands = "[-p PID]... [[--] COMMAND...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status =
        "the command's own; death by a signal is passed on, and so is the signal that ended the tracing. --vs: 0 the "
        "runs end alike; 1 they part",
    .run = run,
    .reports = true,
    .takes_command = true,
    .notes =
        "A SET has names (open,close), classes (%file %desc %process %network %signal %ipc %memory %clock %creds %stat "
        "%lstat %fstat %%stat %statfs %fstatfs %%statfs %pure), /REGEX, all, none; NAME@64, @32 or @x32 is a call of one "
        "ABI; ?NAME need not exist; ! in front of it all means every other one.\n"
        "-e inject=SET: with :error=ERRNO or :retval=N in the call's place, :signal=SIG, :delay_enter=US, :delay_exit=US; "
        "only for some of the calls with :when=FIRST, FIRST+, FIRST+STEP or FIRST..LAST.\n"
        "-e abbrev=SET, verbose=SET, raw=SET: the calls whose structures are abbreviated, whose pointers are followed, "
        "whose arguments are shown as numbers; read=FD,..., write=FD,...: all data, as a dump; quiet=attach, exit, "
        "personality, thread-execve.\n"
        "-e status= takes successful, failed and unfinished; -e signal= names of signals, all or none.\n"
        "64-bit, 32-bit and x32 calls are told apart one by one, whoever makes them.\n"
        "A command with a single thread is kept on one CPU with the tracer, which is ten times as fast, until it starts a "
        "thread or child or chooses its CPUs. Only getcpu(), /proc/PID/status and a SIGKILL of the tracer tell.\n"
        "--shim=time32 -e trace=none --seccomp-bpf -D: nothing is shown, and only the calls that are served stop. So may "
        "PID 1 be started (init's boot parameter earlybox.shim does it): its kill(-1, SIGKILL) spares the tracer.\n"
        "With --seccomp-bpf calls that a filter of the command's own refuses are not seen.",
};

}  // namespace earlybox
