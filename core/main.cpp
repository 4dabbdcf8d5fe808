// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "core/dispatch.h"
#include "core/sys/process.h"

int main(int argc, char** argv) {
    earlybox::claim_standard_descriptors();
    earlybox::Output out(STDOUT_FILENO);
    earlybox::Output err(STDERR_FILENO, true);
    return earlybox::dispatch({argv, static_cast<size_t>(argc)}, out, err);
}
