// SPDX-License-Identifier: MIT
// cmdline: do the boot parameters reach somebody? The kernel itself logs those that nothing in it knows
// (init/main.c, print_unknown_bootoptions; not before 5.14).
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/cmdline.h"

namespace earlybox::doctor {
namespace {

// Those that boot loaders and init programs take for themselves.
bool is_for_others(std::string_view name) {
    constexpr std::string_view kNames[] = {"BOOT_IMAGE", "BOOTIF",     "auto",       "single",    "emergency",
                                           "rescue",     "splash",     "boot",       "break",     "toram",
                                           "text",       "nosplash",   "noresume",   "fastboot",  "netboot",
                                           "nfsroot",    "components", "live-media", "cloud-init"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

// What people type most, spelled right.
constexpr std::string_view kUsual[] = {
    "console",  "root",           "rootfstype",  "rootflags",       "rootwait",    "rdinit",
    "init",     "quiet",          "loglevel",    "panic",           "mem",         "maxcpus",
    "acpi",     "noapic",         "nolapic",     "nomodeset",       "initrd",      "earlyprintk",
    "earlycon", "debug",          "reboot",      "vdso32",          "vdso",        "clocksource",
    "notsc",    "ia32_emulation", "mitigations", "ignore_loglevel", "log_buf_len", "printk.time",
    "pci",      "nosmp",          "isolcpus",    "hugepages",       "memmap"};

// Of `console=` parameters, the devices that the kernel does not have as consoles, in order.
struct Consoles {
    std::vector<std::string> absent;
    bool last_is_absent = false;
};

Consoles absent_consoles(const std::vector<BootParameter>& parameters, std::string_view active) {
    Consoles consoles;
    for (const auto& [name, value] : parameters) {
        if (name == "--") break;
        if (name != "console" || !value) continue;
        const auto device = std::string_view(*value).substr(0, value->find(','));
        const bool is_device =
            !device.empty() && device != "null" && !device.starts_with("uart") && device != "brl";
        if (!is_device) continue;
        bool found = false;
        std::string_view rest = active;
        for (auto word = next_word(rest); !word.empty(); word = next_word(rest))
            found = found || word == device;
        if (!found) consoles.absent.emplace_back(device);
        consoles.last_is_absent = !found;
    }
    return consoles;
}

// From: Unknown kernel command line parameters "a b=1", will be passed to user space.
std::vector<BootParameter> unknown_parameters(std::string_view message) {
    const size_t first = message.find('"');
    const size_t last = message.rfind('"');
    if (first == message.npos || last <= first) return {};
    auto unknown = parse_cmdline(message.substr(first + 1, last - first - 1));
    std::erase_if(unknown, [](const BootParameter& parameter) { return is_for_others(parameter.name); });
    return unknown;
}

Finding run(Examination& examination) {
    if (examination.in_container()) return not_judged("cmdline", "in a container it is the host's affair");
    const auto text = examination.machine().read(kProcfs, "cmdline");
    if (!text) return not_judged("cmdline", "/proc/cmdline cannot be read", {one_line(text.error())});
    std::vector<std::string> evidence = {concat("/proc/cmdline: ", trimmed(*text))};

    if (const auto active = examination.machine().read(kSysfs, "class/tty/console/active")) {
        const Consoles consoles = absent_consoles(parse_cmdline(*text), trimmed(*active));
        if (!consoles.absent.empty()) {
            evidence.insert(evidence.begin(),
                            concat("console=", join(consoles.absent, ", console="),
                                   " is not among the active consoles: ", trimmed(*active)));
            // The last one is what /dev/console should be; generic images name others on top.
            return finding(kCmdlineConsole, consoles.last_is_absent ? Severity::warning : Severity::note,
                           evidence);
        }
    }
    const auto messages = examination.logged({"Unknown kernel command line parameters"});
    if (!messages) evidence.push_back(one_line(messages.error()));
    if (!messages || messages->empty())
        return fine("cmdline", "no parameter is known to be without effect", evidence);
    const auto unknown = unknown_parameters(messages->front().text);
    if (unknown.empty()) return fine("cmdline", "every boot parameter has its taker", evidence);

    evidence.insert(evidence.begin(), messages->front().evidence());
    bool mistyped = false;
    for (const auto& [name, value] : unknown) {
        const auto meant = did_you_mean(name, {std::begin(kUsual), std::end(kUsual)});
        if (!meant || *meant == name) continue;  // spelled right, but this kernel lacks what it is for
        mistyped = true;
        evidence.insert(evidence.begin(), concat("'", name, "': did you mean '", *meant, "'?"));
    }
    return mistyped ? finding(kCmdlineMistyped, Severity::warning, evidence)
                    : finding(kCmdlineUnknown, Severity::note, evidence);
}

}  // namespace

const Check check_cmdline = {"cmdline", "do the boot parameters have an effect", run};

}  // namespace earlybox::doctor
