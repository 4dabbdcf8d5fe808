// SPDX-License-Identifier: MIT
#include "applets/ksyms/diff.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace earlybox::ksyms {
namespace {

struct Sized {
    Symbol symbol;
    uint64_t size;
    bool is_weak() const { return std::string_view("WwVv").find(symbol.type) != std::string_view::npos; }
};

// Sorted by name. The texts are the table's.
Result<std::vector<Sized>> sized_symbols(const Kernel& kernel, const Selection& selection,
                                         SymbolTable& table) {
    TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (symbol && !symbol->module.empty()) return;
        table.add(symbol,
                  [&](const Symbol& wanted) { return !is_padding_symbol(wanted.name) && selection(wanted); });
    }));
    if (table.addresses_hidden())
        return failure(concat("compare symbols of ", printable(kernel.source())), 0,
                       "it tells no addresses, which give the sizes");
    std::vector<Sized> symbols;
    for (size_t i = 0; i < table.size(); ++i) symbols.push_back({table[i], table.size_at(table[i].address)});
    std::ranges::sort(symbols, [](const Sized& a, const Sized& b) {
        const int order = a.symbol.name.compare(b.symbol.name);
        return order != 0 ? order < 0 : a.symbol.address < b.symbol.address;
    });
    return symbols;
}

class View {
 public:
    explicit View(Context& context) : context_(context) {}
    bool any() const { return any_; }

    void show(const char* change, const Sized* before, const Sized* after) {
        any_ = true;
        const Sized& one = after != nullptr ? *after : *before;
        if (context_.json) {
            context_.out.line(record(change, one.symbol.name, before, after).json());
            return;
        }
        std::string type(1, one.symbol.type);
        std::string size = concat(one.size);
        if (before != nullptr && after != nullptr) {
            if (before->symbol.type != one.symbol.type) type = concat(before->symbol.type, "->", type);
            if (before->size != one.size) size = concat(before->size, "->", size);
        }
        context_.out.line(padded(change, 8), padded(type, 5), padded(size, 14), printable(one.symbol.name));
    }

 private:
    static Record record(const char* change, std::string_view name, const Sized* before, const Sized* after) {
        Record record;
        record.add("change", change).add("name", name);
        for (const auto& [one, type, size] : {std::tuple(before, "type_before", "size_before"),
                                              std::tuple(after, "type_after", "size_after")})
            if (one != nullptr) record.add(type, std::string_view(&one->symbol.type, 1)).add(size, one->size);
        return record;
    }

    Context& context_;
    bool any_ = false;
};

}  // namespace

int show_differences(Context& context, const Kernel& before, const Kernel& after,
                     const Selection& selection) {
    SymbolTable old_table;
    SymbolTable new_table;
    const auto old_symbols = sized_symbols(before, selection, old_table);
    if (!old_symbols) return context.fail(old_symbols.error());
    const auto new_symbols = sized_symbols(after, selection, new_table);
    if (!new_symbols) return context.fail(new_symbols.error());

    View view(context);
    auto one = old_symbols->begin();
    auto other = new_symbols->begin();
    while (one != old_symbols->end() || other != new_symbols->end()) {
        const int order = one == old_symbols->end()     ? 1
                          : other == new_symbols->end() ? -1
                                                        : one->symbol.name.compare(other->symbol.name);
        if (order < 0) {
            view.show("gone", &*one++, nullptr);
        } else if (order > 0) {
            view.show("added", nullptr, &*other++);
        } else {
            if (one->is_weak() != other->is_weak())
                view.show(other->is_weak() ? "weak" : "strong", &*one, &*other);
            else if (one->size != other->size)
                view.show("resized", &*one, &*other);
            ++one, ++other;
        }
    }
    return view.any() ? kBadNews : kFine;
}

}  // namespace earlybox::ksyms
