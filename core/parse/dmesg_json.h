// SPDX-License-Identifier: MIT
// What `dmesg --json` writes: objects with "pri" (a number, or a name beside "fac"), "time" and "msg".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earlybox {

struct DmesgObject {
    std::optional<uint32_t> level, facility;
    std::optional<uint64_t> since_boot_us;
    std::string caller;
    std::string text;
};

// Takes the next object that has a "msg" off the front of `rest`; nothing at the end. How lines are broken
// does not matter, nor what stands around the objects.
std::optional<DmesgObject> next_dmesg_object(std::string_view& rest);

}  // namespace earlybox
