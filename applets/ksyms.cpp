// SPDX-License-Identifier: MIT
// ksyms: a kernel's symbols, from /proc/kallsyms or an image (kernel/kallsyms.c; type letters as in nm(1)).
#include <algorithm>

#include "applets/ksyms/diff.h"
#include "applets/ksyms/disassembly.h"
#include "applets/ksyms/selection.h"
#include "applets/ksyms/stubs.h"
#include "core/applet.h"
#include "core/base/text.h"
#include "core/probe/kernel.h"
#include "core/probe/symbols.h"

namespace earlybox {
namespace {

using ksyms::Selection;

enum class Order { file, address, name, size };

bool store_option(Order& order, const char* argument) {
    const std::string_view key = argument;
    if (key == "addr") return order = Order::address, true;
    if (key == "name") return order = Order::name, true;
    if (key == "size") return order = Order::size, true;
    return false;
}

struct Options {
    std::string kernel;
    std::string types;
    bool weak = false;
    bool regex = false;
    bool count = false;
    bool raw = false;
    bool diff = false;
    bool stubs = false;
    bool disasm = false;
    ksyms::Syntax syntax = ksyms::Syntax::att;
    Order order = Order::file;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::kernel>('K', "kernel", "IMAGE",
                             "the symbols of a vmlinuz, vmlinux, System.map or copy of kallsyms"),
    option<&Options::regex>('e', "regex", nullptr,
                            "patterns are extended regular expressions, found anywhere"),
    option<&Options::types>('t', "types", "TYPES", "only these type letters, as nm prints them: -t TtW"),
    option<&Options::weak>('w', "weak", nullptr,
                           "only weak symbols: defaults that nothing replaced (-t WwVv)"),
    option<&Options::order>('s', "sort", "KEY", "sort by addr, name or size (largest first)"),
    option<&Options::count>('c', "count", nullptr, "print how many match, not which"),
    option<&Options::raw>(0, "raw", nullptr, "print kallsyms' own lines"),
    option<&Options::diff>(0, "diff", nullptr,
                           "compare two kernels, IMAGE or live: --diff IMAGE IMAGE [PATTERN...]"),
    option<&Options::stubs>(0, "stubs", nullptr, "functions whose machine code only returns an error"),
    option<&Options::disasm>(
        0, "disasm", nullptr,
        "the instructions of functions (--disasm NAME|0xADDRESS): where an oops points, what was patched"),
    option<&Options::syntax>(0, "syntax", "att|intel", "how instructions are written (default: att)"),
};

constexpr Example kExamples[] = {
    {"ksyms --weak '__ia32*32*'", "which 32-bit time calls are stubs: W means that nothing implements them"},
    {"ksyms 0xffffffff81234567", "which function an address of a call trace lies in, and how far inside"},
    {"ksyms -K /boot/vmlinuz --stubs '*sys_*'",
     "the system calls that this kernel lacks, before it is booted"},
    {"ksyms --disasm 0xffffffff81234567", "the instruction that an oops points at, in its function"},
    {"ksyms --diff vmlinuz.old vmlinuz.new '*32'", "what came, went, or became a stub between two kernels"},
    {"ksyms -e -t T '^(do_)?sys_open'", "global functions by regular expression"},
};

// The operands, told apart.
struct Queries {
    std::vector<std::string_view> patterns;
    std::vector<CoveringSymbol> addresses;
    bool empty() const { return patterns.empty() && addresses.empty(); }
};

Result<Queries> queries_of(std::span<char*> operands) {
    Queries queries;
    for (const std::string_view text : operands) {
        const auto address = text.starts_with("0x") ? parse_number(text) : std::nullopt;
        if (address)
            queries.addresses.emplace_back(*address);
        else if (text.starts_with("0x"))
            return failure(concat("'", printable(text), "' is no address"));
        else
            queries.patterns.push_back(text);
    }
    return queries;
}

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
        out.put(hex(symbol.address, symbols_.wide() ? 16 : 8), ' ');
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
int judge(Context& context, const Kernel& kernel, const SymbolTable& symbols) {
    const std::string path = printable(kernel.source());
    if (symbols.lines() == 0) return context.fail(Error(concat(path, " is empty")));
    if (symbols.malformed_lines() == 0) return kFine;
    return context.fail(
        Error(concat(path, ": ", symbols.malformed_lines(), " of ", symbols.lines(),
                     " lines are no symbols, the first is line ", symbols.first_malformed_line()),
              0, "the file is damaged, cut short, or no kallsyms text"));
}

int list(Context& context, const Options& options, Machine& machine, const Kernel& kernel, Queries& queries,
         const Selection& selection) {
    SymbolTable symbols;
    const bool only_addresses = queries.patterns.empty() && !queries.addresses.empty();
    const auto wanted = [&](const Symbol& symbol) {
        if (!options.raw && is_padding_symbol(symbol.name)) return false;
        for (auto& address : queries.addresses) address.offer(symbol);
        return !only_addresses && selection(symbol);
    };
    const auto read =
        kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) { symbols.add(symbol, wanted); });
    if (!read) return context.fail(read.error());
    int code = judge(context, kernel, symbols);

