// SPDX-License-Identifier: MIT
#include "core/parse/kallsyms.h"

#include <catch2/catch.hpp>

#include "core/base/text.h"

using namespace earlybox;

TEST_CASE("a kallsyms line is address, type, name and maybe a module") {
    auto symbol = parse_kallsyms_line("ffffffff81000000 T _text");
    REQUIRE(symbol);
    CHECK(symbol->address == 0xffffffff81000000);
    CHECK(symbol->type == 'T');
    CHECK(symbol->name == "_text");
    CHECK(symbol->module == "");

    symbol = parse_kallsyms_line("ffffffffc0002010 t ext4_init_fs\t[ext4]");
    REQUIRE(symbol);
    CHECK(symbol->name == "ext4_init_fs");
    CHECK(symbol->module == "ext4");

    symbol = parse_kallsyms_line("c1000000 W cpu_idle.part.0");  // a 32-bit kernel
    REQUIRE(symbol);
    CHECK(symbol->address == 0xc1000000);
}

TEST_CASE("what the kernel prints for a section it cannot classify is a symbol too") {
    const auto symbol =
        parse_kallsyms_line("ffffffffc0002010 ? stray\t[module]");  // elf_type in kernel/module/kallsyms.c
    REQUIRE(symbol);
    CHECK(symbol->type == '?');
}

TEST_CASE("anything else is no kallsyms line") {
    const auto line =
        GENERATE(as<std::string>(), "", " ", "T _text", "ffffffff81000000", "ffffffff81000000 T",
                 "ffffffff81000000 T ", "ffffffff81000000  _text", "fffffff81000000 T short",
                 "fffffffff81000000 T long", "FFFFFFFF81000000 T upper", "0xffffffff8100000 T x",
                 "ffffffff81000000 1 digit", "ffffffff81000000 TT two", "ffffffff81000000\tT\ttabs",
                 "ffffffff81000000 T a b", "ffffffff81000000 T name\t", "ffffffff81000000 T name\t[]",
                 "ffffffff81000000 T name\tmodule", "ffffffff81000000 T name\t[module",
                 "ffffffff81000000 T \t[module]", "ffffffff81000000 T " + std::string(5000, 'x'),
                 "ffffffff81000000 T x\t[" + std::string(300, 'x') + "]");
    INFO(line);
    CHECK_FALSE(parse_kallsyms_line(line));
}

TEST_CASE("an address is made of lower-case hexadecimal digits, at every place") {
    for (size_t place = 0; place < 16; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string line = "0123456789abcdef T name";
            line[place] = static_cast<char>(byte);
            const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
            const auto symbol = parse_kallsyms_line(line);
            CAPTURE(place, byte);
            REQUIRE(symbol.has_value() == is_digit);
            if (symbol) REQUIRE(symbol->address == strtoull(line.substr(0, 16).c_str(), nullptr, 16));
        }
    }
}

TEST_CASE("a name has no blanks and no control characters, at any place") {
    for (size_t place = 0; place < 20; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string name(21, 'x');
            name[place] = static_cast<char>(byte);
            CAPTURE(place, byte);
            REQUIRE(parse_kallsyms_line("ffffffff81000000 T " + name).has_value() == (byte > ' '));
        }
    }
}

TEST_CASE("type letters are explained") {
    CHECK(symbol_type_meaning('T') == "global code");
    CHECK(symbol_type_meaning('t') == "local code");
    CHECK_THAT(std::string(symbol_type_meaning('W')), Catch::StartsWith("weak"));
    for (const char letter : std::string("AaBbDdRrTtVvWw")) CHECK(symbol_type_meaning(letter) != "");
    CHECK(symbol_type_meaning('%') == "");
}

