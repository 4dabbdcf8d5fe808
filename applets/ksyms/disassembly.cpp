// SPDX-License-Identifier: MIT
#include "applets/ksyms/disassembly.h"

namespace earlybox::ksyms {

bool store_option(Syntax& syntax, const char* argument) {
    const std::string_view name = argument;
    if (name == "att") return syntax = Syntax::att, true;
    if (name == "intel") return syntax = Syntax::intel, true;
    return false;
}

}  // namespace earlybox::ksyms

#if __has_include(<Zydis/Zydis.h>)
#include <Zydis/Zydis.h>

#include <algorithm>
#include <optional>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/parse/unpack.h"
#include "core/parse/x86_decoder.h"
#include "core/probe/symbols.h"

// As toolchain/libraries/zydis leaves them.
extern "C" char zydis_tables[], zydis_tables_end[];
extern "C" const char zydis_packed[], zydis_packed_end[];

namespace earlybox::ksyms {
namespace {

void unpack_zydis() {
    const auto size = static_cast<size_t>(zydis_tables_end - zydis_tables);
    const auto tables = unpack_all(Packing::lzma, {zydis_packed, zydis_packed_end}, size, size);
    CHECK_INVARIANT(tables && tables->size() == size);
    std::ranges::copy(*tables, zydis_tables);
}

// All symbols of a kernel, by address.
class SymbolMap {
 public:
    static Result<SymbolMap> load(const Kernel& kernel) {
        SymbolMap map;
        TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
            map.symbols_.add(symbol, [](const Symbol& any) { return !is_padding_symbol(any.name); });
        }));
        for (uint32_t i = 0; i < map.symbols_.size(); ++i) map.order_.push_back(i);
        std::ranges::sort(map.order_, {}, [&](uint32_t i) { return std::pair(map.symbols_[i].address, i); });
        return map;
    }

    bool wide() const { return symbols_.wide(); }
    bool addresses_hidden() const { return symbols_.addresses_hidden(); }
    uint64_t size_at(uint64_t address) { return symbols_.size_at(address); }

    // The first of those with the greatest address that is not above it.
    std::optional<Symbol> covering(uint64_t address) const {
        const auto address_of = [&](uint32_t i) { return symbols_[i].address; };
        const auto above = std::ranges::upper_bound(order_, address, {}, address_of);
        if (above == order_.begin()) return {};
        return symbols_[*std::ranges::lower_bound(order_, address_of(above[-1]), {}, address_of)];
    }

    std::vector<uint64_t> addresses_of(std::string_view name) const {
        std::vector<uint64_t> found;
        for (size_t i = 0; i < symbols_.size(); ++i)
            if (symbols_[i].name == name) found.push_back(symbols_[i].address);
        return found;
    }

    // "vfs_read+0x10"; nothing for an address that is no symbol's.
    std::string name(uint64_t address) const {
        const auto symbol = covering(address);
        constexpr uint64_t kFarAway = uint64_t{1} << 24;
        if (!symbol || address - symbol->address >= kFarAway) return {};
        const uint64_t offset = address - symbol->address;
        return concat(printable(symbol->name), offset == 0 ? "" : concat("+0x", hex(offset)));
    }

 private:
    SymbolTable symbols_;
    std::vector<uint32_t> order_;
};

struct Line {
    uint8_t length = 0;
    std::string text;
    std::optional<uint64_t> target;  // of a jump or call, or the place that an operand addresses
    bool target_is_shown = false;    // the text has it already
};

// "je" for "jz": conditions by the names that compilers and objdump give them.
std::string with_usual_condition(std::string_view text) {
    struct Condition {
        std::string_view name;
        std::string_view usual;
    };
    constexpr Condition kConditions[] = {{"z", "e"},   {"nz", "ne"}, {"nb", "ae"},
                                         {"nbe", "a"}, {"nl", "ge"}, {"nle", "g"}};
    const std::string_view mnemonic = text.substr(0, text.find(' '));
    for (const std::string_view family : {"j", "set", "cmov"})
        for (const auto& [name, usual] : kConditions)
            if (mnemonic.starts_with(family) && mnemonic.substr(family.size()) == name)
                return concat(family, usual, text.substr(mnemonic.size()));
    return std::string(text);
}

