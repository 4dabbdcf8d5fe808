// SPDX-License-Identifier: MIT
#include "core/parse/kernel_image.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "tests/kernel_image_builder.h"

using namespace earlybox;
using namespace earlybox::test;

namespace {

std::vector<NamedSymbol> symbols_of(const KernelImage& image) {
    std::vector<NamedSymbol> symbols;
    const auto done = image.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (symbol) symbols.push_back({symbol->address, symbol->type, std::string(symbol->name)});
    });
    REQUIRE(done);
    return symbols;
}

// In blocks as they are: the library here does not compress.
std::string gzip(std::string_view bytes) {
    std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const uint64_t checksum = crc32(0, data, static_cast<unsigned>(bytes.size()));
    const size_t size = bytes.size();
    do {
        const std::string_view block = bytes.substr(0, 0xffff);
        bytes.remove_prefix(block.size());
        append_number(packed, bytes.empty() ? 1 : 0, 1);
        append_number(packed, block.size(), 2);
        append_number(packed, ~block.size(), 2);
        packed += block;
    } while (!bytes.empty());
    append_number(packed, checksum, 4);
    append_number(packed, size, 4);
    return packed;
}

const KallsymsLayout& layout_named(std::string_view name) {
    return *std::ranges::find(kKallsymsLayouts, name, &KallsymsLayout::name);
}

struct Sample {
    explicit Sample(std::string_view layout_name = "6.12 x86_64")
        : layout(layout_named(layout_name)),
          symbols(some_symbols(layout, 700)),
          memory(image_with(symbols, layout)) {}
    const KallsymsLayout& layout;
    std::vector<NamedSymbol> symbols;
    SmallImage memory;
};

Error refusal(std::string_view bytes) {
    const auto image = KernelImage::parse(bytes);
    REQUIRE_FALSE(image);
    return image.error();
}

}  // namespace

TEST_CASE("an ELF file of either class is loaded by its segments") {
    for (const char* name : {"6.12 x86_64", "6.12 i386", "7.0 x86_64"}) {
        const Sample sample(name);
        const std::string file = elf_file(sample.memory, {}, sample.layout.word);
        const auto image = KernelImage::parse(file);
        REQUIRE(image);
        CHECK(image->form() == KernelImage::Form::elf);
        CHECK(image->kind() == (sample.layout.word == 8 ? "64-bit ELF file" : "32-bit ELF file"));
        CHECK((symbols_of(*image) == sample.symbols));

        const uint64_t begin = sample.memory.segments[0].address;
        const std::string_view bytes = sample.memory.bytes;
        CHECK(image->bytes_at(begin, 20) == bytes.substr(0, 20));
        CHECK(image->bytes_at(begin + 100, 5) == bytes.substr(100, 5));
        CHECK(image->bytes_at(begin + bytes.size() - 3, 20) == bytes.substr(bytes.size() - 3));
        CHECK(image->bytes_at(begin + bytes.size(), 1) == "");
        CHECK(image->bytes_at(begin - 1, 1) == "");
        CHECK(image->bytes_at(UINT64_MAX, SIZE_MAX) == "");
    }
}

TEST_CASE("an ELF file without kallsyms has the symbols of its own table, with nm's letters") {
    SmallImage memory{std::string(64, '\x90'), {{0xffffffff81000000, 64, 0, 64}}};
    const std::vector<ElfTestSymbol> own = {
        {"late", 0xffffffff81000020, STB_GLOBAL, STT_FUNC, 1},
        {"early", 0xffffffff81000000, STB_LOCAL, STT_FUNC, 1},
        {"weak", 0xffffffff81000008, STB_WEAK, STT_FUNC, 1},
        {"weak_data", 0xffffffff81000009, STB_WEAK, STT_OBJECT, 2},
        {"data", 0xffffffff8100000a, STB_GLOBAL, STT_OBJECT, 2},
        {"rodata", 0xffffffff8100000b, STB_LOCAL, STT_OBJECT, 3},
        {"bss", 0xffffffff8100000c, STB_GLOBAL, STT_OBJECT, 4},
        {"absolute", 0xffffffff8100000d, STB_GLOBAL, STT_NOTYPE, SHN_ABS},
        {"undefined", 0, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF},
        {"file.c", 0, STB_LOCAL, STT_FILE, SHN_ABS},
    };
    for (const unsigned word : {8U, 4U}) {
        const std::string file = elf_file(memory, own, word);
        const auto image = KernelImage::parse(file);
        REQUIRE(image);
        std::string letters;
        for (const auto& symbol : symbols_of(*image)) append(letters, symbol.type, ' ', symbol.name, ", ");
        CHECK(letters == "t early, W weak, V weak_data, D data, r rodata, B bss, A absolute, T late, ");
    }
    const auto stripped = KernelImage::parse(elf_file(memory, {}, 8));
    REQUIRE(stripped);
    const auto none = stripped->for_each_symbol([](const std::optional<Symbol>&) {});
    REQUIRE_FALSE(none);
    CHECK_THAT(none.error().cause, Catch::Contains("CONFIG_KALLSYMS"));
}

