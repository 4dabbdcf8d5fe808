// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/summary.h"

#include <algorithm>

#include "applets/trace-syscall/style.h"
#include "core/base/order.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr const char* kRule = "------ ----------- ----------- --------- --------- ----------------";

// "12.345678": the number has so many decimals.
void append_fixed(std::string& to, uint64_t number, unsigned decimals, size_t width) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < decimals; ++i) unit *= 10;
    append_padded(to, number / unit, width - decimals - 1, ' ');
    to += '.';
    append_padded(to, number % unit, decimals, '0');
}

}  // namespace

SummarySink::Count& SummarySink::count_of(const Call& call, bool vdso) {
    const std::string_view name = call.row ? call.row->name : std::string_view();
    for (Count& count : counts_)
        if (count.number == call.number && count.abi == call.abi && count.vdso == vdso &&
            count.name.data() == name.data())
            return count;
    return counts_.emplace_back(call.abi, call.number, name, vdso);
}

void SummarySink::returned(Thread& thread, int64_t result) {
    Count& count = count_of(thread.call, thread.is_vdso_call);
    ++count.calls;
    if (is_error(result)) ++count.errors;
    count.nanoseconds += std::max<int64_t>(thread.returned_ns - thread.entered_ns, 0);
}

bool SummarySink::comes_before(const Count& a, const Count& b) const {
    if (a.abi != b.abi) return a.abi < b.abi;
    switch (order_) {
        case SummaryOrder::time:
            return a.nanoseconds > b.nanoseconds;
        case SummaryOrder::calls:
            return a.calls > b.calls;
        case SummaryOrder::errors:
            return a.errors > b.errors;
        case SummaryOrder::name:
            return a.name < b.name;
        default:
            return false;
    }
}

void SummarySink::print(std::string_view name, const Count& count, int64_t total) {
    const auto nanoseconds = static_cast<uint64_t>(count.nanoseconds);
    const uint64_t microseconds = nanoseconds / 1000;
    std::string line;
    append_fixed(line, total == 0 ? 0 : nanoseconds * 10000 / static_cast<uint64_t>(total), 2, 6);
    line += ' ';
    append_fixed(line, microseconds, 6, 11);
    line += ' ';
    append_padded(line, count.calls == 0 ? 0 : microseconds / count.calls, 11, ' ');
    line += ' ';
    append_padded(line, count.calls, 9, ' ');
    line += ' ';
    if (count.errors == 0)
        line.append(9, ' ');
    else
        append_padded(line, count.errors, 9, ' ');
    out_.main().line(line, ' ', name);
}

void SummarySink::finish() {
    put_in_order(counts_, [&](const Count& a, const Count& b) { return comes_before(a, b); });
    for (auto begin = counts_.begin(); begin != counts_.end();) {
        const auto end =
            std::find_if(begin, counts_.end(), [&](const Count& row) { return row.abi != begin->abi; });
        if (begin->abi != Abi::x86_64 || end != counts_.end())
            out_.main().line("System call usage summary for ",
                             begin->abi == Abi::x86_64 ? "64 bit"
                             : begin->abi == Abi::i386 ? "32 bit"
                                                       : "x32",
                             " mode:");
        Count total;
        for (auto row = begin; row != end; ++row) {
            total.calls += row->calls;
            total.errors += row->errors;
            total.nanoseconds += row->nanoseconds;
        }
        out_.main().line("% time     seconds  usecs/call     calls    errors syscall");
        out_.main().line(kRule);
        for (auto row = begin; row != end; ++row) {
            std::string name(row->name);
            if (name.empty()) append_name(name, {.abi = row->abi, .number = row->number, .row = {}});
            if (row->vdso) name += " <vdso>";
            print(name, *row, total.nanoseconds);
        }
        out_.main().line(kRule);
        print("total", total, total.nanoseconds);
        begin = end;
    }
    out_.main().flush();
}

}  // namespace earlybox::trace_syscall
