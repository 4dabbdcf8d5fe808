// SPDX-License-Identifier: MIT
#include "applets/init/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/text.h"

namespace earlybox::init {
namespace {

// Neither a controlling terminal by the way, nor a wait for a modem's carrier.
constexpr int kOpenFlags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;

// For a kernel without devtmpfs and an image without nodes.
int open_own_console_node() {
    const char* path = "/earlybox.console";
    if (mknod(path, S_IFCHR | 0600, makedev(5, 1)) != 0) return -1;  // Documentation/admin-guide/devices.txt
    const int console = open(path, kOpenFlags);
    unlink(path);
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

Fd open_console(Machine& machine, const std::string& name) {
    const auto devices = machine.directory(kDevtmpfs);
    Fd console(devices ? openat(*devices, name.c_str(), kOpenFlags) : -1);
    if (!console) console = Fd(open(concat("/dev/", name).c_str(), kOpenFlags));
    if (!console && name == kAnyConsole) console = Fd(open_own_console_node());
    if (console && isatty(console.number()) == 0) return {};
    if (console) fcntl(console.number(), F_SETFL, O_RDWR);
    return console;
}

void revoke_console(Machine& machine, const std::string& name) {
    constexpr int kHangUp = 0x5437;  // TIOCVHANGUP (uapi asm-generic/ioctls.h), which musl does not name
    if (const Fd console = open_console(machine, name)) ioctl(console.number(), kHangUp);
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
