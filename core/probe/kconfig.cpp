// SPDX-License-Identifier: MIT
#include "core/probe/kconfig.h"

#include <errno.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/kconfig.h"
#include "core/probe/kernel.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

// Where distributions keep the configurations of their kernels.
struct Place {
    const char* before_release;
    const char* after_release;
};
constexpr Place kPlaces[] = {{"/boot/config-", ""}, {"/lib/modules/", "/config"}};

// The releases that a tree has configurations of.
std::vector<std::string> releases_below(const std::string& root) {
    constexpr std::string_view kPrefix = "config-";
    std::vector<std::string> releases;
    for (const auto& name : list_directory(root + "/boot").value_or(std::vector<std::string>()))
        if (name.starts_with(kPrefix)) releases.push_back(name.substr(kPrefix.size()));
    for (const auto& name : list_directory(root + "/lib/modules").value_or(std::vector<std::string>()))
        if (exists(concat(root, "/lib/modules/", name, "/config"))) releases.push_back(name);
    return releases;
}

Result<std::string> release_of(Machine& machine) {
    auto release = machine.read(kProcfs, "sys/kernel/osrelease");
    if (release || machine.live()) {
        if (release) release->resize(std::min(release->find('\n'), release->size()));
        return release;
    }
    const auto releases = releases_below(machine.root());
    if (!releases.empty() && std::ranges::count(releases, releases.front()) == std::ssize(releases))
        return releases.front();
    const std::string what = concat("find the kernel's configuration below ", printable(machine.root()));
    if (releases.empty())
        return failure(what, ENOENT,
                       "there is no proc/config.gz, boot/config-RELEASE or lib/modules/RELEASE/config");
    return failure(what, 0, concat("there are those of several kernels: ", printable(join(releases, ", "))),
                   "-K /boot/config-RELEASE");
}

}  // namespace

Result<KernelConfiguration> read_kernel_configuration(Machine& machine) {
    if (const auto packed = machine.read(kProcfs, "config.gz")) {
        const std::string path = machine.root() + "/proc/config.gz";
        if (auto text = kconfig_of_file(*packed)) return KernelConfiguration{*std::move(text), path};
        return failure(concat("read ", printable(path)), 0, "it is damaged");
    }
    const std::string release = TRY(release_of(machine));
    for (const Place& place : kPlaces) {
        const std::string path = concat(machine.root(), place.before_release, release, place.after_release);
        if (exists(path)) return read_kernel_configuration(path);
    }
    return failure("find the kernel's configuration", ENOENT,
                   concat("the kernel has no /proc/config.gz (CONFIG_IKCONFIG_PROC), and there is no ",
                          printable(concat(machine.root(), "/boot/config-", release))));
}

Result<KernelConfiguration> read_kernel_configuration(const std::string& path) {
    const auto file = TRY(map_file(path));
    if (auto text = kconfig_of_file(file.bytes)) return KernelConfiguration{*std::move(text), path};
    const auto image = TRY(open_kernel_image(path));
    auto text = embedded_kconfig(image.contents());
    if (!text) text.error().what = concat(printable(path), " (", image.kind(), "): ", text.error().what);
    return KernelConfiguration{TRY(std::move(text)), path};
}

std::string option_text(const KernelConfiguration& configuration, const char* option) {
    const auto value = kconfig_value(configuration.text, option);
    return concat(configuration.source, ": ", option,
                  !value          ? " does not occur"
                  : *value == "n" ? " is not set"
                                  : concat("=", *value));
}

}  // namespace earlybox
