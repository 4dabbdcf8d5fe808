// SPDX-License-Identifier: MIT
// syscall-probe: which system calls does this kernel, or one in a file, have? By the handlers' symbols
// (include/linux/syscalls.h, kernel/sys_ni.c), the kernel's tables, and by calling them, side by side.
#include <errno.h>
#include <string.h>

#include <algorithm>

#include "core/abi/findings.h"
#include "core/abi/gates.h"
#include "core/abi/syscall_notes.h"
#include "core/applet.h"
#include "core/parse/stub.h"
#include "core/probe/kernel.h"
#include "core/probe/syscalls.h"

namespace earlybox {
namespace {

struct AbiChoice {
    std::vector<Abi> abis = {Abi::x86_64, Abi::i386};
};

bool store_option(AbiChoice& choice, const char* argument) {
    for (const Abi candidate : {Abi::x86_64, Abi::i386, Abi::x32}) {
        if (strcmp(argument, abi_name(candidate)) != 0) continue;
        choice.abis = {candidate};
        return true;
    }
    return false;
}

struct Options {
    std::string kernel;
    AbiChoice abi;
    bool missing = false;
    bool verbose = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::kernel>('K', "kernel", "IMAGE",
                             "of a vmlinuz, vmlinux, System.map or copy of kallsyms; nothing is called"),
    option<&Options::abi>('a', "abi", "x86_64|i386|x32", "only calls of this ABI (default: x86_64 and i386)"),
    option<&Options::missing>('m', "missing", nullptr, "only calls that this kernel does not have"),
    option<&Options::verbose>('v', "verbose", nullptr,
                              "by the tables in the kernel's memory, with the handlers' first bytes"),
};

constexpr Example kExamples[] = {
    {"syscall-probe --abi i386 --missing", "what 32-bit programs cannot call here, and which option decides"},
    {"syscall-probe clock_gettime utimensat", "the calls behind date and touch, in both ABIs"},
    {"syscall-probe -K /boot/vmlinuz --abi i386 -m", "the same about a kernel that is not running"},
    {"syscall-probe --abi i386 '*time*' 240", "by pattern, and by number"},
};

struct Row {
    Abi abi;
    Syscall call;
    Handler handler;
    CallAnswer answer;
    Gate gate;          // what decides on it, here
    std::string bytes;  // of the handler; empty: not known
    bool filtered;      // the answer is a seccomp filter's

