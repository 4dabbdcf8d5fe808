// SPDX-License-Identifier: MIT
// What a command does with its vDSO.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/parse/vdso.h"
#include "core/sys/process.h"
#include "core/sys/tracer.h"

namespace earlybox::vdso_probe {

// How often programs of one ABI asked for one thing.
struct Usage {
    CallAbi abi;
    std::string_view name;            // of the system call, which is the function's: "clock_gettime"
    uint64_t vdso_calls = 0;          // of the function
    uint64_t fallbacks = 0;           // system calls that the vDSO made
    uint64_t needless_fallbacks = 0;  // of these: for what it should know by itself
    uint64_t direct = 0;              // system calls that the programs made
    uint64_t needless_direct = 0;     // of these: that a vDSO saves
};

// The vDSO of the first program of an ABI.
struct SeenVdso {
    CallAbi abi;
    std::string program;   // its process' number
    uint64_t address = 0;  // 0: it has none
    std::string image;
};

struct Observation {
    ChildEnd end;
    std::vector<SeenVdso> vdsos;
    std::vector<Usage> usages;   // by ABI
    std::vector<Error> trouble;  // what could not be counted, and why
    bool is_complete = true;     // false: ended by a signal to us before the command's last process
};

// Runs the command to its end, with its threads and children, and counts. SIGTERM and SIGHUP to this process
// are passed on to the command; a second one ends the observation, and leaves the command running. Nothing is
// stopped or lost by a SIGKILL of this process: the command runs on.
Result<Observation> observe_command(std::span<char* const> command);

}  // namespace earlybox::vdso_probe
