// SPDX-License-Identifier: MIT
// mountfs: mounts the kernel's own file systems that a bare boot lacks (core/abi/filesystems.cpp has the
// table).
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/abi/filesystems.h"
#include "core/applet.h"
#include "core/parse/mountinfo.h"
#include "core/probe/machine.h"
#include "core/sys/file.h"
#include "core/sys/mount.h"

namespace earlybox {
namespace {

struct Options {
    bool all = false;
    bool list = false;
    bool undo = false;
    bool dry_run = false;
    std::string target;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::all>('a', "all", nullptr, "everything the kernel has, not just the standard set"),
    option<&Options::list>('l', "list", nullptr,
                           "list them: state, and what this kernel lacks; mounts nothing"),
    option<&Options::undo>('u', "undo", nullptr,
                           "unmount, in reverse, what mountfs has mounted, and only that"),
    option<&Options::dry_run>('n', "dry-run", nullptr, "say what would be done"),
    option<&Options::target>('t', "target", "DIR", "mount below DIR: a new root for chroot or switch_root"),
};

constexpr Example kExamples[] = {
    {"mountfs", "proc, sysfs, devtmpfs, devpts, /dev/shm, /run, /tmp, where they are missing"},
    {"mountfs -l", "what is mounted, and which of them this kernel does not have"},
    {"mountfs -t /mnt proc sysfs devtmpfs && chroot /mnt", "prepare a disk's root for a chroot"},
};

constexpr const char* kSourceTag = "earlybox";  // the mount source by which --undo knows its own

std::string target_of(const PseudoFilesystem& file_system, const Options& options) {
    return options.target + file_system.mount_point;
}

bool is_below(std::string_view path, std::string_view directory) {
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

// --- list
// ---------------------------------------------------------------------------------------------------

// Type names from /proc/filesystems; the error of not being able to read it.
Result<std::vector<std::string>> types_known_to_kernel() {
    Machine machine("");
    const std::string text = TRY(machine.read(kProcfs, "filesystems"));
    std::vector<std::string> types;
    std::string_view rest = text;
    std::string_view line;
    while (next_line(rest, line)) types.emplace_back(line.substr(line.find('\t') + 1));
    return types;
}

const char* state_text(MountState state) {
    switch (state) {
        case MountState::mounted:
            return "mounted";
        case MountState::something_else:
            return "something else";
        case MountState::nothing:
            break;
    }
    return "not mounted";
}

int list(Context& context, const Options& options, const std::vector<const PseudoFilesystem*>& chosen) {
    const auto known = types_known_to_kernel();
    Table table({"NAME", "TYPE", "MOUNT POINT", "STATE", "THIS KERNEL"});
    for (const auto* file_system : chosen) {
        const std::string target = target_of(*file_system, options);
        const char* state = state_text(mount_state(target, file_system->magic));
        const bool is_known = known && std::ranges::find(*known, file_system->type) != known->end();
        if (context.json) {
            Record record;
            record.add("name", file_system->name).add("type", file_system->type).add("mount_point", target);
            record.add("state", state);
            if (known) record.add("known", is_known);
            record.add("option", file_system->option).add("provides", file_system->provides);
            context.out.line(record.json());
        } else {
            table.row({file_system->name, file_system->type, printable(target), state,
                       !known     ? "unknown"
                       : is_known ? "yes"
                                  : concat("no: ", file_system->option)});
        }
    }
    if (!context.json) table.print(context.out);
    return known ? kFine : context.fail(known.error());
}

// --- mount
// --------------------------------------------------------------------------------------------------

Error explained(Error error, const PseudoFilesystem& file_system) {
    switch (error.code) {
        case ENODEV:
            error.cause = concat("this kernel is built without ", file_system.option,
                                 " (or has it as a module that is not loaded)");
            error.remedy = concat("a kernel with ", file_system.option, "=y, or modprobe ", file_system.type);
            break;
        case EPERM:
        case EACCES:
            error.cause = "mounting needs CAP_SYS_ADMIN";
            error.remedy = "run as root, outside of a container";
            break;
        case EROFS:
            error.cause = "the root file system is mounted read-only, and the mount point does not exist";
            error.remedy = "mount -o remount,rw / first; or make the directory in the image";
            break;
        case EBUSY:
            error.cause = "the mount point is in use";
            break;
        default:
            break;
    }
    return error;
}

Result<> make_directories(const std::string& path) {
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        struct stat there{};
        if (stat(part.c_str(), &there) != 0 && mkdir(part.c_str(), 0755) != 0)
            return failure(concat("make the directory ", printable(part)), errno);
        if (end == path.npos) return {};
    }
}

// Why mounting it would be wrong or pointless here; empty where it is right.
std::string objection(const PseudoFilesystem& file_system, const std::string& target) {
    if (mount_state(target, file_system.magic) == MountState::something_else)
        return "something else is mounted there";
    const bool is_scratch = strcmp(file_system.type, "tmpfs") == 0;
    if (const auto names = list_directory(target); is_scratch && names && !names->empty())
        return "the directory has content, which a mount would hide";
    return "";
}

class Mounter {
 public:
    Mounter(Context& context, const Options& options) : context_(context), options_(options) {}

