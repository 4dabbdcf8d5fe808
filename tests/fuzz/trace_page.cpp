// SPDX-License-Identifier: MIT
#include "core/parse/trace_page.h"

#include "core/parse/trace_format.h"
#include "tests/core/parse/trace_page_fixture.h"
#include "tests/embed.h"
#include "tests/fuzz/fuzz.h"

EMBED(recorded_formats, "tests/fixtures/trace_page/own-6.12-formats")

using namespace earlybox;

namespace {

void read_fields(const TraceFormat& format, std::string_view event) {
    for (const TraceField& field : format.fields) {
        promise(field.text(event).size() <= event.size());
        (void)field.display.show(field.number(event), field.is_signed);
        const size_t count = field.count(event);
        if (count != 0) (void)field.element_at(event, count - 1);
    }
}

}  // namespace

// A page, and the same bytes as an event's format; then the page's events by that format and by recorded
// ones.
void try_text(std::string_view bytes) {
    static const auto recorded = formats_of(recorded_formats());
    const auto layout = TracePageLayout::parse(bytes);
    const auto format = TraceFormat::parse(bytes);
    TracePage page(bytes, layout.value_or(TracePageLayout{}));
    TraceEntry entry;
    size_t taken = 0;
    while (page.next(entry)) {
        promise(++taken <= bytes.size());
        if (format) read_fields(*format, entry.bytes);
        const auto head = trace_head(entry.bytes);
        if (!head) continue;
        for (const TraceFormat& known : recorded)
            if (known.id == head->id) read_fields(known, entry.bytes);
    }
}
