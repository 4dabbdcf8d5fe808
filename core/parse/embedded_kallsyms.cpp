// SPDX-License-Identifier: MIT
#include "core/parse/embedded_kallsyms.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/text.h"

namespace earlybox {

namespace {

constexpr unsigned kTokens = 256;
constexpr unsigned kNamesPerMarker = 256;
constexpr size_t kIndexSize = kTokens * sizeof(uint16_t);
constexpr size_t kLongestToken = 512;    // KSYM_NAME_LEN
constexpr size_t kLongestName = 0x3fff;  // in tokens

// Numbers and places in an image.
class Image {
 public:
    explicit Image(std::string_view bytes) : bytes_(bytes) {}
    std::string_view bytes() const { return bytes_; }
    bool has(size_t at, size_t size) const { return at <= bytes_.size() && size <= bytes_.size() - at; }

    // The caller has made sure that it is there.
    template <class Number>
    Number at(size_t offset) const {
        Number number;
        memcpy(&number, bytes_.data() + offset, sizeof number);
        return number;
    }
    uint8_t byte(size_t offset) const { return static_cast<uint8_t>(bytes_[offset]); }
    uint64_t word(size_t offset, unsigned size) const {
        return size == sizeof(uint64_t) ? at<uint64_t>(offset) : at<uint32_t>(offset);
    }
    bool is_zero(size_t from, size_t to) const {
        return bytes_.substr(from, to - from).find_first_not_of('\0') == std::string_view::npos;
    }

 private:
    std::string_view bytes_;
};

size_t aligned(size_t size, unsigned alignment) { return (size + alignment - 1) / alignment * alignment; }

// The size of the name at `at`, its length included; 0 if it does not fit in front of `end`.
size_t name_size(const Image& image, size_t at, size_t end, bool long_names) {
    if (at >= end) return 0;
    size_t length = image.byte(at);
    size_t head = 1;
    if (long_names && length >= 0x80) {
        if (end - at < 2) return 0;
        length = (length & 0x7f) | static_cast<size_t>(image.byte(at + 1)) << 7;
        head = 2;
    }
    return length == 0 || length > end - at - head ? 0 : head + length;
}

bool is_token_index(const Image& image, size_t at) {
    uint16_t previous = image.at<uint16_t>(at);
    if (previous != 0) return false;
    for (size_t i = 1; i < kTokens; ++i) {
        const auto next = image.at<uint16_t>(at + i * sizeof(uint16_t));
        if (next <= previous || next - previous > static_cast<int>(kLongestToken)) return false;
        previous = next;
    }
    constexpr unsigned kLeast = kTokens * 5 / 4;  // numbers in a row are no index, but any tokens are longer
    return previous >= kLeast;
}

// Each of the strings ends where the next one begins.
bool are_tokens(const Image& image, size_t table, size_t index) {
    size_t begin = 0;
    for (size_t i = 1; i < kTokens; ++i) {
        const size_t next = image.at<uint16_t>(index + i * sizeof(uint16_t));
        if (image.byte(table + next - 1) != 0) return false;
        for (size_t at = begin; at < next - 1; ++at)
            if (image.byte(table + at) == 0) return false;
        begin = next;
    }
    size_t end = table + begin;
    while (end < index && image.byte(end) != 0) ++end;
    constexpr size_t kMostPadding = 7;
    return end < index && index - end - 1 <= kMostPadding && image.is_zero(end, index);
}

// The tokens stand right in front of their index.
std::optional<size_t> find_tokens(const Image& image, size_t index) {
    const size_t last = image.at<uint16_t>(index + kIndexSize - sizeof(uint16_t));
    const size_t nearest = last + 1;
    const size_t farthest = std::min(index, last + kLongestToken + sizeof(uint64_t));
    for (size_t distance = aligned(nearest, 4); distance <= farthest; distance += 4)
        if (are_tokens(image, index - distance, index)) return index - distance;
    return std::nullopt;
}

}  // namespace

class TableFinder {
 public:
    TableFinder(std::string_view image, std::span<const ImageSegment> segments, unsigned word)
        : image_(image), segments_(segments), word_(word) {}

    Result<EmbeddedKallsyms> find() {
        for (size_t at = 0; image_.has(at, kIndexSize); at += 4) {
            // Most places are ruled out by the first look.
            if (image_.at<uint16_t>(at) != 0 || image_.at<uint16_t>(at + 2) == 0 ||
                !is_token_index(image_, at))
                continue;
            const auto tokens = find_tokens(image_, at);
            if (!tokens) continue;
            found_.token_table_ = *tokens;
            found_.token_index_ = at;
            note(Seen::tokens);
            for (const Packing& packing : {Packing{8, 8}, {4, 4}, {8, 4}}) {
                if (word_ != 0 && word_ != packing.word) continue;
                found_.word_ = packing.word;
                alignment_ = packing.alignment;
                if (find_names() && find_addresses()) return found_;
            }
        }
        return std::unexpected(complaint());
    }

