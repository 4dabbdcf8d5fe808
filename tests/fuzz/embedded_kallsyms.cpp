// SPDX-License-Identifier: MIT
#include "core/parse/embedded_kallsyms.h"

#include "tests/fuzz/fuzz.h"
#include "tests/kernel_image_builder.h"

using namespace earlybox;
using namespace earlybox::test;

namespace {

void look_at(std::string_view text) {
    const ImageSegment segment{0xffffffff81000000, 1 << 20, 0, text.size()};
    for (const unsigned word : {0, 4, 8}) {
        for (const bool is_loaded : {false, true}) {
            const auto tables = EmbeddedKallsyms::find(text, {&segment, is_loaded ? 1U : 0U}, word);
            if (!tables) {
                promise(!tables.error().cause.empty());
                continue;
            }
            promise(tables->size() > 256 && tables->size() < text.size());
            promise(word == 0 || tables->word() == word);
            uint32_t count = 0;
            uint64_t highest = 0;
            tables->for_each(text, [&](const Symbol& symbol) {
                promise(symbol.address >= highest && symbol.name.size() < 1024);
                highest = symbol.address;
                ++count;
            });
            promise(count <= tables->size());
        }
    }
}

}  // namespace

// The first byte chooses a layout, the others damage it.
void try_text(std::string_view text) {
    static const std::vector<std::string> images = [] {
        std::vector<std::string> built;
        for (const KallsymsLayout& layout : kKallsymsLayouts)
            built.push_back(KallsymsBuilder(some_symbols(layout, 300), layout, 0xffffffff81000000).build());
        return built;
    }();
    look_at(text);
    if (text.empty()) return;
    look_at(changed(images[static_cast<unsigned char>(text[0]) % images.size()], text.substr(1)));
}
