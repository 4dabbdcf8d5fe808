// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include <elf.h>

#include "core/parse/elf.h"

namespace earlybox {
namespace {

std::unexpected<Error> damaged(const char* what) { return failure("read a vDSO", 0, what); }

}  // namespace

Result<size_t> vdso_size(std::string_view bytes) {
    const ElfImage image(bytes);
    const auto load = image.is_elf() ? image.find_segment(PT_LOAD) : std::nullopt;
    if (!load) return damaged("it is no ELF image");
    return load->offset + load->memory_size;
}

Result<std::vector<std::string_view>> vdso_names(std::string_view bytes) {
    const ElfImage image(bytes);
    if (!image.is_elf()) return damaged("it is no ELF image");
    const auto load = image.find_segment(PT_LOAD);
    const auto dynamic = image.find_segment(PT_DYNAMIC);
    if (!load || !dynamic) return damaged("it has no dynamic section");

    uint64_t tables[7] = {};  // offsets, by tag
    const unsigned entry_size = image.wide() ? 16 : 8;
    for (uint64_t entry = dynamic->offset; entry + entry_size <= bytes.size(); entry += entry_size) {
        const uint64_t tag = image.address(entry, 0, 0);
        if (tag == 0) break;
        if (tag < std::size(tables)) tables[tag] = image.address(entry, 4, 8) - load->address + load->offset;
    }
    const uint64_t names = tables[DT_STRTAB];
    const uint64_t symbols = tables[DT_SYMTAB];
    if (names == 0 || names >= bytes.size() || symbols == 0 || symbols >= bytes.size())
        return damaged("its symbol table is out of reach");

    // Without a hash table (only the GNU one, which has no count) the strings follow the symbols.
    const uint64_t symbol_size = image.wide() ? 24 : 16;
    uint64_t count = names > symbols ? (names - symbols) / symbol_size : 0;
    if (tables[DT_HASH] != 0) count = image.number(tables[DT_HASH] + 4, 4);
    std::vector<std::string_view> found;
    for (uint64_t i = 1; i < count && symbols + (i + 1) * symbol_size <= bytes.size(); ++i) {
        const uint64_t name = image.word(symbols + i * symbol_size, 0, 0);
        if (name >= bytes.size() - names) return damaged("a symbol's name is out of reach");
        const auto text = bytes.substr(names + name);
        found.push_back(text.substr(0, text.find('\0')));
    }
    return found;
}

}  // namespace earlybox
