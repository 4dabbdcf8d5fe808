// SPDX-License-Identifier: MIT
// What a call script and the child that runs it share, and the i386 program that is such a child.
#pragma once
#include <cstdint>
#include <span>

#include "core/sys/call_script.h"

namespace earlybox {

struct CallScriptArena {
    uint32_t count;    // of calls
    uint32_t begun;    // how many have been begun
    uint32_t current;  // index + 1 of the call that is being made; 0: none
    int32_t refusal;   // errno of starting the program
    uint32_t stack;    // the i386 program's own: its stack pointer,
    uint32_t entry;    // the system call entry to use,
    uint32_t left;     // rounds
    uint32_t unused;
    CallerFacts facts;

    static constexpr uint32_t kMostCalls = 1024;
    static constexpr uint32_t kDataSize = 1 << 17;
    static constexpr uint32_t kVdsoSize = 1 << 16;
    ScriptedCall calls[kMostCalls];
    alignas(4096) uint8_t data[kDataSize];
    alignas(4096) char vdso[kVdsoSize];
};

// Where the i386 program has it.
inline constexpr uint32_t kIa32ArenaAddress = 0x20000000;
// Where the program's signal handler is that notes where it returns to.
uint32_t ia32_handler_address();

// The program's ELF file; empty where this build's processor has no such programs.
std::span<const uint8_t> ia32_caller();
// Where in it the arena's descriptor has to be written, as 4 bytes.
size_t ia32_caller_descriptor_offset();

}  // namespace earlybox
