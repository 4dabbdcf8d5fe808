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
    option<&Options::regex>('e', "regex", nullptr, "patterns are extended regular expressions, found anywhere"),
    option<&Options::types>('t', "types", "TYPES", "only these type letters, as nm prints them: -t TtW"),
    option<&Options::weak>('w', "weak", nullptr, "only weak symbols: defaults that nothing replaced (-t WwVv)"),
    option<&Options::order>('s', "sort", "KEY", "sort by addr, name or size (largest first)"),
    option<&Options::count>('c', "count", nullptr, "print how many match, not which"),
    option<&Options::raw>(0, "raw", nullptr, "print kallsyms' own lines"),
};

constexpr Example kExamples[] = {
    {"ksyms --weak '__ia32*32*'", "which 32-bit time calls are stubs: W means that nothing implements them"},
    {"ksyms 0xffffffff81234567", "which function an address of a call trace lies in, and how far inside"},
    {"ksyms -e -t T '^(do_)?sys_open'", "global functions by regular expression"},
};

// An operand: an address, a pattern, or a plain name.
struct Query {
    const char* text;
    std::optional<uint64_t> address;
    bool plain = false;  // no pattern characters: an ordinary comparison does
    regex_t regex{};
};

// regerror() would bring printf into the binary.
const char* regex_fault(int code) {
    switch (code) {
        case REG_EBRACK: return "a [ without ]";
        case REG_EPAREN: return "a ( without ), or the other way round";
        case REG_EBRACE: return "a { without }";
        case REG_BADBR: return "what stands in {} is no count";
        case REG_ERANGE: return "a range in [] runs backwards";
        case REG_ECTYPE: return "there is no such [:class:]";
        case REG_EESCAPE: return "a \\ at its end";
        case REG_BADRPT: return "a ?, *, + or { with nothing to repeat";
        case REG_ESPACE: return "it needs too much memory";
        default: return "it is malformed";
    }
}

Result<std::vector<Query>> queries_of(std::span<char*> operands, bool regex) {
    std::vector<Query> queries;
    for (const char* text : operands) {
        Query query{.text = text, .address = {}};
        if (strncmp(text, "0x", 2) == 0 && !(query.address = parse_number(text)))
            return failure(concat("'", printable(text), "' is no address"));
        query.plain = !regex && !has_glob(text);
        if (regex && !query.address) {
            const int code = regcomp(&query.regex, text, REG_EXTENDED | REG_NOSUB);
            if (code != 0) {
                return failure(concat("'", printable(text), "' is no regular expression: ", regex_fault(code)));
            }
        }
        queries.push_back(query);
    }
    return queries;
}

bool matches(const Query& query, bool regex, std::string_view name) {
    if (query.address) return false;
    if (query.plain) return name == query.text;
    const std::string terminated(name);
    return regex ? regexec(&query.regex, terminated.c_str(), 0, nullptr, 0) == 0
                 : glob_match(query.text, terminated.c_str());
}

std::string address_text(uint64_t address) { return hex(address, 16); }

class View {
   public:
    View(Context& context, const Options& options, const SymbolTable& symbols)
        : context_(context), options_(options), symbols_(symbols) {}

    void show(size_t index) {
        const Symbol symbol = symbols_[index];
        const uint64_t size = symbols_.size_of(index);
        Output& out = context_.out;
        if (options_.raw) {
            out.put(address_text(symbol.address), ' ', symbol.type, ' ', printable(symbol.name));
            if (!symbol.module.empty()) out.put("\t[", printable(symbol.module), ']');
            out.put('\n');
        } else if (context_.json) {
            out.line(record(symbol, size).json());
        } else {
            out.put(address_text(symbol.address), ' ', padded(size == 0 ? "-" : concat(size), 7), ' ', symbol.type,
                    ' ', padded(symbol_type_meaning(symbol.type), 13), ' ', printable(symbol.name));
            if (!symbol.module.empty()) out.put(" [", printable(symbol.module), ']');
            out.put('\n');
        }
    }

    void show_covering(uint64_t address, size_t index) {
        const Symbol symbol = symbols_[index];
        const uint64_t offset = address - symbol.address;
        if (context_.json) {
            context_.out.line(record(symbol, symbols_.size_of(index)).add("offset", offset).json());
            return;
        }
        context_.out.put("0x", hex(address), " ", printable(symbol.name), "+0x", hex(offset));
        if (const uint64_t size = symbols_.size_of(index)) context_.out.put("/0x", hex(size));
        if (!symbol.module.empty()) context_.out.put(" [", printable(symbol.module), ']');
        context_.out.put('\n');
    }

