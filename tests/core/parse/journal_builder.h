// SPDX-License-Identifier: MIT
// Small journal files, for tests and fuzzers: one table of field names, arrays of entries that hold three
// each.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/parse/journal_hash.h"

class JournalBuilder {
 public:
    struct Options {
        bool compact = false;
        char source = 'S';  // of the sequence numbers
        uint64_t first_sequence = 1;
    };

    explicit JournalBuilder(Options options) : options_(options), bytes_(kHeader, '\0') {
        bytes_.replace(0, 8, "LPKSHHRH");
        put(12, options.compact ? 16 : 0, 4);
        bytes_[16] = 1;  // online
        bytes_.replace(72, 16, 16, options.source);
        put(88, kHeader);
        put(128, kBuckets * 16);
        put(120, add_object(5, kBuckets * 16) + 16);
    }

    // The first stamp is the wall's, the second the boot's.
    JournalBuilder& entry(uint64_t realtime, uint64_t monotonic, const std::vector<std::string>& fields,
                          char boot = 'B') {
        std::vector<uint64_t> items;
        for (const auto& field : fields) items.push_back(data(field));
        const size_t width = options_.compact ? 4 : 16;
        const uint64_t offset = add_object(3, 48 + items.size() * width);
        put(offset + 16, options_.first_sequence + entries_);
        put(offset + 24, realtime);
        put(offset + 32, monotonic);
        bytes_.replace(offset + 40, 16, 16, boot);
        content(offset + 16, 48);
        for (size_t i = 0; i < items.size(); ++i) {
            put(offset + 64 + i * width, items[i], options_.compact ? 4 : 8);
            if (!options_.compact) content(offset + 72 + i * width, 8);
        }
        link(176, 152, all_, offset);
        for (const uint64_t item : items) {
            if (get(item + 40) == 0) {
                put(item + 40, offset);
                put(item + 56, 1);
            } else {
                link(item + 48, item + 56, arrays_[item], offset);
            }
        }
        ++entries_;
        return *this;
    }

    std::string bytes() {
        put(96, bytes_.size() - kHeader);
        put(136, last_object_);
        return bytes_;
    }

    // Offset and length of what a reader takes as it is: stamps, hashes, texts.
    const std::vector<std::pair<uint64_t, uint64_t>>& contents() const { return contents_; }

    // The DATA object of a field; `packing` is the flag of one whose content was packed.
    uint64_t data(const std::string& field, uint8_t packing = 0, const std::string& packed = {}) {
        if (const auto known = data_.find(field); known != data_.end()) return known->second;
        const uint64_t name = name_of(field.substr(0, field.find('=')));
        const uint64_t header = options_.compact ? 56 : 48;
        const std::string& payload = packing != 0 ? packed : field;
        const uint64_t offset = add_object(1, header + payload.size());
        bytes_[offset + 1] = static_cast<char>(packing);
        bytes_.replace(offset + 16 + header, payload.size(), payload);
        put(offset + 16, earlybox::jenkins_hash(field));
        content(offset + 24, 8);                        // the next one of that hash
        if (options_.compact) content(offset + 64, 8);  // where its last array is
        put(offset + 32, get(name + 32));
        put(name + 32, offset);
        return data_[field] = offset;
    }

 private:
    static constexpr uint64_t kHeader = 208;
    static constexpr uint64_t kBuckets = 2;
    static constexpr uint64_t kSlots = 3;
    struct Tail {
        uint64_t array = 0;
        uint64_t used = 0;
    };

    void put(uint64_t at, uint64_t value, size_t width = 8) {
        for (size_t i = 0; i < width; ++i) bytes_[at + i] = static_cast<char>(value >> (8 * i));
    }
    uint64_t get(uint64_t at) const {
        uint64_t value = 0;
        for (size_t i = 8; i-- != 0;) value = value << 8 | static_cast<uint8_t>(bytes_[at + i]);
        return value;
    }
    void content(uint64_t offset, uint64_t size) { contents_.emplace_back(offset, size); }

    uint64_t add_object(uint8_t type, uint64_t payload) {
        const uint64_t offset = bytes_.size();
        bytes_.resize(offset + (16 + payload + 7) / 8 * 8);
        bytes_[offset] = static_cast<char>(type);
        put(offset + 8, 16 + payload);
        return last_object_ = offset;
    }

    uint64_t name_of(const std::string& name) {
        if (const auto known = names_.find(name); known != names_.end()) return known->second;
        const uint64_t offset = add_object(2, 24 + name.size());
        bytes_.replace(offset + 40, name.size(), name);
        content(offset + 16, 8);
        content(offset + 40, (name.size() + 7) / 8 * 8);
        const uint64_t bucket = get(120) + names_.size() % kBuckets * 16;
        if (const uint64_t last = get(bucket + 8); last != 0)
            put(last + 24, offset);
        else
            put(bucket, offset);
        put(bucket + 8, offset);
        content(bucket + 8, 8);
        return names_[name] = offset;
    }

    // Appends an entry to a list of arrays: `head` holds the first one's offset, `count` how many entries
    // there are.
    void link(uint64_t head, uint64_t count, Tail& tail, uint64_t entry) {
        const size_t width = options_.compact ? 4 : 8;
        if (tail.array == 0 || tail.used == kSlots) {
            const uint64_t array = add_object(6, 8 + kSlots * width);
            put(tail.array == 0 ? head : tail.array + 16, array);
            tail = {array, 0};
        }
        put(tail.array + 24 + tail.used++ * width, entry, width);
        put(count, get(count) + 1);
    }

    Options options_;
    std::string bytes_;
    uint64_t entries_ = 0;
    uint64_t last_object_ = 0;
    Tail all_;
    std::map<uint64_t, Tail> arrays_;
    std::map<std::string, uint64_t> data_;
    std::map<std::string, uint64_t> names_;
    std::vector<std::pair<uint64_t, uint64_t>> contents_;
};

// A few entries of the kernel and of others, with long and shared fields.
inline JournalBuilder example_journal(JournalBuilder::Options options) {
    JournalBuilder journal(options);
    for (uint64_t i = 0; i < 8; ++i) {
        const bool kernel = i % 3 != 2;
        std::vector<std::string> fields = {
            "_BOOT_ID=42424242424242424242424242424242", kernel ? "_TRANSPORT=kernel" : "_TRANSPORT=syslog",
            "PRIORITY=" + std::to_string(i % 2 + 4), "MESSAGE=message " + std::to_string(i)};
        if (kernel) {
            fields.emplace_back("SYSLOG_FACILITY=0");
            fields.emplace_back("SYSLOG_IDENTIFIER=kernel");
            fields.emplace_back("_SOURCE_MONOTONIC_TIMESTAMP=" + std::to_string(i * 10));
        }
        journal.entry(1'000'000 + i * 1000, 5'000 + i * 1000, fields);
    }
    return journal;
}
