// SPDX-License-Identifier: MIT
// Dispatchers as compilers made them. The truth about recorded ones is core/abi's table of names and the
// symbols that the same kernel showed.
#include "core/parse/syscall_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <string>

#include "core/abi/syscalls.h"
#include "core/base/text.h"
#include "core/parse/kallsyms.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(debian_612_symbols, "tests/fixtures/kallsyms/debian-6.12")
EMBED(own_612_symbols, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612_x64, "tests/fixtures/syscall_table/debian-6.12-x64_sys_call")
EMBED(own_612_ia32, "tests/fixtures/syscall_table/own-6.12-ia32_sys_call")

namespace {

constexpr uint64_t kBase = 0xffff'ffff'8100'0000;

// Memory with code and tables in a few places.
struct TestMemory {
    std::map<uint64_t, std::string> pieces;

    void put(uint64_t address, std::string_view bytes) { pieces[address] = bytes; }

    std::string operator()(uint64_t address) const {
        std::string page(kKernelPage, '\xcc');
        bool is_there = false;
        for (const auto& [begin, bytes] : pieces)
            for (size_t i = 0; i < bytes.size(); ++i)
                if (begin + i - address < kKernelPage) {
                    page[begin + i - address] = bytes[i];
                    is_there = true;
                }
        return is_there ? page : std::string();
    }
};

std::string bytes(std::string_view hex) {
    std::string text;
    while (true) {
        const auto word = next_word(hex);
        if (word.empty()) return text;
        text += static_cast<char>(*parse_number(concat("0x", word)));
    }
}

std::string pointer(uint64_t address) {
    std::string text(sizeof address, '\0');
    memcpy(text.data(), &address, sizeof address);
    return text;
}

constexpr auto is_handler = [](uint64_t address) {
    return address >= kBase + 0x10'0000 && address < kBase + 0x20'0000;
};

std::map<std::string, uint64_t, std::less<>> addresses(std::string_view kallsyms) {
    std::map<std::string, uint64_t, std::less<>> found;
    std::string_view line;
    while (next_line(kallsyms, line))
        if (const auto symbol = parse_kallsyms_line(line))
            found.emplace(std::string(symbol->name), symbol->address);
    return found;
}

// That every number leads where the names say, or to ni_syscall where no name is known.
void check_recorded(Abi abi, std::string_view code, std::string_view kallsyms, uint64_t from_ni_syscall) {
    const auto symbols = addresses(kallsyms);
    const uint64_t ni_syscall = symbols.at("__ia32_sys_ni_syscall");
    TestMemory memory;
    memory.put(ni_syscall + from_ni_syscall, code);
    const auto is_symbol = [&](uint64_t address) {
        return std::ranges::any_of(symbols, [&](const auto& symbol) { return symbol.second == address; });
    };
    const auto handlers = follow_dispatcher(memory, ni_syscall + from_ni_syscall, 500, is_symbol);
    REQUIRE(handlers);
    size_t named = 0;
    for (unsigned number = 0; number < 500; ++number) {
        const auto call = find_syscall(abi, number);
        INFO(number << ' ' << (call ? call->name : ""));
        uint64_t expected = ni_syscall;
        const bool is_vm86 = call && call->name.starts_with("vm86");  // only 32-bit kernels have it
        if (call && !call->is_hole() && !is_vm86)
            for (const auto& name : handler_symbols(abi, *call))
                if (expected == ni_syscall && symbols.contains(name)) expected = symbols.at(name);
        CHECK((*handlers)[number] == expected);
        named += expected != ni_syscall;
    }
    CHECK(named > 340);
}

}  // namespace

TEST_CASE("system call table: a switch of comparisons, as Debian's 6.12 and our own have it") {
    check_recorded(Abi::x86_64, debian_612_x64(), debian_612_symbols(), 0x8a50 - 0xa100);
    check_recorded(Abi::i386, own_612_ia32(), own_612_symbols(), 0x437b - 0x36c4);
}

