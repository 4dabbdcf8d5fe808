// SPDX-License-Identifier: MIT
// Mounting: file systems that need no mount point, and ordinary mounts.
#pragma once
#include <cstdint>
#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace earlybox {

// A directory descriptor on a fresh mount of `type` that no path leads to and that ends with the descriptor:
// fsopen/fsmount, or (before 5.2, or where a filter hides those calls) a mount in the namespace of a child
// that shares our descriptors. `options` are words, as mount -o takes them: "cpu,memory". ENODEV: this kernel
// does not know the type. EPERM: no CAP_SYS_ADMIN.
enum class DeviceNodes { usable, inert };
Result<Fd> mount_detached(const char* type, DeviceNodes nodes = DeviceNodes::inert,
                          const std::string& options = {});

// Whether exactly this kind of file system (its statfs magic) is mounted at `path`. Needs no /proc.
enum class MountState { nothing, mounted, something_else };
MountState mount_state(const std::string& path, uint64_t magic);

Result<> mount_filesystem(const char* source, const std::string& target, const char* type,
                          unsigned long flags, const char* options);
Result<> unmount(const std::string& target);

}  // namespace earlybox
