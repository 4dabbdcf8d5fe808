// SPDX-License-Identifier: MIT
#include "applets/init/console.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::init {
namespace {

// Neither a controlling terminal by the way, nor a wait for a modem's carrier.
constexpr int kOpenFlags = O_RDWR | O_NOCTTY | O_NONBLOCK;

// /dev/console's number (Documentation/admin-guide/devices.txt), for a kernel without devtmpfs and an image
// without nodes.
Result<Fd> open_own_console_node() {
    const std::string path = "/earlybox.console";
    if (mknod(path.c_str(), S_IFCHR | 0600, makedev(5, 1)) != 0)
        return failure("make a node for the console", errno);
    auto console = open_at(AT_FDCWD, path, kOpenFlags);
    unlink(path.c_str());
    return console;
}

}  // namespace

std::vector<std::string> active_consoles(Machine& machine) {
    std::vector<std::string> names;
    const auto active = machine.read(kSysfs, "class/tty/console/active");
    if (!active) return names;
    std::string_view rest = *active;
    rest = rest.substr(0, rest.find('\n'));
    // The last one listed is /dev/console's.
    for (auto name = next_word(rest); !name.empty(); name = next_word(rest))
        names.emplace(names.begin(), name);
    return names;
}

Result<Fd> open_console(Machine& machine, const std::string& name) {
    auto console = machine.open(kDevtmpfs, name, kOpenFlags);
    if (!console) console = open_at(AT_FDCWD, concat("/dev/", name), kOpenFlags);
    if (!console && name == kAnyConsole) console = open_own_console_node();
    if (!console) return console;
    if (isatty(console->number()) == 0)
        return failure(concat("use ", printable(name), " as a console"), ENOTTY);
    fcntl(console->number(), F_SETFL, O_RDWR);
    return console;
}

void revoke_console(Machine& machine, const std::string& name) {
    constexpr int kHangUp = 0x5437;  // TIOCVHANGUP (uapi asm-generic/ioctls.h), which musl does not name
    if (const auto console = open_console(machine, name)) ioctl(console->number(), kHangUp);
}

void use_console(const Fd& console) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) dup2(console.number(), fd);
}

void control_terminal() {
    constexpr int kFromAnybody = 1;
    ioctl(STDIN_FILENO, TIOCSCTTY, kFromAnybody);
    termios state{};
    if (tcgetattr(STDIN_FILENO, &state) != 0) return;
    // A shell that was killed while its user typed leaves these off.
    state.c_iflag |= ICRNL | IXON;
    state.c_iflag &= ~static_cast<tcflag_t>(IGNCR | INLCR);
    state.c_oflag |= OPOST | ONLCR;
    state.c_lflag |= ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    state.c_cc[VINTR] = 'C' & 0x1f;
    state.c_cc[VQUIT] = '\\' & 0x1f;
    state.c_cc[VSUSP] = 'Z' & 0x1f;
    state.c_cc[VEOF] = 'D' & 0x1f;
    state.c_cc[VERASE] = 0x7f;
    state.c_cc[VKILL] = 'U' & 0x1f;
    tcsetattr(STDIN_FILENO, TCSANOW, &state);
}

}  // namespace earlybox::init