TEST_CASE("system call table: a jump table of absolute addresses") {
    TestMemory memory;
    memory.put(kBase, bytes("e8 fb 0f 00 00 "        // call __fentry__
                            "83 fe 02 "              // cmp $2,%esi
                            "77 13 "                 // ja 1d
                            "89 f6 "                 // mov %esi,%esi
                            "ff 24 f5 00 00 80 81 "  // jmp *table(,%rsi,8)
                            "e9 e8 ff 0f 00 "        // 13: jmp 100000
                            "e9 f3 ff 0f 00 "        // 18: jmp 100010
                            "e9 fe ff 0f 00"));      // 1d: jmp 100020
    const uint64_t table = 0xffff'ffff'8180'0000;
    memory.put(table, pointer(kBase + 0x18) + pointer(kBase + 0x13) + pointer(kBase + 0x1d));
    const auto found = follow_dispatcher(memory, kBase, 4, is_handler);
    REQUIRE(found);
    const uint64_t first = kBase + 0x10'0000;
    CHECK(*found == std::vector<uint64_t>{first + 0x10, first, first + 0x20, first + 0x20});
}

TEST_CASE(
    "system call table: a jump table of distances, a frame, a bit test, and a call that does not return") {
    TestMemory memory;
    memory.put(kBase, bytes("f3 0f 1e fa 55 48 89 e5 "  // 00: endbr64; push %rbp; mov %rsp,%rbp
                            "8d 46 ff "                 // 08: lea -1(%rsi),%eax
                            "83 f8 01 "                 // 0b: cmp $1,%eax
                            "77 13 "                    // 0e: ja 23
                            "48 8d 15 e9 0f 00 00 "     // 10: lea 1000(%rip),%rdx
                            "48 63 04 82 "              // 17: movslq (%rdx,%rax,4),%rax
                            "48 01 d0 "                 // 1b: add %rdx,%rax
                            "5d "                       // 1e: pop %rbp
                            "3e ff e0 "                 // 1f: notrack jmp *%rax
                            "cc "                       // 22
                            "b8 40 00 00 00 "           // 23: mov $0x40,%eax
                            "0f a3 f0 "                 // 28: bt %esi,%eax
                            "72 05 "                    // 2b: jc 32
                            "e9 de ff 0f 00 "           // 2d: jmp 100010
                            "e8 e9 ff 0f 00 "           // 32: call 100020
                            "0f 0b "                    // 37: ud2
                            "e9 f2 ff 0f 00 "           // 39: jmp 100030
                            "e9 fd ff 0f 00"));         // 3e: jmp 100040
    memory.put(kBase + 0x1000, bytes("39 f0 ff ff 3e f0 ff ff"));
    const auto found = follow_dispatcher(memory, kBase, 7, is_handler);
    REQUIRE(found);
    const uint64_t first = kBase + 0x10'0000;
    CHECK(*found == std::vector<uint64_t>{first + 0x10, first + 0x30, first + 0x40, first + 0x10,
                                          first + 0x10, first + 0x10, first + 0x20});
}

TEST_CASE("system call table: what depends on more than the number is an error, and so is what never ends") {
    const char* code = GENERATE("83 ff 02 77 10 e9 00 00 10 00",  // cmp $2,%edi
                                "48 8b 07 ff e0",                 // mov (%rdi),%rax; jmp *%rax
                                "c3", "0f 0b", "06", "eb fe",     // jumps to itself
                                "65 8b 34 25 00 00 00 00 83 fe 02 77 00");
    TestMemory memory;
    memory.put(kBase, bytes(code));
    INFO(code);
    const auto found = follow_dispatcher(memory, kBase, 1, is_handler);
    REQUIRE_FALSE(found);
    CHECK_FALSE(found.error().cause.empty());
    CHECK_FALSE(follow_dispatcher(memory, kBase + 0x5000'0000, 1, is_handler));  // nothing is there
}

TEST_CASE("system call table: an array of pointers ends where something else begins") {
    TestMemory memory;
    const uint64_t first = kBase + 0x10'0000;
    memory.put(kBase + 0xff8, pointer(first) + pointer(first + 5) + pointer(first) + pointer(kBase));
    CHECK(read_pointer_table(memory, kBase + 0xff8, 9, is_handler) ==
          std::vector<uint64_t>{first, first + 5, first});
    CHECK(read_pointer_table(memory, kBase + 0xff8, 2, is_handler)->size() == 2);
    CHECK_FALSE(read_pointer_table(memory, kBase + 0x9000, 2, is_handler));
}
