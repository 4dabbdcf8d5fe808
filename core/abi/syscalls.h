// SPDX-License-Identifier: MIT
// The system calls of Linux on x86, by the ABI they are called through: numbers, names, handlers, arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/abi/arguments.h"
#include "core/abi/gates.h"

namespace earlybox {

enum class Abi : std::uint8_t { x86_64, i386, x32 };

// The bit that marks an x32 call in the number register; no number in these tables carries it.
inline constexpr unsigned kX32CallBit = 0x4000'0000;

// One number of one ABI. The texts live as long as the program and end in a zero byte.
struct Syscall {
    unsigned number;
    std::string_view name;   // as in <asm/unistd.h>, without __NR_
    std::string_view entry;  // native handler, without its sys_ prefix; ni_syscall where there is none
    std::string_view
        compat;  // handler for 32-bit layouts on a 64-bit kernel, without compat_sys_; empty: the native one
    std::span<const Argument> arguments;
    Gate gate;  // what decides that a kernel of 5.10 to 6.12 has it; Gate::none: every one of them that knows
                // the number

    // Named in the table, but no kernel of 5.10 to 6.12 has code for it.
    bool is_hole() const { return entry == "ni_syscall"; }
};

// Nothing for a number that no kernel up to 6.12 gave a name: such a call fails with ENOSYS everywhere.
std::optional<Syscall> find_syscall(Abi abi, unsigned number);
std::optional<Syscall> find_syscall(Abi abi, std::string_view name);

// Every call of an ABI, numbers ascending: for (const Syscall& call : syscalls(abi)).
class Syscalls {
 public:
    class Iterator {
     public:
        Iterator(Abi abi, std::size_t row);
        Syscall operator*() const;
        Iterator& operator++();
        bool operator==(const Iterator&) const = default;

     private:
        void skip_rows_of_other_abis();
        Abi abi_;
        std::size_t row_;
    };

    explicit Syscalls(Abi abi) : abi_(abi) {}
    Iterator begin() const;
    Iterator end() const;

 private:
    Abi abi_;
};
inline Syscalls syscalls(Abi abi) { return Syscalls(abi); }

// The kernel symbols that can serve the call, best first: the first one that exists is the handler.
// Kernels differ (5.10 calls x32's own handlers __x32_compat_sys_*, later ones __x64_compat_sys_*); no
// version is asked.
std::vector<std::string> handler_symbols(Abi abi, const Syscall& call);

}  // namespace earlybox
