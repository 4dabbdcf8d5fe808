// SPDX-License-Identifier: MIT
// What an event of the kernel's tracer looks like: tracefs' events/SYSTEM/NAME/format
// (kernel/trace/trace_events.c, f_show).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

// How the kernel shows a number: taken from the "print fmt:" line, a C expression, where it is simple enough.
struct TraceDisplay {
    enum class Kind : uint8_t { decimal, hex, symbol, flags } kind = Kind::decimal;
    std::vector<std::pair<uint64_t, std::string>> names;  // of symbol and flags
    // "SIGCHLD", "S|D", "0x12", "-2"; what has no name is a number.
    std::string show(uint64_t value, bool is_signed) const;
};

struct TraceField {
    enum class Kind : uint8_t {
        number,
        text,          // char[N], up to its zero byte
        bytes,         // other arrays; `element` bytes each
        dynamic_text,  // __data_loc char[]: offset and length are in the event
        dynamic,       // __data_loc of something else
    };
    std::string type;  // "unsigned long", without the array's brackets
    std::string name;
    unsigned offset = 0;
    unsigned size = 0;  // 0: all that follows
    unsigned element = 0;
    Kind kind = Kind::number;
    bool is_signed = false;
    TraceDisplay display{};
    bool relative = false;  // __rel_loc: the offset counts from the field's own end

    // A line of a format file: "field:int common_pid; offset:4; size:4; signed:1;".
    static std::optional<TraceField> parse(std::string_view line);
    bool is_common() const { return name.starts_with("common_"); }

    // Of an event. Total: zero or empty where the event is too short.
    uint64_t number(std::string_view event) const;  // sign-extended
    std::string_view text(std::string_view event) const;
    size_t count(std::string_view event) const;  // of elements in an array
    uint64_t element_at(std::string_view event, size_t index) const;

 private:
    std::string_view content(std::string_view event) const;
};

struct TraceFormat {
    std::string name;  // "sys_enter"
    unsigned id = 0;
    std::vector<TraceField> fields;  // the common ones first, in the file's order

    // Also finds out how the kernel shows each field.
    static Result<TraceFormat> parse(std::string_view text);
    const TraceField* field(std::string_view name) const;
};

// What is common to all events.
struct TraceHead {
    unsigned id = 0;
    int process = 0;  // the thread
};
inline constexpr unsigned kTraceHeadSize = 8;
// Nothing where the event is too short.
std::optional<TraceHead> trace_head(std::string_view event);

}  // namespace earlybox
