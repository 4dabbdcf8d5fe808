// SPDX-License-Identifier: MIT
#include "applets/init/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "applets/init/session.h"
#include "core/applet.h"
#include "core/dispatch.h"
#include "core/parse/command_line.h"
#include "core/sys/file.h"
#include "core/sys/process.h"

namespace earlybox::init {

namespace {

int complain(Output& err, const Error& error) {
    err.line(describe(error));
    return kFailed;
}

std::string working_directory() {
    char path[PATH_MAX];
    return getcwd(path, sizeof path) == nullptr ? "?" : printable(path);
}

// --- what it can do by itself ----------------------------------------------------------------------------

Result<> change_directory(const std::string& path, Output&) {
    if (chdir(path.c_str()) != 0) return std::unexpected(refused("cd ", path));
    return {};
}

bool is_directory(const std::string& path) {
    struct stat there{};
    return stat(path.c_str(), &there) == 0 && S_ISDIR(there.st_mode);
}

Result<> list(const std::string& path, Output& out) {
    if (exists(path) && !is_directory(path)) {
        out.line(printable(path));
        return {};
    }
    const auto names = TRY(list_directory(path));
    for (const auto& name : names)
        out.line(printable(name), is_directory(concat(path, "/", name)) ? "/" : "");
    return {};
}

Result<> print_file(const std::string& path, Output& out) {
    const Fd file = TRY(open_at(AT_FDCWD, path, O_RDONLY));
    return for_each_line(file.number(), path, [&](std::string_view line) {
        if (out.terminal())
            out.line(printable(line));
        else
            out.line(line);
        out.flush();  // a file such as /dev/kmsg does not end
    });
}

Result<> print_working_directory(const std::string&, Output& out) {
    out.line(working_directory());
    return {};
}

Result<> help(const std::string&, Output& out);

constexpr struct Builtin {
    std::string_view name;
    const char* usage;
    const char* does;
    const char* without_argument;  // what it is done to then
    Result<> (*run)(const std::string& argument, Output& out);
} kBuiltins[] = {
    {"cat", "cat FILE...", "show files", "", print_file},
    {"cd", "cd [DIR]", "change the working directory", "/", change_directory},
    {"echo", "echo [WORD...]", "show the words; echo WORD > FILE writes them", "", nullptr},
    {"exit", "exit", "end this prompt: a shell is looked for again", "", nullptr},
    {"help", "help", "this list", "", help},
    {"ls", "ls [PATH...]", "list directories", ".", list},
    {"pwd", "pwd", "show the working directory", "", print_working_directory},
};

Result<> help(const std::string&, Output& out) {
    const auto row = [&](const char* usage, const char* does) { out.line("  ", padded(usage, 16), does); };
    for (const auto& builtin : kBuiltins) row(builtin.usage, builtin.does);
    for (const Applet* applet : all_applets()) row(applet->name, applet->summary);
    row("PROGRAM [ARG...]", "any program, by its path or found in PATH");
    row("... > FILE", "write the output to FILE; >> FILE: append it");
    return {};
}

const Builtin* find_builtin(std::string_view name) {
    const auto* found = std::ranges::find(kBuiltins, name, &Builtin::name);
    return found == std::end(kBuiltins) ? nullptr : found;
}

int run_builtin(const Builtin& builtin, const std::vector<std::string>& words, Output& out, Output& err) {
    int code = kFine;
    if (builtin.run == nullptr) {  // echo
        for (size_t i = 1; i < words.size(); ++i) out.put(i == 1 ? "" : " ", words[i]);
        out.put('\n');
    } else {
        size_t i = 1;
        do {
            const auto done = builtin.run(i < words.size() ? words[i] : builtin.without_argument, out);
            if (!done) code = complain(err, done.error());
        } while (++i < words.size());
    }
    out.flush();
    return out.error() == 0 ? code : complain(err, Error("write", out.error()));
}

// --- everything else, in a child -------------------------------------------------------------------------

[[noreturn]] void run_in_this_child(CommandLine& line, Output& err) {
    for (const int number : {SIGINT, SIGQUIT}) signal(number, SIG_DFL);
    if (!line.file.empty()) {
        const int file =
            open(line.file.c_str(), O_WRONLY | O_CREAT | (line.append ? O_APPEND : O_TRUNC), 0644);
        if (file < 0) _exit(complain(err, refused("open ", line.file)));
        dup2(file, STDOUT_FILENO);
        close(file);
    }
    Output out(STDOUT_FILENO);
    if (const Builtin* builtin = find_builtin(line.words[0]))
        _exit(run_builtin(*builtin, line.words, out, err));
    if (line.words[0] == "earlybox" || find_applet(line.words[0]) != nullptr)
        _exit(dispatch({arguments_of(line.words).data(), line.words.size()}, out, err));
    _exit(execute(line.words, err));
}

void run_command(CommandLine& line, Output& err) {
    const pid_t child = fork();
    if (child == 0) run_in_this_child(line, err);
    if (child < 0) {
        complain(err, refused("start a child process", ""));
        return;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (const auto end = end_of(status); !end.exited_with(0)) err.line("[", describe(end), "]");
}

// --- lines -----------------------------------------------------------------------------------------------

enum class Outcome { line, interrupted, end };

// A byte at a time: what follows the line is for the program that it starts.
Outcome read_line(int input, std::string& line) {
    line.clear();
    while (true) {
        char c = 0;
        const ssize_t got = read(input, &c, 1);
        if (got < 0 && errno == EINTR) return Outcome::interrupted;
        if (got <= 0) return line.empty() ? Outcome::end : Outcome::line;
        if (c == '\n') return Outcome::line;
        line += c;
    }
}

void mind_keys() {
    struct sigaction action{};
    action.sa_handler = [](int) {};  // ends the read, and is the default again in a program that is started
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGQUIT, &action, nullptr);
    signal(SIGTSTP, SIG_IGN);  // nobody here could continue what ^Z stops
}

}  // namespace

int run_prompt(int input, Output& out, Output& err) {
    mind_keys();
    const bool interactive = isatty(input) != 0;
    std::string text;
    while (true) {
        if (interactive) out.put("earlybox:", working_directory(), "# ");
        out.flush();
        const auto outcome = read_line(input, text);
        if (outcome == Outcome::end) return kFine;
        if (outcome == Outcome::interrupted) {
            out.put('\n');
            continue;
        }
        auto line = parse_command_line(text);
        if (!line) {
            complain(err, line.error());
            continue;
        }
        if (line->words.empty()) continue;
        if (line->words[0] == "exit") return kFine;
        if (line->words[0] == "cd")
            run_builtin(*find_builtin("cd"), line->words, out, err);
        else
            run_command(*line, err);
    }
}

}  // namespace earlybox::init
