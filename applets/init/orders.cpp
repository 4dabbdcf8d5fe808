// SPDX-License-Identifier: MIT
#include "applets/init/orders.h"

#include <errno.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "applets/init/session.h"
#include "core/probe/machine.h"

namespace earlybox::init {
namespace {

constexpr struct {
    std::string_view word;
    int signal;
} kOrders[] = {{"poweroff", kPowerOff}, {"reboot", kReboot}, {"halt", kHalt}, {"exec", kExec}};

// True also where there is no procfs to tell.
bool this_init_is_pid_1(Machine& machine) {
    const auto name = machine.read(kProcfs, "1/comm");
    return !name || *name == concat(kProcessName, "\n");
}

Error cannot_become(const std::string& name) {
    if (name.empty())
        return Error("find the real init", ENOENT,
                     "neither /sbin/init nor /etc/init nor /bin/init is another program than earlybox",
                     "init exec PATH");
    Error error(concat("find the program ", printable(name)), errno);
    if (name.front() != '/') error.remedy = "its path from / on";
    return error;
}

}  // namespace

std::optional<std::vector<std::string>> exec_order(std::string_view command_line) {
    std::vector<std::string> words;
    while (!command_line.empty()) {
        const auto word = command_line.substr(0, command_line.find('\0'));
        command_line.remove_prefix(std::min(word.size() + 1, command_line.size()));
        words.emplace_back(word);
    }
    for (size_t i = 1; i < words.size() && i <= 2; ++i)  // init exec …, earlybox init exec …
        if (words[i] == "exec" && (words[i - 1] == "init" || words[i - 1].ends_with("/init")))
            return std::vector(words.begin() + static_cast<ptrdiff_t>(i) + 1, words.end());
    return std::nullopt;
}

std::string find_program(const std::string& name) {
    std::vector<std::string> candidates = {"/sbin/init", "/etc/init", "/bin/init"};
    if (!name.empty()) candidates = {name};
    if (!name.empty() && name.find('/') == name.npos) {
        candidates.clear();
        const std::string directories = search_path();
        std::string_view rest = directories;
        while (!rest.empty()) {
            const auto directory = rest.substr(0, rest.find(':'));
            rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
            candidates.push_back(concat(directory, "/", name));
        }
    }
    struct stat own{};
    if (name.empty()) stat(reinterpret_cast<const char*>(getauxval(AT_EXECFN)), &own);
    for (auto& path : candidates) {
        struct stat there{};
        if (access(path.c_str(), X_OK) == 0 && stat(path.c_str(), &there) == 0 &&
            (there.st_dev != own.st_dev || there.st_ino != own.st_ino))
            return std::move(path);
    }
    return "";
}

int give_order(Context& context, std::span<char*> words) {
    const auto* order = std::ranges::find(kOrders, std::string_view(words[0]),
                                          &std::remove_cvref_t<decltype(kOrders[0])>::word);
    if (order == std::end(kOrders) || (order->signal != kExec && words.size() > 1))
        return context.usage_error(
            Error(concat("what is '", printable(order == std::end(kOrders) ? words[0] : words[1]), "'?")));
    Machine machine("");
    if (!this_init_is_pid_1(machine))
        return context.fail(Error(concat("ask PID 1 to ", order->word), 0,
                                  "PID 1 is another init than earlybox's",
                                  "what came with that init; or reboot -f, poweroff -f"));
    if (order->signal == kExec) {
        if (const auto proc = machine.directory(kProcfs); !proc)
            return context.fail(proc.error());  // PID 1 needs it, too
        const std::string name = words.size() > 1 ? words[1] : "";
        const bool is_relative = !name.empty() && name.front() != '/' && name.find('/') != name.npos;
        if (is_relative || find_program(name).empty()) return context.fail(cannot_become(name));
    }
    if (kill(1, order->signal) != 0)
        return context.fail(Error(concat("ask PID 1 to ", order->word), errno, "only root may"));
    // PID 1 reads this process's command line, and ends the shell that this runs in.
    constexpr unsigned kSeconds = 30;
    for (unsigned waited = 0; waited < kSeconds; ++waited) {
        sleep(1);
        if (!this_init_is_pid_1(machine)) return kFine;
    }
    return context.fail(Error(concat("wait for PID 1 to ", order->word), ETIMEDOUT));
}

}  // namespace earlybox::init
