// SPDX-License-Identifier: MIT
#include "core/probe/kconfig.h"

#include <errno.h>

#include "core/base/text.h"
#include "core/parse/kconfig.h"
#include "core/parse/unpack.h"
#include "core/sys/file.h"

namespace earlybox {

Result<KernelConfiguration> read_kernel_configuration(Machine& machine) {
    constexpr size_t kLimit = size_t{4} << 20;  // a full distribution's is 0.3 MiB
    if (const auto packed = machine.read(kProcfs, "config.gz"))
        return KernelConfiguration{TRY(unpack_all(Packing::gzip, *packed, kLimit)),
                                   machine.root() + "/proc/config.gz"};
    const std::string release = TRY(machine.read(kProcfs, "sys/kernel/osrelease"));
    const std::string path = concat(machine.root(), "/boot/config-", release.substr(0, release.find('\n')));
    auto text = read_file(path, kLimit);
    if (text) return KernelConfiguration{*std::move(text), path};
    return failure("find the kernel's configuration", ENOENT,
                   concat("the kernel has no /proc/config.gz (CONFIG_IKCONFIG_PROC), and there is no ",
                          printable(path)));
}

std::string option_text(const KernelConfiguration& configuration, const char* option) {
    const auto value = kconfig_value(configuration.text, option);
    return concat(configuration.source, ": ", option,
                  !value          ? " does not occur"
                  : *value == "n" ? " is not set"
                                  : concat("=", *value));
}

}  // namespace earlybox
