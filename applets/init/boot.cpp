// SPDX-License-Identifier: MIT
#include "applets/init/boot.h"

#include <unistd.h>

#include <algorithm>

#include "applets/init/console.h"
#include "core/base/text.h"
#include "core/probe/machine.h"

namespace earlybox::init {
namespace {

bool in_first_pid_namespace(Machine& machine) {
    constexpr std::string_view kFirst = "pid:[4026531836]";  // PROC_PID_INIT_INO (linux/proc_ns.h)
    char name[64];
    const auto proc = machine.directory(kProcfs);
    const ssize_t length = proc ? readlinkat(*proc, "self/ns/pid", name, sizeof name) : -1;
    return length < 0 || std::string_view(name, static_cast<size_t>(length)) == kFirst;
}

}  // namespace

BootChoices read_boot_choices() {
    Machine machine("");
    BootChoices choices;
    if (!in_first_pid_namespace(machine))
        choices.consoles.emplace_back(kInheritedConsole);
    else if (const auto text = machine.read(kProcfs, "cmdline"))
        choices = boot_choices(parse_cmdline(*text));
    return choices;
}

BootChoices boot_choices(const std::vector<BootParameter>& parameters) {
    BootChoices choices;
    choices.doctor = boot_parameter(parameters, "earlybox.doctor") != "0";
    choices.command = boot_parameter(parameters, "earlybox.run");
    choices.real_init = boot_parameter(parameters, "earlybox.init");
    choices.shim = boot_parameter(parameters, "earlybox.shim");
    choices.shell = boot_parameter(parameters, "earlybox.shell");
    if (const auto consoles = boot_parameter(parameters, "earlybox.console"))
        choices.consoles = split(*consoles, ',');
    for (auto& console : choices.consoles)
        if (console.starts_with("/dev/")) console.erase(0, 5);
    return choices;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        const auto piece = text.substr(0, text.find(separator));
        text.remove_prefix(std::min(piece.size() + 1, text.size()));
        pieces.emplace_back(piece);
    }
    return pieces;
}

}  // namespace earlybox::init
