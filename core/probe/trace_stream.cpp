// SPDX-License-Identifier: MIT
#include "core/probe/trace_stream.h"

namespace earlybox {

void TraceStream::add(size_t cpu, std::string_view page) {
    cpus_[cpu].pages.emplace_back(page);
    ++held_;
}

// Makes the CPU's next entry known; false where there is none yet.
bool TraceStream::advance(Cpu& cpu) {
    while (!cpu.has_entry) {
        if (cpu.reader.empty()) {
            if (cpu.pages.empty()) return false;
            cpu.reader.emplace_back(cpu.pages.front(), layout_);
            if (cpu.reader.front().lost() != 0) cpu.lost = cpu.reader.front().lost();
        }
        cpu.has_entry = cpu.reader.front().next(cpu.entry);
        if (cpu.has_entry) break;
        damaged_ = damaged_ || cpu.reader.front().damaged();
        cpu.reader.clear();
        cpu.pages.pop_front();
        --held_;
    }
    return true;
}

TraceStream::Taken TraceStream::take_until(uint64_t time, size_t most,
                                           FunctionRef<bool(const TraceRecord&)> take) {
    for (; most != 0; --most) {
        Cpu* first = nullptr;
        for (Cpu& cpu : cpus_)
            if (advance(cpu) && (first == nullptr || cpu.entry.time < first->entry.time)) first = &cpu;
        if (first == nullptr || first->entry.time > time) return Taken::all;
        first->has_entry = false;
        const auto head = trace_head(first->entry.bytes);
        if (!head) continue;
        const TraceRecord record{first->entry.time, static_cast<unsigned>(first - cpus_.data()),
                                 std::exchange(first->lost, 0), first->entry.bytes, *head};
        if (!take(record)) return Taken::stopped;
    }
    return Taken::some;
}

}  // namespace earlybox
