// SPDX-License-Identifier: MIT
// root-fs: can the root file system be written, and is there room on it?
#include <errno.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/mountinfo.h"

namespace earlybox::doctor {
namespace {

// What is mounted on / last.
std::optional<MountInfo> root_mount(Machine& machine) {
    const auto text = machine.read(kProcfs, "self/mountinfo");
    std::optional<MountInfo> root;
    std::string_view rest = text ? std::string_view(*text) : "";
    for (std::string_view line; next_line(rest, line);)
        if (auto mount = parse_mountinfo_line(line); mount && mount->mount_point == "/")
            root = std::move(mount);
    return root;
}

// File systems that nobody ever writes to.
bool is_image(std::string_view type) {
    constexpr std::string_view kTypes[] = {"squashfs", "erofs", "cramfs", "romfs", "iso9660"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("root-fs", kCaptured);
    struct statvfs root{};
    if (statvfs("/", &root) != 0) return not_judged("root-fs", concat("statvfs says ", errno_name(errno)));
    const auto mount = root_mount(examination.machine());
    const std::string type = mount ? mount->type : "unknown";
    std::vector<std::string> evidence;
    if (mount) evidence.push_back(concat("/proc/self/mountinfo: / is ", mount->source, ", of type ", type));

    if ((root.f_flag & ST_RDONLY) != 0 && !is_image(type)) {
        evidence.emplace_back("statvfs(\"/\"): read-only");
        const auto errors = examination.logged(
            {"emounting filesystem read-only", "Filesystem has been shut down", "forced readonly"});
        if (errors)
            for (const LogLine& line : *errors) evidence.push_back(line.evidence());
        if (errors && !errors->empty()) return finding(kRootFailed, Severity::failure, evidence);
        return finding(kRootReadOnly, examination.in_container() ? Severity::note : Severity::warning,
                       evidence);
    }
    const uint64_t room = root.f_bavail * root.f_frsize;
    constexpr uint64_t kLittle = 65'536;
    const bool no_room = root.f_blocks != 0 && room < kLittle;
    const bool no_inodes = root.f_files != 0 && root.f_favail == 0;
    if ((no_room || no_inodes) && (root.f_flag & ST_RDONLY) == 0) {
        evidence.push_back(
            concat("statvfs(\"/\"): ", room / 1024, " KB and ", root.f_favail, " inodes are free"));
        return finding(kRootFull, Severity::warning, evidence);
    }
    return fine("root-fs", "the root file system can be written", evidence);
}

}  // namespace

const Check check_root_fs = {"root-fs", "can the root file system be written, and has it room", run};

}  // namespace earlybox::doctor
