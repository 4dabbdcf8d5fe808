// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/decoder.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "applets/trace-syscall/selection.h"

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

// Pieces of another process' memory; nothing lies between them.
class Memory : public RemoteMemory {
 public:
    size_t read(uint64_t address, std::span<char> to) const override {
        for (const auto& [start, bytes] : pieces_) {
            if (address < start || address >= start + bytes.size()) continue;
            const auto rest = std::string_view(bytes).substr(address - start, to.size());
            std::ranges::copy(rest, to.begin());
            return rest.size();
        }
        return 0;
    }
    uint64_t put(std::string bytes) {
        const uint64_t address = next_;
        next_ += 0x10000;
        pieces_[address] = std::move(bytes);
        return address;
    }
    template <class... Numbers>
    uint64_t words(unsigned size, Numbers... numbers) {
        std::string bytes;
        for (const int64_t number : {static_cast<int64_t>(numbers)...})
            bytes.append(reinterpret_cast<const char*>(&number), size);
        return put(bytes);
    }

 private:
    std::map<uint64_t, std::string> pieces_;
    uint64_t next_ = 0x100000;
};

Call call_of(Abi abi, std::string_view name, std::initializer_list<uint64_t> arguments) {
    Call call{.abi = abi};
    call.row = find_syscall(abi, name);
    REQUIRE(call.row);
    call.number = call.row->number;
    std::ranges::copy(arguments, call.arguments);
    return call;
}

// The whole line, as if nothing came between entry and exit.
std::string line_of(const Memory& memory, Call call, int64_t result, const Style& style = {}) {
    std::string line;
    append_name(line, call);
    line += '(';
    Decoder decoder(style);
    decoder.begin(memory, call);
    const unsigned printed = decoder.append_entry(line);
    decoder.begin(memory, call, result);
    decoder.append_exit(line, printed);
    line += ") = ";
    decoder.append_result(line);
    return line;
}

}  // namespace

TEST_CASE("trace-syscall: paths, flags and errors") {
    Memory memory;
    const auto path = memory.put(std::string("/etc/\x1bx\"\0", 9));
    const auto open = call_of(Abi::x86_64, "openat", {uint64_t(-100), path, 02000101, 0644});
    CHECK(
        line_of(memory, open, -2) ==
        "openat(AT_FDCWD, \"/etc/\\33x\\\"\", O_WRONLY|O_CREAT|O_CLOEXEC, 0644) = -1 ENOENT (No such file or directory)");
    const auto plain = call_of(Abi::x86_64, "openat", {3, path, 0, 0644});
    CHECK(line_of(memory, plain, 4) == "openat(3, \"/etc/\\33x\\\"\", O_RDONLY) = 4");
    const auto nowhere = call_of(Abi::x86_64, "openat", {3, 0xdead, 0, 0});
    CHECK(line_of(memory, nowhere, -14) == "openat(3, 0xdead, O_RDONLY) = -1 EFAULT (Bad address)");
}

TEST_CASE("trace-syscall: what the kernel fills in is known on exit only") {
    Memory memory;
    auto read = call_of(Abi::x86_64, "read", {3, memory.put("hello, world"), 12});
    const Style style;
    std::string entry;
    Decoder decoder(style);
    decoder.begin(memory, read);
    CHECK(decoder.append_entry(entry) == 1);
    CHECK(entry == "3, ");
    CHECK(line_of(memory, read, 5) == "read(3, \"hello\", 12) = 5");
    CHECK(line_of(memory, read, -11) ==
          "read(3, 0x100000, 12) = -1 EAGAIN (Resource temporarily unavailable)");
}

