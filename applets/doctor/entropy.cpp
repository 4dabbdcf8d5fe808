// SPDX-License-Identifier: MIT
// entropy: is the random number generator ready? (random(7); drivers/char/random.c)
#include <errno.h>
#include <sys/random.h>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("entropy", kCaptured);
    char byte = 0;
    if (getrandom(&byte, 1, GRND_NONBLOCK) == 1) return fine("entropy", "random numbers are ready");
    if (errno != EAGAIN) return not_judged("entropy", concat("getrandom says ", errno_name(errno)));
    std::vector<std::string> evidence = {"getrandom(GRND_NONBLOCK) says EAGAIN"};
    const auto processor = examination.machine().read(kProcfs, "cpuinfo");
    if (!processor) return not_judged("entropy", "/proc/cpuinfo cannot be read", evidence);
    // Since 5.4 the kernel gathers what it needs from the jitter of the time stamp counter
    // (try_to_generate_entropy).
    if (processor->find(" tsc ") != processor->npos)
        return fine("entropy", "the first program to ask waits about a second for random numbers", evidence);
    evidence.emplace_back("/proc/cpuinfo: no time stamp counter (tsc), whose jitter would do");
    return finding(kEntropyMissing, Severity::warning, evidence);
}

}  // namespace

const Check check_entropy = {"entropy", "is the random number generator ready", run};

}  // namespace earlybox::doctor
