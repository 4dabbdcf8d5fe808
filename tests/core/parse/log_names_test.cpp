// SPDX-License-Identifier: MIT
#include "core/parse/log_names.h"

#include <catch2/catch.hpp>

using namespace earlybox;

TEST_CASE("rotated logs: oldest first, by number or date") {
    const auto families = log_families({"kern.log", "kern.log.1", "kern.log.10.gz", "kern.log.2.gz",
                                        "kern.log.3", "kern.log.3.gz", "messages", "messages-20251231.xz",
                                        "messages-20260101", "messages-20260101-1767225600.zst"});
    REQUIRE(families.size() == 2);
    CHECK(families[0].name == "kern.log");
    CHECK(families[0].files == std::vector<std::string>{"kern.log.10.gz", "kern.log.3", "kern.log.2.gz",
                                                        "kern.log.1", "kern.log"});
    CHECK(families[1].name == "messages");
    CHECK(families[1].files == std::vector<std::string>{"messages-20251231.xz", "messages-20260101",
                                                        "messages-20260101-1767225600.zst", "messages"});
}

TEST_CASE("rotated logs: names that only look like it") {
    for (const char* name :
         {".gz", ".1", "a.", "a-", "-20261122", "a-2026", "a.b", "1", "2.gz", "a.12345", "a--20261122"})
        CHECK(log_families({name})[0].files == std::vector<std::string>{name});
    CHECK(log_families({"log.old.gz"})[0].name == "log.old");
    CHECK(log_families({"a.12345"})[0].name == "a.12345");
    CHECK(log_families({}).empty());
}
