// SPDX-License-Identifier: MIT
// The auxiliary vector: pairs of type and value that the kernel gives to each new program
// (uapi/linux/auxvec.h; fs/binfmt_elf.c, create_elf_tables). Its words have the program's size. Any bytes are
// taken.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace earlybox {

class AuxiliaryVector {
 public:
    // As /proc/PID/auxv shows it; what it holds tells the words' size.
    explicit AuxiliaryVector(std::string_view bytes);
    AuxiliaryVector(std::string_view bytes, bool wide) : bytes_(bytes), wide_(wide) {}

    // From the stack of a program that has not run yet: argc, argv, environment and then this. Nothing: it
    // does not end within these bytes.
    static std::optional<AuxiliaryVector> on_stack(std::string_view stack, bool wide);

    std::optional<uint64_t> find(uint64_t type) const;
    // Words of 64 bits.
    bool wide() const { return wide_; }

 private:
    std::string_view bytes_;
    bool wide_;
};

}  // namespace earlybox
