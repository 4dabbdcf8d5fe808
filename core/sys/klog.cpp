// SPDX-License-Identifier: MIT
#include "core/sys/klog.h"

#include <errno.h>
#include <sys/klog.h>

namespace earlybox {
namespace {

const char* description_of(KlogAction action) {
    switch (action) {
        case KlogAction::read_all:
        case KlogAction::buffer_size:
            return "read the kernel's log through syslog(2)";
        case KlogAction::clear:
            return "clear the kernel's log";
        case KlogAction::console_off:
        case KlogAction::console_on:
        case KlogAction::console_level:
            return "set what the kernel prints on consoles";
    }
    return "";
}

std::unexpected<Error> refused(KlogAction action, int code) {
    const bool reads = action == KlogAction::read_all || action == KlogAction::buffer_size;
    if (code == ENOSYS)
        return failure(description_of(action), code, "this kernel is built without CONFIG_PRINTK",
                       "boot a kernel with CONFIG_PRINTK=y");
    if (code == EPERM && reads)
        return failure(
            description_of(action), code,
            "CAP_SYSLOG is missing, and kernel.dmesg_restrict is 1 (CONFIG_SECURITY_DMESG_RESTRICT)",
            "run it as root; or as root: echo 0 > /proc/sys/kernel/dmesg_restrict");
    if (code == EPERM)
        return failure(description_of(action), code, "CAP_SYSLOG is missing", "run it as root");
    return failure(description_of(action), code);
}

}  // namespace

Result<size_t> klog(KlogAction action, char* to, size_t argument) {
    const int result = klogctl(static_cast<int>(action), to, static_cast<int>(argument));
    if (result < 0) return refused(action, errno);
    return static_cast<size_t>(result);
}

}  // namespace earlybox