    // `asked_for`: by name; what is only part of a set may turn out to make no sense here.
    void mount(const PseudoFilesystem& file_system, bool asked_for) {
        const std::string target = target_of(file_system, options_);
        const bool tried_before = std::ranges::find(tried_, &file_system) != tried_.end();
        if (tried_before || mount_state(target, file_system.magic) == MountState::mounted) return;
        tried_.push_back(&file_system);
        if (const std::string reason = objection(file_system, target); !asked_for && !reason.empty()) {
            report(file_system, "left alone", reason);
            return;
        }
        const PseudoFilesystem* host = mount_host(file_system);
        const bool host_is_mounted =
            host == nullptr || mount_state(target_of(*host, options_), host->magic) == MountState::mounted;
        if (!host_is_mounted && !options_.dry_run) {
            report(file_system, "left alone",
                   concat("it needs ", host->mount_point, ", which could not be mounted"));
            return;
        }
        const bool in_sysfs = is_below(file_system.mount_point, kSysfs.mount_point);
        if (in_sysfs && host_is_mounted && !exists(target)) {  // the kernel makes these directories by itself
            const Error error = absent_in_sysfs(file_system, target);
            if (asked_for)
                fail(error);
            else
                report(file_system, "not here", error.cause);
            return;
        }
        if (options_.dry_run) {
            report(file_system, "would mount", "");
            return;
        }
        auto mounted = make_directories(target);
        if (mounted)
            mounted = mount_filesystem(kSourceTag, target, file_system.type, file_system.flags,
                                       file_system.mount_options);
        if (mounted)
            report(file_system, "mounted", "");
        else
            fail(explained(mounted.error(), file_system));
    }

    int code() const { return code_; }
    bool did_anything() const { return reported_; }

 private:
    // /dev/pts is to be on /dev's file system, not below it. Null where there is no such host.
    const PseudoFilesystem* mount_host(const PseudoFilesystem& file_system) {
        for (const auto& host : pseudo_filesystems()) {
            if (!is_below(file_system.mount_point, host.mount_point)) continue;
            mount(host, true);
            return &host;
        }
        return nullptr;
    }

    static Error absent_in_sysfs(const PseudoFilesystem& file_system, const std::string& target) {
        Error error(concat("mount ", file_system.type, ": there is no ", target));
        if (strcmp(file_system.name, "efivarfs") == 0)
            error.cause = "this machine did not boot through EFI";
        else
            error.cause = concat("this kernel is built without ", file_system.option,
                                 " (or has it as a module that is not loaded)");
        return error;
    }

    void report(const PseudoFilesystem& file_system, const char* action, std::string_view reason) {
        reported_ = true;
        const std::string target = target_of(file_system, options_);
        if (context_.json) {
            Record record;
            record.add("name", file_system.name).add("mount_point", target).add("action", action);
            if (!reason.empty()) record.add("reason", reason);
            context_.out.line(record.json());
        } else {
            context_.out.line(padded(action, 11), " ", padded(file_system.type, 10), " ", printable(target),
                              reason.empty() ? "" : ": ", reason);
        }
    }

    void fail(const Error& error) {
        reported_ = true;
        code_ = context_.fail(error);
    }

