// SPDX-License-Identifier: MIT
#include "core/parse/trace_page.h"

#include <string.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/trace_format.h"

namespace earlybox {
namespace {

// include/linux/ring_buffer.h: the first 27 bits are the time since the entry before, the last 5 its kind.
constexpr unsigned kKindBits = 5;
constexpr uint32_t kLongestData = 28;  // in words; 0: the length stands in the first word of the data
constexpr uint32_t kPadding = 29, kTimeExtend = 30, kTimeStamp = 31;
constexpr unsigned kDeltaBits = 27;
// An absolute time has 59 bits; the highest 5 stay as they were (since 5.17; they are zero for 18 years).
constexpr unsigned kStampBits = kDeltaBits + 32;
// Flags in a page's commit (ring_buffer.c, RB_MISSED_EVENTS and RB_MISSED_STORED).
constexpr uint32_t kMissed = 1U << 31, kMissedStored = 1U << 30;
constexpr uint32_t kCommitMask = (1U << 27) - 1;

template <class T>
T load(std::string_view bytes, size_t offset = 0) {
    T value;
    memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

}  // namespace

Result<TracePageLayout> TracePageLayout::parse(std::string_view header_page) {
    TracePageLayout layout;
    bool has_commit = false, has_data = false;
    std::string_view line;
    while (next_line(header_page, line)) {
        const auto field = TraceField::parse(line);
        if (!field) continue;
        if (field->name == "commit") {
            has_commit = field->size == 4 || field->size == 8;
            layout.commit_offset = field->offset;
            layout.commit_size = field->size;
        } else if (field->name == "data") {
            has_data = field->size >= 64 && field->size <= (1U << 20);
            layout.data_offset = field->offset;
            layout.data_size = field->size;
        }
    }
    if (!has_commit || !has_data || layout.commit_offset < 8 || layout.data_offset > 64 ||
        layout.commit_offset + layout.commit_size > layout.data_offset)
        return failure("read the layout of trace pages", 0, "header_page is none that is known");
    return layout;
}

TracePage::TracePage(std::string_view page, const TracePageLayout& layout) {
    if (page.size() < layout.data_offset || layout.data_offset < layout.commit_offset + sizeof(uint32_t) ||
        layout.data_offset < sizeof(uint64_t)) {
        damaged_ = true;
        return;
    }
    time_ = load<uint64_t>(page);
    const auto commit = load<uint32_t>(page, layout.commit_offset);
    const size_t room = std::min<size_t>(page.size() - layout.data_offset, layout.data_size);
    const size_t used = commit & kCommitMask;
    damaged_ = used > room;
    rest_ = page.substr(layout.data_offset, std::min(used, room));
    if ((commit & kMissed) == 0) return;
    lost_ = kUncounted;
    const size_t stored = layout.data_offset + used;
    if ((commit & kMissedStored) == 0 || stored + layout.commit_size > page.size()) return;
    lost_ = layout.commit_size == 8 ? load<uint64_t>(page, stored) : load<uint32_t>(page, stored);
}

bool TracePage::end(bool damaged) {
    damaged_ = damaged_ || damaged;
    rest_ = {};
    return false;
}

bool TracePage::next(TraceEntry& entry) {
    constexpr size_t kWord = sizeof(uint32_t);
    while (rest_.size() >= kWord) {
        const auto head = load<uint32_t>(rest_);
        const uint32_t kind = head & ((1U << kKindBits) - 1);
        const uint64_t delta = head >> kKindBits;
        rest_.remove_prefix(kWord);
        if (kind == kPadding && delta == 0) return end(false);  // the page's rest is empty
        if (kind != 0 && kind <= kLongestData) {
            const size_t size = kind * kWord;
            if (size > rest_.size()) return end(true);
            entry = {time_ += delta, rest_.substr(0, size)};
            rest_.remove_prefix(size);
            return true;
        }
        if (rest_.size() < kWord) return end(true);
        const uint64_t word = load<uint32_t>(rest_);
        if (kind == kTimeExtend || kind == kTimeStamp) {
            const uint64_t value = word << kDeltaBits | delta;
            time_ = kind == kTimeExtend ? time_ + value : (time_ >> kStampBits << kStampBits) | value;
            rest_.remove_prefix(kWord);
            continue;
        }
        // Long data, or an entry that was taken back: its length counts the word that it stands in.
        const size_t aligned = (word + kWord - 1) / kWord * kWord;
        if (word < kWord || aligned > rest_.size()) return end(true);
        if (kind == kPadding) {
            time_ += delta;
        } else {
            entry = {time_ += delta, rest_.substr(kWord, word - kWord)};
            rest_.remove_prefix(aligned);
            return true;
        }
        rest_.remove_prefix(aligned);
    }
    return end(!rest_.empty());
}

}  // namespace earlybox
