// SPDX-License-Identifier: MIT
// CHECK(condition): an invariant of our own code. Always on; a broken one ends the program with its place.
#pragma once

namespace earlybox {
[[noreturn]] void check_failed(const char* file, int line, const char* condition);
}

#define CHECK_INVARIANT(condition) \
    ((condition) ? void() : ::earlybox::check_failed(__FILE__, __LINE__, #condition))
