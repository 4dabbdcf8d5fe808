// SPDX-License-Identifier: MIT
#include "applets/oomscan/groups.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/parse/mountinfo.h"
#include "core/parse/process_files.h"
#include "core/sys/file.h"
#include "core/sys/mount.h"

namespace earlybox::oomscan {
namespace {

enum class Version { one, two };

struct Hierarchy {
    Fd top;
    Version version;
};

const PseudoFilesystem& cgroup2() {
    return *std::ranges::find(pseudo_filesystems(), std::string_view("cgroup2"), &PseudoFilesystem::name);
}

// Version 1's controllers in whose hierarchy memory is, as the line "5:cpu,memory:/a" of /proc/self/cgroup
// names them; empty: it belongs to version 2.
std::string controllers_with_memory(std::string_view cgroup) {
    for (std::string_view line; next_line(cgroup, line);) {
        line.remove_prefix(std::min(line.size(), line.find(':') + 1));
        const auto controllers = line.substr(0, line.find(':'));
        if (concat(',', controllers, ',').find(",memory,") != std::string::npos)
            return std::string(controllers);
    }
    return {};
}

bool holds(const Fd& directory, const char* name) {
    return faccessat(directory.number(), name, F_OK, 0) == 0;
}

// A mount of one's own would reset the options of a mounted version 2, and with version 1 must name them all.
std::optional<Fd> mounted(Machine& machine, std::string_view type, const char* evidence) {
    const std::string mounts = machine.read(kProcfs, "self/mountinfo").value_or("");
    std::string_view rest = mounts;
    for (std::string_view line; next_line(rest, line);) {
        const auto mount = parse_mountinfo_line(line);
        if (!mount || mount->type != type) continue;
        auto directory = open_at(AT_FDCWD, mount->mount_point, O_RDONLY | O_DIRECTORY);
        if (directory && holds(*directory, evidence)) return std::move(*directory);
    }
    return std::nullopt;
}

constexpr const char* kLimit1 = "memory.limit_in_bytes";

Result<Hierarchy> live_hierarchy(Machine& machine) {
    const auto controllers = controllers_with_memory(TRY(machine.read(kProcfs, "self/cgroup")));
    if (controllers.empty()) {
        if (auto directory = mounted(machine, "cgroup2", "cgroup.controllers"))
            return Hierarchy{std::move(*directory), Version::two};
        return Hierarchy{TRY(open_at(TRY(machine.directory(cgroup2())), ".", O_RDONLY | O_DIRECTORY)),
                         Version::two};
    }
    if (auto directory = mounted(machine, "cgroup", kLimit1))
        return Hierarchy{std::move(*directory), Version::one};
    return Hierarchy{TRY(mount_detached("cgroup", DeviceNodes::inert, controllers)), Version::one};
}

Result<Hierarchy> captured_hierarchy(Machine& machine) {
    const std::string top = machine.root() + cgroup2().mount_point;
    if (auto directory = open_at(AT_FDCWD, top + "/memory", O_RDONLY | O_DIRECTORY);
        directory && holds(*directory, kLimit1))
        return Hierarchy{std::move(*directory), Version::one};
    return Hierarchy{TRY(open_at(AT_FDCWD, top, O_RDONLY | O_DIRECTORY)), Version::two};
}

class Reader {
 public:
    Reader(Version version, uint64_t swap) : version_(version), swap_(swap) {}

    void read(const Fd& directory, const std::string& path) {
        Group group = version_ == Version::two ? second(directory) : first(directory);
        group.path = path.empty() ? "/" : path;
        if (group.limit || group.whole || group.kills.value_or(0) != 0 || group.group_kills.value_or(0) != 0)
            groups_.push_back(std::move(group));
        const auto names = list_directory_at(directory.number(), ".");
        if (!names) return;
        for (const auto& name : *names) {
            struct stat status{};
            if (fstatat(directory.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                !S_ISDIR(status.st_mode))
                continue;
            if (const auto below = open_at(directory.number(), name, O_RDONLY | O_DIRECTORY))
                read(*below, concat(path, '/', name));
        }
    }
    std::vector<Group> take() { return std::move(groups_); }

 private:
    static std::string text(const Fd& directory, const char* name) {
        const auto file = open_at(directory.number(), name, O_RDONLY);
        return file ? read_all(file->number(), name).value_or("") : "";
    }

    // "max", and what version 1 calls no limit, is none.
    static std::optional<uint64_t> limit(const Fd& directory, const char* name) {
        constexpr uint64_t kNoLimit = uint64_t{1} << 62;
        const auto number = parse_number(trimmed(text(directory, name)));
        return number && *number < kNoLimit ? number : std::nullopt;
    }

    Group second(const Fd& directory) const {
        Group group{.limit = limit(directory, "memory.max"),
                    .swap_limit = std::min(swap_, limit(directory, "memory.swap.max").value_or(swap_)),
                    .used = limit(directory, "memory.current").value_or(0),
                    .whole = text(directory, "memory.oom.group").starts_with('1')};
        const std::string events = text(directory, "memory.events.local");
        group.kills = number_of(events, "oom_kill");
        group.group_kills = number_of(events, "oom_group_kill");
        return group;
    }

    Group first(const Fd& directory) const {
        Group group{.limit = limit(directory, kLimit1),
                    .swap_limit = swap_,
                    .used = limit(directory, "memory.usage_in_bytes").value_or(0)};
        if (const auto both = limit(directory, "memory.memsw.limit_in_bytes"); both && group.limit)
            group.swap_limit = std::min(swap_, *both - std::min(*both, *group.limit));
        const std::string control = text(directory, "memory.oom_control");
        group.paused = number_of(control, "oom_kill_disable").value_or(0) != 0;
        group.kills = number_of(control, "oom_kill");
        return group;
    }

    Version version_;
    uint64_t swap_;
    std::vector<Group> groups_;
};

}  // namespace

bool is_within(std::string_view path, std::string_view limiting) {
    if (limiting == "/") return true;
    return path.starts_with(limiting) && (path.size() == limiting.size() || path[limiting.size()] == '/');
}

Result<std::vector<Group>> memory_groups(Machine& machine, uint64_t swap) {
    auto hierarchy = machine.live() ? live_hierarchy(machine) : captured_hierarchy(machine);
    if (!hierarchy && (hierarchy.error().code == ENOENT || hierarchy.error().code == ENODEV))
        return std::vector<Group>();
    if (!hierarchy) return std::unexpected(std::move(hierarchy).error());
    Reader reader(hierarchy->version, swap);
    reader.read(hierarchy->top, "");
    return reader.take();
}

}  // namespace earlybox::oomscan
