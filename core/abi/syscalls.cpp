// SPDX-License-Identifier: MIT
#include "core/abi/syscalls.h"

#include <algorithm>

#include "core/abi/syscall_table.h"
#include "core/base/text.h"

namespace earlybox {
namespace {

const PackedTable<PackedRow>& table_of(Abi abi) { return abi == Abi::i386 ? syscalls_i386 : syscalls_x86_64; }

bool has_row(Abi abi, const PackedRow& row) {
    if (abi == Abi::i386) return true;
    bool x32_only = row.number >= 512;
    return abi == Abi::x32 ? row.x32 : !x32_only;
}

Syscall unpack(const PackedTable<PackedRow>& table, const PackedRow& row) {
    const PackedEntryPoint& entry = entry_point_table.rows[row.entry];
    std::string_view handler = entry_point_table.texts + entry.name;
    auto arguments = std::span<const Argument>(entry.arguments);
    auto end = std::ranges::find(arguments, Argument::none);
    return {
        .number = row.number,
        .name = row.name == 0 ? handler : std::string_view(table.texts + row.name),
        .entry = handler,
        .compat = row.compat == 0   ? std::string_view()
                  : row.compat == 1 ? handler
                                    : std::string_view(table.texts + row.compat),
        .arguments = {arguments.begin(), end},
        .gate = entry.gate,
    };
}

}  // namespace

std::optional<Syscall> find_syscall(Abi abi, unsigned number) {
    const auto& table = table_of(abi);
    auto row = std::ranges::lower_bound(table.rows, number, {}, &PackedRow::number);
    if (row == table.rows.end() || row->number != number || !has_row(abi, *row)) return {};
    return unpack(table, *row);
}

std::optional<Syscall> find_syscall(Abi abi, std::string_view name) {
    for (const Syscall& call : syscalls(abi))
        if (call.name == name) return call;
    return {};
}

Syscalls::Iterator::Iterator(Abi abi, std::size_t row) : abi_(abi), row_(row) { skip_rows_of_other_abis(); }

Syscall Syscalls::Iterator::operator*() const {
    const auto& table = table_of(abi_);
    return unpack(table, table.rows[row_]);
}

Syscalls::Iterator& Syscalls::Iterator::operator++() {
    ++row_;
    skip_rows_of_other_abis();
    return *this;
}

void Syscalls::Iterator::skip_rows_of_other_abis() {
    auto rows = table_of(abi_).rows;
    while (row_ < rows.size() && !has_row(abi_, rows[row_])) ++row_;
}

Syscalls::Iterator Syscalls::begin() const { return {abi_, 0}; }
Syscalls::Iterator Syscalls::end() const { return {abi_, table_of(abi_).rows.size()}; }

std::vector<std::string> handler_symbols(Abi abi, const Syscall& call) {
    if (abi == Abi::x86_64) return {concat("__x64_sys_", call.entry)};
    if (abi == Abi::x32 && call.compat.empty()) return {concat("__x64_sys_", call.entry)};
    // x32's own numbers never lead to native handlers: they would misread the caller's structures.
    if (abi == Abi::x32)
        return {concat("__x32_compat_sys_", call.compat), concat("__x64_compat_sys_", call.compat)};
    if (call.compat.empty()) return {concat("__ia32_sys_", call.entry)};
    return {concat("__ia32_compat_sys_", call.compat), concat("__ia32_sys_", call.entry)};
}

}  // namespace earlybox