class Printer {
 public:
    Printer(bool wide, Syntax syntax) : syntax_(syntax) {
        unpack_zydis();
        if (wide)
            ZydisDecoderInit(&decoder_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
        else
            ZydisDecoderInit(&decoder_, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
        init(formatter_);
        init(with_size_);
        ZydisFormatterSetProperty(&with_size_, ZYDIS_FORMATTER_PROP_FORCE_SIZE, ZYAN_TRUE);
    }

    // The instruction at the front of `code`, which is not empty.
    Line print(std::string_view code, uint64_t address) const {
        ZydisDecodedInstruction instruction;
        ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
        if (!ZYAN_SUCCESS(
                ZydisDecoderDecodeFull(&decoder_, code.data(), code.size(), &instruction, operands)))
            return unknown(code);
        char text[128];
        if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(
                needs_size(instruction, operands[0]) ? &with_size_ : &formatter_, &instruction, operands,
                instruction.operand_count_visible, text, sizeof text, address, nullptr)))
            return unknown(code);
        Line line{.length = instruction.length, .text = with_usual_condition(text)};
        if (is_indirect_branch(instruction, operands[0]) && syntax_ == Syntax::att) add_star(line.text);
        for (unsigned i = 0; i < instruction.operand_count_visible; ++i) {
            const ZydisDecodedOperand& operand = operands[i];
            const bool is_branch = operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand.imm.is_relative;
            const bool is_place =
                operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.mem.base == ZYDIS_REGISTER_RIP;
            uint64_t target = 0;
            if ((is_branch || is_place) &&
                ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction, &operand, address, &target))) {
                line.target = target;
                line.target_is_shown = is_branch;
            }
        }
        return line;
    }

 private:
    void init(ZydisFormatter& formatter) const {
        ZydisFormatterInit(&formatter,
                           syntax_ == Syntax::att ? ZYDIS_FORMATTER_STYLE_ATT : ZYDIS_FORMATTER_STYLE_INTEL);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_FORCE_RELATIVE_RIPREL, ZYAN_TRUE);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_IMM_SIGNEDNESS, ZYDIS_SIGNEDNESS_UNSIGNED);
        for (const auto padding :
             {ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE, ZYDIS_FORMATTER_PROP_ADDR_PADDING_RELATIVE,
              ZYDIS_FORMATTER_PROP_DISP_PADDING, ZYDIS_FORMATTER_PROP_IMM_PADDING})
            ZydisFormatterSetProperty(&formatter, padding, ZYDIS_PADDING_DISABLED);
    }

    // The one operand tells nothing of its size: "incl 8(%rax)".
    static bool needs_size(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& operand) {
        if (instruction.operand_count_visible != 1 || operand.type != ZYDIS_OPERAND_TYPE_MEMORY) return false;
        switch (instruction.meta.category) {
            case ZYDIS_CATEGORY_BINARY:
            case ZYDIS_CATEGORY_LOGICAL:
            case ZYDIS_CATEGORY_WIDENOP:
                return true;
            default:
                return false;
        }
    }

    static bool is_indirect_branch(const ZydisDecodedInstruction& instruction,
                                   const ZydisDecodedOperand& operand) {
        const bool is_branch = instruction.meta.category == ZYDIS_CATEGORY_CALL ||
                               instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR;
        return is_branch && operand.type != ZYDIS_OPERAND_TYPE_IMMEDIATE;
    }

    // "call *%rax"
    static void add_star(std::string& text) {
        for (const std::string_view mnemonic : {"call ", "jmp "})
            if (const size_t at = text.find(mnemonic); at != text.npos)
                text.insert(at + mnemonic.size(), 1, '*');
    }

    // Of the extensions that are left out the length is known at least.
    static Line unknown(std::string_view code) {
        const uint8_t length = decode_x86(code).length;
        return {.length = length == 0 ? uint8_t{1} : length, .text = length == 0 ? "(bad)" : "(unknown)"};
    }

    ZydisDecoder decoder_{};
    ZydisFormatter formatter_{};
    ZydisFormatter with_size_{};
    Syntax syntax_;
};

// Without the nops, int3 and zeros that fill the room up to the next function.
size_t end_of_code(std::string_view code) {
    using namespace std::string_view_literals;
    size_t end = 0;
    for (size_t at = 0; at < code.size();) {
        const X86Instruction instruction = decode_x86(code.substr(at));
        const std::string_view bytes = code.substr(at, std::max<size_t>(instruction.length, 1));
        const bool is_filler = instruction.kind == X86Instruction::Kind::nop || bytes == "\xcc" ||
                               bytes == "\0\0"sv || bytes == "\0"sv;
        at += bytes.size();
        if (!is_filler) end = at;
    }
    return end == 0 ? std::min<size_t>(code.size(), kLongestX86Instruction) : end;
}

