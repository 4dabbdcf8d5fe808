// SPDX-License-Identifier: MIT
#include "core/abi/syscalls.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>

#include "core/abi/syscall_table.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(uapi_x86_64, "uapi/asm/unistd_64.h")
EMBED(uapi_i386, "uapi/asm/unistd_32.h")
EMBED(uapi_x32, "uapi/asm/unistd_x32.h")

namespace {

// Numbers by name from a header of the toolchain: #define __NR_read 0, or (__X32_SYSCALL_BIT + 0).
std::map<std::string, unsigned> numbers_of(std::string_view header) {
    std::map<std::string, unsigned> numbers;
    std::istringstream lines{std::string(header)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string define, name, value;
        words >> define >> name;
        if (define != "#define" || !name.starts_with("__NR_")) continue;
        std::getline(words, value);
        numbers[name.substr(5)] =
            std::stoul(value.substr(value.find_first_of("0123456789", value.rfind('+') + 1)));
    }
    return numbers;
}

std::set<unsigned> numbers_gated_by(Abi abi, std::string_view option) {
    std::set<unsigned> numbers;
    for (const Syscall& call : syscalls(abi))
        if (option == gate_info(call.gate).option || option == gate_info(call.gate).also)
            numbers.insert(call.number);
    return numbers;
}

}  // namespace

TEST_CASE("every call of the toolchain's headers has its number") {
    auto abi = GENERATE(Abi::x86_64, Abi::i386, Abi::x32);
    auto header = abi == Abi::x86_64 ? uapi_x86_64() : abi == Abi::i386 ? uapi_i386() : uapi_x32();
    auto numbers = numbers_of(header);
    REQUIRE(numbers.size() > 300);
    for (const auto& [name, number] : numbers) {
        INFO(name);
        auto call = find_syscall(abi, name);
        REQUIRE(call);
        CHECK(call->number == number);
        CHECK(find_syscall(abi, number)->name == name);
    }
}

TEST_CASE("rows are in order and consistent") {
    auto abi = GENERATE(Abi::x86_64, Abi::i386, Abi::x32);
    std::set<std::string_view> names;
    int last = -1;
    for (const Syscall& call : syscalls(abi)) {
        INFO(call.number << " " << call.name);
        CHECK(int(call.number) > last);
        last = int(call.number);
        CHECK(names.insert(call.name).second);
        CHECK(!call.name.empty());
        CHECK(call.arguments.size() <= kMostArguments);
        CHECK(find_syscall(abi, call.number)->name == call.name);
        CHECK(find_syscall(abi, call.name)->number == call.number);
        CHECK(!(call.is_hole() && call.gate != Gate::none));
        CHECK(!handler_symbols(abi, call).empty());
    }
    CHECK(names.size() > 300);
}

TEST_CASE("entry points are sorted and used") {
    std::set<std::string_view> used;
    for (Abi abi : {Abi::x86_64, Abi::i386, Abi::x32})
        for (const Syscall& call : syscalls(abi)) used.insert(call.entry);
    std::string_view last;
    for (const EntryPoint& entry : entry_points) {
        INFO(entry.name);
        CHECK(entry.name > last);
        last = entry.name;
        CHECK(used.contains(handler_name(entry.name)));
        CHECK(std::ranges::is_sorted(entry.arguments, {},
                                     [](Argument argument) { return argument == Argument::none; }));
    }
}

TEST_CASE("numbers that differ between ABIs") {
    CHECK(find_syscall(Abi::i386, 265)->name == "clock_gettime");
    CHECK(find_syscall(Abi::i386, 265)->entry == "clock_gettime32");
    CHECK(find_syscall(Abi::x86_64, 228)->entry == "clock_gettime");
    CHECK(find_syscall(Abi::x32, 512)->compat == "rt_sigaction");
    CHECK(!find_syscall(Abi::x32, 13));
    CHECK(!find_syscall(Abi::x86_64, 512));
    CHECK(!find_syscall(Abi::i386, 223));
    CHECK(!find_syscall(Abi::x86_64, 5000));
    CHECK(find_syscall(Abi::i386, "stty")->is_hole());
    CHECK(find_syscall(Abi::i386, "clone")->arguments.size() == 5);
    CHECK(find_syscall(Abi::i386, "fanotify_mark")->arguments.size() == 6);
    CHECK(find_syscall(Abi::x86_64, "fanotify_mark")->arguments.size() == 5);
    CHECK(find_syscall(Abi::x86_64, "getpid")->arguments.empty());
}

TEST_CASE("handler symbols, best first") {
    using Names = std::vector<std::string>;
    auto symbols = [](Abi abi, std::string_view name) {
        return handler_symbols(abi, *find_syscall(abi, name));
    };
    CHECK(symbols(Abi::x86_64, "stat") == Names{"__x64_sys_newstat"});
    CHECK(symbols(Abi::i386, "clock_gettime") == Names{"__ia32_sys_clock_gettime32"});
    CHECK(symbols(Abi::i386, "pselect6") ==
          Names{"__ia32_compat_sys_pselect6_time32", "__ia32_sys_pselect6_time32"});
    CHECK(symbols(Abi::i386, "mmap") == Names{"__ia32_compat_sys_ia32_mmap", "__ia32_sys_old_mmap"});
    CHECK(symbols(Abi::i386, "clone") == Names{"__ia32_compat_sys_ia32_clone", "__ia32_sys_clone"});
    CHECK(symbols(Abi::i386, "break") == Names{"__ia32_sys_ni_syscall"});
    CHECK(symbols(Abi::x32, "rt_sigreturn") ==
          Names{"__x32_compat_sys_x32_rt_sigreturn", "__x64_compat_sys_x32_rt_sigreturn"});
    CHECK(symbols(Abi::x32, "read") == Names{"__x64_sys_read"});
}

// What int $0x80 answered on kernels 5.10, 6.1 and 6.12 built without the option.
TEST_CASE("calls lost without CONFIG_COMPAT_32BIT_TIME") {
    CHECK(numbers_gated_by(Abi::i386, "CONFIG_COMPAT_32BIT_TIME") ==
          std::set<unsigned>{13,  25,  30,  124, 161, 162, 177, 240, 247, 260, 261, 264, 265, 266,
                             267, 271, 279, 280, 299, 308, 309, 320, 325, 326, 337, 343, 385});
    CHECK(numbers_gated_by(Abi::x86_64, "CONFIG_COMPAT_32BIT_TIME").empty());
    CHECK(numbers_gated_by(Abi::x32, "CONFIG_COMPAT_32BIT_TIME").empty());
}