    // Holes are left out: no kernel has had those calls for decades.
    bool missing() const {
        const bool by_symbol =
            handler.state == HandlerState::weak_stub || handler.state == HandlerState::alias_stub;
        const bool by_table = handler.by_table && handler.state == HandlerState::absent;
        const bool by_bytes = stub_errno(bytes) == ENOSYS;  // iopl without CONFIG_X86_IOPL_IOPERM
        return !call.is_hole() && (by_symbol || by_table || by_bytes || answer.refused_as_unknown());
    }
    std::string live() const { return concat(describe(answer), filtered ? " (seccomp)" : ""); }
};

bool matches(const Syscall& call, std::span<char*> operands) {
    const std::string name(call.name);
    return operands.empty() || std::ranges::any_of(operands, [&](const char* operand) {
               const auto number = parse_number(operand);
               return number ? *number == call.number : glob_match(operand, name.c_str());
           });
}

// Where the evidence comes from, each kind on its own.
struct Sources {
    Kernel kernel;
    Result<Handlers> handlers;
    bool reads_memory;
    bool live;
};

std::vector<Row> rows_of(Abi abi, std::span<char*> operands, Sources& sources) {
    std::vector<Syscall> calls;
    for (const Syscall& call : syscalls(abi))
        if (matches(call, operands)) calls.push_back(call);
    std::vector<CallAnswer> answers(calls.size());
    if (sources.live) answers = try_calls(abi, calls);
    std::vector<Row> rows;
    for (size_t i = 0; i < calls.size(); ++i) {
        Row& row =
            rows.emplace_back(Row{.abi = abi, .call = calls[i], .answer = answers[i], .gate = calls[i].gate});
        if (!sources.handlers) continue;
        row.handler = sources.handlers->find(abi, row.call);
        row.gate = culprit(abi, row.call, *sources.handlers);
        row.filtered = is_filters_answer(row.call, row.handler, row.answer);
        if (sources.reads_memory && row.handler.address != 0)
            row.bytes = sources.kernel.read(row.handler.address, kLongestStub).value_or("");
    }
    return rows;
}

std::string hex_bytes(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        append(text, text.empty() ? "" : " ", hex(static_cast<unsigned char>(byte), 2));
    return text;
}

Record record_of(const Row& row, bool symbols_known) {
    Record record;
    record.add("abi", abi_name(row.abi)).add("number", row.call.number).add("name", row.call.name);
    record.add("handler", row.handler.symbol)
        .add("state", symbols_known ? describe(row.handler.state) : "unknown");
    if (!row.bytes.empty()) record.add("bytes", hex_bytes(row.bytes));
    if (const auto code = stub_errno(row.bytes)) record.add("returns_only", errno_name(*code));
    record.add("live", describe(row.answer)).add("seccomp", row.filtered).add("missing", row.missing());
    record.add("option", options_text(gate_info(row.gate)));
    if (const auto twin = twin_of(row.abi, row.call)) record.add("instead", twin->name);
    if (const char* reason = harmless_without(row.call.name)) record.add("harmless", reason);
    return record;
}

std::string bytes_text(const Row& row) {
    const auto code = stub_errno(row.bytes);
    return concat(hex_bytes(row.bytes), code ? concat("  (only returns -", errno_name(*code), ")") : "");
}

void print_table(Output& out, const std::vector<Row>& rows, Abi abi, bool symbols_known, bool verbose) {
    Table table({"NR", "NAME", "HANDLER", "STATE", "LIVE"});
    size_t count = 0;
    for (const Row& row : rows) {
        if (row.abi != abi) continue;
        ++count;
        const std::string handler =
            row.handler.symbol.empty() ? "-" : concat(row.handler.type, " ", row.handler.symbol);
        table.row({row.call.number, row.call.name, handler,
                   symbols_known ? describe(row.handler.state) : "unknown", row.live()});
        if (verbose && !row.bytes.empty()) table.note(concat("     ", bytes_text(row)));
    }
    out.line(abi_name(abi), ": ", count, count == 1 ? " call" : " calls");
    if (count != 0) table.print(out);
}

void print_wrapped(Output& out, std::string_view indent, std::string_view text) {
    for (const auto& line : wrapped(text, 79 - indent.size())) out.line(indent, line);
}

// Why calls are missing: one paragraph for each option that decides on some of them.
void print_causes(Output& out, const std::vector<Row>& rows) {
    std::vector<Gate> gates = {Gate::time32};  // the one with most victims first
    for (const Row& row : rows)
        if (row.missing() && row.gate != Gate::none && std::ranges::find(gates, row.gate) == gates.end())
            gates.push_back(row.gate);
    for (const Gate gate : gates) {
        std::vector<std::string> names;
        std::vector<std::string> instead;
        for (const Row& row : rows) {
            if (!row.missing() || row.gate != gate) continue;
            names.push_back(concat(row.call.name));
            if (const auto twin = twin_of(row.abi, row.call);
                twin && std::ranges::find(instead, twin->name) == instead.end())
                instead.push_back(concat(twin->name));
        }
        if (names.empty()) continue;
        const GateInfo& info = gate_info(gate);
        out.line();
        print_wrapped(out, "", concat(options_text(info), " is needed for ", join(names, ", "), "."));
        print_wrapped(out, "  ", concat("effect: ", info.breaks));
        if (!instead.empty()) print_wrapped(out, "  ", concat("instead: ", join(instead, ", ")));
        if (gate == Gate::time32) print_wrapped(out, "  ", concat("fix: ", kTime32Missing.fix));
    }
}

// Calls that are there, but not for every use.
void print_remarks(Output& out, const std::vector<Row>& rows, const Handlers& handlers) {
    for (const Row& row : rows) {
        const Remark* remark = remark_on(row.call.name);
        if (remark == nullptr || !row.handler.works()) continue;
        if (remark->gate != Gate::none && !is_closed(row.abi, remark->gate, handlers)) continue;
        out.line();
        print_wrapped(out, "", concat(abi_name(row.abi), " ", row.call.name, ": ", remark->text));
    }
}

// x32 calls go through the 64-bit handlers: those exist also where nothing leads to them.
bool lacks_x32(const std::vector<Row>& rows, const Sources& sources) {
    if (sources.handlers && sources.handlers->lacks(Abi::x32)) return true;
    return sources.live && std::ranges::all_of(rows, [](const Row& row) {
               return row.answer.refused_as_unknown() || row.answer.how == CallAnswer::How::not_made;
           });
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();

    Machine machine(context.root);
    auto kernel = Kernel::open(machine, options.kernel);
    if (!kernel) return context.fail(kernel.error());
    const bool is_image = kernel->is_image();
    auto handlers = Handlers::load(*kernel);
    Sources sources{.kernel = std::move(*kernel),
                    .handlers = std::move(handlers),
                    .reads_memory = options.verbose || context.json || is_image,
                    .live = machine.live() && !is_image};
    if (!sources.handlers && !sources.live) return context.fail(sources.handlers.error());
    Result<> tables;
    if (sources.reads_memory && sources.handlers) tables = sources.handlers->read_tables(sources.kernel);

    std::vector<Row> rows;
    for (const Abi abi : options.abi.abis)
        for (auto& row : rows_of(abi, *operands, sources)) rows.push_back(std::move(row));
    if (rows.empty()) return context.usage_error(Error("no system call has such a name or number"));
    const bool any_missing = std::ranges::any_of(rows, &Row::missing);
    const bool symbols_known = sources.handlers.has_value();

    if (context.json) {
        for (const Row& row : rows)
            if (!options.missing || row.missing()) context.out.line(record_of(row, symbols_known).json());
    } else {
        const auto remarked = rows;
        if (options.missing) std::erase_if(rows, [](const Row& row) { return !row.missing(); });
        for (const Abi abi : options.abi.abis)
            print_table(context.out, rows, abi, symbols_known, options.verbose);
        print_causes(context.out, rows);
        if (symbols_known) print_remarks(context.out, remarked, *sources.handlers);
        if (options.abi.abis.front() == Abi::x32 && lacks_x32(remarked, sources))
            context.out.line(
                "\nx32: the entry is closed: CONFIG_X86_X32_ABI is off, or a boot without syscall.x32=y");
    }
    if (!tables && (options.verbose || is_image))
        context.err.line("earlybox syscall-probe: judged by names alone: ", describe(tables.error()));
    if (!symbols_known) return context.fail(sources.handlers.error());
    return any_missing ? kBadNews : kFine;
}

}  // namespace

extern const Applet applet_syscall_probe;
const Applet applet_syscall_probe = {
    .name = "syscall-probe",
    .summary = "which system calls this kernel has: by symbols and live calls",
    .operands = "[NAME|NUMBER|PATTERN...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 all of them are there; 1 some are missing",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "STATE comes from the handler's symbol, LIVE from calling it in a child process with arguments "
        "that do no harm. Calls for which that is not safe are not tried.",
};

}  // namespace earlybox