 private:
    enum class Seen { nothing, tokens, names };
    struct Packing {
        uint8_t word;
        uint8_t alignment;
    };

    void note(Seen what) {
        if (what <= seen_) return;
        seen_ = what;
        best_ = found_;
    }

    Error complaint() const {
        Error error("find the symbols in the kernel image");
        switch (seen_) {
            case Seen::nothing:
                error.cause =
                    "it holds no table of 256 tokens with its index: the kernel is built without CONFIG_KALLSYMS, "
                    "or the image is damaged";
                break;
            case Seen::tokens:
                error.cause =
                    concat("its tokens are at offset 0x", hex(best_.token_table_),
                           ", but no names in front of them agree with their markers: it is damaged");
                break;
            case Seen::names:
                error.cause =
                    concat("it names ", best_.count_, " symbols at offset 0x", hex(best_.names_),
                           ", but neither in front of them nor behind the tokens is a table of ascending "
                           "addresses: it is damaged, or its layout is new");
                break;
        }
        return error;
    }

    // Markers end in front of the tokens, or in front of the order of names. They begin with a zero, and then
    // they rise.
    bool find_names() {
        constexpr size_t kFarthest = size_t{16} << 20;
        work_ = std::min(work_left_, kWorkForEach);
        work_left_ -= work_;
        const size_t end = found_.token_table_;
        const size_t stop = end > kFarthest ? end - kFarthest : 0;
        for (size_t at = end & ~size_t{3}; at >= stop + 4;) {
            at -= 4;
            for (unsigned size = 4; size <= alignment_; size += 4)
                if (const size_t markers = count_markers(at, size);
                    markers > 1 && names_before(at, size, markers))
                    return true;
        }
        return false;
    }

    size_t count_markers(size_t at, unsigned size) const {
        if (at % alignment_ != 0 || !image_.has(at, size) || image_.word(at, size) != 0) return 0;
        size_t count = 1;
        for (uint64_t previous = 0; at + (count + 1) * size <= found_.token_table_; ++count) {
            const uint64_t marker = image_.word(at + count * size, size);
            constexpr size_t kSmallest = size_t{kNamesPerMarker} * 2;
            constexpr size_t kLargest = kNamesPerMarker * (kLongestName + 2);
            if (marker < previous + kSmallest || marker > previous + kLargest) break;
            previous = marker;
        }
        return count;
    }

    // The names that end at the markers, with their number in front.
    bool names_before(size_t markers, unsigned marker_size, size_t marker_count) {
        const size_t last = image_.word(markers + (marker_count - 1) * marker_size, marker_size);
        const size_t farthest = std::min(markers, last + size_t{kNamesPerMarker} * (kLongestToken + 2));
        for (size_t distance = alignment_; distance + alignment_ <= farthest && work_ != 0;
             distance += alignment_, --work_) {
            const size_t names = markers - distance;
            const uint64_t count = image_.at<uint32_t>(names - alignment_);
            const uint64_t used = (count + kNamesPerMarker - 1) / kNamesPerMarker;
            if (used < 2 || used > marker_count || count > distance / 2) continue;
            if (image_.word(markers + (used - 1) * marker_size, marker_size) >= distance) continue;
            for (const bool long_names : {true, false}) {
                if (!agree(names, markers, marker_size, static_cast<uint32_t>(count), long_names)) continue;
                found_.names_ = names;
                found_.count_ = static_cast<uint32_t>(count);
                found_.long_names_ = long_names;
                note(Seen::names);
                return true;
            }
        }
        return false;
    }

    // All names, as their lengths and the markers have it.
    bool agree(size_t names, size_t markers, unsigned marker_size, uint32_t count, bool long_names) {
        size_t at = names;
        for (uint32_t i = 0; i < count; ++i) {
            if (i % kNamesPerMarker == 0 &&
                image_.word(markers + size_t{i / kNamesPerMarker} * marker_size, marker_size) != at - names)
                return false;
            const size_t size = name_size(image_, at, markers, long_names);
            if (size == 0 || work_ == 0) return false;
            --work_;
            at += size;
        }
        return markers - at < alignment_ && image_.is_zero(at, markers);
    }

    bool find_addresses() {
        const size_t front = found_.names_ - alignment_;  // the number of symbols
        const size_t back = found_.token_index_ + kIndexSize;
        const size_t offsets = aligned(size_t{found_.count_} * sizeof(uint32_t), alignment_);
        const size_t pointers = size_t{found_.count_} * found_.word_;
        using enum EmbeddedKallsyms::Addresses;
        if (front >= offsets + found_.word_ &&
            has_offsets(front - found_.word_ - offsets, front - found_.word_))
            return true;
        if (front >= pointers && is_table(absolute, front - pointers, 0)) return true;
        if (image_.has(back, offsets + found_.word_) && has_offsets(back, back + offsets)) return true;
        if (image_.has(back, pointers) && is_table(absolute, back, 0)) return true;
        return image_.has(back, offsets) && is_table(place_relative, back, address_of(back));
    }

