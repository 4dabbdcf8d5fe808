// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include <elf.h>
#include <sys/auxv.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/base/text.h"
#include "core/parse/elf.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(own_510_x86_64, "tests/fixtures/vdso/own-5.10-x86_64")
EMBED(own_510_i386, "tests/fixtures/vdso/own-5.10-i386")
EMBED(own_612_x86_64, "tests/fixtures/vdso/own-6.12-x86_64")
EMBED(own_612_i386, "tests/fixtures/vdso/own-6.12-i386")

namespace {

struct Made {
    std::string name;
    uint64_t offset = 0;
    unsigned version = 1;  // 1: that of the image itself
    bool weak = false;
};

enum class Hash { both, plain, gnu, none };

// An image as a linker lays it out: headers, symbols, versions, strings, hash tables, dynamic section.
class Image {
 public:
    std::string bytes;

    Image(bool wide, const std::vector<Made>& symbols, uint64_t base = 0, Hash hash = Hash::both)
        : wide_(wide) {
        const size_t header = wide ? 64 : 52;
        const size_t program = wide ? 56 : 32;
        bytes.resize(header + 2 * program);

        std::vector<std::pair<uint64_t, uint64_t>> dynamic;
        const auto table = [&](uint64_t tag) { dynamic.emplace_back(tag, base + bytes.size()); };
        table(DT_SYMTAB);
        put(0, wide ? 24 : 16);
        for (const Made& symbol : symbols) put_symbol(symbol, base);
        table(DT_VERSYM);
        put(0, 2);
        for (const Made& symbol : symbols) put(symbol.version, 2);
        table(DT_VERDEF);
        put_definition(1, name("linux-test.so.1"), false);
        put_definition(2, name("LINUX_2.6"), true);
        if (hash == Hash::both || hash == Hash::plain) {
            table(DT_HASH);
            put(1, 4), put(symbols.size() + 1, 4);
        }
        if (hash == Hash::both || hash == Hash::gnu) {
            table(DT_GNU_HASH);
            put(1, 4), put(1, 4), put(1, 4), put(6, 4),
                put(0, wide ? 8 : 4);  // one bucket, one word of bloom
            put(symbols.empty() ? 0 : 1, 4);
            for (size_t i = 0; i < symbols.size(); ++i) put(i + 1 == symbols.size() ? 7 : 6, 4);
        }
        dynamic.emplace_back(DT_SONAME, name("linux-test.so.1"));
        table(DT_STRTAB);
        bytes += names_;
        const size_t dynamic_at = bytes.size();
        for (const auto& [tag, value] : dynamic) address(tag), address(value);
        address(DT_NULL), address(0);
        put_headers(header, program, base, dynamic_at);
    }

 private:
    void put(uint64_t value, size_t size) {
        for (; size != 0; --size, value >>= 8) bytes += static_cast<char>(value);
    }
    void address(uint64_t value) { put(value, wide_ ? 8 : 4); }
    uint64_t name(const std::string& text) {
        const size_t at = names_.size();
        names_ += text;
        names_ += '\0';
        return at;
    }
    void put_symbol(const Made& symbol, uint64_t base) {
        const uint64_t info = (symbol.weak ? STB_WEAK : STB_GLOBAL) << 4 | STT_FUNC;
        put(name(symbol.name), 4);
        if (wide_)
            put(info, 1), put(0, 1), put(13, 2), address(base + symbol.offset), address(16);
        else
            address(base + symbol.offset), address(16), put(info, 1), put(0, 1), put(13, 2);
    }
    void put_definition(unsigned index, uint64_t name, bool last) {
        put(1, 2), put(0, 2), put(index, 2), put(1, 2), put(0, 4), put(20, 4), put(last ? 0 : 28, 4);
        put(name, 4), put(0, 4);
    }
    void put_headers(size_t header, size_t program, uint64_t base, size_t dynamic_at) {
        const std::string rest = bytes.substr(header + 2 * program);
        const size_t end = bytes.size();
        bytes =
            "\x7f"
            "ELF";
        put(wide_ ? 2 : 1, 1), put(1, 1), put(1, 1), put(0, 9);
        put(3, 2), put(wide_ ? 62 : 3, 2), put(1, 4);
        address(0), address(header), address(0);
        put(0, 4), put(header, 2), put(program, 2), put(2, 2), put(0, 6);
        for (const bool load : {true, false}) {
            const size_t at = load ? 0 : dynamic_at;
            const size_t size = end - at;
            put(load ? 1 : 2, 4);
            if (wide_) put(4, 4);
            address(at), address(base + at), address(base + at), address(size), address(size);
            if (!wide_) put(4, 4);
            address(8);
        }
        bytes += rest;
    }

    bool wide_;
    std::string names_ = std::string(1, '\0');
};

const std::vector<Made> kSymbols = {
    {"__vdso_time", 0x40, 2}, {"time", 0x40, 2, true}, {"__kernel_vsyscall", 0x50}};

std::vector<std::string> names(const Vdso& vdso) {
    std::vector<std::string> found;
    for (const auto& symbol : vdso.symbols) found.emplace_back(symbol.name);
    return found;
}

}  // namespace

