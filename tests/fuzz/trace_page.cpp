// SPDX-License-Identifier: MIT
#include "core/parse/trace_page.h"

#include "core/parse/trace_format.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

// A page, and the same bytes as an event's format; then the page's events by that format.
void try_text(std::string_view bytes) {
    const auto layout = TracePageLayout::parse(bytes);
    const auto format = TraceFormat::parse(bytes);
    TracePage page(bytes, layout.value_or(TracePageLayout{}));
    TraceEntry entry;
    size_t taken = 0;
    while (page.next(entry)) {
        promise(++taken <= bytes.size());
        (void)trace_head(entry.bytes);
        if (!format) continue;
        for (const TraceField& field : format->fields) {
            promise(field.text(entry.bytes).size() <= entry.bytes.size());
            (void)field.display.show(field.number(entry.bytes), field.is_signed);
            const size_t count = field.count(entry.bytes);
            if (count != 0) (void)field.element_at(entry.bytes, count - 1);
        }
    }
}
