// SPDX-License-Identifier: MIT
#include "applets/init/served_boot.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "applets/init/session.h"
#include "core/applet.h"
#include "core/sys/tracer.h"

namespace earlybox::init {
namespace {

// Tells the program's second life that it is traced; not for the real init to see.
constexpr const char* kServedVariable = "EARLYBOX_INIT_SERVED";

// A tracer that fails when PID 1 already waits for it would take the machine along.
Result<> try_tracing() {
    constexpr int kLimitMs = 5000;
    TRY_VOID(run_traced([] { return 0; }, [](const SystemCall&) {}, kLimitMs));
    return {};
}

// PID 1 goes on in the second life of this program; only its grandchild, the tracer, returns from the applet.
Result<> start_served(const std::string& shim, std::span<char*> arguments, Output& err) {
    TRY_VOID(try_tracing());
    const auto* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    std::vector<std::string> words = {
        "-DDD",        "-qqq", concat("--shim=", shim),         "--seccomp-bpf", "-e", "trace=none", "-e",
        "signal=none", "--",   path == nullptr ? "/init" : path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Machine machine("");
    set_oom_adjustment(machine, "-1000");
    setenv(kServedVariable, "1", 1);
    auto pointers = arguments_of(words);
    Output out(STDOUT_FILENO);
    const int code = run_applet(*find_applet("trace-syscall"), {pointers.data(), words.size()}, out, err);
    if (getpid() != 1) _exit(code);
    unsetenv(kServedVariable);
    return failure(concat("start the real init with earlybox.shim=", printable(shim)));
}

void become_real_init(const BootChoices& choices, std::span<char*> arguments, Output& err) {
    unsetenv(kServedVariable);
    {
        Machine machine("");
        set_oom_adjustment(machine, "0");
        if (isatty(STDIN_FILENO) == 0)  // the kernel found no /dev/console to give
            if (const Fd console = open_console(machine, kAnyConsole)) use_console(console);
    }
    auto words = real_init_words(choices.real_init.value_or(""));
    words.insert(words.end(), arguments.begin(), arguments.end());
    reset_signals();
    execute(words, err);
}

}  // namespace

void boot_served(BootChoices& choices, std::span<char*> arguments) {
    Output err(STDERR_FILENO, true);
    if (getenv(kServedVariable) != nullptr)
        become_real_init(choices, arguments, err);
    else if (const auto started = start_served(*choices.shim, arguments, err); !started)
        err.line("earlybox init: ", describe(started.error()));
    choices.real_init.reset();
}

}  // namespace earlybox::init
