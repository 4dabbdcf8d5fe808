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

#include "core/applet.h"
#include "core/dispatch.h"
#include "core/sys/file.h"
#include "core/sys/process.h"

namespace earlybox::init {

Result<CommandLine> parse_command_line(std::string_view text) {
    CommandLine line;
    std::vector<std::string> words;
    std::string word;
    bool begun = false;  // '' is a word, too
    bool for_file = false;
    const auto finish = [&] {
        if (!begun) return;
        (for_file ? line.file : line.words.emplace_back()) = word;
        begun = for_file = false;
        word.clear();
    };
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? '\0' : c;
            begun = true;
        } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
            begun = true;
        } else if (quote != 0) {
            word += c;
        } else if (c == ' ' || c == '\t') {
            finish();
        } else if (c == '#' && !begun) {
            break;
        } else if (c == '>') {
            finish();
            line.append = i + 1 < text.size() && text[i + 1] == '>';
            i += line.append ? 1 : 0;
            if (for_file || !line.file.empty()) return failure("more than one '>'");
            for_file = true;
        } else if (std::string_view("|&;<()`$*?").find(c) != std::string_view::npos) {
            return failure(concat("this prompt gives '", c, "' no meaning"), 0,
                           "it is no shell: one plain command a line",
                           "quotes around it, if it is meant as it stands");
        } else {
            word += c;
            begun = true;
        }
    }
    if (quote != 0) return failure(concat("a ", quote, " has no partner"));
    finish();
    if (for_file) return failure("the file's name is missing after '>'");
    return line;
}