TEST_CASE("trace-syscall: the time calls of the story, in both widths") {
    Memory memory;
    const auto wide = memory.words(8, 1, 500);
    const auto narrow = memory.words(4, -1, 500);
    CHECK(line_of(memory, call_of(Abi::x86_64, "clock_gettime", {0, wide}), 0) ==
          "clock_gettime(CLOCK_REALTIME, {tv_sec=1, tv_nsec=500}) = 0");
    CHECK(line_of(memory, call_of(Abi::i386, "clock_gettime", {1, narrow}), 0) ==
          "clock_gettime(CLOCK_MONOTONIC, {tv_sec=-1, tv_nsec=500}) = 0");
    CHECK(line_of(memory, call_of(Abi::i386, "clock_gettime64", {1, wide}), 0) ==
          "clock_gettime64(CLOCK_MONOTONIC, {tv_sec=1, tv_nsec=500}) = 0");
    const auto now_and_omit = memory.words(4, 0, (1 << 30) - 1, 0, (1 << 30) - 2);
    CHECK(line_of(memory,
                  call_of(Abi::i386, "utimensat",
                          {uint64_t(-100), memory.put(std::string("f\0", 2)), now_and_omit, 0}),
                  -38) ==
          "utimensat(AT_FDCWD, \"f\", [UTIME_NOW, UTIME_OMIT], 0) = -1 ENOSYS (Function not implemented)");
    CHECK(line_of(memory, call_of(Abi::x86_64, "clock_nanosleep", {0, 0, wide, wide}), 0) ==
          "clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=500}, 0x100000) = 0");
    CHECK(line_of(memory, call_of(Abi::x86_64, "clock_nanosleep", {0, 0, wide, wide}), -516) ==
          "clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=500}, {tv_sec=1, tv_nsec=500}) = "
          "? ERESTART_RESTARTBLOCK (Interrupted by signal)");
}

TEST_CASE("trace-syscall: 64-bit offsets in two registers") {
    const Memory memory;
    CHECK(line_of(memory, call_of(Abi::i386, "ftruncate64", {3, 5, 1}), 0) ==
          "ftruncate64(3, 4294967301) = 0");
    CHECK(line_of(memory, call_of(Abi::x86_64, "lseek", {3, uint64_t(-1), 2}), 9) ==
          "lseek(3, -1, SEEK_END) = 9");
}

TEST_CASE("trace-syscall: a call without a name, and x32's") {
    const Memory memory;
    Call unknown{.abi = Abi::x86_64, .number = 500};
    unknown.arguments[0] = 1;
    CHECK(line_of(memory, unknown, -38) ==
          "syscall_0x1f4(0x1, 0, 0, 0, 0, 0) = -1 ENOSYS (Function not implemented)");
}

TEST_CASE("trace-syscall: every call of every ABI, with any arguments and any memory") {
    Memory memory;
    const auto place = memory.put(std::string(300, '\xff'));
    const auto few = memory.put("x");
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32})
        for (const Syscall& row : syscalls(abi))
            for (const uint64_t value :
                 {uint64_t{0}, uint64_t{1}, UINT64_MAX, uint64_t{0x80000000}, place, few})
                for (const int64_t result : {int64_t{0}, int64_t{-1}, int64_t{-516}, INT64_MAX, INT64_MIN}) {
                    Call call{.abi = abi, .number = row.number, .row = row};
                    std::ranges::fill(call.arguments, value);
                    const auto line = line_of(memory, call, result);
                    INFO(line.substr(0, 200));
                    REQUIRE(line.starts_with(row.name));
                    REQUIRE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c < '\x7f'; }));
                }
}

