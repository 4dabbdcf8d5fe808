// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include <sys/auxv.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/base/text.h"

using namespace earlybox;

namespace {

// An image with the given names, as a linker lays it out: headers, symbols, strings, dynamic section.
struct Image {
    bool wide;
    std::string bytes = {};

    void put(uint64_t value, size_t size) {
        for (; size != 0; --size, value >>= 8) bytes += static_cast<char>(value);
    }
    void address(uint64_t value) { put(value, wide ? 8 : 4); }

    Image(bool wide, const std::vector<std::string>& names, uint64_t base = 0, bool with_hash = true)
        : wide(wide) {
        const size_t header = wide ? 64 : 52;
        const size_t program = wide ? 56 : 32;
        const size_t symbol = wide ? 24 : 16;
        std::string strings(1, '\0');
        const size_t symbols_at = header + 2 * program;
        const size_t strings_at = symbols_at + (names.size() + 1) * symbol;
        std::vector<size_t> offsets;
        for (const auto& name : names) {
            offsets.push_back(strings.size());
            strings += name;
            strings += '\0';
        }
        const size_t hash_at = strings_at + strings.size();
        const size_t dynamic_at = hash_at + 8;
        const size_t end = dynamic_at + (with_hash ? 4 : 3) * 2 * (wide ? 8 : 4);

        bytes =
            "\x7f"
            "ELF";
        put(wide ? 2 : 1, 1), put(1, 1), put(1, 1), put(0, 9);
        put(3, 2), put(wide ? 62 : 3, 2), put(1, 4);
        address(0), address(header), address(0);
        put(0, 4), put(header, 2), put(program, 2), put(2, 2), put(0, 6);
        for (const bool load : {true, false}) {
            const size_t at = load ? 0 : dynamic_at;
            const size_t size = end - at;
            put(load ? 1 : 2, 4);
            if (wide) put(4, 4);
            address(at), address(base + at), address(base + at), address(size), address(size);
            if (!wide) put(4, 4);
            address(8);
        }
        put(0, symbol);
        for (const size_t offset : offsets) put(offset, 4), put(0, symbol - 4);
        bytes += strings;
        put(1, 4), put(names.size() + 1, 4);
        if (with_hash) address(4), address(base + hash_at);
        address(5), address(base + strings_at);
        address(6), address(base + symbols_at);
        address(0), address(0);
        REQUIRE(bytes.size() == end);
    }
};

}  // namespace

TEST_CASE("vdso: the names of images of both classes") {
    const bool wide = GENERATE(false, true);
    const std::vector<std::string> names = {"__vdso_clock_gettime", "__kernel_vsyscall", ""};
    for (const uint64_t base : {uint64_t{0}, uint64_t{0xffff'e000}}) {
        const Image image(wide, names, base);
        const auto found = vdso_names(image.bytes);
        REQUIRE(found);
        CHECK(std::ranges::equal(*found, names));
        CHECK(vdso_size(image.bytes).value() == image.bytes.size());
    }
    const Image without_hash(wide, names, 0, false);
    CHECK(std::ranges::equal(vdso_names(without_hash.bytes).value(), names));
}

TEST_CASE("vdso: damage is an error, or fewer names") {
    const Image image(GENERATE(false, true), {"__vdso_time"});
    for (size_t length = 0; length < image.bytes.size(); ++length)
        if (const auto names = vdso_names(image.bytes.substr(0, length))) CHECK(names->size() <= 1);
    CHECK(vdso_names("").error().cause == "it is no ELF image");
    CHECK(!vdso_size("#!/bin/sh"));
}

TEST_CASE("vdso: this process's own") {
    const auto* image = reinterpret_cast<const char*>(getauxval(AT_SYSINFO_EHDR));
    if (image == nullptr) return;  // vdso=0
    const auto names = vdso_names({image, vdso_size({image, 4096}).value()});
    REQUIRE(names);
    CHECK(std::ranges::any_of(*names, [](auto name) { return name.ends_with("_clock_gettime"); }));
}
