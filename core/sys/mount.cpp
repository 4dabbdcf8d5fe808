// SPDX-License-Identifier: MIT
#include "core/sys/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"

// <sys/mount.h> clashes with <linux/mount.h>.
extern "C" int mount(const char*, const char*, const char*, unsigned long, const void*);
extern "C" int umount2(const char*, int);

namespace earlybox {
namespace {

Result<Fd> mount_by_fsopen(const char* type, DeviceNodes nodes, const std::string& options) {
    const Fd context(static_cast<int>(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC)));
    if (!context) return failure(concat("fsopen ", type), errno);
    for (std::string_view rest = options; !rest.empty();) {
        const std::string option(rest.substr(0, rest.find(',')));
        rest.remove_prefix(std::min(rest.size(), option.size() + 1));
        if (syscall(SYS_fsconfig, context.number(), FSCONFIG_SET_FLAG, option.c_str(), nullptr, 0) != 0)
            return failure(concat("mount ", type, " -o ", option), errno);
    }
    if (syscall(SYS_fsconfig, context.number(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        return failure(concat("create a ", type, " file system"), errno);
    const unsigned attributes =
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | (nodes == DeviceNodes::inert ? MOUNT_ATTR_NODEV : 0U);
    Fd directory(static_cast<int>(syscall(SYS_fsmount, context.number(), FSMOUNT_CLOEXEC, attributes)));
    if (!directory) return failure(concat("fsmount ", type), errno);
    return directory;
}

struct NamespaceMount {
    int descriptor;
    int error;
};

// The child's namespace dies with it, but a descriptor into it keeps the mount alive, and CLONE_FILES makes
// the child's descriptors ours.
Result<Fd> mount_by_namespace(const char* type, DeviceNodes nodes, const std::string& options) {
    int ends[2];
    // Non-blocking: with shared descriptors the writing end stays open here even when the child has gone.
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return failure("make a pipe to a child process", errno);
    const Fd from_child(ends[0]);
    const Fd to_parent(ends[1]);
    const auto child =
        static_cast<pid_t>(syscall(SYS_clone, CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (child < 0) return failure("fork a child process", errno);
    if (child == 0) {
        NamespaceMount result{-1, 0};
        const unsigned long flags =
            MS_NOSUID | MS_NOEXEC | (nodes == DeviceNodes::inert ? static_cast<unsigned long>(MS_NODEV) : 0);
        const bool mounted = unshare(CLONE_NEWNS) == 0 &&
                             mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             mount("earlybox", "/", type, flags, options.c_str()) == 0;
        // "/" itself stays what it was for this process; "/.." steps onto the mount on top of it.
        if (mounted) result.descriptor = open("/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (result.descriptor < 0) result.error = errno;
        (void)!write(ends[1], &result, sizeof result);
        _exit(0);
    }
    NamespaceMount result{-1, ECHILD};
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    (void)!read(from_child.number(), &result, sizeof result);
    if (result.descriptor < 0)
        return failure(concat("mount ", type, " in a private namespace"), result.error);
    return Fd(result.descriptor);
}

}  // namespace

Result<Fd> mount_detached(const char* type, DeviceNodes nodes, const std::string& options) {
    auto directory = mount_by_fsopen(type, nodes, options);
    if (directory || directory.error().code != ENOSYS) return directory;
    return mount_by_namespace(type, nodes, options);
}

MountState mount_state(const std::string& path, uint64_t magic) {
    struct stat here{};
    struct stat above{};
    struct statfs file_system{};
    if (stat(path.c_str(), &here) != 0 || stat((path + "/..").c_str(), &above) != 0 ||
        here.st_dev == above.st_dev || statfs(path.c_str(), &file_system) != 0)
        return MountState::nothing;
    return static_cast<uint32_t>(file_system.f_type) == magic ? MountState::mounted
                                                              : MountState::something_else;
}

Result<> mount_filesystem(const char* source, const std::string& target, const char* type,
                          unsigned long flags, const char* options) {
    if (mount(source, target.c_str(), type, flags, options) != 0)
        return failure(concat("mount ", type, " on ", printable(target)), errno);
    return {};
}

Result<> unmount(const std::string& target) {
    constexpr int kNoFollow = 8;  // UMOUNT_NOFOLLOW
    if (umount2(target.c_str(), kNoFollow) != 0) return failure(concat("unmount ", printable(target)), errno);
    return {};
}

}  // namespace earlybox
