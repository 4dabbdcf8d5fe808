// SPDX-License-Identifier: MIT
// What runs on a console. All of this happens in children of PID 1.
#pragma once
#include <string>
#include <vector>

#include "applets/init/boot.h"
#include "applets/init/console.h"
#include "core/base/output.h"
#include "core/sys/process.h"

namespace earlybox::init {

enum class Terminal {
    controlling,  // of a new session
    free,         // left to whoever wants it as such
};

// What errno says of an attempt: refused("start ", path).
Error refused(std::string_view what, std::string_view subject);

// As exec takes them: with a null pointer at the end.
std::vector<char*> arguments_of(std::vector<std::string>& words);

// Becomes that program, looked for in PATH. Returns only if it fails: what a shell exits with then; the error
// is told.
int execute(std::vector<std::string>& words, Output& err);

// How much memory's running out is to spare a process: -1000 (never to be killed) to 0 (as any other).
void set_oom_adjustment(Machine& machine, const char* value);

// Makes this process, a child of PID 1, one like any other: its signals, environment and name, no privilege
// when memory runs out; and puts it on the console. False: there is no such console.
bool settle_on_console(const std::string& console, Terminal terminal);

// PATH: the usual directories, then where earlybox and its links are.
std::string search_path();

struct Greeting {
    std::string news;     // what happened before; lines, or empty
    bool doctor = false;  // the doctor's first screen comes first
    bool shell_fails =
        false;  // a shell that ends at once, again and again: earlybox's own prompt in its place
};

// A greeting, then the shell, or where there is none the prompt of our own.
[[noreturn]] void run_shell(const BootChoices& choices, const Greeting& greeting);

// A command line, by the shell where there is one.
[[noreturn]] void run_command_line(const BootChoices& choices);

// The real init and its arguments: what earlybox.init says, or the first in the kernel's usual places.
std::vector<std::string> real_init_words(const std::string& command);

// The real init, in namespaces that were made for it.
[[noreturn]] void run_real_init(const std::string& command);

// What became of it: "/sbin/init, PID 1 of a namespace, asked for a reboot".
std::string describe_real_init(const std::string& command, const ChildEnd& end);

}  // namespace earlybox::init
