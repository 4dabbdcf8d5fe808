// SPDX-License-Identifier: MIT
#include "core/dispatch.h"

#include <unistd.h>

#include "core/applet.h"
#include "core/install.h"
#include "core/notices.h"

namespace earlybox {
namespace {

constexpr int kNoSuchApplet = 127;

std::string_view base_name(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    if (path.starts_with('-')) path.remove_prefix(1);  // a login shell's name
    return path;
}

void print_overview(Output& out) {
    out.line("earlybox " EARLYBOX_VERSION
             ": lets a broken Linux guest say what is wrong with it\n\n"
             "Usage: earlybox APPLET [ARGUMENT...]\n"
             "   or: earlybox --list | --install [-s] DIR | --version | --licenses\n"
             "   or: APPLET [ARGUMENT...], through a link of that name\n\nApplets:");
    size_t widest = 0;
    for (const Applet* applet : all_applets()) widest = std::max(widest, columns(applet->name));
    for (const Applet* applet : all_applets())
        out.line("  ", padded(applet->name, widest), "  ", applet->summary);
    out.line("\nearlybox APPLET --help tells more. Start with: earlybox doctor");
}

int no_such_applet(std::string_view name, Output& err) {
    std::vector<std::string_view> names;
    for (const Applet* applet : all_applets()) names.emplace_back(applet->name);
    err.line("earlybox: there is no applet '", printable(name), "'");
    if (const auto likely = did_you_mean(name, names)) err.line("  did you mean ", *likely, "?");
    err.line("  try: earlybox --list");
    return kNoSuchApplet;
}

int run_multi_call(std::span<char*> arguments, Output& out, Output& err) {
    const std::string_view first = arguments.empty() ? "--help" : arguments[0];
    if (const Applet* applet = find_applet(first)) return run_applet(*applet, arguments.subspan(1), out, err);
    if (getpid() == 1)
        return run_applet(*find_applet("init"), arguments, out,
                          err);  // the kernel passes what it does not know
    if (first == "--install") return install_links(arguments.subspan(1), out, err);
    if (first == "--help" || first == "-h") {
        print_overview(out);
    } else if (first == "--list") {
        for (const Applet* applet : all_applets()) out.line(applet->name);
    } else if (first == "--version") {
        out.line("earlybox " EARLYBOX_VERSION);
    } else if (first == "--licenses") {
        out.put(notices());
    } else if (first.starts_with('-')) {
        err.line("earlybox: unknown option ", printable(first), "\n  try: earlybox --help");
        return kUsage;
    } else {
        return no_such_applet(first, err);
    }
    return kFine;
}

}  // namespace

int dispatch(std::span<char*> arguments, Output& out, Output& err) {
    const std::string_view name = arguments.empty() ? "earlybox" : base_name(arguments[0]);
    if (!arguments.empty()) arguments = arguments.subspan(1);
    const Applet* called = find_applet(name);
    const int code =
        called != nullptr ? run_applet(*called, arguments, out, err) : run_multi_call(arguments, out, err);
    out.flush();
    if (out.error() == 0 || code == kFailed) return code;
    err.line("earlybox: ", describe(Error("write to standard output", out.error())));
    return kFailed;
}

}  // namespace earlybox
