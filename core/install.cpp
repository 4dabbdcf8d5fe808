// SPDX-License-Identifier: MIT
#include "core/install.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/applet.h"

namespace earlybox {
namespace {

// AT_EXECFN, because /proc/self/exe needs /proc.
Result<std::string> own_path() {
    const auto* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    char* resolved = path == nullptr ? nullptr : realpath(path, nullptr);
    if (resolved == nullptr)
        return failure(concat("find this program's own file ", path == nullptr ? "" : path), errno, {},
                       "call it by its absolute path");
    std::string own = resolved;
    free(resolved);
    return own;
}

bool already_linked(const std::string& link, const struct stat& own) {
    struct stat there{};
    return stat(link.c_str(), &there) == 0 && there.st_dev == own.st_dev && there.st_ino == own.st_ino;
}

Error link_error(const std::string& link, int code) {
    Error error(concat("make the link ", link), code);
    if (code == EXDEV || code == EPERM) {
        error.cause = "a hard link cannot leave the file system of the binary";
        error.remedy = "earlybox --install -s DIR";
    } else if (code == EEXIST) {
        error.cause = "something else has that name; it was left as it is";
    } else if (code == EROFS) {
        error.cause = "the file system is mounted read-only";
        error.remedy = "mount -o remount,rw, or a directory on a tmpfs";
    }
    return error;
}

}  // namespace

int install_links(std::span<char*> arguments, Output& out, Output& err) {
    bool symbolic = false;
    const char* directory = nullptr;
    for (const char* argument : arguments) {
        if (strcmp(argument, "-s") == 0)
            symbolic = true;
        else if (argument[0] != '-' && directory == nullptr)
            directory = argument;
        else
            directory = "";
    }
    if (directory == nullptr || *directory == 0) {
        err.line(
            "Usage: earlybox --install [-s] DIR\n  hard links to the applets in DIR; -s: symbolic links");
        return kUsage;
    }
    const auto own = own_path();
    struct stat own_stat{};
    if (!own || stat(own->c_str(), &own_stat) != 0) {
        err.line("earlybox: ", own ? "cannot read its own file" : describe(own.error()));
        return kFailed;
    }
    int code = kFine;
    unsigned made = 0;
    for (const Applet* applet : all_applets()) {
        const std::string link = concat(directory, "/", applet->name);
        const int result =
            symbolic ? symlink(own->c_str(), link.c_str()) : ::link(own->c_str(), link.c_str());
        if (result == 0) {
            ++made;
        } else if (errno != EEXIST || !already_linked(link, own_stat)) {
            const int reason = errno;
            err.line("earlybox: ", describe(link_error(link, reason)));
            code = kFailed;
            if (reason != EEXIST) break;  // the others would fail alike
        }
    }
    out.line(made, symbolic ? " symbolic" : " hard", made == 1 ? " link" : " links", " made in ",
             printable(directory));
    return code;
}

}  // namespace earlybox
