// SPDX-License-Identifier: MIT
#include "core/parse/kconfig.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/unpack.h"

namespace earlybox {
namespace {

constexpr size_t kLimit = size_t{4} << 20;  // a full distribution's is 0.3 MiB

std::optional<KconfigOption> option_of(std::string_view line) {
    constexpr std::string_view kComment = "# ";
    constexpr std::string_view kNotSet = " is not set";
    const bool is_comment = line.starts_with(kComment);
    if (is_comment) line.remove_prefix(kComment.size());
    if (!line.starts_with("CONFIG_")) return std::nullopt;
    if (is_comment) {
        if (!line.ends_with(kNotSet)) return std::nullopt;
        line.remove_suffix(kNotSet.size());
        if (line.find_first_of(" =") != line.npos) return std::nullopt;
        return KconfigOption{line, "n"};
    }
    const size_t equals = line.find('=');
    if (equals == line.npos) return std::nullopt;
    return KconfigOption{line.substr(0, equals), line.substr(equals + 1)};
}

bool is_kconfig(std::string_view text) {
    // The head comment and, here and there, an option close to it.
    constexpr size_t kHead = 4096;
    text = text.substr(0, kHead);
    if (text.find('\0') != text.npos) return false;
    return next_kconfig_option(text).has_value();
}

}  // namespace

std::optional<KconfigOption> next_kconfig_option(std::string_view& configuration) {
    std::string_view line;
    while (next_line(configuration, line))
        if (const auto option = option_of(line)) return option;
    return std::nullopt;
}

std::optional<std::string_view> kconfig_value(std::string_view configuration, std::string_view option) {
    while (const auto found = next_kconfig_option(configuration))
        if (found->name == option) return found->value;
    return std::nullopt;
}

std::string kconfig_line(std::string_view option, std::string_view value) {
    return value == "n" ? concat("# ", option, " is not set") : concat(option, '=', value);
}

std::optional<std::string> kconfig_of_file(std::string_view file) {
    if (is_kconfig(file)) return std::string(file);
    const Packing packing = packing_of(file);
    if (packing == Packing::none) return std::nullopt;
    auto text = unpack_all(packing, file, kLimit);
    if (!text || !is_kconfig(*text)) return std::nullopt;
    return *std::move(text);
}

Result<std::string> embedded_kconfig(std::string_view kernel) {
    constexpr std::string_view kMark = "IKCFG_ST\x1f\x8b\x08";
    constexpr size_t kMagicSize = 3;  // of gzip
    const size_t mark = kernel.find(kMark);
    if (mark == kernel.npos)
        return failure("find the configuration inside the kernel", 0, "it was built without CONFIG_IKCONFIG");
    auto text = unpack_first(Packing::gzip, kernel.substr(mark + kMark.size() - kMagicSize), kLimit);
    if (!text)
        return failure(concat("read the configuration inside the kernel: ", text.error().what), 0,
                       text.error().cause);
    return std::move(text->bytes);
}

}  // namespace earlybox
