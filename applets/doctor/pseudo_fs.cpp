// SPDX-License-Identifier: MIT
// pseudo-fs: are the kernel's own file systems there, and mounted?
#include <errno.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/sys/mount.h"

namespace earlybox::doctor {
namespace {

// What programs cannot do without; /tmp and /run may well be plain directories.
bool matters(const PseudoFilesystem& file_system) {
    constexpr std::string_view kNames[] = {"proc", "sysfs", "devtmpfs", "devpts"};
    return std::ranges::find(kNames, file_system.name) != std::end(kNames);
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("pseudo-fs", kCaptured);
    std::vector<std::string> mounted;
    std::vector<std::string> unmounted;
    std::vector<std::string> missing;
    for (const auto& file_system : pseudo_filesystems()) {
        if (!matters(file_system)) continue;
        if (mount_state(file_system.mount_point, file_system.magic) == MountState::mounted)
            mounted.emplace_back(file_system.mount_point);
        else if (const auto directory = mount_detached(file_system.type);
                 !directory && directory.error().code == ENODEV)
            missing.push_back(
                concat(file_system.type, " is unknown to this kernel: ", file_system.option, " is off"));
        else
            unmounted.emplace_back(file_system.mount_point);
    }
    if (!missing.empty()) return finding(kPseudoFsMissing, Severity::warning, missing);
    if (unmounted.empty()) return fine("pseudo-fs", concat(join(mounted, ", "), " are mounted"));
    return finding(kPseudoFsUnmounted, Severity::note, {concat("not mounted: ", join(unmounted, ", "))});
}

}  // namespace

const Check check_pseudo_fs = {"pseudo-fs",
                               "are /proc, /sys, /dev and /dev/pts mounted, and known to this kernel", run};

}  // namespace earlybox::doctor