    Context& context_;
    const Options& options_;
    int code_ = kFine;
    bool reported_ = false;
    std::vector<const PseudoFilesystem*> tried_;
};

int mount_all(Context& context, const Options& options, const std::vector<const PseudoFilesystem*>& chosen,
              bool by_name) {
    Mounter mounter(context, options);
    for (const auto* file_system : chosen) mounter.mount(*file_system, by_name);
    if (!mounter.did_anything() && !context.json) context.out.line("nothing to do: all of them are mounted");
    return mounter.code();
}

// --- undo
// ---------------------------------------------------------------------------------------------------

Result<std::vector<std::string>> own_mount_points(const std::string& below) {
    Machine machine("");  // gone before anything is unmounted: it may hold /proc open
    const std::string text = TRY(machine.read(kProcfs, "self/mountinfo"));
    std::vector<std::string> mount_points;
    std::string_view rest = text;
    std::string_view line;
    while (next_line(rest, line)) {
        const auto mount = parse_mountinfo_line(line);
        if (mount && mount->source == kSourceTag && (below.empty() || is_below(mount->mount_point, below)))
            mount_points.push_back(mount->mount_point);
    }
    return mount_points;
}

int undo(Context& context, const Options& options) {
    const auto mount_points = own_mount_points(options.target);
    if (!mount_points) return context.fail(mount_points.error());
    if (mount_points->empty()) context.out.line("nothing to undo: mountfs has mounted nothing here");
    int code = kFine;
    for (auto target = mount_points->rbegin(); target != mount_points->rend(); ++target) {
        if (options.dry_run) {
            context.out.line("would unmount ", printable(*target));
            continue;
        }
        auto result = unmount(*target);
        if (result) {
            context.out.line("unmounted   ", printable(*target));
            continue;
        }
        if (result.error().code == EBUSY) {
            result.error().cause =
                "a process has a file or its working directory there, or something is mounted below";
            result.error().remedy = "end that process; cd /";
        }
        code = context.fail(result.error());
    }
    return code;
}

// --- choice
// -------------------------------------------------------------------------------------------------

const PseudoFilesystem* named(std::string_view name) {
    const auto table = pseudo_filesystems();
    const auto found = std::ranges::find_if(
        table, [&](const PseudoFilesystem& f) { return name == f.name || name == f.mount_point; });
    return found == table.end() ? nullptr : &*found;
}

Result<std::vector<const PseudoFilesystem*>> chosen_by(std::span<char*> names, bool everything) {
    std::vector<const PseudoFilesystem*> chosen;
    for (const char* name : names) {
        const PseudoFilesystem* file_system = named(name);
        if (file_system == nullptr) {
            std::vector<std::string_view> candidates;
            for (const auto& candidate : pseudo_filesystems()) candidates.emplace_back(candidate.name);
            return failure(concat("there is no file system '", printable(name), "' (mountfs -l lists them)"),
                           0, {}, std::string(did_you_mean(name, candidates).value_or("")));
        }
        chosen.push_back(file_system);
    }
    if (names.empty())
        for (const auto& file_system : pseudo_filesystems())
            if (file_system.standard || everything) chosen.push_back(&file_system);
    return chosen;
}

// As the kernel will name it in mountinfo; the root itself is the empty prefix.
std::optional<Error> make_absolute(std::string& target) {
    if (target.empty()) return std::nullopt;
    char* absolute = realpath(target.c_str(), nullptr);
    if (absolute == nullptr) return Error(concat("mount below ", printable(target)), errno);
    target = absolute;
    free(absolute);
    if (target == "/") target.clear();
    return std::nullopt;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (const auto error = make_absolute(options.target)) return context.fail(*error);
    if (options.undo && !operands->empty())
        return context.usage_error(Error("--undo takes no names: it undoes all that mountfs did"));
    if (options.undo) return undo(context, options);
    const auto chosen = chosen_by(*operands, options.all || options.list);
    if (!chosen) return context.usage_error(chosen.error());
    if (options.list) return list(context, options, *chosen);
    return mount_all(context, options, *chosen, !operands->empty());
}

}  // namespace

extern const Applet applet_mountfs;
const Applet applet_mountfs = {
    .name = "mountfs",
    .summary = "mount what a bare boot lacks: proc, sysfs, devtmpfs, the rest",
    .operands = "[NAME...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 all is mounted as asked",
    .run = run,
    .reports = true,
    .notes =
        "Mounts only what is not mounted yet, makes missing mount points, and goes on after a failure. A "
        "NAME is one that --list shows, or a mount point.",
};

}  // namespace earlybox
