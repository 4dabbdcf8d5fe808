// SPDX-License-Identifier: MIT
#include "applets/init/boot.h"

#include <unistd.h>

#include <algorithm>

#include "applets/init/console.h"
#include "core/base/text.h"
#include "core/probe/machine.h"

namespace earlybox::init {
namespace {

std::vector<std::string> console_names(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(name.size() + 1, list.size()));
        if (name.starts_with("/dev/")) name.remove_prefix(5);
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

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
    if (in_first_pid_namespace(machine)) {
        const auto text = machine.read(kProcfs, "cmdline");
        return text ? boot_choices(parse_cmdline(*text)) : BootChoices();
    }
    BootChoices choices;
    choices.consoles.emplace_back(kInheritedConsole);
    return choices;
}

BootChoices boot_choices(const std::vector<BootParameter>& parameters) {
    BootChoices choices;
    choices.doctor = boot_parameter(parameters, "earlybox.doctor").value_or("1") != "0";
    choices.command = boot_parameter(parameters, "earlybox.run");
    choices.real_init = boot_parameter(parameters, "earlybox.init");
    choices.shell = boot_parameter(parameters, "earlybox.shell").value_or("");
    choices.consoles = console_names(boot_parameter(parameters, "earlybox.console").value_or(""));
    return choices;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (auto word = next_word(text); !word.empty(); word = next_word(text)) words.emplace_back(word);
    return words;
}

}  // namespace earlybox::init
