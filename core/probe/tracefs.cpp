// SPDX-License-Identifier: MIT
#include "core/probe/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sys/file.h"
#include "core/sys/mount.h"

namespace earlybox {
namespace {

constexpr const char* kShown = "/sys/kernel/tracing/";
constexpr const char* kBelowDebugfs = "/sys/kernel/debug/tracing";

// "[none] integrity confidentiality": the word in brackets.
bool is_locked_down(Machine& machine) {
    const auto& all = pseudo_filesystems();
    const auto securityfs = std::ranges::find(all, std::string_view("securityfs"), &PseudoFilesystem::name);
    const auto lockdown = machine.read(*securityfs, "lockdown");
    return lockdown && lockdown->find("[confidentiality]") != lockdown->npos;
}

// What the kernel has noted about its last refusal: "[   1.5] event filter parse error: error: Field not
// found", "  Command: nr == 1", "           ^".
std::string last_complaint(std::string_view log) {
    constexpr std::string_view kMark = "error: ";
    std::string_view line, last;
    while (next_line(log, line))
        if (line.starts_with('[')) last = line;
    const size_t mark = last.rfind(kMark);
    return std::string(mark == last.npos ? last : last.substr(mark + kMark.size()));
}

}  // namespace

Result<Tracefs> Tracefs::open(Machine& machine) {
    auto directory = machine.directory(kTracefs);
    Fd below_debugfs;  // where an ordinary user may be let in
    if (!directory) {
        if (directory.error().code != EPERM ||
            mount_state(kBelowDebugfs, kTracefs.magic) != MountState::mounted)
            return std::unexpected(directory.error());
        below_debugfs = TRY(open_at(AT_FDCWD, kBelowDebugfs, O_RDONLY | O_DIRECTORY));
        directory = below_debugfs.number();
    }
    Tracefs tracefs(*directory, std::move(below_debugfs));
    if (const auto tracer = tracefs.read("current_tracer"); !tracer) {
        Error error = tracer.error();
        if ((error.code == EPERM || error.code == EACCES) && geteuid() != 0) {
            error.cause = "tracefs is for root";
            error.remedy = "run as root";
        } else if (error.code == EPERM && is_locked_down(machine)) {
            error.cause = "the kernel is locked down for confidentiality, tracing included";
            error.remedy = "boot without lockdown=confidentiality";
        } else if (error.code == ENOENT) {
            error.cause = "tracing has switched itself off: the kernel's log says why (dmesg)";
        }
        return std::unexpected(std::move(error));
    }
    return tracefs;
}

bool Tracefs::has(const std::string& path) const { return faccessat(directory_, path.c_str(), F_OK, 0) == 0; }

Result<Fd> Tracefs::open_file(const std::string& path, int flags) const {
    return open_at(directory_, path, flags, kShown + path);
}

Result<std::string> Tracefs::read(const std::string& path) const {
    const Fd file = TRY(open_file(path, O_RDONLY));
    return read_all(file.number(), kShown + path);
}

Result<> Tracefs::write_to(const std::string& path, std::string_view value, int flags) const {
    const Fd file = TRY(open_file(path, O_WRONLY | flags));
    std::string line(value);
    line += '\n';
    const ssize_t written = ::write(file.number(), line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) return {};
    const int code = written < 0 ? errno : EIO;
    std::string cause;
    if (code == EINVAL) {
        const auto area = path.starts_with("instances/") ? path.substr(0, path.find('/', 10) + 1) : "";
        if (const auto log = read(area + "error_log")) cause = printable(last_complaint(*log));
    }
    return failure(concat("write '", printable(value), "' to ", kShown, printable(path)), code,
                   std::move(cause));
}

Result<> Tracefs::write(const std::string& path, std::string_view value) const {
    return write_to(path, value, 0);
}

Result<> Tracefs::clear(const std::string& path) const {
    TRY_VOID(open_file(path, O_WRONLY | O_TRUNC));
    return {};
}

Result<std::vector<std::string>> Tracefs::list(const std::string& path) const {
    return list_directory_at(directory_, path, kShown + path);
}

std::string event_folder(std::string_view event) {
    std::string path = concat("events/", event);
    if (const size_t colon = path.find(':'); colon != path.npos) path[colon] = '/';
    return path;
}

Result<TraceFormat> Tracefs::format(std::string_view event) const {
    const std::string path = event_folder(event) + "/format";
    auto format = TraceFormat::parse(TRY(read(path)));
    if (!format) format.error().what += concat(" (", kShown, printable(path), ")");
    return format;
}

Result<TracePageLayout> Tracefs::page_layout(const std::string& area) const {
    auto layout = TracePageLayout::parse(TRY(read("events/header_page")));
    // Since 6.8 each instance may have larger pages than the first.
    const auto size = read(area + "buffer_subbuf_size_kb");
    if (const auto kb = size ? parse_number(trimmed(*size)) : std::nullopt; kb && layout && *kb <= 1024)
        if (*kb * 1024 > layout->data_offset)
            layout->data_size = static_cast<unsigned>(*kb * 1024) - layout->data_offset;
    return layout;
}

}  // namespace earlybox