TEST_CASE("the bare memory of a kernel begins at _text") {
    const Sample sample;
    const auto image = KernelImage::parse(sample.memory.bytes);
    REQUIRE(image);
    CHECK(image->form() == KernelImage::Form::memory);
    CHECK(image->kind() == "memory image");
    CHECK((symbols_of(*image) == sample.symbols));
    CHECK(image->bytes_at(0xffffffff81000000, 13) == "Linux version");
}

TEST_CASE("a kernel is unpacked from what boot loaders take") {
    Sample sample;
    sample.memory.bytes.replace(0, 5, "LINUX");  // a banner says that a file needs no unpacking
    const std::string file = elf_file(sample.memory, {}, 8);
    const std::string packed = gzip(file);
    const auto check = [&](const std::string& bytes, const char* kind) {
        const auto image = KernelImage::parse(bytes);
        INFO(kind);
        REQUIRE(image);
        CHECK(image->kind() == kind);
        CHECK((symbols_of(*image) == sample.symbols));
        CHECK((image->contents() == file));
    };
    check(packed, "gzip, 64-bit ELF file");
    check(gzip(packed), "gzip, gzip, 64-bit ELF file");
    check(bzimage(packed), "bzImage, gzip, 64-bit ELF file");
    std::string old = bzimage(packed);
    put_number(old, 0x206, 0x207, 2);  // the boot protocol before it told where the payload is
    check(old, "unknown container, gzip, 64-bit ELF file");
    std::string wrong = bzimage(packed);
    put_number(wrong, 0x248, 0xfffffff0, 4);
    check(wrong, "unknown container, gzip, 64-bit ELF file");
    check(zboot_image(packed), "EFI image, gzip, 64-bit ELF file");
    CHECK_THAT(refusal(gzip(gzip(gzip(gzip(packed))))).cause, Catch::Contains("more often"));
}

TEST_CASE("the bytes live as long as the image needs them") {
    const Sample sample;
    const std::string file = elf_file(sample.memory, {}, 8);
    for (const bool is_packed : {false, true}) {
        auto owner = std::make_shared<const std::string>(is_packed ? gzip(file) : file);
        const std::weak_ptr<const std::string> watcher = owner;
        const std::string_view bytes = *owner;
        const auto image = KernelImage::parse(bytes, std::move(owner));
        REQUIRE(image);
        CHECK(watcher.expired() == is_packed);
        CHECK((symbols_of(*image) == sample.symbols));
    }
}

TEST_CASE("lists of symbols: System.map, a copy of kallsyms, Debian's placeholder") {
    const std::string_view text =
        "0000000000000000 D __per_cpu_start\nffffffff81000000 T _text\nrubbish\nffffffffc0000000 t f\t[m]\n";
    const auto image = KernelImage::parse(text);
    REQUIRE(image);
    CHECK(image->form() == KernelImage::Form::symbol_list);
    CHECK((symbols_of(*image) == std::vector<NamedSymbol>{{0, 'D', "__per_cpu_start"},
                                                          {0xffffffff81000000, 'T', "_text"},
                                                          {0xffffffffc0000000, 't', "f"}}));
    CHECK(image->bytes_at(0xffffffff81000000, 1) == "");

    const Error placeholder =
        refusal("ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package");
    CHECK_THAT(placeholder.cause, Catch::Contains("in place of System.map"));
    CHECK_THAT(placeholder.remedy, Catch::Contains("vmlinuz"));
}

TEST_CASE("what is no kernel is refused with what was looked for") {
    for (const char* text : {"", "root:x:0:0:root:/root:/bin/sh\n", "MZ",
                             "\x7f"
                             "EL"})
        CHECK_THAT(refusal(text).cause, Catch::Contains("no ELF file") && Catch::Contains("Linux version"));
    CHECK_THAT(refusal(gzip("just text")).cause, Catch::Contains("no ELF file"));
    const std::string packed = gzip(std::string(10000, 'x'));
    CHECK_THAT(refusal(bzimage(packed.substr(0, packed.size() / 2))).what, Catch::Contains("gzip"));
}

TEST_CASE("damaged images are refused, or give what is left") {
    const Sample sample;
    const std::string files[] = {elf_file(sample.memory, {{"f", 1, STB_GLOBAL, STT_FUNC, 1}}, 8),
                                 elf_file(sample.memory, {{"f", 1, STB_GLOBAL, STT_FUNC, 1}}, 4),
                                 bzimage(gzip(elf_file(sample.memory, {}, 8)))};
    for (const std::string& file : files) {
        const auto look_at = [](std::string_view bytes) {
            const auto image = KernelImage::parse(bytes);
            if (!image) return;
            (void)image->for_each_symbol([](const std::optional<Symbol>&) {});
            CHECK(image->bytes_at(0xffffffff81000000, 64).size() <= 64);
        };
        for (size_t size = 0; size < file.size(); size += size < 1024 ? 13 : 997)
            look_at(std::string_view(file).substr(0, size));
        for (size_t at = 0; at < file.size(); at += at < 1024 ? 3 : 997) {
            std::string damaged = file;
            damaged[at] = static_cast<char>(~damaged[at]);
            look_at(damaged);
        }
    }
}
