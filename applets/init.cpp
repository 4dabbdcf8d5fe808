// SPDX-License-Identifier: MIT
// init: PID 1 of a machine in trouble. The doctor's screen, then a shell, again and again, on every console;
// it never exits. What it consists of is in applets/init/, a file each.
#include <stdlib.h>
#include <unistd.h>

#include "applets/init/boot.h"
#include "applets/init/orders.h"
#include "applets/init/prompt.h"
#include "applets/init/rescue.h"
#include "applets/init/served_boot.h"
#include "applets/init/session.h"
#include "applets/init/supervisor.h"
#include "core/applet.h"
#include "core/probe/machine.h"

namespace earlybox {
namespace {

using namespace init;

struct Options {
    bool force = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::force>('f', "force", nullptr,
                            "although this is not PID 1: the screen and a shell, once, here (for a try)"),
};

constexpr Example kExamples[] = {
    {"rdinit=/earlybox/init", "boot parameter: start it from an initramfs that holds earlybox"},
    {"rdinit=/earlybox/init earlybox.run=\"earlybox doctor\"", "one command, its status, and power off"},
    {"init reboot", "in its shell: end all processes, write the disks, restart"},
    {"init exec switch_root /mnt /sbin/init", "in its shell: go on with the system on /mnt"},
};

int be_pid_1(std::span<char*> arguments) {
    BootChoices choices = read_boot_choices();
    if (past_fault() != 0)
        choices = {.doctor = false, .consoles = choices.consoles};  // nothing that could be why
    if (choices.shim) boot_served(choices, arguments);
    supervise(choices);
}

int run(Context& context) {
    if (getpid() == 1) return be_pid_1(context.arguments);  // they are what the kernel did not understand
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (!operands->empty() && std::string_view((*operands)[0]) == "prompt")
        return run_prompt(context.input, context.out, context.err);
    if (!operands->empty()) return give_order(context, *operands);
    if (options.force) run_shell({}, {.doctor = true});
    return context.fail(Error("this is not PID 1", 0,
                              "init is for a machine without one: it powers off, and takes every orphan",
                              "boot with rdinit=/earlybox/init; or init --force for a try"));
}

}  // namespace

extern const Applet applet_init;
const Applet applet_init = {
    .name = "init",
    .summary = "PID 1 for emergencies: doctor's report, then a shell for ever",
    .operands = "[poweroff|reboot|halt|exec [PATH...]|prompt]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "PID 1 does not exit; 3 where it refuses to run, or did not do what was asked",
    .run = run,
    .takes_command = true,
    .notes =
        "As PID 1: doctor's first screen, then the first of /bin/sh, /bin/bash, busybox, or a small prompt of its own, "
        "again and again on every active console.\n"
        "With an operand it asks the earlybox that is PID 1. poweroff, reboot, halt (busybox's are as good): end all "
        "processes, write the disks. exec: PID 1 becomes PATH (/sbin/init), with no way back. prompt: the small "
        "prompt, here.\n"
        "Boot parameters:\n"
        "earlybox.run=\"COMMAND\": one command, then power off.\n"
        "earlybox.doctor=0: no report.\n"
        "earlybox.shell=PATH: this shell.\n"
        "earlybox.console=NAME[,NAME...]: these consoles.\n"
        "earlybox.shim=time32: PID 1 becomes the real init (/sbin/init, or what earlybox.init= says), with no way back, "
        "and a tracer serves it and all others the 32-bit time calls that this kernel refuses (see trace-syscall "
        "--help).\n"
        "earlybox.init=PATH: first the real init, as PID 1 of a PID and mount namespace; when it dies, how it ended, "
        "and the shell. There, reboot(2) only ends the namespace, mounts are gone when it ends, and an init that "
        "deletes the initramfs (switch_root) deletes what the shell needs.",
};

}  // namespace earlybox
