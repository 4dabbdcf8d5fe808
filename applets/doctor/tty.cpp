// SPDX-License-Identifier: MIT
// tty: does this shell control its terminal? Without that there is no job control.
#include <unistd.h>

#include "applets/doctor/doctor.h"

namespace earlybox::doctor {
namespace {

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("tty", kCaptured);
    if (isatty(STDIN_FILENO) == 0) return not_judged("tty", "standard input is no terminal");
    if (tcgetpgrp(STDIN_FILENO) >= 0)
        return fine("tty", "the terminal is the controlling one: job control works");
    return finding(kTtyNone, Severity::note,
                   {"standard input is a terminal, but not this session's (tcgetpgrp)"});
}

}  // namespace

const Check check_tty = {"tty", "has the shell a controlling terminal, for job control", run};

}  // namespace earlybox::doctor
