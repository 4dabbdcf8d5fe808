// SPDX-License-Identifier: MIT
// systemd's journal files (systemd.io/JOURNAL_FILE_FORMAT): regular and compact ones, whatever their hashes,
// fields packed by xz, lz4 or zstd, also while they are written, after a crash, truncated or damaged.
//
// Entries are reached through the file's arrays of offsets. Where these are damaged, by looking for entries
// object after object behind the last one that was found: entries are only ever appended. Any bytes are read
// in time linear to their number.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random_access.h"
#include "core/base/result.h"

namespace earlybox {

using JournalId = std::array<uint8_t, 16>;

struct JournalEntry {
    uint64_t offset;  // in its file
    uint64_t sequence;
    uint64_t realtime_us;   // since 1970, when it was received
    uint64_t monotonic_us;  // since its boot, likewise
    JournalId boot;
    uint64_t contents;  // a hash of its fields
};

// What could not be read; reading went on behind it.
struct JournalDamage {
    uint64_t offset;
    std::string what;
};

// Fields that readers of the kernel's log ask for; all others are told by their text alone.
enum class JournalField : uint8_t {
    other,
    message,
    priority,
    facility,
    kernel_facility,  // SYSLOG_FACILITY=0: by the kernel itself
    identifier,
    pid,
    kernel_key,        // _KERNEL_SUBSYSTEM, _KERNEL_DEVICE …: a record's dictionary
    kernel_stamp,      // the kernel's own stamp in µs
    kernel_transport,  // _TRANSPORT=kernel: it came through /dev/kmsg
};

bool is_journal(std::string_view first_bytes);

class JournalFile {
 public:
    enum class Entries { all, kernel, program };
    // `bytes` must outlive it. The error says that this is no journal, or which of its features is unknown.
    // A program's are those with this SYSLOG_IDENTIFIER, as far as the file's tables are good.
    static Result<JournalFile> open(RandomAccess& bytes, Entries wanted, std::string_view identifier = {});

    // Goes to the next entry, in the order they were written; false at the end.
    bool next();
    // Goes to the last one; false where there is none.
    bool last();
    const JournalEntry& entry() const { return entry_; }
    const JournalId& sequence_source() const { return sequence_source_; }

    size_t fields() const { return fields_.size(); }
    // "NAME=value", unpacked; valid until the next call. Nothing where it cannot be read, or not asked for.
    struct Field {
        JournalField kind;
        std::string_view text;
        std::string_view value() const;
    };
    enum class Fields { all, asked_for };  // not JournalField::other
    std::optional<Field> field(size_t index, Fields which);
    // The one that was written last, if the entry has one; other fields are hardly looked at.
    std::optional<Field> find(JournalField kind);
    bool has(JournalField kind);

    // What was found damaged since the last call, at most kMostDamages of it.
    std::vector<JournalDamage> take_damages();

 private:
    struct Object {
        uint8_t type;
        uint8_t flags;
        uint64_t size;
        std::string_view bytes;  // from its beginning on, perhaps all of it; valid until more is read
    };
    // Offsets of entries: one, then arrays linked to one another.
    struct Chain {
        uint64_t owner = 0;  // where it is said where it begins
        uint64_t single = 0;
        uint64_t array = 0;
        uint64_t slots = 0;  // in that array
        uint64_t slot = 0;   // the next one
        uint64_t taken = 0;
        uint64_t total = 0;  // as its owner counts them
    };
    enum class Step { entry, end, broken };

    JournalFile() = default;
    void read_header(std::string_view header);
    void damage(uint64_t offset, std::string what);
    std::optional<std::string_view> bytes_at(uint64_t offset, size_t least);
    std::optional<uint64_t> number_at(uint64_t offset, size_t width = 8);
    std::optional<Object> object_at(uint64_t offset);
    std::optional<Object> object_at(uint64_t offset, uint8_t type);

    std::optional<Chain> chain_of(std::string_view field);
    std::optional<uint64_t> find_field(std::string_view name);
    Step next_in_chain(uint64_t& offset);
    bool enter_array(uint64_t offset);
    bool read_entry(uint64_t offset);
    bool next_by_search();
    bool is_wanted();

    std::optional<Field> data_at(uint64_t offset);
    std::optional<std::string_view> unpack(uint64_t offset, uint8_t flags, std::string_view payload);
    std::optional<JournalField> known_kind(uint64_t offset) const;

    RandomAccess* bytes_ = nullptr;
    bool compact_ = false;
    bool keyed_ = false;
    JournalId file_{};
    JournalId sequence_source_{};
    uint64_t first_object_ = 0;
    uint64_t last_object_ = 0;
    uint64_t field_table_ = 0;
    uint64_t field_table_size_ = 0;
    Chain all_;

    Entries wanted_ = Entries::all;
    Chain chain_;
    bool searching_ = false;  // the chain is broken, or never led to what is wanted
    uint64_t behind_ = 0;     // the last entry
    JournalEntry entry_{};
    std::vector<uint64_t> fields_;  // offsets of DATA objects
    std::string unpacked_;
    std::unique_ptr<uint64_t[]> known_;  // DATA objects that several entries share: offset and kind
    std::vector<JournalDamage> damages_;
};

// Of their entries: whether the first one's comes before the other's.
bool is_earlier(const JournalFile& a, const JournalFile& b);

// Entries of several files in the order of time; of identical ones only the first.
class JournalMerge {
 public:
    explicit JournalMerge(std::span<JournalFile> files);
    // Goes to the next entry and returns its file; nullptr at the end.
    JournalFile* next();

 private:
    std::span<JournalFile> files_;
    std::vector<bool> live_;  // stands at an entry that was not delivered yet
    JournalFile* current_ = nullptr;
};

}  // namespace earlybox
