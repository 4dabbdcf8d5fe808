// SPDX-License-Identifier: MIT
#include "core/parse/kcore.h"

#include <elf.h>

#include <catch2/catch.hpp>
#include <cstring>

using namespace earlybox;

namespace {

template <class T>
std::string bytes_of(const T& value) {
    std::string bytes(sizeof value, '\0');
    memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

Elf64_Ehdr elf_header() {
    Elf64_Ehdr header{};
    memcpy(header.e_ident,
           "\x7f"
           "ELF\x02\x01\x01",
           7);
    header.e_type = ET_CORE;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 2;
    return header;
}

std::string core_file() {
    Elf64_Phdr note{};
    note.p_type = PT_NOTE;
    Elf64_Phdr text{};
    text.p_type = PT_LOAD;
    text.p_vaddr = 0xffffffffa7600000;
    text.p_offset = 0x7fffa7602000;
    text.p_filesz = 0x1000;
    return bytes_of(elf_header()) + bytes_of(note) + bytes_of(text);
}

}  // namespace

TEST_CASE("a core file says where it keeps which memory") {
    const std::string file = core_file();
    CHECK(core_headers_size(file).value() == file.size());
    const auto segments = parse_core_segments(file);
    REQUIRE(segments);
    REQUIRE(segments->size() == 1);
    CHECK(segments->front().address == 0xffffffffa7600000);
    CHECK(segments->front().offset == 0x7fffa7602000);
    CHECK(segments->front().size == 0x1000);
}

TEST_CASE("what is cut short, or no core file, is an error") {
    const std::string file = core_file();
    for (size_t size = 0; size < file.size(); ++size) CHECK_FALSE(parse_core_segments(file.substr(0, size)));
    auto header = elf_header();
    header.e_type = ET_EXEC;
    CHECK_FALSE(core_headers_size(bytes_of(header)));
    header = elf_header();
    header.e_phoff = UINT64_MAX - 10;
    CHECK_FALSE(core_headers_size(bytes_of(header)));
    header = elf_header();
    header.e_phentsize = 3;
    CHECK_FALSE(core_headers_size(bytes_of(header)));
    CHECK_FALSE(core_headers_size(std::string(64, 'x')));
}
