// SPDX-License-Identifier: MIT
#include "core/probe/kernel.h"

#include <errno.h>

#include "core/base/text.h"
#include "core/probe/symbols.h"
#include "core/sys/file.h"

namespace earlybox {

Result<KernelImage> open_kernel_image(const std::string& path) {
    auto file = TRY(map_file(path));
    auto image = KernelImage::parse(file.bytes, std::move(file.owner));
    if (!image) image.error().what = concat(printable(path), ": ", image.error().what);
    return image;
}

Kernel::Kernel(Machine& machine) : machine_(&machine), source_(machine.root() + "/proc/kallsyms") {}

Result<Kernel> Kernel::open(Machine& machine, const std::string& name) {
    Kernel kernel(machine);
    if (name.empty() || name == "live") return kernel;
    kernel.source_ =
        machine.live() || name.starts_with('/') ? machine.root() + name : concat(machine.root(), '/', name);
    kernel.image_ = TRY(open_kernel_image(kernel.source_));
    return kernel;
}

Result<> Kernel::for_each_symbol(FunctionRef<void(const std::optional<Symbol>&)> take) const {
    if (is_image()) {
        auto done = image_->for_each_symbol(take);
        if (!done)
            done.error().what = concat(printable(source_), " (", image_->kind(), "): ", done.error().what);
        return done;
    }
    const Fd file = TRY(open_kallsyms(*machine_));
    return for_each_line(file.number(), source_,
                         [&](std::string_view line) { take(parse_kallsyms_line(line)); });
}

Result<std::string> Kernel::read(uint64_t address, size_t size) {
    if (!is_image()) {
        if (!memory_) memory_ = KernelMemory::open(*machine_);
        if (!memory_->has_value()) return std::unexpected(memory_->error());
        return (*memory_)->read(address, size);
    }
    const std::string_view bytes = image_->bytes_at(address, size);
    if (bytes.size() == size) return std::string(bytes);
    return failure(concat("read kernel memory at 0x", hex(address)), EFAULT,
                   image_->form() == KernelImage::Form::symbol_list
                       ? concat(printable(source_), " is a list of symbols: it holds no memory")
                       : concat(printable(source_), " puts nothing there"));
}

}  // namespace earlybox
