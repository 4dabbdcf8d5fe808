// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/packed_forms.h"

#include <array>

#include "core/abi/constants.h"

namespace earlybox::trace_syscall {
namespace {

constexpr unsigned number_of(char letter, std::string_view name) {
    switch (letter) {
        case 'c':
        case 'n':
        case 'h':
            for (unsigned i = 0; i < std::size(constant_tables); ++i)
                if (constant_tables[i].name == name) return i;
            break;
        case '!':
            for (unsigned i = 0; i < std::size(kParts); ++i)
                if (kParts[i] == name) return i;
            break;
        case '~':
            for (unsigned i = 0; i < std::size(kChoices); ++i)
                if (kChoices[i].name == name) return i;
            break;
        default:
            for (unsigned i = 0; i < std::size(kForms); ++i)
                if (kForms[i].name == name) return i;
            break;
    }
    stop_compiling_no_such_part();
    return 0;
}

// Copies a form, with numbers instead of names.
template <class Put>
constexpr void pack(std::string_view text, Put&& put) {
    for (size_t i = 0; i < text.size(); ++i) {
        put(text[i]);
        if (text[i] != '%') continue;
        if (text[i + 1] == '>' || text[i + 1] == '<') put(text[++i]);
        const char letter = text[i + 1];
        const bool named = std::string_view("cnh*[!~{").contains(letter);
        if (!named) continue;
        const size_t open = text.find('{', i);
        const size_t close = text.find('}', open);
        if (letter == '{')
            put('{');
        else
            for (size_t j = i + 1; j < open; ++j) put(text[j]);
        const unsigned number = number_of(letter, text.substr(open + 1, close - open - 1));
        put(static_cast<char>(0x80 | number >> 7));
        put(static_cast<char>(0x80 | (number & 0x7f)));
        i = close;
    }
    put('\0');
}

// A list of rows: their texts, and where each begins.
template <const auto& rows>
struct Packed {
    static constexpr size_t kSize = [] {
        size_t size = 0;
        for (const auto& row : rows) pack(row.text, [&](char) { ++size; });
        return size;
    }();
    std::array<char, kSize> text{};
    std::array<uint16_t, std::size(rows)> begin{};
    consteval Packed() {
        size_t used = 0;
        for (size_t i = 0; i < std::size(rows); ++i) {
            begin[i] = static_cast<uint16_t>(used);
            pack(rows[i].text, [&](char c) { text[used++] = c; });
        }
    }
    const char* operator[](size_t i) const { return &text[begin[i]]; }
};
constexpr Packed<kForms> kPackedForms;
constexpr Packed<kKindForms> kPackedKinds;
constexpr Packed<kCallForms> kPackedCalls;
constexpr Packed<kChoices> kPackedChoices;

constexpr auto kPlaces = [] {
    std::array<uint8_t, 256> places{};
    for (unsigned i = 0; i < std::size(kKindForms); ++i)
        places[static_cast<size_t>(kKindForms[i].kind)] = static_cast<uint8_t>(i);
    return places;
}();

// A choice's value, and whether the next row belongs to the same choice.
struct Key {
    uint32_t value;
    bool is_last;
};
constexpr auto kKeys = [] {
    std::array<Key, std::size(kChoices)> keys{};
    for (size_t i = 0; i < keys.size(); ++i)
        keys[i] = {static_cast<uint32_t>(kChoices[i].value), kChoices[i].value == kOtherwise};
    return keys;
}();

constexpr auto kEntries = [] {
    constexpr size_t kSize = [] {
        size_t size = 0;
        for (const CallForm& row : kCallForms) size += row.entry.size() + 2;
        return size;
    }();
    std::array<char, kSize> text{};
    size_t used = 0;
    for (const CallForm& row : kCallForms) {
        for (const char c : row.entry) text[used++] = c;
        ++used;
        text[used++] = static_cast<char>(row.outcome);
    }
    return text;
}();

}  // namespace

const char* form_text(unsigned number) { return kPackedForms[number]; }
const char* form_of(Argument kind) { return kPackedKinds[kPlaces[static_cast<size_t>(kind)]]; }

const char* choose(unsigned choice, uint64_t value) {
    while (!kKeys[choice].is_last && kKeys[choice].value != static_cast<uint32_t>(value)) ++choice;
    return kPackedChoices[choice];
}

CallPlan plan_of(std::string_view entry) {
    const char* at = kEntries.data();
    for (size_t i = 0; i < std::size(kCallForms); ++i) {
        const std::string_view name = at;
        const auto outcome = static_cast<Outcome>(name.end()[1]);
        at += name.size() + 2;
        if (name != entry) continue;
        const char* text = kPackedCalls[i];
        return {*text == '\0' ? nullptr : text, outcome};
    }
    return {};
}

}  // namespace earlybox::trace_syscall
