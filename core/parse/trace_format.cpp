// SPDX-License-Identifier: MIT
#include "core/parse/trace_format.h"

#include <string.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {
namespace {

uint64_t load(std::string_view bytes, unsigned size, bool is_signed) {
    if (size == 0 || size > sizeof(uint64_t) || bytes.size() < size) return 0;
    uint64_t value = 0;
    memcpy(&value, bytes.data(), size);
    const unsigned unused = 64 - 8 * size;
    return is_signed ? static_cast<uint64_t>(static_cast<int64_t>(value << unused) >> unused) : value;
}

std::string_view from(std::string_view bytes, size_t offset) {
    return offset <= bytes.size() ? bytes.substr(offset) : std::string_view();
}

// "offset:4" in "...;	offset:4;	size:4;"
std::optional<unsigned> value_of(std::string_view line, std::string_view key) {
    const size_t at = line.find(key);
    if (at == line.npos) return {};
    const auto rest = line.substr(at + key.size());
    const auto number = parse_number(rest.substr(0, rest.find(';')));
    if (!number || *number > UINT16_MAX) return {};
    return static_cast<unsigned>(*number);
}

unsigned element_size(std::string_view type) {
    if (type.ends_with("char") || type.ends_with("u8") || type.ends_with("bool")) return 1;
    if (type.ends_with("short") || type.ends_with("u16")) return 2;
    if (type.ends_with("long") || type.ends_with("64") || type.ends_with('*') ||
        type.find("long ") != type.npos)
        return 8;
    return 4;
}

}  // namespace

std::optional<TraceField> TraceField::parse(std::string_view line) {
    constexpr std::string_view kField = "field:";
    const size_t start = line.find(kField);
    if (start == line.npos) return {};
    line.remove_prefix(start + kField.size());
    const size_t end = line.find(';');
    const auto offset = value_of(line, "offset:");
    const auto size = value_of(line, "size:");
    if (end == line.npos || !offset || !size) return {};
    auto declaration = trimmed(line.substr(0, end));

    TraceField field;
    field.offset = *offset;
    field.size = *size;
    field.is_signed = value_of(line, "signed:").value_or(0) == 1;
    bool is_array = false;
    if (declaration.ends_with(']')) {  // char comm[16]
        is_array = true;
        declaration = declaration.substr(0, declaration.find('['));
    }
    const size_t space = declaration.find_last_of(" \t");
    if (space == declaration.npos) return {};
    field.name = declaration.substr(space + 1);
    auto type = trimmed(declaration.substr(0, space));
    const bool located = type.starts_with("__data_loc ");
    field.relative = type.starts_with("__rel_loc ");
    if (located || field.relative) {
        type.remove_prefix(type.find(' ') + 1);
        if (const size_t bracket = type.find('['); bracket != type.npos)
            type = trimmed(type.substr(0, bracket));
    }
    field.type = type;
    const bool is_text = type == "char" || type == "unsigned char" || type == "const char";
    if (located || field.relative)
        field.kind = is_text ? Kind::dynamic_text : Kind::dynamic;
    else if (is_array && is_text)
        field.kind = Kind::text;
    else if (is_array || field.size > sizeof(uint64_t))
        field.kind = Kind::bytes;
    field.element = element_size(type);
    if (field.name.empty() || field.type.empty()) return {};
    return field;
}

uint64_t TraceField::number(std::string_view event) const {
    return load(from(event, offset), size, is_signed);
}

// Also of a field whose place is in the event: its lower half is the offset, the upper one the length.
std::string_view TraceField::content(std::string_view event) const {
    if (kind != Kind::dynamic && kind != Kind::dynamic_text) {
        const auto rest = from(event, offset);
        return size == 0 ? rest : rest.substr(0, size);
    }
    const uint64_t place = load(from(event, offset), 4, false);
    const size_t begin = (place & 0xffff) + (relative ? offset + 4 : 0);
    return from(event, begin).substr(0, place >> 16);
}

std::string_view TraceField::text(std::string_view event) const {
    const auto bytes = content(event);
    return bytes.substr(0, bytes.find('\0'));
}

size_t TraceField::count(std::string_view event) const { return content(event).size() / element; }

uint64_t TraceField::element_at(std::string_view event, size_t index) const {
    return load(from(content(event), index * element), element, is_signed);
}

Result<TraceFormat> TraceFormat::parse(std::string_view text) {
    TraceFormat format;
    bool has_id = false;
    std::string_view line;
    while (next_line(text, line)) {
        constexpr std::string_view kName = "name: ", kId = "ID: ", kPrint = "print fmt: ";
        if (line.starts_with(kName)) {
            format.name = line.substr(kName.size());
        } else if (line.starts_with(kId)) {
            const auto id = parse_number(line.substr(kId.size()));
            has_id = id && *id <= UINT16_MAX;
            if (has_id) format.id = static_cast<unsigned>(*id);
        } else if (line.starts_with(kPrint)) {
            format.print = line.substr(kPrint.size());
        } else if (auto field = TraceField::parse(line)) {
            format.fields.push_back(std::move(*field));
        }
    }
    if (!has_id || format.name.empty())
        return failure("read an event's format", 0, "it has no name or no ID");
    return format;
}

const TraceField* TraceFormat::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &TraceField::name);
    return found == fields.end() ? nullptr : &*found;
}

// struct trace_entry, the same in every kernel since 2.6.31.
std::optional<TraceHead> trace_head(std::string_view event) {
    if (event.size() < kTraceHeadSize) return {};
    return TraceHead{static_cast<unsigned>(load(event, 2, false)),
                     static_cast<int>(load(event.substr(4), 4, true))};
}

}  // namespace earlybox
