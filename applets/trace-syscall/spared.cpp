// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/spared.h"

#include <linux/capability.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/parse/process_files.h"
#include "core/sys/file.h"

namespace earlybox::trace_syscall {
namespace {

// CAP_KILL among the effective capabilities of /proc/PID/status
bool may_kill(std::string_view status) {
    constexpr std::string_view kKey = "CapEff:\t";
    for (std::string_view line; next_line(status, line);)
        if (line.starts_with(kKey))
            return (parse_number(concat("0x", line.substr(kKey.size()))).value_or(0) >> CAP_KILL & 1) != 0;
    return false;
}

std::string namespace_of(int proc, std::string_view process, std::string_view kind) {
    char name[64];
    const ssize_t length = readlinkat(proc, concat(process, "/ns/", kind).c_str(), name, sizeof name);
    return {name, length < 0 ? 0 : static_cast<size_t>(length)};
}

bool sees_what_we_see(int proc, pid_t caller) {
    const std::string process = concat(caller);
    return namespace_of(proc, process, "pid") == namespace_of(proc, "self", "pid") &&
           namespace_of(proc, process, "user") == namespace_of(proc, "self", "user");
}

std::vector<pid_t> processes(int proc) {
    std::vector<pid_t> found;
    for (const auto& name : list_directory_at(proc, ".").value_or(std::vector<std::string>()))
        if (const auto number = parse_number(name)) found.push_back(static_cast<pid_t>(*number));
    return found;
}

}  // namespace

bool kills_all(const Call& call) {
    const auto target = static_cast<int32_t>(call.arguments[0]);
    const auto signal = static_cast<int32_t>(call.arguments[1]);
    return call.row && call.row->name == "kill" && target == -1 && (signal == SIGKILL || signal == SIGSTOP);
}

bool kill_all_but_us(int proc, pid_t caller, int signal) {
    const auto file = open_at(proc, concat(caller, "/status"), O_RDONLY | O_CLOEXEC);
    const auto status = file ? read_all(file->number(), "") : std::string();
    const auto process = status ? number_of(*status, "Tgid") : std::nullopt;
    if (!process || !may_kill(*status) || !sees_what_we_see(proc, caller)) return false;
    // Whoever was started while the others got it.
    std::vector<pid_t> done = {1, getpid(), static_cast<pid_t>(*process)};
    for (bool more = true; more;) {
        more = false;
        for (const pid_t other : processes(proc)) {
            if (std::ranges::find(done, other) != done.end()) continue;
            more = true;
            done.push_back(other);
            kill(other, signal);
        }
    }
    return true;
}

}  // namespace earlybox::trace_syscall
