// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/report.h"

#include "core/base/text.h"

namespace earlybox::vdso_probe {
namespace {

using Outcome = JudgedCall::Outcome;

struct OutcomeWords {
    Outcome outcome;
    const char* key;
    const char* text;
};
constexpr OutcomeWords kOutcomes[] = {
    {Outcome::saves_call, "saves_call", "agree, without a system call"},
    {Outcome::needs_call, "needs_call", "agree, by a system call that has to be made"},
    {Outcome::falls_back, "falls_back", "agree, by a system call that should not have to be made"},
    {Outcome::not_traced, "not_traced", "agree; whether by a system call is not known"},
    {Outcome::unanswered, "unanswered",
     "ENOSYS: the kernel lacks the call that they fall back on (CONFIG_COMPAT_32BIT_TIME)"},
    {Outcome::disagrees, "disagrees", "disagree with the system call"},
};

const OutcomeWords& words_of(Outcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }

void put_wrapped(Output& out, std::string_view label, size_t indent, std::string_view text) {
    std::string lead = padded(label, indent);
    for (const auto& line : wrapped(printable(text), 79 - indent)) {
        out.line(lead, line);
        lead.assign(indent, ' ');
    }
}

std::vector<std::string> call_names(const JudgedCall& call, Caller caller) {
    std::vector<std::string> names;
    if (call.calls)
        for (const uint64_t number : *call.calls) names.push_back(call_name(caller, number));
    return names;
}

Caller caller_of(std::string_view abi) {
    return abi == caller_name(Caller::i386) ? Caller::i386 : Caller::native;
}

// "51 52 55"
std::string hex_bytes(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        append(text, text.empty() ? "" : " ", hex(static_cast<unsigned char>(byte), 2));
    return text;
}

// 123 tenths: "12.3"
std::string decimal(uint64_t tenths) { return concat(tenths / 10, '.', tenths % 10); }

std::string shown(const Spread& spread) {
    return concat(decimal(spread.least), "/", decimal(spread.median), "/", decimal(spread.most));
}

}  // namespace

void report_image(Context& context, std::string_view abi, std::string_view whose, const Vdso& vdso,
                  uint64_t address) {
    if (context.json) {
        Record record;
        record.add("kind", "vdso").add("abi", abi).add("of", whose).add("soname", vdso.soname);
        record.add("address", concat("0x", hex(address))).add("size", vdso.image.size());
        context.out.line(record.json());
        for (const VdsoSymbol& symbol : vdso.symbols) {
            Record row;
            row.add("kind", "symbol").add("abi", abi).add("name", symbol.name).add("version", symbol.version);
            row.add("type", symbol.is_function ? "function" : "object");
            row.add("binding", symbol.is_weak ? "weak" : "global").add("alias_of", symbol.alias_of);
            row.add("offset", symbol.offset).add("size", symbol.size);
            context.out.line(row.json());
        }
        return;
    }
    context.out.put(abi, ": ", printable(vdso.soname), ", ", vdso.image.size(), " bytes, of ",
                    printable(whose));
    context.out.line(address == 0 ? "" : concat(", at 0x", hex(address)));
    Table table({"NAME", "VERSION", "OFFSET", "SIZE", "BINDING"});
    for (const VdsoSymbol& symbol : vdso.symbols) {
        if (!symbol.is_function) continue;  // the versions themselves
        const auto alias =
            symbol.alias_of.empty() ? "" : concat(", the same as ", printable(symbol.alias_of));
        table.row({printable(symbol.name), printable(symbol.version), concat("0x", hex(symbol.offset)),
                   symbol.size, concat(symbol.is_weak ? "weak" : "global", alias)});
    }
    table.print(context.out);
}

void report_calls(Context& context, std::string_view abi, const Judgement& judgement, bool each) {
    const Caller caller = caller_of(abi);
    if (context.json) {
        for (const JudgedCall& call : judgement.calls) {
            Record record;
            record.add("kind", "call").add("abi", abi).add("function", call.function);
            record.add("argument", call.argument).add("outcome", words_of(call.outcome()).key);
            record.add("trouble", call.trouble).add("error", call.error == 0 ? "" : errno_name(call.error));
            record.add("system_calls", call_names(call, caller)).add("traced", call.calls.has_value());
            context.out.line(record.json());
        }
        return;
    }
    if (each) {
        Table table({"CALL", "ANSWER", "SYSTEM CALLS"});
        for (const JudgedCall& call : judgement.calls) {
            const std::string answer = !call.trouble.empty() ? call.trouble
                                       : call.error != 0     ? concat("agrees: ", errno_name(call.error))
                                                             : "agrees";
            const auto names = call_names(call, caller);
            const bool needless = call.is_needless();
            table.row({concat(call.function, '(', call.argument, ')'), answer,
                       !call.calls ? "unknown"
                                   : concat(names.empty() ? "none" : join(names, ", "),
                                            needless ? ", which should not be" : "")});
        }
        table.print(context.out);
        return;
    }
    for (const OutcomeWords& words : kOutcomes)
        if (const auto list = listed(judgement.calls, words.outcome); !list.empty()) {
            context.out.line(words.text, ":");
            put_wrapped(context.out, "", 4, list);
        }
}

void report_entries(Context& context, std::string_view abi, const std::vector<EntryFact>& facts) {
    for (const EntryFact& fact : facts) {
        if (context.json) {
            Record record;
            record.add("kind", "entry").add("abi", abi).add("name", fact.symbol).add("fine", fact.fine);
            context.out.line(record.add("says", fact.says).add("bytes", hex_bytes(fact.bytes)).json());
        } else {
            context.out.line(fact.symbol, ": ", fact.says, "\n    ", hex_bytes(fact.bytes));
        }
    }
}

void report_edges(Context& context, std::string_view abi, const std::vector<Edge>& edges, bool each) {
    Table table({"EDGE CASE", "VDSO", "SYSTEM CALL", ""});
    size_t agreeing = 0;
    for (const Edge& edge : edges) {
        if (edge.agrees) ++agreeing;
        if (context.json) {
            Record record;
            record.add("kind", "edge").add("abi", abi).add("call", edge.call).add("vdso", edge.vdso);
            context.out.line(record.add("system_call", edge.system_call).add("agrees", edge.agrees).json());
        } else if (each || !edge.agrees) {
            table.row({edge.call, edge.vdso,
                       edge.system_call.empty() ? "none to compare with" : edge.system_call,
                       edge.agrees ? "" : "differs"});
        }
    }
    if (context.json) return;
    context.out.line("edge cases: ", agreeing, " of ", edges.size(),
                     " as by system call (with SIGSEGV for its EFAULT)");
    if (each || agreeing != edges.size()) table.print(context.out);
}

void report_timings(Context& context, std::string_view abi, const std::vector<Timing>& timings) {
    Table table({"NS: MIN/MEDIAN/MAX", "VDSO", "SYSTEM CALL", "FASTER"});
    for (const Timing& timing : timings) {
        if (!context.json) {
            table.row({timing.call, shown(timing.vdso), shown(timing.plain),
                       concat(decimal(timing.ratio_in_tenths()), " times")});
            continue;
        }
        Record record;
        record.add("kind", "timing").add("abi", abi).add("call", timing.call);
        record.add("compared_with", timing.system_call).add("ratio", decimal(timing.ratio_in_tenths()));
        record.add("vdso_ns_median", decimal(timing.vdso.median))
            .add("vdso_ns_min", decimal(timing.vdso.least));
        record.add("vdso_ns_max", decimal(timing.vdso.most));
        record.add("call_ns_median", decimal(timing.plain.median))
            .add("call_ns_min", decimal(timing.plain.least));
        context.out.line(record.add("call_ns_max", decimal(timing.plain.most)).json());
    }
    if (!context.json) table.print(context.out);
}

bool report_verdict(Context& context, std::string_view abi, const Verdict& verdict) {
    const Diagnosis* diagnosis = verdict.diagnosis;
    if (context.json) {
        Record record;
        record.add("kind", "verdict").add("abi", abi).add("fine", diagnosis == nullptr);
        record.add("id", diagnosis == nullptr ? "" : diagnosis->id);
        record.add("title", diagnosis == nullptr ? "all in order" : diagnosis->title);
        record.add("cause", diagnosis == nullptr ? "" : diagnosis->cause);
        record.add("effect", diagnosis == nullptr ? "" : diagnosis->effect);
        record.add("fix", diagnosis == nullptr ? "" : diagnosis->fix).add("evidence", verdict.evidence);
        context.out.line(record.json());
        return diagnosis == nullptr;
    }
    constexpr size_t kLabelColumns = 12;
    put_wrapped(context.out, concat(abi, ": "), abi.size() + 2,
                diagnosis == nullptr ? "all in order" : diagnosis->title);
    if (diagnosis != nullptr) {
        put_wrapped(context.out, "  cause", kLabelColumns, diagnosis->cause);
        put_wrapped(context.out, "  effect", kLabelColumns, diagnosis->effect);
        put_wrapped(context.out, "  fix", kLabelColumns, diagnosis->fix);
    }
    std::string_view label = "  evidence";
    for (const auto& line : verdict.evidence) {
        put_wrapped(context.out, label, kLabelColumns, line);
        label = "";
    }
    return diagnosis == nullptr;
}

}  // namespace earlybox::vdso_probe
