// SPDX-License-Identifier: MIT
#include "core/probe/symbols.h"

#include <errno.h>
#include <unistd.h>

#include "core/base/text.h"

namespace earlybox {

Result<Fd> open_kallsyms(Machine& machine) {
    auto file = machine.open(kProcfs, "kallsyms");
    if (!file && file.error().code == ENOENT) {
        file.error().cause = machine.live() ? "this kernel is built without CONFIG_KALLSYMS"
                                            : "the captured tree holds no copy of /proc/kallsyms";
        file.error().remedy = machine.live()
                                  ? "a kernel with CONFIG_KALLSYMS=y (and CONFIG_KALLSYMS_ALL=y for data)"
                                  : "cp /proc/kallsyms DIR/proc/ on the machine in question";
    }
    return file;
}

Error hidden_addresses_error(Machine& machine, bool captured) {
    Error error("every symbol address reads as zero");
    if (captured) {
        error.cause = "the captured kallsyms was read without the right to see addresses";
        error.remedy = "capture it again as root, with kernel.kptr_restrict below 2";
        return error;
    }
    const auto restrict = machine.read(kProcfs, "sys/kernel/kptr_restrict");
    const std::string_view value = restrict ? std::string_view(*restrict).substr(0, 1) : "";
    if (value == "2") {
        error.cause = "kernel.kptr_restrict is 2: addresses are hidden from everyone";
        error.remedy = "echo 1 > /proc/sys/kernel/kptr_restrict (as root)";
    } else if (geteuid() != 0) {
        error.cause = concat("addresses are shown to CAP_SYSLOG only (kernel.kptr_restrict is ",
                             value.empty() ? "unknown" : value, ", this is uid ", geteuid(), ")");
        error.remedy = "run as root";
    } else {
        error.cause =
            "root lacks CAP_SYSLOG here (a container), or the kernel is locked down for confidentiality";
        error.remedy = "run outside the container; boot without lockdown=confidentiality";
    }
    return error;
}

}  // namespace earlybox
