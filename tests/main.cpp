// SPDX-License-Identifier: MIT
// The unit tests' main program. Its last line is what every suite of this tree ends with: "N passed, N
// failed".
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

namespace {

Catch::Counts counted;

struct Tally : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;
    void testRunEnded(const Catch::TestRunStats& run) override { counted = run.totals.testCases; }
};
CATCH_REGISTER_LISTENER(Tally)

}  // namespace

// Compiled patterns live as long as the program does.
extern "C" const char* __lsan_default_suppressions() { return "leak:regcomp"; }

int main(int argc, char** argv) {
    const int result = Catch::Session().run(argc, argv);
    std::cout << counted.passed << " passed, " << counted.failed << " failed" << std::endl;
    return result != 0 || counted.total() == 0 ? 1 : 0;
}
