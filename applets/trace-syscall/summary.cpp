// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/summary.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

std::string right(std::string_view text, size_t width) {
    return concat(std::string(text.size() < width ? width - text.size() : 0, ' '), text);
}

std::string with_decimals(uint64_t number, unsigned decimals) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < decimals; ++i) unit *= 10;
    return concat(number / unit, ".", concat(unit + number % unit).substr(1));
}

}  // namespace

void SummarySink::returned(Thread& thread, int64_t result) {
    Count& count = counts_[{thread.call.abi, thread.call.number}];
    ++count.calls;
    if (is_error(result)) ++count.errors;
    count.nanoseconds += std::max<int64_t>(thread.returned_ns - thread.entered_ns, 0);
}

void SummarySink::lost(Thread& thread) { ++counts_[{thread.call.abi, thread.call.number}].calls; }

void SummarySink::finish() {
    struct Row {
        std::string name;
        Abi abi;
        Count count;
    };
    std::map<Abi, std::vector<Row>> tables;
    for (const auto& [key, count] : counts_) {
        Call call{.abi = key.first, .number = key.second, .row = find_syscall(key.first, key.second)};
        tables[key.first].push_back({name_of(call), key.first, count});
    }
    for (auto& [abi, rows] : tables) {
        if (tables.size() > 1 || abi != Abi::x86_64)
            out_.line("System call usage summary for ",
                      abi == Abi::x86_64 ? "64 bit"
                      : abi == Abi::i386 ? "32 bit"
                                         : "x32",
                      " mode:");
        std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
            switch (order_) {
                case SummaryOrder::time:
                    return a.count.nanoseconds > b.count.nanoseconds;
                case SummaryOrder::calls:
                    return a.count.calls > b.count.calls;
                case SummaryOrder::errors:
                    return a.count.errors > b.count.errors;
                case SummaryOrder::name:
                    return a.name < b.name;
                case SummaryOrder::none:
                    break;
            }
            return false;
        });
        Count total;
        for (const Row& row : rows) {
            total.calls += row.count.calls;
            total.errors += row.count.errors;
            total.nanoseconds += row.count.nanoseconds;
        }
        constexpr const char* kRule = "------ ----------- ----------- --------- --------- ----------------";
        out_.line("% time     seconds  usecs/call     calls    errors syscall");
        out_.line(kRule);
        const auto print = [&](std::string_view name, const Count& count) {
            const auto share = total.nanoseconds == 0 ? 0 : count.nanoseconds * 10000 / total.nanoseconds;
            out_.line(right(with_decimals(static_cast<uint64_t>(share), 2), 6), " ",
                      right(with_decimals(static_cast<uint64_t>(count.nanoseconds) / 1000, 6), 11), " ",
                      right(concat(count.calls == 0
                                       ? 0
                                       : static_cast<uint64_t>(count.nanoseconds) / 1000 / count.calls),
                            11),
                      " ", right(concat(count.calls), 9), " ",
                      right(count.errors == 0 ? "" : concat(count.errors), 9), " ", name);
        };
        for (const Row& row : rows) print(row.name, row.count);
        out_.line(kRule);
        print("total", total);
    }
    out_.flush();
}

}  // namespace earlybox::trace_syscall
