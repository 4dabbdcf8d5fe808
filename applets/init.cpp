// SPDX-License-Identifier: MIT
// init: PID 1 of a machine in trouble. The doctor's screen, then a shell, again and again; it never exits.
// Boot parameters: earlybox.run=, earlybox.doctor=, earlybox.shell= (README).
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/applet.h"
#include "core/parse/cmdline.h"
#include "core/probe/machine.h"
#include "core/sys/file.h"
#include "core/sys/process.h"

namespace earlybox {
namespace {

struct Options {
    bool force = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::force>('f', "force", nullptr, "run although this is not PID 1 (for a try; leave it with ^C)"),
};

constexpr Example kExamples[] = {
    {"rdinit=/earlybox/init", "boot parameter: start it from an initramfs that holds earlybox"},
    {"rdinit=/earlybox/init earlybox.run=\"earlybox doctor\"", "one command, its status, and power off"},
};

struct BootChoices {
    bool doctor = true;
    std::optional<std::string> command;  // earlybox.run
    std::string shell;                   // earlybox.shell; empty: the first that is found
};

BootChoices boot_choices(Machine& machine) {
    BootChoices choices;
    const auto text = machine.read(kProcfs, "cmdline");
    if (!text) return choices;
    const auto parameters = parse_cmdline(*text);
    choices.doctor = boot_parameter(parameters, "earlybox.doctor").value_or("1") != "0";
    choices.command = boot_parameter(parameters, "earlybox.run");
    choices.shell = boot_parameter(parameters, "earlybox.shell").value_or("");
    return choices;
}

// --- the console --------------------------------------------------------------------------------------------

// /dev/console cannot be a controlling terminal, so the shell gets the device behind it, from a devtmpfs that may
// be mounted nowhere.
Fd open_console_device(Machine& machine) {
    const auto active = machine.read(kSysfs, "class/tty/console/active");
    if (!active) return {};
    std::string_view names = *active;
    std::string_view name;
    while (true) {  // the last one listed is /dev/console's
        const auto word = next_word(names);
        if (word.empty()) break;
        name = word.substr(0, word.find('\n'));
    }
    auto device = machine.open(kDevtmpfs, std::string(name), O_RDWR | O_NOCTTY);
    return device ? std::move(*device) : Fd();
}

void take_console(const Fd& console) {
    setsid();
    if (!console) return;
    ioctl(console.number(), TIOCSCTTY, 0);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) dup2(console.number(), fd);
}

// --- children -----------------------------------------------------------------------------------------------

class Init {
   public:
    Init(Context& context, Machine& machine) : context_(context), machine_(machine) {}

    void show_doctor() {
        const pid_t child = fork();  // whatever a check does to its process, init lives on
        if (child == 0) _exit(run_applet(*find_applet("doctor"), {}, context_.out, context_.err));
        if (child > 0) wait_for(child);
    }

    // The shell's words: "/bin/busybox sh". Empty: there is none.
    std::vector<std::string> find_shell(const std::string& wanted) const {
        if (!wanted.empty()) return {wanted};
        for (const char* path : {"/bin/sh", "/bin/bash", "/usr/bin/sh"})
            if (access(path, X_OK) == 0) return {path};
        for (const char* path : {"/bin/busybox", "/sbin/busybox", "/usr/bin/busybox", "/busybox"})
            if (access(path, X_OK) == 0) return {path, "sh"};
        return {};
    }

    // Runs it on the console and waits for it; everything else that ends meanwhile is reaped.
    ChildEnd run_on_console(std::vector<std::string> words) {
        const Fd console = open_console_device(machine_);
        const pid_t child = fork();
        if (child < 0) return {ChildEnd::How::exited, 126};
        if (child == 0) {
            take_console(console);
            reset_signals();
            start(words);
        }
        return wait_for(child);
    }

   private:
    [[noreturn]] void start(std::vector<std::string>& words) {
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        const int code = errno;
        context_.fail(Error(concat("start ", printable(words[0])), code,
                            code == ENOEXEC ? "this kernel does not run that kind of program (see doctor)" : ""));
        _exit(code == ENOENT ? 127 : 126);
    }

    static ChildEnd wait_for(pid_t wanted) {
        while (true) {
            int status = 0;
            const pid_t ended = waitpid(-1, &status, 0);
            if (ended < 0 && errno != EINTR) return {ChildEnd::How::exited, 0};
            if (ended != wanted) continue;
            if (WIFSIGNALED(status)) return {ChildEnd::How::killed, WTERMSIG(status)};
            return {ChildEnd::How::exited, WEXITSTATUS(status)};
        }
    }

    Context& context_;
    Machine& machine_;
};

// --- the end ------------------------------------------------------------------------------------------------

[[noreturn]] void power_off() {
    sync();
    reboot(RB_POWER_OFF);
    reboot(RB_AUTOBOOT);  // no way to switch the power off
    while (true) pause();
}

void set_environment() {
    std::string own_directory;
    if (const auto* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN)); path != nullptr) {
        own_directory = path;
        own_directory.resize(own_directory.rfind('/') + 1);
    }
    setenv("PATH", concat("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:", own_directory, "bin:", own_directory).c_str(), 1);
    setenv("HOME", "/", 0);
    setenv("TERM", "vt102", 0);
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands && getpid() != 1) return operands.error();  // the kernel passes PID 1 what it does not know
    if (getpid() != 1 && !options.force)
        return context.fail(Error("this is not PID 1", 0,
                                  "init is for a machine without one: it powers off, and takes every orphan",
                                  "boot with rdinit=/earlybox/init; or init --force for a try"));
    set_environment();
    signal(SIGCHLD, SIG_DFL);

    Machine machine("");
    const BootChoices choices = boot_choices(machine);
    Init init(context, machine);
    if (choices.doctor && !choices.command) init.show_doctor();

    const auto shell = init.find_shell(choices.shell);
    if (choices.command) {
        std::vector<std::string> words = shell;
        if (!shell.empty()) {
            words.emplace_back("-c");
            words.push_back(*choices.command);
        } else {
            std::string_view rest = *choices.command;
            for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) words.emplace_back(word);
        }
        const ChildEnd end = words.empty() ? ChildEnd{ChildEnd::How::exited, 0} : init.run_on_console(words);
        context.out.line("earlybox init: the command ", describe(end));
        context.out.flush();
        if (getpid() == 1) power_off();
        return end.exited_with(0) ? kFine : kBadNews;
    }
    while (true) {
        if (shell.empty()) {
            context.fail(Error("find a shell", ENOENT, "none of /bin/sh, /bin/bash, /bin/busybox is there",
                               "add busybox to the image, or boot with earlybox.run=\"earlybox doctor -v\""));
            pause();
            continue;
        }
        context.out.line("\nearlybox init: a shell follows; 'earlybox' lists the tools, 'exit' starts it anew");
        context.out.flush();
        const ChildEnd end = init.run_on_console(shell);
        context.out.line("earlybox init: the shell ", describe(end));
        context.out.flush();
        sleep(end.exited_with(0) ? 0 : 1);  // one that cannot start must not spin
    }
}

}  // namespace

extern const Applet applet_init;
const Applet applet_init = {
    .name = "init",
    .summary = "PID 1 for emergencies: the doctor's report, then a shell; never exits",
    .operands = "",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "it does not exit; where it refuses to run, 3",
    .run = run,
    .notes = "Boot parameters: earlybox.run=\"COMMAND\" runs one command and powers off; earlybox.doctor=0 leaves "
             "the report out; earlybox.shell=PATH chooses the shell.",
};

}  // namespace earlybox