std::string hex_bytes(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        append(text, text.empty() ? "" : " ", hex(static_cast<unsigned char>(byte), 2));
    return text;
}

class Listing {
 public:
    Listing(Context& context, Kernel& kernel, SymbolMap& symbols, Syntax syntax)
        : context_(context), kernel_(kernel), symbols_(symbols), printer_(symbols.wide(), syntax) {}

    // The function at `begin`; the instruction at `marked` is marked.
    Result<> show(uint64_t begin, std::optional<uint64_t> marked) {
        constexpr uint64_t kLongest = uint64_t{1} << 20;
        constexpr uint64_t kOfTheLast = 4096;  // nothing tells where the last function ends
        const uint64_t size = symbols_.size_at(begin);
        const std::string bytes = TRY(kernel_.read(begin, size == 0 ? kOfTheLast : std::min(size, kLongest)));
        std::string_view code = bytes;
        if (symbols_.wide()) code = code.substr(0, end_of_code(code));
        const std::string function = symbols_.name(begin);
        if (!context_.json) context_.out.line(function, ":");
        for (size_t at = 0; at < code.size();) {
            const uint64_t address = begin + at;
            const Line line = printer_.print(code.substr(at), address);
            const bool is_marked = marked && *marked >= address && *marked - address < line.length;
            show(function, address, at, code.substr(at, line.length), line, is_marked);
            at += line.length;
        }
        return {};
    }

 private:
    void show(std::string_view function, uint64_t address, uint64_t offset, std::string_view bytes,
              const Line& line, bool is_marked) {
        const std::string target = line.target ? symbols_.name(*line.target) : std::string();
        if (context_.json) {
            Record record;
            record.add("function", function).add("address", "0x" + hex(address, 16)).add("offset", offset);
            record.add("bytes", hex_bytes(bytes)).add("text", line.text);
            if (line.target) record.add("target", "0x" + hex(*line.target, 16)).add("target_name", target);
            if (is_marked) record.add("marked", true);
            context_.out.line(record.json());
            return;
        }
        context_.out.put(is_marked ? "> " : "  ", hex(address, symbols_.wide() ? 16 : 8), ' ',
                         padded(concat("+0x", hex(offset)), 7), ' ', line.text);
        if (line.target && !line.target_is_shown) context_.out.put("  # 0x", hex(*line.target));
        if (!target.empty()) context_.out.put(" <", target, '>');
        context_.out.put('\n');
    }

    Context& context_;
    Kernel& kernel_;
    SymbolMap& symbols_;
    Printer printer_;
};

}  // namespace

int show_instructions(Context& context, Machine& machine, Kernel& kernel, std::span<char*> functions,
                      Syntax syntax) {
    if (functions.empty()) return context.usage_error(Error("--disasm needs a function's name or address"));
    auto symbols = SymbolMap::load(kernel);
    if (!symbols) return context.fail(symbols.error());
    if (symbols->addresses_hidden())
        return context.fail(hidden_addresses_error(machine, kernel.is_image() || !machine.live()));
    Listing listing(context, kernel, *symbols, syntax);
    int code = kFine;
    for (const std::string_view text : functions) {
        std::vector<uint64_t> begins = symbols->addresses_of(text);
        const auto address = parse_number(text);
        if (begins.empty() && address)
            if (const auto symbol = symbols->covering(*address)) begins.push_back(symbol->address);
        if (begins.empty()) {
            context.err.line("earlybox ksyms: there is no function ", printable(text));
            code = std::max<int>(code, kBadNews);
        }
        for (const uint64_t begin : begins)
            if (const auto shown = listing.show(begin, address); !shown) code = context.fail(shown.error());
    }
    return code;
}

}  // namespace earlybox::ksyms

#else

namespace earlybox::ksyms {

int show_instructions(Context& context, Machine&, Kernel&, std::span<char*>, Syntax) {
    return context.fail(Error("print instructions", 0, "this earlybox was built without (make DISASM=0)",
                              "ksyms --raw tells the address, and objdump -d reads a vmlinux"));
}

}  // namespace earlybox::ksyms

#endif
