// SPDX-License-Identifier: MIT
#include "core/parse/kernel_image.h"

#include "tests/fuzz/fuzz.h"
#include "tests/kernel_image_builder.h"

using namespace earlybox;
using namespace earlybox::test;

namespace {

void look_at(std::string_view text) {
    const auto image = KernelImage::parse(text);
    if (!image) {
        promise(!image.error().cause.empty());
        return;
    }
    promise(!image->kind().empty());
    const auto done = image->for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (symbol) promise(image->bytes_at(symbol->address, 16).size() <= 16);
    });
    promise(done || !done.error().cause.empty());
    promise(image->bytes_at(0, SIZE_MAX).size() <= image->contents().size());
}

}  // namespace

// The first byte chooses an image, the others damage it.
void try_text(std::string_view text) {
    static const std::vector<std::string> images = [] {
        const KallsymsLayout& layout = kKallsymsLayouts[0];
        const SmallImage memory = image_with(some_symbols(layout, 300), layout);
        const std::vector<ElfTestSymbol> symbols = {{"f", 1, STB_GLOBAL, STT_FUNC, 1},
                                                    {"g", 2, STB_WEAK, STT_FUNC, 2}};
        const std::string_view packed(
            "\x02\x21\x4c\x18\x06\0\0\0\x50"
            "Linux",
            14);  // an lz4 block
        const SmallImage empty{std::string(64, '\0'), {{0xffffffff81000000, 64, 0, 64}}};
        return std::vector<std::string>{memory.bytes,
                                        elf_file(memory, symbols, 8),
                                        elf_file(empty, symbols, 8),
                                        elf_file(empty, symbols, 4),
                                        bzimage(packed),
                                        zboot_image(packed),
                                        "ffffffff81000000 T _text\nffffffff81000000 t f\t[m]\n"};
    }();
    look_at(text);
    if (text.empty()) return;
    look_at(changed(images[static_cast<unsigned char>(text[0]) % images.size()], text.substr(1)));
}
