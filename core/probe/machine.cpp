// SPDX-License-Identifier: MIT
#include "core/probe/machine.h"

#include <errno.h>
#include <fcntl.h>

#include "core/base/text.h"
#include "core/sys/file.h"
#include "core/sys/mount.h"

namespace earlybox {
namespace {

Error explained(Error error, const PseudoFilesystem& file_system) {
    if (error.code == ENODEV) {
        error.cause = concat("this kernel is built without ", file_system.option,
                             " (or has it as a module that is not loaded)");
        error.remedy = concat("a kernel with ", file_system.option, "=y");
    } else if (error.code == EPERM || error.code == EACCES) {
        error.cause = concat(file_system.mount_point, " is not mounted, and mounting needs CAP_SYS_ADMIN");
        error.remedy = concat("run as root, or have root mount ", file_system.mount_point);
    }
    return error;
}

}  // namespace

Result<int> Machine::directory(const PseudoFilesystem& file_system) {
    for (const auto& known : directories_)
        if (known.file_system == &file_system) return known.descriptor.number();
    const std::string path = root_ + file_system.mount_point;
    Result<Fd> descriptor;
    if (!live() || mount_state(path, file_system.magic) == MountState::mounted)
        descriptor = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
    else
        descriptor = mount_detached(file_system.type,
                                    &file_system == &kDevtmpfs ? DeviceNodes::usable : DeviceNodes::inert);
    if (!descriptor)
        return std::unexpected(live() ? explained(descriptor.error(), file_system) : descriptor.error());
    directories_.push_back({&file_system, std::move(*descriptor)});
    return directories_.back().descriptor.number();
}

Result<Fd> Machine::open(const PseudoFilesystem& file_system, const std::string& path, int flags) {
    const int parent = TRY(directory(file_system));
    return open_at(parent, path, flags, concat(root_, file_system.mount_point, "/", path));
}

Result<std::string> Machine::read(const PseudoFilesystem& file_system, const std::string& path) {
    const Fd file = TRY(open(file_system, path));
    return read_all(file.number(), concat(root_, file_system.mount_point, "/", path));
}

}  // namespace earlybox