namespace {

constexpr const char* kText =
    "ffffffff81000000 T _stext\n"
    "ffffffff81000000 T _text\n"
    "ffffffff81000ff0 t __pfx_start\n"
    "ffffffff81001000 t start\n"
    "ffffffff81001000 W start_alias\n"
    "ffffffff81001840 T next\n"
    "ffffffffc0000000 t init\t[e1000]\n";

SymbolTable all_of(std::string_view text) {
    SymbolTable symbols;
    std::string_view line;
    while (next_line(text, line))
        symbols.add(parse_kallsyms_line(line),
                    [](const Symbol& symbol) { return !is_padding_symbol(symbol.name); });
    return symbols;
}

std::string covering(const SymbolTable& symbols, uint64_t address) {
    CoveringSymbol lookup(address);
    for (size_t i = 0; i < symbols.size(); ++i) lookup.offer(symbols[i]);
    return lookup.found() ? std::string(lookup.found()->name) : "";
}

}  // namespace

TEST_CASE("a table keeps the order of the file") {
    SymbolTable symbols = all_of(kText);
    REQUIRE(symbols.size() == 6);
    CHECK(symbols[0].name == "_stext");
    CHECK(symbols[2].name == "start");
    CHECK(symbols[5].name == "init");
    CHECK(symbols[5].module == "e1000");
    CHECK(symbols[4].module == "");
    CHECK_FALSE(symbols.addresses_hidden());
    CHECK(symbols.malformed_lines() == 0);
}

TEST_CASE("a size reaches to the next higher address, past aliases and padding") {
    SymbolTable symbols = all_of(kText);
    CHECK(symbols.size_at(symbols[0].address) == 0x1000);
    CHECK(symbols.size_at(symbols[1].address) == 0x1000);
    CHECK(symbols.size_at(symbols[2].address) == 0x840);
    CHECK(symbols.size_at(symbols[3].address) == 0x840);
    CHECK(symbols.size_at(symbols[5].address) == 0);  // the last
}

TEST_CASE("an address belongs to the first symbol at or below it") {
    SymbolTable symbols = all_of(kText);
    CHECK(covering(symbols, 0xffffffff81000000) == "_stext");
    CHECK(covering(symbols, 0xffffffff81000fff) == "_stext");
    CHECK(covering(symbols, 0xffffffff81001000) == "start");
    CHECK(covering(symbols, 0xffffffff81001841) == "next");
    CHECK(covering(symbols, UINT64_MAX) == "init");
    CHECK(covering(symbols, 0xffffffff80ffffff) == "");
    CHECK(covering(symbols, 0) == "");
}

TEST_CASE("the file need not be sorted") {
    SymbolTable symbols = all_of(
        "ffffffffc0000000 t module_function\t[m]\n"
        "ffffffff81000000 T a\n"
        "ffffffff81000100 T b\n");
    CHECK(symbols[0].name == "module_function");
    CHECK(symbols.size_at(symbols[0].address) == 0);
    CHECK(symbols.size_at(symbols[1].address) == 0x100);
    CHECK(covering(symbols, 0xffffffff81000180) == "b");
}

TEST_CASE("of the symbols that nobody wants only the addresses count") {
    SymbolTable symbols;
    std::string_view text = kText;
    std::string_view line;
    while (next_line(text, line))
        symbols.add(parse_kallsyms_line(line), [](const Symbol& symbol) { return symbol.name == "start"; });
    REQUIRE(symbols.size() == 1);
    CHECK(symbols[0].name == "start");
    CHECK(symbols.size_at(symbols[0].address) == 0x840);
    CHECK(symbols.lines() == 7);
}

TEST_CASE("zeros instead of addresses are hidden addresses, one zero is not") {
    SymbolTable hidden = all_of("0000000000000000 T a\n0000000000000000 W b\n");
    CHECK(hidden.addresses_hidden());
    CHECK(hidden.size() == 2);
    CHECK(hidden.size_at(0) == 0);

    SymbolTable shown = all_of("0000000000000000 A fixed_percpu_data\nffffffff81000000 T _text\n");
    CHECK_FALSE(shown.addresses_hidden());
}

TEST_CASE("lines that are no symbols are counted, and the first is named") {
    SymbolTable symbols = all_of("ffffffff81000000 T a\ngarbage\nffffffff81000010 T b\n\x01\x02\n");
    CHECK(symbols.size() == 2);
    CHECK(symbols.malformed_lines() == 2);
    CHECK(symbols.first_malformed_line() == 2);
    CHECK(all_of("").size() == 0);
    CHECK(all_of("").malformed_lines() == 0);
}
