// SPDX-License-Identifier: MIT
// Every applet has its own Options in an anonymous namespace; members of the same name must not be taken for
// each other.
#include <catch2/catch.hpp>

#include "core/base/options.h"

namespace earlybox {
namespace {

struct Options {  // the doctor's has its `verbose` in front
    uint64_t before[8] = {};
    bool verbose = false;
};

constexpr OptionSpec kVerbose = option<&Options::verbose>('v', "verbose", nullptr, "say more");

TEST_CASE("options of another file with the same name are others") {
    Options options;
    CHECK(kVerbose.store(&options, nullptr));
    CHECK(options.verbose);
    CHECK(options.before[0] == 0);
}

}  // namespace
}  // namespace earlybox
