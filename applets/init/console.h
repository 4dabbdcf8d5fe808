// SPDX-License-Identifier: MIT
// The terminals that init serves. Their device nodes need not exist: a devtmpfs that is mounted nowhere has
// them.
#pragma once
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/probe/machine.h"

namespace earlybox::init {

// /dev/console: the one that is always worth a try.
inline constexpr const char* kAnyConsole = "console";
// In place of a name: the descriptors that this process was started with.
inline constexpr const char* kInheritedConsole = "-";

// The consoles of the kernel that are terminals ("ttyS0"), the one behind /dev/console first.
std::vector<std::string> active_consoles(Machine& machine);

// For reading and writing; it becomes nobody's controlling terminal by that. None: errno tells why.
Fd open_console(Machine& machine, const std::string& name);

// Takes it away from whoever has it open or as the controlling terminal; they see a hangup.
void revoke_console(Machine& machine, const std::string& name);

// Makes it standard input, output and error.
void use_console(const Fd& console);

// Makes standard input the controlling terminal of this session, in a state in which one can type.
void control_terminal();

}  // namespace earlybox::init
