// SPDX-License-Identifier: MIT
// ksyms: the running kernel's symbols, from /proc/kallsyms (kernel/kallsyms.c; type letters as in nm(1)).
#include <regex.h>
#include <string.h>

#include <algorithm>

#include "core/applet.h"
#include "core/probe/symbols.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

enum class Order { file, address, name, size };

bool store_option(Order& order, const char* argument) {
    const std::string_view key = argument;
    if (key == "addr") return order = Order::address, true;
    if (key == "name") return order = Order::name, true;
    if (key == "size") return order = Order::size, true;
    return false;
}

struct Options {
    std::string types;
    bool weak = false;
    bool regex = false;
    bool count = false;
    bool raw = false;
    Order order = Order::file;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::regex>('e', "regex", nullptr,
                            "patterns are extended regular expressions, found anywhere"),
    option<&Options::types>('t', "types", "TYPES", "only these type letters, as nm prints them: -t TtW"),
    option<&Options::weak>('w', "weak", nullptr,
                           "only weak symbols: defaults that nothing replaced (-t WwVv)"),
    option<&Options::order>('s', "sort", "KEY", "sort by addr, name or size (largest first)"),
    option<&Options::count>('c', "count", nullptr, "print how many match, not which"),
    option<&Options::raw>(0, "raw", nullptr, "print kallsyms' own lines"),
};

constexpr Example kExamples[] = {
    {"ksyms --weak '__ia32*32*'", "which 32-bit time calls are stubs: W means that nothing implements them"},
    {"ksyms 0xffffffff81234567", "which function an address of a call trace lies in, and how far inside"},
    {"ksyms -e -t T '^(do_)?sys_open'", "global functions by regular expression"},
};

struct Pattern {
    std::string text;
    bool plain = false;  // no pattern characters: an ordinary comparison does
    regex_t regex{};
};

// The operands, told apart.
struct Queries {
    std::vector<Pattern> patterns;
    std::vector<CoveringSymbol> addresses;
    bool empty() const { return patterns.empty() && addresses.empty(); }
};

// regerror() would bring printf into the binary.
const char* regex_fault(int code) {
    switch (code) {
        case REG_EBRACK:
            return "a [ without ]";
        case REG_EPAREN:
            return "a ( without ), or the other way round";
        case REG_EBRACE:
            return "a { without }";
        case REG_BADBR:
            return "what stands in {} is no count";
        case REG_ERANGE:
            return "a range in [] runs backwards";
        case REG_ECTYPE:
            return "there is no such [:class:]";
        case REG_EESCAPE:
            return "a \\ at its end";
        case REG_BADRPT:
            return "a ?, *, + or { with nothing to repeat";
        case REG_ESPACE:
            return "it needs too much memory";
        default:
            return "it is malformed";
    }
}

Result<Queries> queries_of(std::span<char*> operands, bool regex) {
    Queries queries;
    for (const char* text : operands) {
        if (strncmp(text, "0x", 2) == 0) {
            const auto address = parse_number(text);
            if (!address) return failure(concat("'", printable(text), "' is no address"));
            queries.addresses.emplace_back(*address);
            continue;
        }
        Pattern pattern{.text = text, .plain = !regex && !has_glob(text)};
        if (const int code = regex ? regcomp(&pattern.regex, text, REG_EXTENDED | REG_NOSUB) : 0; code != 0)
            return failure(concat("'", printable(text), "' is no regular expression: ", regex_fault(code)));
        queries.patterns.push_back(pattern);
    }
    return queries;
}

bool matches(const Pattern& pattern, bool regex, std::string_view name) {
    if (pattern.plain) return name == pattern.text;
    const std::string terminated(name);
    return regex ? regexec(&pattern.regex, terminated.c_str(), 0, nullptr, 0) == 0
                 : glob_match(pattern.text.c_str(), terminated.c_str());
}

// Which symbols to list.
class Selection {
 public:
    Selection(const Options& options, const Queries& queries)
        : types_(options.weak ? options.types + "WwVv" : options.types),
          patterns_(queries.patterns),
          regex_(options.regex),
          nothing_(queries.patterns.empty() && !queries.addresses.empty()) {}

    bool operator()(const Symbol& symbol) const {
        if (nothing_ || (!types_.empty() && types_.find(symbol.type) == types_.npos)) return false;
        return patterns_.empty() || std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
                   return matches(pattern, regex_, symbol.name);
               });
    }

 private:
    std::string types_;
    const std::vector<Pattern>& patterns_;
    bool regex_;
    bool nothing_;  // only addresses were asked for
};

class View {
 public:
    View(Context& context, bool raw, SymbolTable& symbols)
        : context_(context), raw_(raw), symbols_(symbols) {}

