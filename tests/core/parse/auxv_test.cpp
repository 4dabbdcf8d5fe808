// SPDX-License-Identifier: MIT
#include "core/parse/auxv.h"

#include <elf.h>

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>

using namespace earlybox;

namespace {

std::string words(unsigned size, std::initializer_list<uint64_t> values) {
    std::string bytes;
    for (uint64_t value : values)
        for (unsigned i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value);
    return bytes;
}

}  // namespace

TEST_CASE("the auxiliary vector's word size is told by what it holds", "[auxv]") {
    const std::string wide = words(8, {AT_SYSINFO_EHDR, 0x7ffe1dbe3000, AT_HWCAP, 0x178bfbff, AT_NULL, 0});
    const std::string narrow =
        words(4, {AT_SYSINFO, 0xf7f75540, AT_SYSINFO_EHDR, 0xf7f75000, AT_NULL, 0, AT_EGID, 5});

    CHECK(AuxiliaryVector(wide).wide());
    CHECK(AuxiliaryVector(wide).find(AT_SYSINFO_EHDR) == 0x7ffe1dbe3000);
    CHECK(AuxiliaryVector(wide).find(AT_NULL) == 0);
    CHECK_FALSE(AuxiliaryVector(wide).find(AT_SYSINFO));

    CHECK_FALSE(AuxiliaryVector(narrow).wide());
    CHECK(AuxiliaryVector(narrow).find(AT_SYSINFO) == 0xf7f75540);
    CHECK(AuxiliaryVector(narrow).find(AT_SYSINFO_EHDR) == 0xf7f75000);
    CHECK_FALSE(AuxiliaryVector(narrow).find(AT_EGID));  // behind the end
}

TEST_CASE("the auxiliary vector is found on a new program's stack", "[auxv]") {
    for (const unsigned size : {4U, 8U}) {
        const bool wide = size == 8;
        const std::string stack =
            words(size, {2, 0x1000, 0x1010, 0, 0x1020, 0, AT_PAGESZ, 4096, AT_NULL, 0, 0xabc});
        const auto vector = AuxiliaryVector::on_stack(stack, wide);
        REQUIRE(vector);
        CHECK(vector->wide() == wide);
        CHECK(vector->find(AT_PAGESZ) == 4096);
        // Cut short anywhere there is none.
        for (size_t length = 0; length < 10 * size; ++length)
            CHECK_FALSE(AuxiliaryVector::on_stack(std::string_view(stack).substr(0, length), wide));
    }
}

TEST_CASE("an empty auxiliary vector, as kernel threads have it, holds nothing", "[auxv]") {
    CHECK_FALSE(AuxiliaryVector("").find(AT_PAGESZ));
    CHECK_FALSE(AuxiliaryVector("abc").find(AT_NULL));
}
