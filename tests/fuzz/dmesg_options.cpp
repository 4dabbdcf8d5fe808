// SPDX-License-Identifier: MIT
// What stands behind dmesg's --since, -l, -f and -n: anything is taken or refused, and what is taken is
// within bounds.
#include "applets/dmesg/moment.h"
#include "applets/dmesg/names.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox::dmesg;

void try_text(std::string_view text) {
    constexpr int64_t kNow = 1795365262;
    if (const auto moment = parse_moment(text, kNow)) {
        std::string shown;
        append_iso(shown, *moment);
        append_ctime(shown, local_time(*moment));
        promise(shown.size() > 40);
    }
    promise(parse_levels(text).value_or(1) - 1 < 0xff);
    promise(parse_facilities(text).value_or(1) - 1 < 0xfff);
    const int level = parse_console_level(text).value_or(1);
    promise(level >= 1 && level <= 8);
}