   private:
    static Record record(const Symbol& symbol, uint64_t size) {
        Record record;
        record.add("address", "0x" + address_text(symbol.address))
            .add("size", size == 0 ? std::nullopt : std::optional(size))
            .add("type", std::string_view(&symbol.type, 1))
            .add("meaning", symbol_type_meaning(symbol.type))
            .add("name", symbol.name);
        if (symbol.module.empty()) return record;
        return record.add("module", symbol.module);
    }

    Context& context_;
    const Options& options_;
    const SymbolTable& symbols_;
};

bool comes_before(const SymbolTable& symbols, Order order, uint32_t a, uint32_t b) {
    int difference = 0;
    if (order == Order::name) {
        difference = symbols[a].name.compare(symbols[b].name);
    } else if (order != Order::file) {
        const uint64_t key_a = order == Order::address ? symbols[a].address : symbols.size_of(b);
        const uint64_t key_b = order == Order::address ? symbols[b].address : symbols.size_of(a);
        difference = key_a < key_b ? -1 : static_cast<int>(key_a > key_b);
    }
    return difference < 0 || (difference == 0 && a < b);
}

std::vector<uint32_t> selected(const SymbolTable& symbols, const std::vector<Query>& queries,
                               const Options& options) {
    const std::string types = options.weak ? options.types + "WwVv" : options.types;
    const bool only_addresses =
        !queries.empty() && std::ranges::all_of(queries, [](const Query& q) { return q.address.has_value(); });
    std::vector<uint32_t> indices;
    if (only_addresses) return indices;
    for (uint32_t i = 0; i < symbols.size(); ++i) {
        const Symbol symbol = symbols[i];
        if (!types.empty() && types.find(symbol.type) == types.npos) continue;
        if (queries.empty() || std::ranges::any_of(queries, [&](const Query& query) {
                return matches(query, options.regex, symbol.name);
            }))
            indices.push_back(i);
    }
    if (options.order != Order::file)
        std::ranges::sort(indices, [&](uint32_t a, uint32_t b) { return comes_before(symbols, options.order, a, b); });
    return indices;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    const auto queries = queries_of(*operands, options.regex);
    if (!queries) return context.usage_error(queries.error());

    Machine machine(context.root);
    const auto file = open_kallsyms(machine);
    if (!file) return context.fail(file.error());
    auto text = read_all(file->number(), concat(context.root, "/proc/kallsyms"));
    if (!text) return context.fail(text.error());
    const SymbolTable symbols(*std::move(text));

    int code = kFine;
    if (symbols.malformed_lines() != 0)
        code = context.fail(Error(concat(context.root, "/proc/kallsyms: ", symbols.malformed_lines(),
                                         " lines are no symbols, the first is line ", symbols.first_malformed_line()),
                                  0, "the file is damaged, cut short, or no kallsyms text"));
    else if (symbols.size() == 0)
        return context.fail(Error(concat(context.root, "/proc/kallsyms is empty")));

    View view(context, options, symbols);
    const auto indices = selected(symbols, *queries, options);
    bool found = !indices.empty();
    if (options.count) {
        context.out.line(indices.size());
    } else {
        for (const uint32_t i : indices) view.show(i);
    }
    const bool wants_addresses =
        std::ranges::any_of(*queries, [](const Query& q) { return q.address.has_value(); });
    if (symbols.addresses_hidden() && symbols.size() != 0) {
        const Error hidden = hidden_addresses_error(machine);
        const int failed = context.fail(hidden);
        if (wants_addresses || options.order == Order::address || options.order == Order::size) return failed;
    }
    for (const Query& query : *queries) {
        if (!query.address) continue;
        if (const auto index = symbols.covering(*query.address)) {
            view.show_covering(*query.address, *index);
            found = true;
        } else {
            context.err.line("earlybox ksyms: 0x", hex(*query.address), " lies below every symbol");
        }
    }
    return code != kFine ? code : found || queries->empty() ? kFine : kBadNews;
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
    .notes = "Prints address, size (to the next symbol), type letter and its meaning, name and [module]. Patterns are shell "
             "patterns and match the whole name. Works without /proc mounted.",
};

}  // namespace earlybox