    // The base is the lowest address of those that count from it.
    bool has_offsets(size_t table, size_t base_at) {
        using enum EmbeddedKallsyms::Addresses;
        const uint64_t base = image_.word(base_at, found_.word_);
        if (image_.at<uint32_t>(table) == 0 && is_table(base_relative, table, base)) return true;
        for (uint32_t i = 0; i < found_.count_; ++i)
            if (const auto offset = image_.at<int32_t>(table + i * sizeof(int32_t)); offset < 0)
                return offset == -1 && is_table(absolute_percpu, table, base);
        return false;
    }

    // Symbols are sorted by address, and most of them lie in what the image loads.
    bool is_table(EmbeddedKallsyms::Addresses kind, size_t table, uint64_t base) {
        EmbeddedKallsyms candidate = found_;
        candidate.addresses_ = kind;
        candidate.address_table_ = table;
        candidate.base_ = base;
        uint64_t previous = 0;
        uint32_t inside = 0;
        for (uint32_t i = 0; i < candidate.count_; ++i) {
            const uint64_t address = candidate.address(image_.bytes(), i);
            if (address < previous || (candidate.word_ == 4 && address > UINT32_MAX)) return false;
            previous = address;
            inside += is_loaded(address) ? 1 : 0;
        }
        if (previous == candidate.address(image_.bytes(), 0) || inside < candidate.count_ / 2) return false;
        found_ = candidate;
        return true;
    }

    uint64_t address_of(size_t offset) const {
        for (const ImageSegment& segment : segments_)
            if (offset >= segment.offset && offset - segment.offset < segment.size)
                return segment.address + (offset - segment.offset);
        return offset;
    }

    bool is_loaded(uint64_t address) const {
        return segments_.empty() || std::ranges::any_of(segments_, [&](const ImageSegment& segment) {
                   return address >= segment.address && address - segment.address <= segment.memory_size;
               });
    }

    Image image_;
    std::span<const ImageSegment> segments_;
    unsigned word_;
    EmbeddedKallsyms found_;
    Seen seen_ = Seen::nothing;
    unsigned alignment_ = 8;
    EmbeddedKallsyms best_;  // what complaint() tells about
    // Steps that a maliciously made image may cost; a real one takes 2^20.
    static constexpr uint32_t kWorkForEach = uint32_t{1} << 24;
    uint32_t work_left_ = kWorkForEach * 8;
    uint32_t work_ = 0;
};

Result<EmbeddedKallsyms> EmbeddedKallsyms::find(std::string_view image,
                                                std::span<const ImageSegment> segments, unsigned word) {
    return TableFinder(image, segments, word).find();
}

uint64_t EmbeddedKallsyms::address(std::string_view bytes, uint32_t index) const {
    const Image image(bytes);
    if (addresses_ == Addresses::absolute) return image.word(address_table_ + size_t{index} * word_, word_);
    const size_t place = size_t{index} * sizeof(int32_t);
    const auto offset = image.at<int32_t>(address_table_ + place);
    uint64_t address = base_;
    if (addresses_ == Addresses::base_relative) {
        address += static_cast<uint32_t>(offset);
    } else if (addresses_ == Addresses::absolute_percpu) {
        address = offset >= 0 ? static_cast<uint64_t>(offset) : base_ - 1 - static_cast<int64_t>(offset);
    } else {
        address += place + static_cast<int64_t>(offset);
        if (word_ == sizeof(uint32_t)) address &= UINT32_MAX;
    }
    return address;
}

void EmbeddedKallsyms::for_each(std::string_view bytes, FunctionRef<void(const Symbol&)> take) const {
    const Image image(bytes);
    std::array<std::string_view, kTokens> tokens;
    for (size_t i = 0; i < kTokens; ++i)
        tokens[i] = bytes.data() + token_table_ + image.at<uint16_t>(token_index_ + i * sizeof(uint16_t));

    std::array<char, 1024> text;
    size_t at = names_;
    for (uint32_t i = 0; i < count_; ++i) {
        const size_t size = name_size(image, at, bytes.size(), long_names_);
        const size_t head = long_names_ && image.byte(at) >= 0x80 ? 2 : 1;
        size_t length = 0;
        for (const char token : bytes.substr(at + head, size - head)) {
            const std::string_view part = tokens[static_cast<uint8_t>(token)];
            const size_t taken = std::min(part.size(), text.size() - length);
            memcpy(text.data() + length, part.data(), taken);
            length += taken;
        }
        const std::string_view name(text.data(), length);
        if (!name.empty()) take({.address = address(bytes, i), .type = name[0], .name = name.substr(1)});
        at += size;
    }
}

}  // namespace earlybox
