// SPDX-License-Identifier: MIT
#include "core/base/options.h"

#include <getopt.h>

#include <algorithm>

namespace earlybox {
namespace {

constexpr int kLongOnly =
    0x110000;  // getopt_long's values from here on are row numbers; below are characters

Error unknown_option(std::string_view argument, std::span<const BoundOption> options) {
    Error error(concat("unknown option ", printable(argument)));
    if (!argument.starts_with("--")) return error;
    argument = argument.substr(2, argument.find('=') - 2);
    std::vector<std::string_view> names;
    for (const auto& option : options) names.emplace_back(option.spec->name);
    if (const auto likely = did_you_mean(argument, names)) error.remedy = concat("--", *likely);
    return error;
}

}  // namespace

Result<std::span<char*>> parse_options(std::span<char*> arguments, std::span<const BoundOption> options,
                                       OperandOrder order) {
    std::string letters = order == OperandOrder::command ? "+:" : ":";
    std::vector<struct option> names;
    for (size_t row = 0; row < options.size(); ++row) {
        const OptionSpec& spec = *options[row].spec;
        const int argument = spec.metavar == nullptr  ? no_argument
                             : spec.metavar[0] == '[' ? optional_argument
                                                      : required_argument;
        constexpr const char* kMarks[] = {"", ":", "::"};
        if (spec.letter != 0) append(letters, spec.letter, kMarks[argument]);
        names.push_back({spec.name, argument, nullptr, kLongOnly + static_cast<int>(row)});
    }
    names.push_back({});

    std::vector<char*> argv{const_cast<char*>("earlybox")};  // getopt starts behind it, and wants a nullptr
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.push_back(nullptr);
    const int argc = static_cast<int>(argv.size()) - 1;

    opterr = 0;
    optind = 0;  // 0, not 1: start afresh (glibc and musl)
    while (true) {
        const int at = std::max(optind, 1);
        const int found = getopt_long(argc, argv.data(), letters.c_str(), names.data(), nullptr);
        if (found == -1) break;
        const bool is_long = optopt == 0 || optopt >= kLongOnly;
        if (found == '?' || found == ':') {
            const char* last = argv[optind > at ? optind - 1 : at];
            const std::string argument = is_long ? std::string(last) : concat('-', static_cast<char>(optopt));
            if (found == ':') return failure(concat("option ", printable(argument), " needs an argument"));
            if (is_long && optopt >= kLongOnly)
                return failure(concat("option ", printable(argument), " takes no argument"));
            return std::unexpected(unknown_option(argument, options));
        }
        const auto row = std::ranges::find_if(options, [&](const BoundOption& option) {
            return found >= kLongOnly ? &option == &options[static_cast<size_t>(found - kLongOnly)]
                                      : option.spec->letter == found;
        });
        const OptionSpec& spec = *row->spec;
        if (!spec.store(row->target, optarg))
            return failure(concat("option --", spec.name, ": ", printable(optarg == nullptr ? "" : optarg),
                                  " is no valid ", spec.metavar == nullptr ? "value" : spec.metavar));
    }
    std::copy(argv.begin() + 1, argv.end() - 1, arguments.begin());
    return arguments.subspan(static_cast<size_t>(optind) - 1);
}

}  // namespace earlybox
