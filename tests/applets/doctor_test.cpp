// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/abi/findings.h"
#include "core/applet.h"
#include "tests/captured_machine.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(own_510, "tests/fixtures/kallsyms/own-5.10")
EMBED(own_612, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612, "tests/fixtures/kallsyms/debian-6.12")

TEST_CASE(
    "doctor names the missing 32-bit time calls of a captured machine, with evidence, cause, effect and fix") {
    const CapturedMachine machine(GENERATE(own_510(), own_612()));
    const auto outcome = machine.run({"doctor"});
    CHECK(outcome.code == kBadNews);
    CHECK(outcome.err == "");
    CHECK_THAT(outcome.out, Catch::Contains("FAILURE  time32: ") &&
                                Catch::Contains("CONFIG_COMPAT_32BIT_TIME") &&
                                Catch::Contains("  evidence  kallsyms: W __ia32_sys_") &&
                                Catch::Contains("  effect ") && Catch::Contains("  fix "));
    CHECK_THAT(machine.run({"doctor", "--json"}).out,
               Catch::StartsWith(R"({"id":"time32","severity":"failure","title":")"));  // the worst first
}

TEST_CASE("doctor has nothing to say about the calls of a healthy kernel") {
    const CapturedMachine machine(debian_612());
    const auto outcome = machine.run({"doctor"});
    CHECK(outcome.code == kFine);
    CHECK_THAT(outcome.out, Catch::Contains("nothing is wrong") && !Catch::Contains("FAILURE"));
}

TEST_CASE("doctor does not judge what it cannot see") {
    TemporaryTree empty;
    empty.add("proc/version", "");
    const auto outcome = call({"doctor", "--root", empty.path()});
    CHECK(outcome.code == kFine);
    CHECK_THAT(outcome.out, Catch::Contains("nothing could be judged") && Catch::Contains("not judged: ") &&
                                !Catch::Contains("nothing is wrong") && !Catch::Contains("FAILURE"));
}

TEST_CASE("a captured machine that is not there is an error, for every applet that reads one") {
    const auto* applet = GENERATE("doctor", "ksyms", "syscall-probe");
    const auto outcome = call({applet, "--root", "/nonexistent/machine"});
    CHECK(outcome.code == kFailed);
    CHECK(outcome.out == "");
    CHECK_THAT(outcome.err, Catch::Contains("/nonexistent/machine") && Catch::Contains("ENOENT"));
}

TEST_CASE("doctor reads a captured machine's memory, log and boot parameters") {
    CapturedMachine machine(debian_612());
    const auto doctor = [&](const char* id) { return machine.run({"doctor", "-v", "--only", id}).out; };

    machine.add("proc/meminfo", "MemTotal: 48000 kB\nMemAvailable: 30000 kB\nSwapFree: 0 kB\n");
    CHECK_THAT(doctor("memory"), Catch::Contains("ok       memory: 29 MB are available"));
    machine.add("proc/meminfo",
                "MemTotal: 48000 kB\nMemAvailable: 3000 kB\nSwapFree: 0 kB\nAnonPages: 20480 kB\n"
                "Shmem: 1024 kB\nUnevictable: 2048 kB\n");
    CHECK_THAT(doctor("memory"), Catch::Contains("warning  memory: ") && Catch::Contains("programs 20 MB") &&
                                     Catch::Contains("(initramfs, tmpfs) 3 MB"));
    machine.add("proc/meminfo", "MemTotal: 48000 kB\nMemAvailable: 3000 kB\nSwapFree: 100000 kB\n");
    CHECK_THAT(doctor("memory"), Catch::Contains("ok       memory"));

    machine.add("proc/vmstat", "oom_kill 2\n");
    CHECK_THAT(doctor("oom-kills"),
               Catch::Contains("note     oom-kills: ") && Catch::Contains("/proc/vmstat: oom_kill 2"));
    machine.add("dev/kmsg",
                "12,1,1000000,-;Out of memory: Killed process 1 (liar)\n"
                "3,2,2000000,-;Out of memory: Killed process 7 (ev\\x0ail) total-vm:1kB\n");
    CHECK_THAT(doctor("oom-kills"),
               Catch::Contains("warning  oom-kills: ") &&
                   Catch::Contains("kernel log, 2 s: Out of memory: Killed process 7 (ev") &&
                   !Catch::Contains("liar"));
    machine.add("dev/kmsg", "3,2,2000000,-;Memory cgroup out of memory: Killed process 7 (a) total-vm:1kB\n");
    CHECK_THAT(doctor("oom-kills"), Catch::Contains("control group"));
}

TEST_CASE("doctor judges boot parameters by the kernel's own complaint") {
    CapturedMachine machine(debian_612());
    const auto doctor = [&] { return machine.run({"doctor", "-v", "--only", "cmdline"}).out; };
    const auto complain = [&](const char* parameters) {
        machine.add("dev/kmsg", concat("5,9,1,-;Unknown kernel command line parameters \"", parameters,
                                       "\", will be passed to user space.\n"));
    };
    machine.add("proc/cmdline", "console=tty1 console=ttyS0,115200n8 -- console=ttyS9\n");
    machine.add("sys/class/tty/console/active", "tty1 ttyS0\n");
    complain("BOOT_IMAGE=/boot/vmlinuz splash");
    CHECK_THAT(doctor(), Catch::Contains("ok       cmdline: every boot parameter has its taker"));
    complain("BOOT_IMAGE=/boot/vmlinuz nomodeset");
    CHECK_THAT(doctor(), Catch::Contains("note     cmdline") && !Catch::Contains("did you mean"));
    complain("BOOT_IMAGE=/boot/vmlinuz consle=ttyS0");
    CHECK_THAT(doctor(), Catch::Contains("warning  cmdline") &&
                             Catch::Contains("'consle': did you mean 'console'?") &&
                             !Catch::Contains("'BOOT_IMAGE'"));

    machine.add("proc/cmdline", "console=ttyS3 console=ttyS0\n");
    CHECK_THAT(doctor(), Catch::Contains("note     cmdline: console= names a device that is not there"));
    machine.add("proc/cmdline", "console=ttyS0 console=ttyS3,9600\n");
    CHECK_THAT(doctor(),
               Catch::Contains("warning  cmdline") && Catch::Contains("console=ttyS3 is not among"));
}

TEST_CASE("doctor says why a captured machine kept time slowly") {
    CapturedMachine machine(debian_612());
    const auto doctor = [&] { return machine.run({"doctor", "-v", "--only", "clocksource"}).out; };
    const std::string directory = "sys/devices/system/clocksource/clocksource0/";
    machine.add(directory + "available_clocksource", "hpet acpi_pm \n");
    machine.add(directory + "current_clocksource", "tsc\n");
    CHECK_THAT(doctor(), Catch::Contains("ok       clocksource: time is kept by tsc"));
    machine.add(directory + "current_clocksource", "hpet\n");
    CHECK_THAT(doctor(), Catch::Contains("warning  clocksource: a slow clocksource is in use"));
    machine.add("dev/kmsg", "2,700,3000000,-;tsc: Marking TSC unstable due to clocksource watchdog\n");
    CHECK_THAT(doctor(),
               Catch::Contains("gave up") && Catch::Contains("kernel log, 3 s: tsc: Marking TSC unstable"));
    machine.add("proc/cmdline", "notsc\n");
    CHECK_THAT(doctor(), Catch::Contains("boot parameter notsc"));
}

TEST_CASE("doctor misses the system calls that ordinary 64-bit programs need") {
    const auto doctor = [](std::string_view kallsyms) {
        return CapturedMachine(kallsyms).run({"doctor", "-v", "--only", "syscalls-64"}).out;
    };
    CHECK_THAT(
        doctor("ffffffff81000000 T __x64_sys_read\n"
               "ffffffff81000010 W __x64_sys_rseq\n"
               "ffffffff81000020 W __x64_sys_kexec_load\n"),
        Catch::Contains("ok       syscalls-64") && Catch::Contains("stubs for kexec_load: CONFIG_KEXEC"));
    CHECK_THAT(doctor("ffffffff81000000 T __x64_sys_read\n"
                      "ffffffff81000010 W __x64_sys_epoll_create1\n"
                      "ffffffff81000020 W __x64_sys_epoll_ctl\n"),
               Catch::Contains("warning  syscalls-64") &&
                   Catch::Contains("stubs for epoll_ctl, epoll_create1: CONFIG_EPOLL"));
}
