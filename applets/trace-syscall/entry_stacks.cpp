// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/entry_stacks.h"

#include <string.h>

#include "core/abi/entry_abi.h"
#include "core/probe/kernel.h"

namespace earlybox::trace_syscall {

Result<EntryStacks> EntryStacks::open(const Tracefs& tracefs, Machine& machine) {
    EntryStacks stacks;
    const auto format = TRY(tracefs.format("ftrace:kernel_stack"));
    const TraceField* frames = format.field("caller");
    if (frames == nullptr) return failure("read kernel_stack", 0, "the event has no field 'caller'");
    stacks.id_ = format.id;
    stacks.frames_ = *frames;
    TRY_VOID(Kernel(machine).for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (!symbol || !symbol->module.empty() || symbol->address == 0) return;
        // An entry reaches to the next symbol.
        for (auto entry = stacks.entries_.rbegin(); entry != stacks.entries_.rend() && entry->end == 0;
             ++entry)
            if (symbol->address > entry->begin) entry->end = symbol->address;
        const auto abi = abi_of_function(symbol->name);
        if (abi && handled_call(symbol->name).empty()) stacks.entries_.push_back({symbol->address, 0, *abi});
    }));
    return stacks;
}

std::optional<Abi> EntryStacks::abi(const TraceRecord& record) const {
    if (record.head.id != id_) return {};
    // The format file tells a length that most stacks do not have.
    for (size_t at = frames_.offset; at + sizeof(uint64_t) <= record.event.size(); at += sizeof(uint64_t)) {
        uint64_t frame = 0;
        memcpy(&frame, record.event.data() + at, sizeof frame);
        for (const Entry& entry : entries_)
            if (frame > entry.begin && frame <= entry.end) return entry.abi;
    }
    return {};
}

}  // namespace earlybox::trace_syscall
