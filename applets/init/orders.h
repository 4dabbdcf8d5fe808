// SPDX-License-Identifier: MIT
// What one asks of PID 1, from a shell that it started: signals, the same as busybox's init obeys.
#pragma once
#include <signal.h>

#include <string>
#include <vector>

#include "core/applet.h"

namespace earlybox::init {

inline constexpr int kHalt = SIGUSR1;
inline constexpr int kPowerOff = SIGUSR2;
inline constexpr int kReboot = SIGTERM;
inline constexpr int kControlAltDelete = SIGINT;  // from the kernel (reboot(2), LINUX_REBOOT_CMD_CAD_OFF)
// Become another program: PID 1 reads which one on the command line of the process that sent the signal.
inline constexpr int kExec = SIGQUIT;

// The comm of PID 1, by which it is known to be this init.
inline constexpr const char* kProcessName = "earlybox-init";

// Carries out `init poweroff`, `init exec /sbin/init` …; returns the exit code.
int give_order(Context& context, std::span<char*> words);

// PROGRAM ARGUMENT... of "init exec PROGRAM ARGUMENT...", as /proc/PID/cmdline has it (each ends with a zero
// byte); an empty PROGRAM of a plain "init exec". No words: that is not what the command line says.
std::vector<std::string> exec_order(std::string_view command_line);

// The path of the program that PID 1 is to become: a name without a slash is looked for in search_path(); of
// an empty name, the first of the kernel's usual places for init that is not this program. Empty: there is
// none.
std::string find_program(const std::string& name);

}  // namespace earlybox::init
