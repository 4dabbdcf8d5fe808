// SPDX-License-Identifier: MIT
#include "applets/init/orders.h"

#include <errno.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "applets/init/boot.h"
#include "applets/init/session.h"
#include "core/probe/machine.h"

namespace earlybox::init {
namespace {

constexpr struct Order {
    std::string_view word;
    int signal;
} kOrders[] = {{"poweroff", kPowerOff}, {"reboot", kReboot}, {"halt", kHalt}, {"exec", kExec}};

// True also where there is no procfs to tell.
bool is_pid_1_this_init(Machine& machine) {
    const auto name = machine.read(kProcfs, "1/comm");
    return !name || *name == concat(kProcessName, "\n");
}

}  // namespace

std::vector<std::string> exec_order(std::string_view command_line) {
    auto words = split(command_line, '\0');
    size_t at = 0;
    while (at < words.size() && words[at] != "exec") ++at;
    // init exec …, earlybox init exec …
    if (at == 0 || at > 2 || at == words.size() || !concat("/", words[at - 1]).ends_with("/init")) return {};
    words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(at) + 1);
    if (words.empty()) words.emplace_back();
    return words;
}

std::string find_program(const std::string& name) {
    struct stat own{};
    if (name.empty()) stat(reinterpret_cast<const char*>(getauxval(AT_EXECFN)), &own);
    if (name.find('/') != name.npos) return access(name.c_str(), X_OK) == 0 ? name : "";
    for (const auto& directory : split(name.empty() ? "/sbin:/etc:/bin" : search_path(), ':')) {
        std::string path = concat(directory, "/", name.empty() ? "init" : name);
        struct stat there{};
        if (access(path.c_str(), X_OK) == 0 && stat(path.c_str(), &there) == 0 &&
            (there.st_dev != own.st_dev || there.st_ino != own.st_ino))
            return path;
    }
    return "";
}

int give_order(Context& context, std::span<char*> words) {
    const auto* order = std::ranges::find(kOrders, std::string_view(words[0]), &Order::word);
    if (order == std::end(kOrders) || (order->signal != kExec && words.size() > 1))
        return context.usage_error(Error(concat("what is '", printable(words.back()), "'?")));
    Error error(concat("ask PID 1 to ", order->word));
    Machine machine("");
    const std::string program = words.size() > 1 ? words[1] : "";
    if (!is_pid_1_this_init(machine)) {
        error.cause = "PID 1 is another init than earlybox's";
        error.remedy = "what came with that init; or reboot -f, poweroff -f";
    } else if (order->signal == kExec && !machine.directory(kProcfs)) {
        error.cause =
            "this kernel is built without CONFIG_PROC_FS, by which PID 1 reads what it is to become";
    } else if (order->signal == kExec && (program.starts_with('.') || find_program(program).empty())) {
        error.cause =
            concat("there is no program ", program.empty() ? "/sbin/init but earlybox" : printable(program));
        error.remedy = "init exec PATH, from / on";
    } else if (kill(1, order->signal) != 0) {
        error.code = errno;
    } else {
        constexpr unsigned kSeconds = 30;  // long before that, this process is ended, too
        for (unsigned waited = 0; waited < kSeconds; ++waited) {
            sleep(1);
            if (!is_pid_1_this_init(machine)) return kFine;
        }
        error.cause = "its console tells";
    }
    return context.fail(error);
}

}  // namespace earlybox::init
