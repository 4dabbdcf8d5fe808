// SPDX-License-Identifier: MIT
// Names of the values and bits that system calls take and give.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "core/abi/constant_tables.h"

namespace earlybox {

void stop_compiling_no_such_table();

// A row of constant_tables.h, told by its name while compiling: constants("whence").
enum class Constants : uint8_t {};
consteval Constants constants(std::string_view name) {
    const auto* row = std::ranges::find(constant_tables, name, &ConstantTable::name);
    if (row == std::end(constant_tables)) stop_compiling_no_such_table();
    return static_cast<Constants>(row - std::begin(constant_tables));
}

// Appends the name of exactly this value, "SEEK_SET"; false: it has none.
bool append_constant_name(std::string& to, Constants table, uint64_t value);
// As strace prints it: "O_RDWR|O_EXCL|0x8000000"; "0x7 /* CLOCK_??? */" where no part of it has a name; "0"
// where no bit is set, and nothing is named so.
void append_constants(std::string& to, Constants table, uint64_t value);

}  // namespace earlybox
