// SPDX-License-Identifier: MIT
// The events of all CPUs as one series, in the order of their time.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/function_ref.h"
#include "core/parse/trace_format.h"
#include "core/parse/trace_page.h"

namespace earlybox {

struct TraceRecord {
    uint64_t time;  // nanoseconds since boot, by CLOCK_MONOTONIC
    unsigned cpu;
    uint64_t lost;           // events of this CPU that were lost right before; TracePage::kUncounted
    std::string_view event;  // its fields by its format
    TraceHead head;
};

class TraceStream {
 public:
    TraceStream(const TracePageLayout& layout, size_t cpus) : layout_(layout), cpus_(cpus) {}

    // A page as the kernel gave it; those of one CPU come in their order.
    void add(size_t cpu, std::string_view page);
    // Hands out what happened until `time`, as far as it has come, but at most so many; the rest stays.
    enum class Taken { all, some, stopped };  // stopped: `take` said no
    Taken take_until(uint64_t time, size_t most, FunctionRef<bool(const TraceRecord&)> take);
    size_t held_pages() const { return held_; }
    bool damaged() const { return damaged_; }

 private:
    struct Cpu {
        std::deque<std::string> pages;  // entries are taken off the first
        std::vector<TracePage> reader;  // of the first page; at most one
        TraceEntry entry;               // the next one
        uint64_t lost = 0;
        bool has_entry = false;
    };
    bool advance(Cpu& cpu);
    TracePageLayout layout_;
    std::vector<Cpu> cpus_;
    size_t held_ = 0;
    bool damaged_ = false;
};

}  // namespace earlybox
