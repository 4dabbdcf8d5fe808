// SPDX-License-Identifier: MIT
// Pages of the kernel's trace buffer, as tracefs' trace_pipe_raw gives them (kernel/trace/ring_buffer.c; the
// file events/header_page describes the head of a page). Little-endian, as this machine.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/base/result.h"

namespace earlybox {

// What may differ between kernels: where a page's parts are.
struct TracePageLayout {
    unsigned commit_offset = 8;
    unsigned commit_size = 8;  // a long of the kernel's
    unsigned data_offset = 16;
    unsigned data_size = 4080;
    unsigned page_size() const { return data_offset + data_size; }

    // From the text of events/header_page.
    static Result<TracePageLayout> parse(std::string_view header_page);
};

struct TraceEntry {
    uint64_t time = 0;       // nanoseconds of the trace clock
    std::string_view bytes;  // the event: its fields by its format; valid while the page is
};

// Takes the entries off a page one by one. Total: any bytes in; what does not fit ends the page, and
// damaged() tells so.
class TracePage {
 public:
    // Events that were overwritten before this page; kUncounted where the kernel only knows that there were.
    static constexpr uint64_t kUncounted = UINT64_MAX;

    TracePage(std::string_view page, const TracePageLayout& layout);
    bool next(TraceEntry& entry);
    uint64_t lost() const { return lost_; }
    bool damaged() const { return damaged_; }

 private:
    bool end(bool damaged);
    std::string_view rest_;
    uint64_t time_ = 0;
    uint64_t lost_ = 0;
    bool damaged_ = false;
};

}  // namespace earlybox