namespace {

using Words = std::vector<std::string>;

// --- what it can do by itself
// ---------------------------------------------------------------------------------

int complain(Output& err, const Error& error) {
    err.line(describe(error));
    return kFailed;
}

int change_directory(const Words& words, Output&, Output& err) {
    const std::string target = words.size() > 1 ? words[1] : "/";
    if (chdir(target.c_str()) != 0) return complain(err, Error(concat("cd ", printable(target)), errno));
    return kFine;
}

int print_directory(const Words&, Output& out, Output& err) {
    char path[PATH_MAX];
    if (getcwd(path, sizeof path) == nullptr) return complain(err, Error("pwd", errno));
    out.line(printable(path));
    return kFine;
}

int list(const Words& words, Output& out, Output& err) {
    int code = kFine;
    for (size_t i = 1; i < std::max<size_t>(words.size(), 2); ++i) {
        const std::string path = i < words.size() ? words[i] : ".";
        struct stat there{};
        if (stat(path.c_str(), &there) == 0 && !S_ISDIR(there.st_mode)) {
            out.line(printable(path));
            continue;
        }
        const auto names = list_directory(path);
        if (!names) {
            code = complain(err, names.error());
            continue;
        }
        if (words.size() > 2) out.line(printable(path), ":");
        for (const auto& name : *names) {
            const bool is_directory =
                stat(concat(path, "/", name).c_str(), &there) == 0 && S_ISDIR(there.st_mode);
            out.line(printable(name), is_directory ? "/" : "");
        }
    }
    return code;
}

int print_files(const Words& words, Output& out, Output& err) {
    int code = kFine;
    for (size_t i = 1; i < words.size(); ++i) {
        const auto file = open_at(AT_FDCWD, words[i], O_RDONLY);
        const auto done = !file ? std::unexpected(file.error())
                                : for_each_line(file->number(), words[i], [&](std::string_view line) {
                                      out.line(out.terminal() ? printable(line) : std::string(line));
                                      out.flush();  // a file such as /dev/kmsg does not end
                                  });
        if (!done) code = complain(err, done.error());
    }
    return code;
}

int print_words(const Words& words, Output& out, Output&) {
    out.line(join({words.begin() + 1, words.end()}, " "));
    return kFine;
}

int help(const Words& words, Output& out, Output& err);

constexpr struct Builtin {
    std::string_view name;
    const char* usage;
    const char* does;
    int (*run)(const Words& words, Output& out, Output& err);
} kBuiltins[] = {
    {"cat", "cat FILE...", "show files", print_files},
    {"cd", "cd [DIR]", "change the working directory", change_directory},
    {"echo", "echo [WORD...]", "show the words; echo WORD > FILE writes them", print_words},
    {"exit", "exit", "end this prompt: a shell is looked for again", nullptr},
    {"help", "help", "this list", help},
    {"ls", "ls [PATH...]", "list directories", list},
    {"pwd", "pwd", "show the working directory", print_directory},
};

int help(const Words&, Output& out, Output&) {
    constexpr size_t kColumn = 18;
    for (const auto& builtin : kBuiltins) out.line("  ", padded(builtin.usage, kColumn), builtin.does);
    for (const Applet* applet : all_applets()) out.line("  ", padded(applet->name, kColumn), applet->summary);
    out.line("and programs, by their path or found in PATH; > FILE and >> FILE take their output.");
    return kFine;
}

const Builtin* find_builtin(std::string_view name) {
    const auto* found = std::ranges::find(kBuiltins, name, &Builtin::name);
    return found == std::end(kBuiltins) ? nullptr : found;
}

// --- everything else, in a child
// --------------------------------------------------------------------------------

// Returns only if the program cannot be started.
int execute(std::vector<char*>& arguments, Output& err) {
    execvp(arguments[0], arguments.data());
    const int code = errno;
    Error error(concat("start ", printable(arguments[0])), code);
    if (code == ENOENT) {
        std::vector<std::string_view> names;
        for (const auto& builtin : kBuiltins) names.push_back(builtin.name);
        for (const Applet* applet : all_applets()) names.emplace_back(applet->name);
        error.remedy = did_you_mean(arguments[0], names).value_or("help");
    } else if (code == ENOEXEC) {
        error.cause = "this kernel does not run that kind of program (see doctor)";
    }
    complain(err, error);
    return code == ENOENT ? 127 : 126;
}

[[noreturn]] void run_in_this_child(CommandLine line, Output& err) {
    for (const int number : {SIGINT, SIGQUIT}) signal(number, SIG_DFL);
    if (!line.file.empty()) {
        const auto file =
            open_at(AT_FDCWD, line.file, O_WRONLY | O_CREAT | (line.append ? O_APPEND : O_TRUNC));
        if (!file) _exit(complain(err, file.error()));
        dup2(file->number(), STDOUT_FILENO);
    }
    std::vector<char*> arguments;
    for (auto& word : line.words) arguments.push_back(word.data());
    Output out(STDOUT_FILENO);
    if (const Builtin* builtin = find_builtin(line.words[0])) {
        const int code = builtin->run(line.words, out, err);
        out.flush();
        _exit(out.error() == 0 ? code : complain(err, Error("write", out.error())));
    }
    if (line.words[0] == "earlybox" || find_applet(line.words[0]) != nullptr)
        _exit(dispatch(arguments, out, err));
    arguments.push_back(nullptr);
    _exit(execute(arguments, err));
}

void run_command(CommandLine line, Output& err) {
    const pid_t child = fork();
    if (child == 0) run_in_this_child(std::move(line), err);
    if (child < 0) {
        complain(err, Error("fork a child process", errno, "no memory, or a limit on processes"));
        return;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (const auto end = end_of(status); !end.exited_with(0)) err.line("[", describe(end), "]");
}

// --- lines
// ------------------------------------------------------------------------------------------------------

class Lines {
 public:
    explicit Lines(int input) : input_(input) {}

    enum class Outcome { line, interrupted, end };
    Outcome next(std::string& line) {
        while (true) {
            if (const size_t end = buffer_.find('\n'); end != buffer_.npos) {
                line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                return Outcome::line;
            }
            char chunk[1024];
            const ssize_t got = read(input_, chunk, sizeof chunk);
            if (got < 0 && errno == EINTR) {
                buffer_.clear();
                return Outcome::interrupted;
            }
            if (got <= 0) return Outcome::end;
            buffer_.append(chunk, static_cast<size_t>(got));
        }
    }

 private:
    int input_;
    std::string buffer_;
};

void mind_keys() {
    struct sigaction action{};
    action.sa_handler = [](int) {};  // ends the read, and is the default again in a program that is started
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGQUIT, &action, nullptr);
    signal(SIGTSTP, SIG_IGN);  // nobody here could continue what ^Z stops
}

std::string prompt_text() {
    char path[PATH_MAX];
    return concat("earlybox:", getcwd(path, sizeof path) == nullptr ? "?" : printable(path), "# ");
}

}  // namespace

int run_prompt(int input, Output& out, Output& err) {
    mind_keys();
    const bool interactive = isatty(input) != 0;
    Lines lines(input);
    std::string text;
    while (true) {
        if (interactive) out.put(prompt_text());
        out.flush();
        const auto outcome = lines.next(text);
        if (outcome == Lines::Outcome::end) return kFine;
        if (outcome == Lines::Outcome::interrupted) {
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
            change_directory(line->words, out, err);
        else
            run_command(std::move(*line), err);
    }
}

}  // namespace earlybox::init
