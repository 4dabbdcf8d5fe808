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

// --- the print format: "reason=%s at=%lx", __print_symbolic(REC->reason, { 0, "NONE" }), REC->at
// A constant as macros leave it: "0x10", "(1 << 4)", "((gfp_t)0x400u)".
std::optional<uint64_t> constant(std::string_view text) {
    const size_t digit = text.find_first_of("0123456789");
    if (digit == text.npos) return {};
    const auto number_at = [](std::string_view rest) {
        const size_t end = rest.find_first_not_of("0123456789abcdefABCDEFx");
        return parse_number(rest.substr(0, end));
    };
    const auto first = number_at(text.substr(digit));
    const size_t shift = text.find("<<");
    if (shift == text.npos || !first) return first;
    const size_t by = text.find_first_of("0123456789", shift);
    const auto bits = by == text.npos ? std::nullopt : number_at(text.substr(by));
    return bits && *bits < 64 ? std::optional(*first << *bits) : std::nullopt;
}

// The pairs of "{ 0x1, \"S\" }, { 0x2, \"D\" }".
void read_names(std::string_view table, TraceDisplay& display) {
    while (true) {
        const size_t open = table.find('{');
        const size_t comma = table.find(',', open);
        const size_t quote = table.find('"', comma);
        if (open == table.npos || comma == table.npos || quote == table.npos) return;
        const size_t end = table.find('"', quote + 1);
        if (end == table.npos) return;
        if (const auto value = constant(table.substr(open + 1, comma - open - 1)))
            display.names.emplace_back(*value, table.substr(quote + 1, end - quote - 1));
        table.remove_prefix(end + 1);
    }
}

// The next argument: up to a comma outside of brackets and texts.
std::string_view next_argument(std::string_view& rest) {
    int depth = 0;
    bool in_text = false;
    size_t i = 0;
    for (; i < rest.size(); ++i) {
        const char c = rest[i];
        if (c == '"') in_text = !in_text;
        if (in_text) continue;
        if (c == '(' || c == '{') ++depth;
        if (c == ')' || c == '}') --depth;
        if (c == ',' && depth == 0) break;
    }
    const auto argument = rest.substr(0, i);
    rest.remove_prefix(std::min(rest.size(), i + 1));
    return argument;
}

// The last letter of the format's next conversion: 'x' of "%08lx"; zero: there is none.
char next_conversion(std::string_view& text) {
    for (size_t at = text.find('%'); at != text.npos; at = text.find('%')) {
        text.remove_prefix(at + 1);
        const size_t end = text.find_first_not_of("0123456789.-+ #hlzjt*");
        if (end == text.npos) break;
        const char letter = text[end];
        text.remove_prefix(end + 1);
        if (letter != '%') return letter;
    }
    return 0;
}

void read_displays(std::string_view print, std::vector<TraceField>& fields) {
    auto rest = print;
    auto text = next_argument(rest);  // the format
    while (const char letter = next_conversion(text)) {
        const auto argument = next_argument(rest);
        constexpr std::string_view kRecord = "REC->";
        const size_t at = argument.find(kRecord);
        if (at == argument.npos) continue;
        auto name = argument.substr(at + kRecord.size());
        name = name.substr(
            0, name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"));
        const auto field = std::ranges::find(fields, name, &TraceField::name);
        if (field == fields.end() || !field->display.names.empty()) continue;
        TraceDisplay& display = field->display;
        const bool is_symbol = argument.find("__print_symbolic(") != argument.npos;
        if (is_symbol || argument.find("__print_flags(") != argument.npos) {
            display.kind = is_symbol ? TraceDisplay::Kind::symbol : TraceDisplay::Kind::flags;
            read_names(argument, display);
        } else if (letter == 'x' || letter == 'X' || letter == 'p') {
            display.kind = TraceDisplay::Kind::hex;
        }
    }
}

}  // namespace

std::string TraceDisplay::show(uint64_t value, bool is_signed) const {
    std::string text;
    uint64_t left = value;
    for (const auto& [bits, name] : names) {
        if (kind == Kind::symbol ? bits != value : bits == 0 || (left & bits) != bits) continue;
        append(text, text.empty() ? "" : "|", name);
        left &= ~bits;
        if (kind == Kind::symbol) return text;
    }
    if (!text.empty()) return left == 0 ? text : concat(text, "|0x", hex(left));
    if (kind == Kind::hex || (kind == Kind::flags && value != 0)) return concat("0x", hex(value));
    return is_signed ? concat(static_cast<int64_t>(value)) : concat(value);
}

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
            read_displays(line.substr(kPrint.size()), format.fields);
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