TEST_CASE("trace-syscall: what is read in part only is an address") {
    Memory memory;
    const auto path = memory.put("no end");
    const auto half = memory.words(8, 1);
    const auto list = memory.words(8, memory.put(std::string("a\0", 2)));
    CHECK(line_of(memory, call_of(Abi::x86_64, "chdir", {path}), 0) == "chdir(0x100000) = 0");
    CHECK(line_of(memory, call_of(Abi::x86_64, "nanosleep", {half, 0}), 0) ==
          "nanosleep(0x110000, NULL) = 0");
    CHECK(line_of(memory, call_of(Abi::x86_64, "execve", {0, list, 0}), 0) ==
          "execve(NULL, [\"a\", ... /* 0x130008 */], NULL) = 0");
    const auto two = memory.words(4, 0, 1, 1);
    CHECK(line_of(memory, call_of(Abi::x86_64, "poll", {two, 2, 0}), -4) ==
          "poll([{fd=0, events=POLLIN}, ... /* 0x140008 */], 2, 0) = -1 EINTR (Interrupted system call)");
}

TEST_CASE("trace-syscall: i386's calls of several, and arguments in memory") {
    Memory memory;
    const auto unfolded = [&](std::string_view name, std::initializer_list<uint64_t> arguments) {
        Call call = call_of(Abi::i386, name, arguments);
        unfold(call, memory);
        return line_of(memory, call, 3);
    };
    CHECK(unfolded("socketcall", {1, memory.words(4, 1, 02000001, 0)}) ==
          "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3");
    CHECK(unfolded("socketcall", {9, memory.words(4, 4, memory.put("hi"), 2, 0)}) ==
          "send(4, \"hi\", 2, 0) = 3");
    CHECK(unfolded("ipc", {13, 0, 01600}) == "msgget(IPC_PRIVATE, IPC_CREAT|0600) = 3");
    CHECK(unfolded("mmap", {memory.words(4, 0, 4096, 1, 2, 3, 0)}) ==
          "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x3");
    CHECK(unfolded("socketcall", {1, 0xdead}) == "socketcall(SYS_SOCKET, 0xdead) = 3");
}

TEST_CASE("trace-syscall: sets of calls") {
    const auto set = CallSet::parse("clock_gettime@32,%stat,/^epoll_,?nosuch");
    REQUIRE(set);
    CHECK(set->has(Abi::i386, 265));
    CHECK_FALSE(set->has(Abi::x86_64, 228));
    CHECK(set->has(Abi::x86_64, 4));
    CHECK(set->has(Abi::x86_64, 213));
    const auto others = CallSet::parse("!read,write");
    REQUIRE(others);
    CHECK_FALSE(others->has(Abi::x86_64, 0));
    CHECK(others->has(Abi::x86_64, 2));
    CHECK(others->has(Abi::x86_64, 999));
    const auto files = CallSet::parse("file");
    REQUIRE(files);
    CHECK(files->has(Abi::x86_64, 2));
    CHECK_FALSE(files->has(Abi::x86_64, 3));
    const auto wrong = CallSet::parse("clock_gettme");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().remedy == "clock_gettime");
    CHECK_FALSE(CallSet::parse("%fil"));
    CHECK_FALSE(CallSet::parse("/["));
    CHECK_FALSE(CallSet::parse("read@16"));
}

TEST_CASE("trace-syscall: signals and errors by name") {
    CHECK(signal_number("TERM") == 15);
    CHECK(signal_number("sigkill") == 9);
    CHECK(signal_number("64") == 64);
    CHECK_FALSE(signal_number("65"));
    CHECK(errno_number("ENOSYS") == 38);
    CHECK_FALSE(errno_number("ENOSUCH"));
    const auto written = [](auto&& append) {
        std::string text;
        append(text);
        return text;
    };
    CHECK(written([](auto& to) { append_signal_set(to, uint64_t{1} << 16); }) == "[CHLD]");
    CHECK(written([](auto& to) { append_signal_set(to, ~uint64_t{0}); }) == "~[]");
    CHECK(written([](auto& to) { append_error(to, 38); }) == "ENOSYS (Function not implemented)");
    CHECK(written([](auto& to) { append_error(to, 12); }) == "ENOMEM (Cannot allocate memory)");
    CHECK(written([](auto& to) { append_error(to, 512); }) ==
          "ERESTARTSYS (To be restarted if SA_RESTART is set)");
}