TEST_CASE("vdso: symbols of images of both classes, by either hash table alone") {
    const bool wide = GENERATE(false, true);
    const Hash hash = GENERATE(Hash::both, Hash::plain, Hash::gnu);
    for (const uint64_t base : {uint64_t{0}, uint64_t{0xffff'e000}}) {
        const Image image(wide, kSymbols, base, hash);
        const auto vdso = parse_vdso(image.bytes);
        REQUIRE(vdso);
        CHECK(vdso->wide == wide);
        CHECK(vdso->soname == "linux-test.so.1");
        CHECK(names(*vdso) == std::vector<std::string>{"__vdso_time", "time", "__kernel_vsyscall"});
        const VdsoSymbol& weak = vdso->symbols[1];
        CHECK(weak.is_weak);
        CHECK(weak.is_function);
        CHECK(weak.alias_of == "__vdso_time");
        CHECK(weak.version == "LINUX_2.6");
        CHECK(weak.offset == 0x40);
        CHECK(weak.size == 16);
        CHECK(ElfImage(image.bytes).number(weak.value_at, wide ? 8 : 4) == base + weak.offset);
        CHECK(vdso->code(weak) == std::string_view(image.bytes).substr(0x40, 16));
        const VdsoSymbol* strong = vdso->find("__kernel_vsyscall");
        REQUIRE(strong != nullptr);
        CHECK(!strong->is_weak);
        CHECK(strong->alias_of == "");
        CHECK(strong->version == "");
        CHECK(vdso->find("nonsense") == nullptr);
        CHECK(vdso_size(image.bytes).value() == 4096);
    }
    CHECK(names(parse_vdso(Image(wide, {}, 0, hash).bytes).value()).empty());
}

TEST_CASE("vdso: damage is an error, or less") {
    const bool wide = GENERATE(false, true);
    const Image image(wide, kSymbols);
    for (size_t length = 0; length < image.bytes.size(); ++length)
        if (const auto vdso = parse_vdso(std::string_view(image.bytes).substr(0, length)))
            CHECK(vdso->symbols.size() <= kSymbols.size());
    CHECK(parse_vdso("").error().cause == "it is no ELF image");
    CHECK(parse_vdso(Image(wide, kSymbols, 0, Hash::none).bytes).error().cause == "it has no hash table");
    CHECK(!vdso_size("#!/bin/sh"));
    std::string large = image.bytes;
    const size_t section_sizes = wide ? 58 : 46;  // of a section header, and how many there are
    large[section_sizes + 1] = large[section_sizes + 3] = '\x7f';
    CHECK(vdso_size(large).error().cause == "it is larger than any vDSO");

    const Made beyond{"far", 0x100000};
    const Image outside(wide, {beyond});
    const auto vdso = parse_vdso(outside.bytes);
    REQUIRE(vdso);
    CHECK(vdso->code(vdso->symbols.at(0)) == "");
}

// Offsets and sizes as readelf prints them.
TEST_CASE("vdso: recorded images") {
    struct Expected {
        std::string_view image, soname;
        size_t count;
        std::string_view name, version;
        uint64_t offset, size;
    };
    const auto expected = GENERATE(
        Expected{own_510_x86_64(), "linux-vdso.so.1", 11, "__vdso_getcpu", "LINUX_2.6", 0xc70, 37},
        Expected{own_510_i386(), "linux-gate.so.1", 10, "__kernel_vsyscall", "LINUX_2.5", 0x540, 13},
        Expected{own_612_x86_64(), "linux-vdso.so.1", 13, "__vdso_getrandom", "LINUX_2.6", 0xf00, 908},
        Expected{own_612_i386(), "linux-gate.so.1", 11, "__kernel_rt_sigreturn", "LINUX_2.5", 0x5a0, 8});
    const auto vdso = parse_vdso(expected.image);
    REQUIRE(vdso);
    CHECK(vdso->soname == expected.soname);
    CHECK(vdso->symbols.size() == expected.count);
    const VdsoSymbol* symbol = vdso->find(expected.name);
    REQUIRE(symbol != nullptr);
    CHECK(symbol->version == expected.version);
    CHECK(symbol->offset == expected.offset);
    CHECK(symbol->size == expected.size);
    CHECK(vdso_size(expected.image.substr(0, 4096)).value() == expected.image.size());
}

TEST_CASE("vdso: this process's own") {
    const auto* image = reinterpret_cast<const char*>(getauxval(AT_SYSINFO_EHDR));
    if (image == nullptr) return;  // vdso=0
    const auto vdso = parse_vdso({image, vdso_size({image, 4096}).value()});
    REQUIRE(vdso);
    CHECK(vdso->wide == (sizeof(void*) == 8));
    CHECK(vdso->soname.starts_with("linux-"));
    const auto found = std::ranges::find_if(
        vdso->symbols, [](const VdsoSymbol& symbol) { return symbol.name.ends_with("_clock_gettime"); });
    REQUIRE(found != vdso->symbols.end());
    CHECK(found->is_function);
    CHECK(found->version.starts_with("LINUX_"));
    CHECK(vdso->code(*found).size() == found->size);
}