    void show(size_t index) {
        const Symbol symbol = symbols_[index];
        Output& out = context_.out;
        if (context_.json && !raw_) {
            out.line(record(symbol).json());
            return;
        }
        out.put(hex(symbol.address, 16), ' ');
        if (!raw_) {
            const uint64_t size = symbols_.size_at(symbol.address);
            out.put(padded(size == 0 ? "-" : concat(size), 7), ' ');
        }
        out.put(symbol.type, ' ');
        if (!raw_) out.put(padded(symbol_type_meaning(symbol.type), 13), ' ');
        out.put(printable(symbol.name));
        if (!symbol.module.empty()) out.put(raw_ ? "\t[" : " [", printable(symbol.module), ']');
        out.put('\n');
    }

    void show_covering(uint64_t address, const Symbol& symbol) {
        const uint64_t offset = address - symbol.address;
        Output& out = context_.out;
        if (context_.json) {
            out.line(record(symbol).add("offset", offset).json());
            return;
        }
        out.put("0x", hex(address), " ", printable(symbol.name), "+0x", hex(offset));
        if (const uint64_t size = symbols_.size_at(symbol.address)) out.put("/0x", hex(size));
        if (!symbol.module.empty()) out.put(" [", printable(symbol.module), ']');
        out.put('\n');
    }

 private:
    Record record(const Symbol& symbol) {
        const uint64_t size = symbols_.size_at(symbol.address);
        Record record;
        record.add("address", "0x" + hex(symbol.address, 16))
            .add("size", size == 0 ? std::nullopt : std::optional(size))
            .add("type", std::string_view(&symbol.type, 1))
            .add("meaning", symbol_type_meaning(symbol.type))
            .add("name", symbol.name);
        if (!symbol.module.empty()) record.add("module", symbol.module);
        return record;
    }

    Context& context_;
    bool raw_;
    SymbolTable& symbols_;
};

std::vector<uint32_t> in_order(SymbolTable& symbols, Order order) {
    std::vector<uint32_t> indices(symbols.size());
    std::vector<uint64_t> keys(symbols.size());
    for (uint32_t i = 0; i < indices.size(); ++i) {
        indices[i] = i;
        if (order == Order::address) keys[i] = symbols[i].address;
        if (order == Order::size) keys[i] = ~symbols.size_at(symbols[i].address);  // largest first
    }
    if (order == Order::file) return indices;
    std::ranges::sort(indices, [&](uint32_t a, uint32_t b) {
        const int by_name = order == Order::name ? symbols[a].name.compare(symbols[b].name) : 0;
        return by_name != 0 ? by_name < 0 : keys[a] != keys[b] ? keys[a] < keys[b] : a < b;
    });
    return indices;
}

// What is wrong with the file as a whole; the exit code so far.
int judge(Context& context, const SymbolTable& symbols) {
    const std::string path = concat(printable(context.root), "/proc/kallsyms");
    if (symbols.lines() == 0) return context.fail(Error(concat(path, " is empty")));
    if (symbols.malformed_lines() == 0) return kFine;
    return context.fail(
        Error(concat(path, ": ", symbols.malformed_lines(), " of ", symbols.lines(),
                     " lines are no symbols, the first is line ", symbols.first_malformed_line()),
              0, "the file is damaged, cut short, or no kallsyms text"));
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    auto queries = queries_of(*operands, options.regex);
    if (!queries) return context.usage_error(queries.error());

    Machine machine(context.root);
    const auto file = open_kallsyms(machine);
    if (!file) return context.fail(file.error());
    SymbolTable symbols;
    const Selection selection(options, *queries);
    const auto read =
        for_each_line(file->number(), concat(context.root, "/proc/kallsyms"), [&](std::string_view line) {
            symbols.add_line(line, [&](const Symbol& symbol) {
                for (auto& address : queries->addresses) address.offer(symbol);
                return selection(symbol);
            });
        });
    if (!read) return context.fail(read.error());
    int code = judge(context, symbols);

    if (symbols.malformed_lines() < symbols.lines() && symbols.addresses_hidden()) {
        const int failed = context.fail(hidden_addresses_error(machine));
        const bool needed = options.order == Order::address || options.order == Order::size;
        if (needed || !queries->addresses.empty()) code = failed;
    }
    View view(context, options.raw, symbols);
    if (options.count)
        context.out.line(symbols.size());
    else
        for (const uint32_t i : in_order(symbols, options.order)) view.show(i);
    bool found = symbols.size() != 0 || queries->empty();
    for (const auto& address : queries->addresses) {
        if (const auto symbol = address.found(); symbol && !symbols.addresses_hidden()) {
            view.show_covering(address.address(), *symbol);
            found = true;
        } else if (!symbols.addresses_hidden()) {
            context.err.line("earlybox ksyms: 0x", hex(address.address()), " lies below every symbol");
        }
    }
    return code != kFine ? code : found ? kFine : kBadNews;
}

}  // namespace

extern const Applet applet_ksyms;
const Applet applet_ksyms = {
    .name = "ksyms",
    .summary = "kernel symbols: address, size, type; what an address belongs to",
    .operands = "[PATTERN|0xADDRESS...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 found; 1 nothing matches",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "Prints address, size (to the next symbol), type letter and its meaning, name and [module]. Patterns are shell "
        "patterns and match the whole name. Works without /proc mounted.",
};

}  // namespace earlybox
