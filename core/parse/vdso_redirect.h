// SPDX-License-Identifier: MIT
// How the calls of a vDSO's functions are observed: in a process' own copy of the image the symbol table
// leads to stubs, which do something of their own and run the function. The functions themselves stay as they
// are. Stubs and symbols are only what is to be written where; nothing is written here.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/function_ref.h"
#include "core/base/result.h"
#include "core/parse/vdso.h"

namespace earlybox {

// Machine code is of the image's own width: x86_64 and i386 know it.
struct Patch {
    uint64_t offset;  // in the image
    std::string bytes;
};

struct Redirection {
    struct Function {
        std::string_view name;  // without prefix: "clock_gettime"
        uint64_t offset;        // in the image
        uint64_t stub;
    };
    std::vector<Patch> patches;  // to be written in this order: no symbol leads where no stub is yet
    std::vector<Function> functions;
};

// The functions that a system call of the same name stands behind.
std::span<const std::string_view> observed_functions();

// Where in the image, as it lies in memory, nobody reads: the section headers, and what is behind them. The
// error says that there is no such place.
Result<uint64_t> unread_part(std::string_view image);

// `make_stub(index, offset, function)` returns the code for functions[index], to be put at an offset of the
// image, of a function at another. The error says that the stubs find no room.
using StubMaker = FunctionRef<std::string(size_t index, uint64_t offset, uint64_t function)>;
Result<Redirection> redirect(const Vdso& vdso, StubMaker make_stub);

// What undoes it for a process that runs: programs may have kept the stubs' addresses, so they stay and do
// nothing but jump to the functions.
std::vector<Patch> undo(const Vdso& vdso, const Redirection& redirection);

// For makers of stubs: a number as `size` bytes, little endian; a jump or call (its first byte) that stands
// at an offset of the image.
void put_number(std::string& code, uint64_t number, unsigned size);
std::string relative_branch(char instruction, uint64_t from, uint64_t to);
inline constexpr char kJump = '\xe9';
inline constexpr char kCall = '\xe8';

}  // namespace earlybox
