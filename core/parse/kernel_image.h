// SPDX-License-Identifier: MIT
// What a file holds of a kernel: its memory, its symbols. Told by content:
//   vmlinux, an ELF file of either class, with or without symbols
//   bzImage, and what older boot loaders and other processors take: something that unpacks one of the others
//     (Documentation/arch/x86/boot.rst; drivers/firmware/efi/libstub/zboot-header.S)
//   the bare memory, as objcopy -O binary makes it
//   lists of symbols: System.map, /proc/kallsyms
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/function_ref.h"
#include "core/base/result.h"
#include "core/parse/embedded_kallsyms.h"
#include "core/parse/kallsyms.h"

namespace earlybox {

class KernelImage {
 public:
    enum class Form : uint8_t { elf, memory, symbol_list };

    // Any bytes are taken, and unpacked where they are packed. The error says what the file is instead, or
    // where it is damaged. The bytes live as long as `owner` does, or longer than the image; it is given up
    // when all is unpacked.
    static Result<KernelImage> parse(std::string_view file, std::shared_ptr<const void> owner = {});

    Form form() const { return form_; }
    // "bzImage, gzip, 64-bit ELF"
    const std::string& kind() const { return kind_; }
    // All of it, unpacked.
    std::string_view contents() const { return contents_; }

    // What the image puts at an address: `size` bytes, fewer at the end of a segment, none outside.
    std::string_view bytes_at(uint64_t address, size_t size) const;

    // The image's symbols in its own order: those that its /proc/kallsyms shows, else those of the ELF file.
    // Nothing for a line of a list that is no symbol. The error says what the image lacks.
    Result<> for_each_symbol(FunctionRef<void(const std::optional<Symbol>&)> take) const;

 private:
    static Result<KernelImage> parse(std::string_view file, std::shared_ptr<const void> owner,
                                     std::string kind, unsigned depth);
    void load_segments();
    void load_memory();

    std::string_view contents_;
    std::shared_ptr<const void> owner_;  // of the contents
    Form form_ = Form::elf;
    std::string kind_;
    std::vector<ImageSegment> segments_;
    std::optional<Result<EmbeddedKallsyms>> kallsyms_;  // not of lists
};

}  // namespace earlybox
