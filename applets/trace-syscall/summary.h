// SPDX-License-Identifier: MIT
// -c: calls, errors and time, a line for each call of each ABI.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "applets/trace-syscall/outputs.h"
#include "applets/trace-syscall/sink.h"

namespace earlybox::trace_syscall {

enum class SummaryOrder : uint8_t { time, calls, errors, name, none };

class SummarySink : public Sink {
 public:
    SummarySink(Outputs& out, SummaryOrder order) : out_(out), order_(order) {}
    void entered(Thread&) override {}
    void returned(Thread& thread, int64_t result) override;
    void lost(Thread& thread) override { ++count_of(thread.call, false).calls; }
    void finish() override;

 private:
    struct Count {
        Abi abi = Abi::x86_64;
        unsigned number = 0;
        std::string_view name = {};  // of a call that has one
        bool vdso = false;           // calls of the vDSO's function of that name
        uint64_t calls = 0;
        uint64_t errors = 0;
        int64_t nanoseconds = 0;
    };
    Count& count_of(const Call& call, bool vdso);
    bool comes_before(const Count& a, const Count& b) const;
    void print(std::string_view name, const Count& count, int64_t total);

    Outputs& out_;
    SummaryOrder order_;
    std::vector<Count> counts_;
};

}  // namespace earlybox::trace_syscall
