// SPDX-License-Identifier: MIT
// A kernel to ask about: the examined machine's own, or an image in a file. Symbols and memory come from both
// alike.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/function_ref.h"
#include "core/base/result.h"
#include "core/parse/kallsyms.h"
#include "core/parse/kernel_image.h"
#include "core/probe/machine.h"
#include "core/probe/memory.h"

namespace earlybox {

// The error names the file.
Result<KernelImage> open_kernel_image(const std::string& path);

class Kernel {
 public:
    // The machine's own: /proc/kallsyms, /proc/kcore. The machine must outlive it.
    explicit Kernel(Machine& machine);
    // An image; `name` is a path below the machine's root. Empty or "live": the machine's own.
    static Result<Kernel> open(Machine& machine, const std::string& name);

    bool is_image() const { return image_.has_value(); }
    // Only where it is one.
    const KernelImage& image() const { return *image_; }
    // Where the symbols come from, for messages: "/proc/kallsyms".
    const std::string& source() const { return source_; }

    // Every symbol, in constant memory; its texts live until `take` returns. Nothing for a line that is no
    // symbol.
    Result<> for_each_symbol(FunctionRef<void(const std::optional<Symbol>&)> take) const;

    // `size` bytes of its memory.
    Result<std::string> read(uint64_t address, size_t size);

 private:
    Machine* machine_;
    std::string source_;
    std::optional<KernelImage> image_;
    std::optional<Result<KernelMemory>> memory_;  // opened by the first read()
};

}  // namespace earlybox
