// SPDX-License-Identifier: MIT
#include "core/parse/journal.h"

#include <string.h>

#include <algorithm>
#include <bit>

#include "core/base/text.h"
#include "core/parse/journal_hash.h"
#include "core/parse/unpack.h"

namespace earlybox {
namespace {

enum ObjectType : uint8_t {
    kUnused,
    kData,
    kField,
    kEntry,
    kDataHashTable,
    kFieldHashTable,
    kEntryArray,
    kTag,
};

// Bits of the header's incompatible flags; the first, second and fourth are an object's, too, shifted
// together.
enum Feature : uint32_t {
    kXz = 1 << 0,
    kLz4 = 1 << 1,
    kKeyedHash = 1 << 2,
    kZstd = 1 << 3,
    kCompact = 1 << 4,
    kKnownFeatures = kXz | kLz4 | kKeyedHash | kZstd | kCompact,
};
enum ObjectFlag : uint8_t { kPackedXz = 1, kPackedLz4 = 2, kPackedZstd = 4 };

constexpr std::string_view kSignature = "LPKSHHRH";
constexpr uint64_t kHeaderSize = 208;  // what every version has
constexpr uint64_t kLongestHeader = 1024;
constexpr uint64_t kObjectHeader = 16;
constexpr uint64_t kFieldHeader = 40;
constexpr uint64_t kEntryHeader = 64;
constexpr uint64_t kArrayHeader = 24;
constexpr uint64_t kTimeEnd = uint64_t{1} << 55;  // in µs: what systemd takes for a time

// journald accepts 1024 fields, and adds a few dozen.
constexpr uint64_t kMostFields = 4096;
constexpr size_t kLongestField = size_t{1} << 24;
// A hash table's chains are short, and a journal has some hundreds of field names.
constexpr unsigned kMostLinks = 1 << 16;
constexpr size_t kMostDamages = 64;

constexpr size_t kKnown = 512;

constexpr struct {
    std::string_view prefix;
    JournalField field;
} kFields[] = {
    {"MESSAGE=", JournalField::message},
    {"PRIORITY=", JournalField::priority},
    {"SYSLOG_FACILITY=", JournalField::facility},
    {"SYSLOG_IDENTIFIER=", JournalField::identifier},
    {"SYSLOG_PID=", JournalField::pid},
    {"_SOURCE_MONOTONIC_TIMESTAMP=", JournalField::kernel_stamp},
    {"_SOURCE_BOOTTIME_TIMESTAMP=", JournalField::kernel_stamp},  // since systemd 257
    {"_KERNEL_", JournalField::kernel_key},
};
constexpr std::string_view kKernelTransport = "_TRANSPORT=kernel";
constexpr size_t kLongestPrefix = 32;

JournalField kind_of(std::string_view text) {
    if (text == kKernelTransport) return JournalField::kernel_transport;
    if (text == "SYSLOG_FACILITY=0") return JournalField::kernel_facility;
    for (const auto& [prefix, field] : kFields)
        if (text[0] == prefix[0] && text.starts_with(prefix)) return field;
    return JournalField::other;
}

// Little-endian, as all numbers of the format.
uint64_t number(std::string_view bytes, size_t offset, size_t width = 8) {
    uint64_t value = 0;
    if (width == 8)
        memcpy(&value, bytes.data() + offset, 8);
    else
        memcpy(&value, bytes.data() + offset, 4);
    return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

JournalId id(std::string_view bytes, size_t offset) {
    JournalId id;
    memcpy(id.data(), bytes.data() + offset, id.size());
    return id;
}

uint64_t aligned(uint64_t offset) { return (offset + 7) & ~uint64_t{7}; }

uint64_t smallest(uint8_t type) {
    switch (type) {
        case kData:
            return 64;
        case kField:
            return kFieldHeader;
        case kEntry:
            return kEntryHeader;
        case kEntryArray:
            return kArrayHeader;
        default:
            return kObjectHeader;
    }
}

Result<std::string> unpack_payload(uint8_t flags, std::string_view payload) {
    if (flags != kPackedLz4)
        return unpack_all(flags == kPackedXz ? Packing::xz : Packing::zstd, payload, kLongestField);
    if (payload.size() < 8) return failure("unpack lz4 data", 0, "it ends too early");
    return unpack_lz4_block(payload.substr(8), number(payload, 0), kLongestField);
}

}  // namespace

bool is_journal(std::string_view first_bytes) { return first_bytes.starts_with(kSignature); }

std::string_view JournalFile::Field::value() const { return text.substr(text.find('=') + 1); }

// --- numbers and objects
// ----------------------------------------------------------------------------------------

void JournalFile::damage(uint64_t offset, std::string what) {
    if (damages_.size() < kMostDamages && (damages_.empty() || damages_.back().offset != offset))
        damages_.push_back({offset, std::move(what)});
}

std::vector<JournalDamage> JournalFile::take_damages() { return std::exchange(damages_, {}); }

std::optional<std::string_view> JournalFile::bytes_at(uint64_t offset, size_t least) {
    if (offset >= bytes_->size() || bytes_->size() - offset < least) return std::nullopt;
    auto bytes = bytes_->at(offset, least);
    if (bytes) return *bytes;
    damage(offset, describe(bytes.error()));
    return std::nullopt;
}

std::optional<uint64_t> JournalFile::number_at(uint64_t offset, size_t width) {
    const auto bytes = bytes_at(offset, width);
    return bytes ? std::optional(number(*bytes, 0, width)) : std::nullopt;
}

std::optional<JournalFile::Object> JournalFile::object_at(uint64_t offset) {
    if (offset % 8 != 0 || offset < first_object_) return std::nullopt;
    const auto bytes = bytes_at(offset, kObjectHeader);
    if (!bytes) return std::nullopt;
    const uint64_t first = number(*bytes, 0);
    const Object object{static_cast<uint8_t>(first), static_cast<uint8_t>(first >> 8), number(*bytes, 8),
                        *bytes};
    const bool is_packed =
        object.flags == kPackedXz || object.flags == kPackedLz4 || object.flags == kPackedZstd;
    if (first >> 16 != 0 || object.type == kUnused || object.type > kTag ||
        object.size < smallest(object.type) || object.size > bytes_->size() - offset ||
        (object.flags != 0 && (object.type != kData || !is_packed)))
        return std::nullopt;
    return object;
}

std::optional<JournalFile::Object> JournalFile::object_at(uint64_t offset, uint8_t type) {
    auto object = object_at(offset);
    if (object && object->type != type) object.reset();
    return object;
}

// --- the header
// -------------------------------------------------------------------------------------------------

void JournalFile::read_header(std::string_view header) {
    compact_ = (number(header, 12, 4) & kCompact) != 0;
    keyed_ = (number(header, 12, 4) & kKeyedHash) != 0;
    file_ = id(header, 24);
    sequence_source_ = id(header, 72);
    const uint64_t header_size = number(header, 88);
    const uint64_t used = header_size + number(header, 96);
    first_object_ = header_size >= kHeaderSize && header_size <= kLongestHeader && header_size % 8 == 0
                        ? header_size
                        : kHeaderSize;
    if (first_object_ != header_size) damage(88, concat("a header of ", header_size, " bytes"));
    if (used > bytes_->size())
        damage(bytes_->size(), concat("the file ends here; ", used, " bytes of it were in use"));
    field_table_ = number(header, 120);
    field_table_size_ = number(header, 128);
    last_object_ = number(header, 136);
    all_ = {.owner = 176, .array = number(header, 176), .total = number(header, 152)};
    behind_ = first_object_;
}

Result<JournalFile> JournalFile::open(RandomAccess& bytes, Entries wanted, std::string_view identifier) {
    JournalFile file;
    file.bytes_ = &bytes;
    file.wanted_ = wanted;
    if (bytes.size() < kHeaderSize) return failure("read a journal", 0, "it ends within its header");
    const auto header = TRY(bytes.at(0, kHeaderSize));
    if (!is_journal(header)) return failure("read a journal", 0, "it does not begin with LPKSHHRH");
    if (const uint64_t unknown = number(header, 12, 4) & ~uint64_t{kKnownFeatures}; unknown != 0)
        return failure("read a journal", 0,
                       concat("it uses features that are unknown here (flags 0x", hex(unknown), ")"));
    file.read_header(header);
    file.known_ = std::make_unique<uint64_t[]>(kKnown);
    file.chain_ = file.all_;
    if (wanted == Entries::kernel) {
        // A journal without the kernel's entries has no chain of them; but one whose tables are damaged seems
        // so.
        auto chain = file.chain_of(kKernelTransport);
        if (chain)
            file.chain_ = *chain;
        else
            file.searching_ = true;
    }
    if (wanted == Entries::program)
        file.chain_ = file.chain_of(concat("SYSLOG_IDENTIFIER=", identifier)).value_or(Chain{});
    return file;
}

// The offset of the FIELD object: from the table, whose chains lead on in the order in which fields were
// added.
std::optional<uint64_t> JournalFile::find_field(std::string_view name) {
    unsigned links = 0;
    for (uint64_t bucket = 0; bucket + 16 <= field_table_size_ && links < kMostLinks; bucket += 16, ++links) {
        auto offset = number_at(field_table_ + bucket);
        if (!offset) return std::nullopt;
        while (*offset != 0 && links++ < kMostLinks) {
            const auto object = object_at(*offset, kField);
            if (!object) break;
            const auto field = bytes_at(*offset, std::min(object->size, kFieldHeader + kLongestPrefix));
            if (!field) break;
            if (object->size == kFieldHeader + name.size() &&
                field->substr(kFieldHeader, name.size()) == name)
                return offset;
            const uint64_t next = number(*field, 24);
            if (next <= *offset) break;
            offset = next;
        }
    }
    return std::nullopt;
}

// Of the entries that have this field with this value: "_TRANSPORT=kernel".
std::optional<JournalFile::Chain> JournalFile::chain_of(std::string_view sought) {
    const auto field = find_field(sought.substr(0, sought.find('=')));
    if (!field) return std::nullopt;
    auto data = number_at(*field + 32);
    for (unsigned links = 0; data && *data != 0 && links < kMostLinks; ++links) {
        if (!object_at(*data, kData)) return std::nullopt;
        if (const auto value = data_at(*data); value && value->text == sought) {
            const auto header = bytes_at(*data, smallest(kData));
            if (!header) return std::nullopt;
            return Chain{
                .single = number(*header, 40), .array = number(*header, 48), .total = number(*header, 56)};
        }
        const auto next = number_at(*data + 32);
        if (next && *next >= *data) return std::nullopt;  // the newest comes first
        data = next;
    }
    return std::nullopt;
}

// --- entries
// ----------------------------------------------------------------------------------------------------

bool JournalFile::enter_array(uint64_t offset) {
    const auto object = object_at(offset, kEntryArray);
    if (!object) return false;
    chain_.array = offset;
    chain_.slots = (object->size - kArrayHeader) / (compact_ ? 4 : 8);
    chain_.slot = 0;
    return true;
}

JournalFile::Step JournalFile::next_in_chain(uint64_t& offset) {
    const size_t width = compact_ ? 4 : 8;
    if (chain_.taken == 0 && chain_.single != 0) {
        offset = chain_.single;
        ++chain_.taken;
        return Step::entry;
    }
    if (chain_.slots == 0 && chain_.array != 0 && !enter_array(chain_.array)) return Step::broken;
    while (chain_.array != 0 && chain_.slot == chain_.slots) {
        const auto next = number_at(chain_.array + kObjectHeader);
        if (!next) return Step::broken;
        if (*next == 0) break;
        if (*next <= chain_.array || !enter_array(*next)) return Step::broken;
    }
    if (chain_.array != 0 && chain_.slot != chain_.slots) {
        const auto entry = number_at(chain_.array + kArrayHeader + chain_.slot * width, width);
        if (!entry) return Step::broken;
        if (*entry != 0) {
            ++chain_.slot;
            ++chain_.taken;
            offset = *entry;
            return Step::entry;
        }
    }
    return chain_.taken < chain_.total ? Step::broken : Step::end;
}

bool JournalFile::read_entry(uint64_t offset) {
    const size_t width = compact_ ? 4 : 16;
    const auto object = object_at(offset, kEntry);
    if (!object || offset <= entry_.offset) return false;
    const uint64_t count = (object->size - kEntryHeader) / width;
    if (count == 0 || count > kMostFields) return false;
    auto bytes = std::optional(object->bytes);
    if (bytes->size() < object->size) bytes = bytes_at(offset, object->size);
    if (!bytes) return false;
    const JournalEntry entry{.offset = offset,
                             .sequence = number(*bytes, 16),
                             .realtime_us = number(*bytes, 24),
                             .monotonic_us = number(*bytes, 32),
                             .boot = id(*bytes, 40),
                             .contents = number(*bytes, 56)};
    if (entry.sequence == 0 || entry.realtime_us == 0 || entry.realtime_us >= kTimeEnd ||
        entry.monotonic_us >= kTimeEnd)
        return false;
    fields_.clear();
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t data = number(*bytes, kEntryHeader + i * width, std::min<size_t>(width, 8));
        if (data % 8 == 0 && data >= first_object_ && data < bytes_->size()) fields_.push_back(data);
    }
    if (fields_.empty()) return false;
    if (fields_.size() != count)
        damage(offset,
               concat(count - fields_.size(), " of an entry's ", count, " fields lie nowhere in the file"));
    entry_ = entry;
    behind_ = aligned(offset + object->size);
    return true;
}

bool JournalFile::next_by_search() {
    uint64_t gap = 0;  // where it begins: texts may look like objects, so only an entry with a field ends it
    uint64_t offset = behind_;
    while (offset < bytes_->size() && bytes_->size() - offset >= kObjectHeader) {
        const auto object = object_at(offset);
        const bool is_entry = object && object->type == kEntry && read_entry(offset) &&
                              (gap == 0 || object_at(fields_[0], kData));
        if (is_entry || (object && object->type != kEntry && gap == 0)) {
            if (gap != 0) damage(gap, concat("nothing can be read in ", offset - gap, " bytes"));
            gap = 0;
            offset = aligned(offset + object->size);
            if (is_entry && is_wanted()) return true;
            continue;
        }
        const auto header = bytes_at(offset, kObjectHeader);
        const bool is_empty = header && number(*header, 0) == 0 && number(*header, 8) == 0;
        if (is_empty && gap == 0 && offset > last_object_) break;
        if (gap == 0) gap = offset;
        offset += 8;
    }
    if (gap != 0) damage(gap, "from here on nothing can be read");
    behind_ = bytes_->size();
    return false;
}

bool JournalFile::is_wanted() {
    return wanted_ == Entries::all || (wanted_ == Entries::kernel && has(JournalField::kernel_transport));
}

bool JournalFile::next() {
    if (!searching_) {
        uint64_t offset = 0;
        const Step step = next_in_chain(offset);
        if (step == Step::end) return false;
        if (step == Step::entry && read_entry(offset)) return true;
        const uint64_t found = chain_.taken - (step == Step::entry ? 1 : 0);
        damage(chain_.slots != 0 ? chain_.array : chain_.owner,
               concat("the list of entries breaks after ", found, " of ", chain_.total,
                      ": from here on every object is looked at"));
        searching_ = true;
    }
    return next_by_search();
}

bool JournalFile::last() {
    uint64_t array = chain_.array;
    for (uint64_t next = array; !searching_ && next != 0 && next >= array && enter_array(next); array = next)
        next = number_at(next + kObjectHeader).value_or(0);
    // Slots that are not used yet are zero.
    const size_t width = compact_ ? 4 : 8;
    uint64_t used = 0;
    for (uint64_t unused = chain_.slots; used < unused;) {
        const uint64_t middle = used + (unused - used) / 2;
        const bool is_used = number_at(chain_.array + kArrayHeader + middle * width, width).value_or(0) != 0;
        (is_used ? used : unused) = is_used ? middle + 1 : middle;
    }
    if (used != 0) chain_ = {.array = chain_.array, .slots = chain_.slots, .slot = used - 1, .taken = 1};
    bool found = false;
    while (next()) found = true;
    return found;
}

// --- fields
// -----------------------------------------------------------------------------------------------------

std::optional<std::string_view> JournalFile::unpack(uint64_t offset, uint8_t flags,
                                                    std::string_view payload) {
    if (flags == 0) return payload;
    auto unpacked = unpack_payload(flags, payload);
    if (!unpacked) {
        damage(offset, describe(unpacked.error()));
        return std::nullopt;
    }
    unpacked_ = std::move(*unpacked);
    return unpacked_;
}

std::optional<JournalFile::Field> JournalFile::data_at(uint64_t offset) {
    const uint64_t header = compact_ ? 72 : 64;
    const auto object = object_at(offset, kData);
    if (!object || object->size <= header) {
        damage(offset, "a field should be here");
        return std::nullopt;
    }
    if (object->size - header > kLongestField) {
        damage(offset, concat("a field of ", object->size - header, " bytes is left out"));
        return std::nullopt;
    }
    auto bytes = std::optional(object->bytes);
    if (bytes->size() < object->size) bytes = bytes_at(offset, object->size);
    if (!bytes) return std::nullopt;
    const uint64_t hash = number(*bytes, 16);
    const bool is_shared = number(*bytes, 56) > 1;
    const auto text = unpack(offset, object->flags, bytes->substr(header, object->size - header));
    if (!text) return std::nullopt;
    if ((keyed_ ? siphash24(file_, *text) : jenkins_hash(*text)) != hash)
        damage(offset, "a field whose hash is another");
    const Field field{kind_of(*text), *text};
    if (is_shared) known_[offset / 8 % kKnown] = offset << 4 | static_cast<uint8_t>(field.kind);
    return field;
}

std::optional<JournalField> JournalFile::known_kind(uint64_t offset) const {
    const uint64_t known = known_[offset / 8 % kKnown];
    return known >> 4 == offset ? std::optional(static_cast<JournalField>(known & 15)) : std::nullopt;
}

std::optional<JournalFile::Field> JournalFile::field(size_t index, Fields which) {
    if (which == Fields::asked_for && known_kind(fields_[index]) == JournalField::other) return std::nullopt;
    auto field = data_at(fields_[index]);
    if (which == Fields::asked_for && field && field->kind == JournalField::other) field.reset();
    return field;
}

std::optional<JournalFile::Field> JournalFile::find(JournalField kind) {
    for (size_t i = fields_.size(); i-- != 0;) {
        if (known_kind(fields_[i]).value_or(kind) != kind) continue;
        if (const auto field = data_at(fields_[i]); field && field->kind == kind) return field;
    }
    return std::nullopt;
}

bool JournalFile::has(JournalField kind) {
    return std::ranges::any_of(fields_, [&](uint64_t offset) { return known_kind(offset) == kind; }) ||
           find(kind);
}

// --- several files
// ----------------------------------------------------------------------------------------------

namespace {

// Sequence numbers tell it where one writer numbered both, else the clock of one boot, else the wall's.
int compare(const JournalFile& a, const JournalFile& b) {
    const auto sign = [](uint64_t x, uint64_t y) { return x < y ? -1 : x > y ? 1 : 0; };
    int order = 0;
    if (a.sequence_source() == b.sequence_source()) order = sign(a.entry().sequence, b.entry().sequence);
    if (order == 0 && a.entry().boot == b.entry().boot)
        order = sign(a.entry().monotonic_us, b.entry().monotonic_us);
    if (order == 0) order = sign(a.entry().realtime_us, b.entry().realtime_us);
    if (order == 0) order = sign(a.entry().contents, b.entry().contents);
    return order;
}

}  // namespace

bool is_earlier(const JournalFile& a, const JournalFile& b) { return compare(a, b) < 0; }

JournalMerge::JournalMerge(std::span<JournalFile> files) : files_(files), live_(files.size()) {
    for (size_t i = 0; i < files.size(); ++i) live_[i] = files[i].next();
}

JournalFile* JournalMerge::next() {
    if (current_ != nullptr) live_[static_cast<size_t>(current_ - files_.data())] = current_->next();
    current_ = nullptr;
    for (size_t i = 0; i < files_.size(); ++i) {
        if (!live_[i]) continue;
        const int order = current_ == nullptr ? -1 : compare(files_[i], *current_);
        if (order < 0) current_ = &files_[i];
        if (order == 0) live_[i] = files_[i].next();
    }
    return current_;
}

}  // namespace earlybox
