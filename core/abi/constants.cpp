// SPDX-License-Identifier: MIT
// A table is stored as a run of bytes: its prefix, what stands for unknown values, and for each row a code
// for its value, and its name; each text with a zero byte behind it.
#include "core/abi/constants.h"

#include <array>

#include "core/base/text.h"

namespace earlybox {
namespace {

// Codes: 0 ends a table; up to 0x7f: so much more than the row before; 0x80 + n: 1 << n; 0xc0 + n: n bytes
// follow, the lowest first.
constexpr unsigned kSingleBit = 0x80;
constexpr unsigned kBytes = 0xc0;

struct Cursor {
    std::string_view rest;
    bool bits;
    uint64_t value = 0;
    bool first = true;
    std::string_view name = {};

    // The next row of the text: "NAME", "12:NAME" or "0x10:NAME".
    constexpr bool next() {
        if (rest.empty()) return false;
        size_t end = rest.find(' ');
        if (end == rest.npos) end = rest.size();
        name = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const size_t colon = name.find(':');
        if (colon == name.npos) {
            value = bits ? (first ? 1 : value << 1) : (first ? 0 : value + 1);
        } else {
            const bool is_hex = name.starts_with("0x");
            value = 0;
            for (size_t i = is_hex ? 2 : 0; i < colon; ++i) {
                const char c = name[i];
                value = value * (is_hex ? 16 : 10) + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
            }
            name.remove_prefix(colon + 1);
        }
        first = false;
        return true;
    }
};

template <class Put>
constexpr void put_code(uint64_t value, uint64_t before, Put&& put) {
    if (value > before && value - before < kSingleBit) return put(value - before);
    if (value != 0 && (value & (value - 1)) == 0)
        return put(kSingleBit + static_cast<unsigned>(__builtin_ctzll(value)));
    unsigned bytes = 0;
    while (bytes < 8 && value >> (8 * bytes) != 0) ++bytes;
    put(kBytes + bytes);
    for (unsigned i = 0; i < bytes; ++i) put(value >> (8 * i) & 0xff);
}

template <class Put>
constexpr void put_table(const ConstantTable& table, Put&& put) {
    const auto put_text = [&](std::string_view text) {
        for (const char c : text) put(c == '~' ? ' ' : static_cast<unsigned char>(c));  // names of two words
        put(0);
    };
    put_text(table.prefix);
    put_text(table.unknown);
    uint64_t before = UINT64_MAX;  // so that a first 0 is one more
    for (Cursor row{table.rows, table.kind == ConstantTable::bits}; row.next(); before = row.value) {
        if (before == UINT64_MAX && row.value < kSingleBit - 1)
            put(row.value + 1);
        else
            put_code(row.value, before, put);
        put_text(row.name);
    }
    put(0);
}

constexpr size_t kTables = std::size(constant_tables);

constexpr auto kOffsets = [] {
    std::array<uint16_t, kTables + 1> offsets{};
    size_t used = 0;
    for (size_t i = 0; i < kTables; ++i) {
        offsets[i] = static_cast<uint16_t>(used);
        put_table(constant_tables[i], [&](uint64_t) { ++used; });
    }
    offsets[kTables] = static_cast<uint16_t>(used);
    return offsets;
}();

constexpr auto kBytesOfTables = [] {
    std::array<unsigned char, kOffsets[kTables]> bytes{};
    size_t used = 0;
    for (const ConstantTable& table : constant_tables)
        put_table(table, [&](uint64_t byte) { bytes[used++] = static_cast<unsigned char>(byte); });
    return bytes;
}();

struct Head {
    uint32_t field;
    uint8_t is_bits;
    uint8_t others;
};
constexpr auto kHeads = [] {
    std::array<Head, kTables> heads{};
    for (size_t i = 0; i < kTables; ++i) {
        const ConstantTable& table = constant_tables[i];
        heads[i] = {table.field, table.kind == ConstantTable::bits, 0};
        for (size_t j = 0; j < kTables; ++j)
            if (!table.others.empty() && constant_tables[j].name == table.others)
                heads[i].others = static_cast<uint8_t>(j);
    }
    return heads;
}();

// Goes through a stored table.
class Rows {
 public:
    explicit Rows(Constants table) : at_(&kBytesOfTables[kOffsets[static_cast<size_t>(table)]]) {
        prefix_ = text();
        unknown_ = text();
    }
    bool next() {
        const unsigned code = *at_++;
        if (code == 0) return false;
        if (code < kSingleBit) {
            value_ += code;
        } else if (code < kBytes) {
            value_ = uint64_t{1} << (code - kSingleBit);
        } else {
            value_ = 0;
            for (unsigned i = 0; i < code - kBytes; ++i) value_ |= uint64_t{*at_++} << (8 * i);
        }
        name_ = text();
        return true;
    }
    uint64_t value() const { return value_; }
    const char* unknown() const { return unknown_; }
    void append_name(std::string& to) const {
        if (*name_ != '=') to += prefix_;  // one with a prefix of its own
        to += name_ + (*name_ == '=' ? 1 : 0);
    }
    const char* prefix() const { return prefix_; }

 private:
    const char* text() {
        const auto* begin = reinterpret_cast<const char*>(at_);
        while (*at_++ != 0) {}
        return begin;
    }
    const unsigned char* at_;
    const char* prefix_;
    const char* unknown_;
    const char* name_ = nullptr;
    uint64_t value_ = UINT64_MAX;
};

void append_hex(std::string& to, uint64_t value) {
    if (value != 0) to += "0x";
    to += hex(value);
}

void append_unknown(std::string& to, const Rows& rows, uint64_t value) {
    append_hex(to, value);
    if (*rows.unknown() == '\0' && *rows.prefix() == '\0') return;
    to += " /* ";
    if (*rows.unknown() != '\0') {
        to += rows.unknown();
    } else {
        to += rows.prefix();
        to += "???";
    }
    to += " */";
}

void append_bits(std::string& to, Constants table, uint64_t value) {
    Rows rows(table);
    uint64_t rest = value;
    bool first = true;
    while (rows.next()) {
        const uint64_t bits = rows.value();
        if (bits == 0 ? value != 0 : (rest & bits) != bits) continue;
        if (!first) to += '|';
        first = false;
        rows.append_name(to);
        rest &= ~bits;
        if (rest == 0) return;
    }
    if (first && value == 0)
        to += '0';
    else if (first)
        append_unknown(to, rows, value);
    else {
        to += '|';
        append_hex(to, rest);
    }
}

}  // namespace

bool append_constant_name(std::string& to, Constants table, uint64_t value) {
    Rows rows(table);
    while (rows.next()) {
        if (rows.value() != value) continue;
        rows.append_name(to);
        return true;
    }
    return false;
}

void append_constants(std::string& to, Constants table, uint64_t value) {
    const Head& head = kHeads[static_cast<size_t>(table)];
    if (head.is_bits != 0) return append_bits(to, table, value);
    const uint64_t part = head.field == 0 ? value : value & head.field;
    if (!append_constant_name(to, table, part)) append_unknown(to, Rows(table), part);
    if (part == value) return;
    to += '|';
    append_bits(to, static_cast<Constants>(head.others), value & ~uint64_t{head.field});
}

}  // namespace earlybox
