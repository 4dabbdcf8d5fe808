// SPDX-License-Identifier: MIT
// Arguments are what stands between zero bytes.
#include "core/base/options.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

struct Values {
    bool flag = false;
    std::string text;
    std::vector<std::string> list;
    std::optional<uint64_t> number;
};

constexpr OptionSpec kSpecs[] = {
    option<&Values::flag>('f', "flag", nullptr, ""),
    option<&Values::text>('t', "text", "TEXT", ""),
    option<&Values::list>(0, "list", "ITEM", ""),
    option<&Values::number>('n', "number", "NUMBER", ""),
};

}  // namespace

void try_text(std::string_view text) {
    std::string storage = std::string(text) + '\0';
    std::vector<char*> arguments;
    for (size_t at = 0; at < storage.size(); at = storage.find('\0', at) + 1)
        arguments.push_back(&storage[at]);
    std::vector<std::string_view> before(arguments.begin(), arguments.end());

    for (const auto order : {OperandOrder::anywhere, OperandOrder::command}) {
        Values values;
        std::vector<BoundOption> options;
        for (const auto& spec : kSpecs) options.push_back({&spec, &values});
        const auto operands = parse_options(arguments, options, order);
        if (!operands) promise(!operands.error().what.empty());
        std::vector<std::string_view> after(arguments.begin(), arguments.end());
        if (operands) promise(operands->size() <= arguments.size());
        std::ranges::sort(after);
        std::ranges::sort(before);
        promise(before == after);  // reordered, nothing lost
    }
}
