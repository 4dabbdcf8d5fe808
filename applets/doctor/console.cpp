// SPDX-License-Identifier: MIT
// console: is there one, and does /dev/console lead to it?
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::doctor {
namespace {

constexpr const char* kPath = "/dev/console";

bool is_console_node() {
    struct stat node{};
    return stat(kPath, &node) == 0 && S_ISCHR(node.st_mode) && node.st_rdev == makedev(5, 1);
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("console", kCaptured);
    if (examination.in_container()) return not_judged("console", "in a container it is the host's affair");
    std::vector<std::string> evidence;
    const auto active = examination.machine().read(kSysfs, "class/tty/console/active");
    if (active) evidence.push_back(concat("active consoles in sysfs: ", trimmed(*active)));
    const auto complaints = examination.logged({"unable to open an initial console"});
    if (complaints)
        for (const LogLine& line : *complaints) evidence.push_back(line.evidence());
    if (active && trimmed(*active).empty()) return finding(kConsoleNone, Severity::warning, evidence);
    if (!is_console_node()) {
        evidence.push_back(exists(kPath) ? "/dev/console is not the character device 5:1"
                                         : "/dev/console does not exist");
        return finding(kConsoleNodeMissing, Severity::warning, evidence);
    }
    const auto device = open_at(AT_FDCWD, kPath, O_WRONLY | O_NOCTTY | O_NONBLOCK);
    if (!device) {
        evidence.push_back(one_line(device.error()));
        if (device.error().code == EACCES || device.error().code == EPERM)
            return not_judged("console", "that needs root", evidence);
        return finding(kConsoleDead, Severity::warning, evidence);
    }
    return fine("console", active ? concat("/dev/console leads to ", trimmed(*active)) : "/dev/console works",
                evidence);
}

}  // namespace

const Check check_console = {"console", "is there a console, and does /dev/console open it", run};

}  // namespace earlybox::doctor
