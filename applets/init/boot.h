// SPDX-License-Identifier: MIT
// What the boot parameters ask of init.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/parse/cmdline.h"

namespace earlybox::init {

struct BootChoices {
    bool doctor = true;                    // earlybox.doctor
    std::optional<std::string> command;    // earlybox.run
    std::optional<std::string> real_init;  // earlybox.init; empty: the usual places
    std::optional<std::string> shim;       // earlybox.shim: what --shim of trace-syscall takes
    std::optional<std::string> shell;      // earlybox.shell; else the first that is found
    std::vector<std::string> consoles;     // earlybox.console, without /dev/; else the active ones
};

// Those of this boot. Below another PID 1 (in a container, below unshare --pid) the boot parameters are not
// meant for this init, nor are the kernel's consoles.
BootChoices read_boot_choices();

BootChoices boot_choices(const std::vector<BootParameter>& parameters);

// What lies between separators; one at the end ends the last piece.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace earlybox::init
