// SPDX-License-Identifier: MIT
// init: PID 1 of a machine in trouble. The doctor's screen, then a shell, again and again, on every console;
// it never exits. What it consists of is in applets/init/, a file each.
#include <stdlib.h>
#include <unistd.h>

#include "applets/init/boot.h"
#include "applets/init/orders.h"
#include "applets/init/prompt.h"
#include "applets/init/rescue.h"
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

int be_pid_1() {
    BootChoices choices = read_boot_choices();
    if (past_fault() != 0)
        choices = {.doctor = false, .shell = {}, .consoles = choices.consoles};  // nothing that could be why
    supervise(std::move(choices));
}

int run(Context& context) {
    if (getpid() == 1) return be_pid_1();  // its arguments are what the kernel did not understand
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
        "As PID 1 it serves every active console: doctor's first screen, then the first of /bin/sh, /bin/bash, "
        "busybox, again whenever that ends; where there is none, a small prompt of its own.\n"
        "With an operand it asks the earlybox that is PID 1. poweroff, reboot, halt: end all processes, write the disks "
        "(busybox's commands of these names do the same). exec: PID 1 becomes PATH (/sbin/init, if there is no other "
        "than earlybox), with no way back. prompt is the small prompt, here.\n"
        "Boot parameters:\n"
        "earlybox.run=\"COMMAND\" runs one command and powers off.\n"
        "earlybox.doctor=0 leaves the report out.\n"
        "earlybox.shell=PATH chooses the shell.\n"
        "earlybox.console=NAME[,NAME...] chooses the consoles.\n"
        "earlybox.init=PATH runs the real init as PID 1 of a PID and mount namespace of its own, and comes back, saying "
        "how it ended, when it dies. There it cannot do all that a PID 1 can: reboot(2) only ends the namespace, its "
        "mounts are gone when it ends, a /proc mounted outside shows other process numbers, and an init that deletes "
        "the initramfs (switch_root) deletes it for earlybox as well.",
};

}  // namespace earlybox