    if (symbols.malformed_lines() < symbols.lines() && symbols.addresses_hidden()) {
        const int failed =
            context.fail(hidden_addresses_error(machine, kernel.is_image() || !machine.live()));
        const bool needed = options.order == Order::address || options.order == Order::size;
        if (needed || !queries.addresses.empty()) code = failed;
    }
    View view(context, options.raw, symbols);
    if (options.count)
        context.out.line(symbols.size());
    else
        for (const uint32_t i : in_order(symbols, options.order)) view.show(i);
    bool found = symbols.size() != 0 || queries.empty();
    for (const auto& address : queries.addresses) {
        if (const auto symbol = address.found(); symbol && !symbols.addresses_hidden()) {
            view.show_covering(address.address(), *symbol);
            found = true;
        } else if (!symbols.addresses_hidden()) {
            context.err.line("earlybox ksyms: 0x", hex(address.address()), " lies below every symbol");
        }
    }
    return code != kFine ? code : found ? kFine : kBadNews;
}

int compare(Context& context, const Options& options, Machine& machine, std::span<char*> operands) {
    if (operands.size() < 2) return context.usage_error(Error("--diff needs two kernels"));
    const std::vector<std::string_view> patterns(operands.begin() + 2, operands.end());
    const auto selection = Selection::parse(patterns, options.regex, options.types);
    if (!selection) return context.usage_error(selection.error());
    const auto before = Kernel::open(machine, operands[0]);
    if (!before) return context.fail(before.error());
    const auto after = Kernel::open(machine, operands[1]);
    if (!after) return context.fail(after.error());
    return ksyms::show_differences(context, *before, *after, *selection);
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (options.weak) options.types += "WwVv";
    Machine machine(context.root);
    if (options.diff) return compare(context, options, machine, *operands);

    auto queries = queries_of(*operands);
    if (!queries) return context.usage_error(queries.error());
    const auto selection = Selection::parse(queries->patterns, options.regex, options.types);
    if (!selection) return context.usage_error(selection.error());
    auto kernel = Kernel::open(machine, options.kernel);
    if (!kernel) return context.fail(kernel.error());
    if (options.disasm) return ksyms::show_instructions(context, machine, *kernel, *operands, options.syntax);
    if (options.stubs) return ksyms::show_stubs(context, *kernel, *selection);
    return list(context, options, machine, *kernel, *queries, *selection);
}

}  // namespace

extern const Applet applet_ksyms;
const Applet applet_ksyms = {
    .name = "ksyms",
    .summary = "kernel symbols: address, size, type; what an address belongs to",
    .operands = "[PATTERN|0xADDRESS...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 found, or with --diff no difference; 1 nothing matches, or they differ",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "Prints address, size (to the next symbol), type letter and its meaning, name and [module]. Patterns are shell "
        "patterns and match the whole name. Works without /proc mounted.",
};

}  // namespace earlybox
