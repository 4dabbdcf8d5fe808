// SPDX-License-Identifier: MIT
// Names of levels and facilities (sys/syslog.h), and the lists that options take of them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox::dmesg {

inline constexpr const char* kLevels[] = {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};
inline constexpr const char* kFacilities[] = {"kern", "user", "mail", "daemon", "auth",     "syslog",
                                              "lpr",  "news", "uucp", "cron",   "authpriv", "ftp"};

using Set = uint32_t;  // bit n: number n of the above

// "err,warn", "3,4": one bit for each.
std::optional<Set> parse_levels(std::string_view list);
std::optional<Set> parse_facilities(std::string_view list);

// What the console may show, as dmesg -n takes it: 1 to 8, or the name of the last level that still gets
// through.
std::optional<int> parse_console_level(std::string_view text);

}  // namespace earlybox::dmesg
