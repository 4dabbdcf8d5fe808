// SPDX-License-Identifier: MIT
#include "core/parse/kernel_image.h"

#include <ctype.h>
#include <elf.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/elf.h"
#include "core/parse/unpack.h"

namespace earlybox {
namespace {

constexpr size_t kLargestImage = size_t{512} << 20;

// init/version.c: every kernel has it.
bool has_banner(std::string_view bytes) { return bytes.find("Linux version ") != bytes.npos; }

struct Packed {
    const char* container;
    bool is_sized;  // its last bytes tell the unpacked size
    Packing packing;
    std::string_view bytes;
};

std::optional<Packed> packed_part(const char* container, std::string_view bytes, bool is_sized) {
    const Packing packing = packing_of(bytes);
    return packing == Packing::none ? std::nullopt
                                    : std::optional(Packed{container, is_sized, packing, bytes});
}

// What a container has, as it says, in `size` bytes from `start` on.
Result<std::optional<Packed>> contained_part(const char* container, std::string_view file, uint64_t start,
                                             uint64_t size) {
    if (start >= file.size()) return std::nullopt;
    const auto packed = packed_part(container, file.substr(start, size), true);
    if (packed && packed->bytes.size() < size)
        return failure(
            "unpack the kernel", 0,
            concat("it should be ", size, " bytes from offset ", start, " on, but the file ends after ",
                   packed->bytes.size(), " of them: it is cut short"));
    return packed;
}

// Before 2.08 the boot protocol did not say where the packed kernel is; and other processors have other
// containers.
std::optional<Packed> searched_part(std::string_view file) {
    using namespace std::string_view_literals;
    constexpr std::string_view kMagics[] = {"\x1f\x8b\x08\0"sv,
                                            "\xfd"
                                            "7zXZ\0"sv,
                                            "\x28\xb5\x2f\xfd"sv,
                                            "\x02\x21\x4c\x18"sv,
                                            "\x89LZO\0\r\n\x1a\n"sv,
                                            "BZh91AY&SY"sv};
    constexpr size_t kFarthest = size_t{1} << 20;
    size_t first = std::string_view::npos;
    for (const std::string_view magic : kMagics)
        first = std::min(first, file.substr(0, kFarthest).find(magic));
    if (first == std::string_view::npos) return std::nullopt;
    return packed_part("unknown container, ", file.substr(first), false);
}

Result<std::optional<Packed>> find_packed(std::string_view file) {
    const ElfImage numbers(file);
    if (auto packed = packed_part("", file, false)) return packed;
    std::optional<Packed> packed;
    // The boot protocol (arch/x86/boot/header.S): "HdrS", version, place and size of what follows the setup
    // sectors.
    if (numbers.number(0x202, 4) == 0x53726448 && numbers.number(0x206, 2) >= 0x208) {
        const uint64_t sectors = numbers.number(0x1f1, 1);
        const uint64_t start = ((sectors == 0 ? 4 : sectors) + 1) * 512 + numbers.number(0x248, 4);
        packed = TRY(contained_part("bzImage, ", file, start, numbers.number(0x24c, 4)));
    }
    // An EFI program that unpacks itself: "MZ", two bytes, "zimg", place, size.
    if (file.starts_with("MZ") && numbers.number(4, 4) == 0x676d697a)
        packed = TRY(contained_part("EFI image, ", file, numbers.number(8, 4), numbers.number(12, 4)));
    return packed || has_banner(file) ? packed : searched_part(file);
}

// The kernel's build appends the size of what is packed (gzip has it at its end by itself). A damaged one
// must not cost memory.
size_t told_size(std::string_view payload) {
    constexpr size_t kBestRatio = 12;
    const size_t size = payload.size() < 4 ? 0 : ElfImage(payload).number(payload.size() - 4, 4);
    return size > payload.size() * kBestRatio ? 0 : size;
}

bool is_symbol_list(std::string_view text) {
    std::string_view line;
    for (unsigned tries = 4; tries != 0 && next_line(text, line); --tries)
        if (parse_kallsyms_line(line)) return true;
    return false;
}

// Debian's System.map: "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package"
bool is_placeholder(std::string_view text) {
    constexpr size_t kLongest = 512;
    return text.size() < kLongest && text.find("The real System.map is in") != text.npos;
}

// As nm tells it from the section's flags.
char symbol_type(const ElfImage& elf, const ElfSymbol& symbol) {
    constexpr unsigned kFirstReserved = SHN_LORESERVE;
    char type = 'a';
    if (symbol.binding == STB_WEAK) return symbol.type == STT_OBJECT ? 'V' : 'W';
    if (symbol.section < kFirstReserved) {
        const ElfSection section = elf.section(symbol.section);
        type = (section.flags & SHF_ALLOC) == 0       ? 'n'
               : (section.flags & SHF_EXECINSTR) != 0 ? 't'
               : section.type == SHT_NOBITS           ? 'b'
               : (section.flags & SHF_WRITE) != 0     ? 'd'
                                                      : 'r';
    }
    return symbol.binding == STB_LOCAL ? type : static_cast<char>(toupper(type));
}

// By address, as nm -n and kallsyms list them.
std::vector<Symbol> elf_symbols(const ElfImage& elf) {
    std::vector<Symbol> symbols;
    const auto table = elf.find_section(SHT_SYMTAB);
    const uint64_t count = table ? elf.symbol_count(*table) : 0;
    for (uint64_t i = 1; i < count; ++i) {
        const ElfSymbol symbol = elf.symbol(*table, i);
        const bool is_named = symbol.type != STT_SECTION && symbol.type != STT_FILE && !symbol.name.empty();
        if (is_named && symbol.section != SHN_UNDEF)
            symbols.push_back({symbol.value, symbol_type(elf, symbol), symbol.name, {}});
    }
    std::ranges::sort(symbols, [](const Symbol& a, const Symbol& b) {
        return a.address != b.address ? a.address < b.address : a.name < b.name;
    });
    return symbols;
}

}  // namespace

Result<KernelImage> KernelImage::parse(std::string_view file, std::shared_ptr<const void> owner) {
    constexpr unsigned kDeepest = 3;  // a packed image may be packed again
    return parse(file, std::move(owner), "", kDeepest);
}

Result<KernelImage> KernelImage::parse(std::string_view file, std::shared_ptr<const void> owner,
                                       std::string kind, unsigned depth) {
    KernelImage image;
    image.contents_ = file;
    const ElfImage elf(file);
    if (elf.is_elf()) {
        image.kind_ = concat(kind, elf.wide() ? "64" : "32", "-bit ELF file");
        image.load_segments();
    } else if (is_placeholder(file)) {
        return failure("read symbols", 0, "it is only the line that Debian puts in place of System.map",
                       "the kernel itself, /boot/vmlinuz-VERSION");
    } else if (is_symbol_list(file)) {
        image.form_ = Form::symbol_list;
        image.kind_ = kind + "list of symbols";
    } else if (const auto packed = TRY(find_packed(file))) {
        if (depth == 0) return failure("unpack the kernel", 0, "it is packed more often than any kernel is");
        append(kind, packed->container, packing_name(packed->packing), ", ");
        const size_t size = told_size(packed->bytes);
        const size_t limit = packed->is_sized && size != 0 ? size : kLargestImage;
        auto unpacked = TRY(unpack_first(packed->packing, packed->bytes, limit, size));
        owner = {};
        const auto contents = std::make_shared<const std::string>(std::move(unpacked.bytes));
        return parse(*contents, contents, std::move(kind), depth - 1);
    } else if (has_banner(file)) {
        image.form_ = Form::memory;
        image.kind_ = kind + "memory image";
        image.load_memory();
    } else {
        return failure(
            "read a kernel image", 0,
            "it is no ELF file, holds nothing packed, is no list of symbols, and nowhere says \"Linux "
            "version\"");
    }
    image.owner_ = std::move(owner);
    return image;
}

void KernelImage::load_segments() {
    const ElfImage elf(contents_);
    for (uint16_t i = 0; i < elf.segment_count(); ++i) {
        const ElfSegment segment = elf.segment(i);
        if (segment.type != PT_LOAD || segment.offset > contents_.size()) continue;
        const uint64_t size = std::min<uint64_t>(segment.file_size, contents_.size() - segment.offset);
        segments_.push_back({segment.address, segment.memory_size, segment.offset, size});
    }
    kallsyms_ = EmbeddedKallsyms::find(contents_, segments_, elf.wide() ? 8 : 4);
}

// Nothing but the symbols says where it is to be loaded: its first bytes are _text.
void KernelImage::load_memory() {
    kallsyms_ = EmbeddedKallsyms::find(contents_, {}, 0);
    if (!*kallsyms_) return;
    std::optional<uint64_t> text;
    (*kallsyms_)->for_each(contents_, [&](const Symbol& symbol) {
        if (!text && symbol.name == "_text") text = symbol.address;
    });
    if (text) segments_.push_back({*text, contents_.size(), 0, contents_.size()});
}

std::string_view KernelImage::bytes_at(uint64_t address, size_t size) const {
    for (const ImageSegment& segment : segments_) {
        const uint64_t inside = address - segment.address;
        if (address >= segment.address && inside < segment.size)
            return contents_.substr(segment.offset + inside, std::min<uint64_t>(size, segment.size - inside));
    }
    return {};
}

Result<> KernelImage::for_each_symbol(FunctionRef<void(const std::optional<Symbol>&)> take) const {
    if (form_ == Form::symbol_list) {
        std::string_view rest = contents_;
        for (std::string_view line; next_line(rest, line);) take(parse_kallsyms_line(line));
        return {};
    }
    if (kallsyms_->has_value()) {
        (*kallsyms_)->for_each(contents_, [&](const Symbol& symbol) { take(symbol); });
        return {};
    }
    const auto symbols = form_ == Form::elf ? elf_symbols(ElfImage(contents_)) : std::vector<Symbol>();
    if (symbols.empty()) return std::unexpected(kallsyms_->error());
    for (const Symbol& symbol : symbols) take(symbol);
    return {};
}

}  // namespace earlybox
