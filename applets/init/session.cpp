// SPDX-License-Identifier: MIT
#include "applets/init/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <new>

#include "applets/init/orders.h"
#include "applets/init/prompt.h"
#include "core/applet.h"
#include "core/sys/file.h"
#include "core/sys/mount.h"
#include "core/sys/process.h"

namespace earlybox::init {
namespace {

bool is_virtual_terminal(std::string_view console) {  // tty1; a serial line is ttyS0
    return console.starts_with("tty") && console.size() > 3 && console[3] >= '0' && console[3] <= '9';
}

void set_environment(const std::string& console) {
    setenv("PATH", search_path().c_str(), 1);
    setenv("HOME", "/", 0);
    // The kernel says "linux" whatever the console is.
    if (const char* term = getenv("TERM"); term == nullptr || strcmp(term, "linux") == 0)
        setenv("TERM", is_virtual_terminal(console) ? "linux" : "vt102", 1);
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (auto word = next_word(text); !word.empty(); word = next_word(text)) words.emplace_back(word);
    return words;
}

// The shell's words. Empty: there is none.
std::vector<std::string> find_shell(const BootChoices& choices) {
    if (choices.shell) return words_of(*choices.shell);
    for (const char* words : {"/bin/sh", "/bin/bash", "/usr/bin/sh", "/bin/busybox sh", "/sbin/busybox sh",
                              "/usr/bin/busybox sh", "/busybox sh"}) {
        auto shell = words_of(words);
        if (access(shell[0].c_str(), X_OK) == 0) return shell;
    }
    return {};
}

void show_doctor(Output& out, Output& err) {
    constexpr int kTimeoutMs = 60'000;
    // In a child: whatever a check does to its process, the shell follows.
    const auto end =
        run_in_child([&] { return run_applet(*find_applet("doctor"), {}, out, err); }, kTimeoutMs);
    if (!end)
        err.line("earlybox init: ", describe(end.error()));
    else if (end->how != ChildEnd::How::exited)
        err.line("earlybox init: doctor ", describe(*end));
}

}  // namespace

std::string search_path() {
    std::string own_directory;
    if (const auto* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN)); path != nullptr) {
        own_directory = path;
        own_directory.resize(own_directory.rfind('/') + 1);
    }
    return concat("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:", own_directory,
                  "bin:", own_directory);
}

std::vector<char*> arguments_of(std::vector<std::string>& words) {
    std::vector<char*> arguments(words.size() + 1);
    for (size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
    return arguments;
}

Error refused(std::string_view what, std::string_view subject) {
    const int code = errno;
    return Error(concat(what, printable(subject)), code);
}

int execute(std::vector<std::string>& words, Output& err) {
    const auto arguments = arguments_of(words);
    const Error error = become_program(std::span(arguments).first(words.size()));
    err.line("earlybox init: ", describe(error));
    return status_without(error);
}

void set_oom_adjustment(Machine& machine, const char* value) {
    if (const auto file = machine.open(kProcfs, "self/oom_score_adj", O_WRONLY))
        (void)!write(file->number(), value, strlen(value));
}

bool settle_on_console(const std::string& console, Terminal terminal) {
    std::set_new_handler(nullptr);
    reset_signals();
    prctl(PR_SET_NAME, "earlybox");
    (void)chdir("/");
    Machine machine("");
    set_oom_adjustment(machine, "0");
    set_environment(console);
    setsid();
    if (console != kInheritedConsole) {
        const Fd terminal_device = open_console(machine, console);
        if (!terminal_device) return false;
        use_console(terminal_device);
    }
    if (terminal == Terminal::controlling) control_terminal();
    return true;
}

void run_shell(const BootChoices& choices, const Greeting& greeting) {
    Output out(STDOUT_FILENO);
    Output err(STDERR_FILENO, true);
    if (!greeting.news.empty()) out.line(greeting.news);
    out.flush();
    if (greeting.doctor) show_doctor(out, err);
    auto shell = find_shell(choices);
    if (!shell.empty() && !greeting.shell_fails) {
        out.line("earlybox init: a shell follows; tools: 'earlybox', ways out: 'init --help'");
        out.flush();
        execute(shell, err);
    }
    out.line("earlybox init: ",
             shell.empty() ? "no shell is here (/bin/sh, /bin/bash, /bin/busybox)"
                           : concat(printable(shell[0]), " does not work here"),
             ", so this is a prompt of its own;\n'help' lists what it can do");
    out.flush();
    _exit(run_prompt(STDIN_FILENO, out, err));
}

void run_command_line(const BootChoices& choices) {
    Output err(STDERR_FILENO, true);
    auto words = find_shell(choices);
    if (words.empty())
        words = words_of(*choices.command);
    else
        words.insert(words.end(), {"-c", *choices.command});
    _exit(words.empty() ? kFine : execute(words, err));
}

std::vector<std::string> real_init_words(const std::string& command) {
    auto words = words_of(command);
    if (words.empty()) words.push_back(find_program(""));
    return words;
}

void run_real_init(const std::string& command) {
    Output err(STDERR_FILENO, true);
    auto words = real_init_words(command);
    // Its mounts are its own, and so is the /proc that shows its processes.
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount_state(kProcfs.mount_point, kProcfs.magic) == MountState::mounted)
        (void)mount_filesystem("proc", kProcfs.mount_point, kProcfs.type, kProcfs.flags, nullptr);
    _exit(execute(words, err));
}

std::string describe_real_init(const std::string& command, const ChildEnd& end) {
    std::string how = describe(end);
    // reboot(2) in a PID namespace ends the namespace; the signal tells what was asked for.
    if (end.how == ChildEnd::How::killed && end.code == SIGHUP) how = "asked for a reboot";
    if (end.how == ChildEnd::How::killed && end.code == SIGINT) how = "asked to halt or power off";
    return concat(command.empty() ? "the real init" : printable(command),
                  ", PID 1 of a namespace of its own, ", how);
}

}  // namespace earlybox::init
