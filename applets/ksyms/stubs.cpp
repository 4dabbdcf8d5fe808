// SPDX-License-Identifier: MIT
#include "applets/ksyms/stubs.h"

#include "core/base/text.h"
#include "core/parse/stub.h"

namespace earlybox::ksyms {
namespace {

// Reads far ahead: neighbours are asked for next.
class Code {
 public:
    explicit Code(Kernel& kernel) : kernel_(kernel) {}

    Result<std::string_view> at(uint64_t address) {
        constexpr size_t kAhead = size_t{1} << 16;
        const bool is_held = address >= begin_ && address - begin_ + kLongestStub <= bytes_.size();
        if (!is_held) {
            auto bytes = kernel_.read(address, kAhead);
            if (!bytes) bytes = kernel_.read(address, kLongestStub);
            begin_ = address;
            bytes_ = TRY(std::move(bytes));
        }
        return std::string_view(bytes_).substr(address - begin_, kLongestStub);
    }

 private:
    Kernel& kernel_;
    uint64_t begin_ = 0;
    std::string bytes_;
};

void show(Context& context, const Symbol& symbol, int code) {
    if (context.json) {
        Record record;
        record.add("address", "0x" + hex(symbol.address, 16))
            .add("type", std::string_view(&symbol.type, 1))
            .add("name", symbol.name)
            .add("returns_only", errno_name(code));
        if (!symbol.module.empty()) record.add("module", symbol.module);
        context.out.line(record.json());
        return;
    }
    context.out.put(hex(symbol.address, 16), ' ', symbol.type, ' ', padded("-" + errno_name(code), 13),
                    printable(symbol.name));
    if (!symbol.module.empty()) context.out.put(" [", printable(symbol.module), ']');
    context.out.put('\n');
}

}  // namespace

int show_stubs(Context& context, Kernel& kernel, const Selection& selection) {
    SymbolTable functions;
    const auto read = kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        functions.add(symbol, [&](const Symbol& wanted) {
            constexpr std::string_view kCode = "TtWw";
            return kCode.find(wanted.type) != kCode.npos && !is_padding_symbol(wanted.name) &&
                   selection(wanted);
        });
    });
    if (!read) return context.fail(read.error());
    Code code(kernel);
    size_t shown = 0;
    size_t readable = 0;
    Error reason;
    for (size_t i = 0; i < functions.size(); ++i) {
        const Symbol symbol = functions[i];
        const auto bytes = code.at(symbol.address);
        if (!bytes) {
            reason = bytes.error();
            continue;
        }
        ++readable;
        const auto returned = stub_errno(*bytes);
        if (!returned) continue;
        show(context, symbol, *returned);
        ++shown;
    }
    if (functions.size() != 0 && readable == 0) return context.fail(reason);
    return shown == 0 ? kBadNews : kFine;
}

}  // namespace earlybox::ksyms
