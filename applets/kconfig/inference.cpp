// SPDX-License-Identifier: MIT
#include "applets/kconfig/inference.h"

#include "core/abi/gates.h"
#include "core/abi/kernel_options.h"
#include "core/base/text.h"
#include "core/probe/syscalls.h"

namespace earlybox::kconfig {
namespace {

// The symbols of kernel_options() that a kernel has.
class OptionSymbols {
 public:
    static Result<OptionSymbols> load(const Kernel& kernel) {
        OptionSymbols symbols;
        TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
            if (!symbol) return;
            for (const auto& option : kernel_options())
                if (symbol->name == option.symbol)
                    symbols.found_.push_back({&option, !symbol->module.empty()});
        }));
        return symbols;
    }

    Inferred infer(const KernelOption& option) const {
        const std::string_view symbol = option.symbol;
        if (symbol.empty()) return {option.option, "?", "it brings no symbol that tells"};
        for (const auto& found : found_)
            if (found.option == &option)
                return found.in_module ? Inferred{option.option, "m", concat("a module has ", symbol)}
                                       : Inferred{option.option, "y", concat("there is ", symbol)};
        if (option.kind == SymbolKind::data && infer(*find_kernel_option("CONFIG_KALLSYMS_ALL")).value != "y")
            return {option.option, "?", "this kernel lists no data"};
        return {option.option, option.kind == SymbolKind::code_or_module ? "n or m" : "n",
                concat("there is no ", symbol)};
    }

 private:
    struct Found {
        const KernelOption* option;
        bool in_module;
    };
    std::vector<Found> found_;
};

// The handler that tells most about a gate: one that works, else a stub, else none.
Handler telling_handler(Gate gate, const Handlers& handlers) {
    Handler telling;
    for (const Abi abi : {Abi::x86_64, Abi::i386})
        for (const Syscall& call : syscalls(abi)) {
            if (call.gate != gate) continue;
            Handler handler = handlers.find(abi, call);
            if (handler.works()) return handler;
            if (telling.symbol.empty()) telling = std::move(handler);
        }
    return telling;
}

std::string reason_of(const Handler& handler) {
    if (handler.symbol.empty()) return "none of the system calls that it decides on has a handler";
    return concat(handler.symbol, handler.works() ? " is " : " is only a ", describe(handler.state));
}

Inferred infer_by_handlers(std::string_view option, const Handlers& handlers) {
    Inferred inferred{option, "?", "no system call tells"};
    for (const Gate gate : all_gates()) {
        const GateInfo& info = gate_info(gate);
        const bool is_second = info.also == option;
        if (info.option != option && !is_second) continue;
        const Handler handler = telling_handler(gate, handlers);
        if (handler.works()) return {option, "y", reason_of(handler)};
        // Where two options are needed the first may be the one that is off.
        const bool tells =
            is_second ? infer_by_handlers(info.option, handlers).value == "y" && !handler.symbol.empty()
                      : *info.also == '\0';
        if (tells) inferred = {option, "n", reason_of(handler)};
    }
    return inferred;
}

}  // namespace

Result<std::vector<Inferred>> infer_options(const Kernel& kernel) {
    const auto handlers = TRY(Handlers::load(kernel));
    const auto symbols = TRY(OptionSymbols::load(kernel));
    std::vector<Inferred> options;
    for (const auto& option : kernel_options()) options.push_back(symbols.infer(option));
    const auto add = [&](std::string_view name) {
        if (name.empty()) return;
        for (const auto& known : options)
            if (known.option == name) return;
        options.push_back(infer_by_handlers(name, handlers));
    };
    for (const Gate gate : all_gates()) {
        add(gate_info(gate).option);
        add(gate_info(gate).also);
    }
    return options;
}

}  // namespace earlybox::kconfig
