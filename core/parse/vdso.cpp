// SPDX-License-Identifier: MIT
#include "core/parse/vdso.h"

#include <optional>

#include "core/base/text.h"

namespace earlybox {
namespace {

// Numbers at offsets of an image of either class; what lies outside of it reads as zero.
class Image {
 public:
    explicit Image(std::string_view bytes) : bytes_(bytes) {}

    bool is_elf() const {
        return bytes_.starts_with(
                   "\x7f"
                   "ELF") &&
               (wide() || number(4, 1) == 1) && number(5, 1) == 1;
    }
    bool wide() const { return number(4, 1) == 2; }
    std::string_view bytes() const { return bytes_; }

    uint64_t number(uint64_t offset, unsigned size) const {
        uint64_t value = 0;
        if (offset > bytes_.size() || size > bytes_.size() - offset) return 0;
        while (size-- != 0) value = value << 8 | static_cast<unsigned char>(bytes_[offset + size]);
        return value;
    }
    // A field whose offset, and maybe size, the class decides.
    uint64_t half(uint64_t base, unsigned narrow, unsigned wide_offset) const {
        return at(base, narrow, wide_offset, 2, 2);
    }
    uint64_t word(uint64_t base, unsigned narrow, unsigned wide_offset) const {
        return at(base, narrow, wide_offset, 4, 4);
    }
    uint64_t address(uint64_t base, unsigned narrow, unsigned wide_offset) const {
        return at(base, narrow, wide_offset, 4, 8);
    }

 private:
    uint64_t at(uint64_t base, unsigned narrow, unsigned wide_offset, unsigned narrow_size,
                unsigned wide_size) const {
        return number(base + (wide() ? wide_offset : narrow), wide() ? wide_size : narrow_size);
    }
    std::string_view bytes_;
};

struct Segment {
    uint64_t offset, address, size;
};

constexpr uint64_t kLoad = 1;
constexpr uint64_t kDynamic = 2;

std::optional<Segment> find_segment(const Image& image, uint64_t type) {
    const uint64_t table = image.address(0, 28, 32);
    const uint64_t entry_size = image.half(0, 42, 54);
    const uint64_t count = image.half(0, 44, 56);
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t entry = table + i * entry_size;
        if (image.word(entry, 0, 0) == type)
            return Segment{image.address(entry, 4, 8), image.address(entry, 8, 16),
                           image.address(entry, 20, 40)};
    }
    return std::nullopt;
}

std::unexpected<Error> damaged(const char* what) { return failure("read a vDSO", 0, what); }

}  // namespace

Result<size_t> vdso_size(std::string_view bytes) {
    const Image image(bytes);
    const auto load = image.is_elf() ? find_segment(image, kLoad) : std::nullopt;
    if (!load) return damaged("it is no ELF image");
    return load->offset + load->size;
}

Result<std::vector<std::string_view>> vdso_names(std::string_view bytes) {
    const Image image(bytes);
    if (!image.is_elf()) return damaged("it is no ELF image");
    const auto load = find_segment(image, kLoad);
    const auto dynamic = find_segment(image, kDynamic);
    if (!load || !dynamic) return damaged("it has no dynamic section");

    constexpr uint64_t kHashTable = 4;
    constexpr uint64_t kStringTable = 5;
    constexpr uint64_t kSymbolTable = 6;
    uint64_t tables[7] = {};  // offsets, by tag
    const unsigned entry_size = image.wide() ? 16 : 8;
    for (uint64_t entry = dynamic->offset; entry + entry_size <= bytes.size(); entry += entry_size) {
        const uint64_t tag = image.address(entry, 0, 0);
        if (tag == 0) break;
        if (tag < std::size(tables)) tables[tag] = image.address(entry, 4, 8) - load->address + load->offset;
    }
    const uint64_t names = tables[kStringTable];
    const uint64_t symbols = tables[kSymbolTable];
    if (names == 0 || names >= bytes.size() || symbols == 0 || symbols >= bytes.size())
        return damaged("its symbol table is out of reach");

    // Without a hash table (only the GNU one, which has no count) the strings follow the symbols.
    const uint64_t symbol_size = image.wide() ? 24 : 16;
    uint64_t count = names > symbols ? (names - symbols) / symbol_size : 0;
    if (tables[kHashTable] != 0) count = image.number(tables[kHashTable] + 4, 4);
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
