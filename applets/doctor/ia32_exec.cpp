// SPDX-License-Identifier: MIT
// ia32-exec: does this kernel run 32-bit programs? A real one is started: the smallest ELF file that can exit.
#include <errno.h>

#include <array>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::doctor {
namespace {

// System V ABI, i386 supplement: one header, one segment that maps the whole file, then the code.
constexpr uint32_t kLoadAddress = 0x08048000;
constexpr uint32_t kHeaders = 52 + 32;

consteval auto ia32_program() {
    constexpr std::array<uint8_t, 12> code = {0xb8, 1, 0, 0, 0,                      // mov $1 (exit), %eax
                                              0xbb, kIa32ProgramStatus, 0, 0, 0,  // mov $42, %ebx
                                              0xcd, 0x80};                           // int $0x80
    std::array<uint8_t, kHeaders + code.size()> file{};
    size_t at = 0;
    const auto put = [&](uint32_t value, unsigned bytes) {
        for (; bytes != 0; --bytes, value >>= 8) file[at++] = static_cast<uint8_t>(value);
    };
    for (const uint8_t byte : {0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0}) put(byte, 1);  // ELF, 32 bit, little endian
    put(0, 4), put(0, 4);
    put(2, 2), put(3, 2), put(1, 4);                     // ET_EXEC, EM_386, version
    put(kLoadAddress + kHeaders, 4), put(52, 4), put(0, 4);  // entry, program headers, section headers
    put(0, 4), put(52, 2), put(32, 2), put(1, 2);        // flags, header size, program header size and count
    put(40, 2), put(0, 2), put(0, 2);
    put(1, 4), put(0, 4), put(kLoadAddress, 4), put(kLoadAddress, 4);  // PT_LOAD
    put(file.size(), 4), put(file.size(), 4), put(5, 4), put(0x1000, 4);  // sizes, R+X, alignment
    for (const uint8_t byte : code) put(byte, 1);
    return file;
}

constexpr auto kProgram = ia32_program();

// A program of the machine's own that would need 32-bit support: then its absence is a failure, not a choice.
std::optional<std::string> ia32_program_on_disk(const std::string& root) {
    for (const char* path : {"/bin/sh", "/bin/busybox", "/sbin/init", "/init", "/lib/ld-linux.so.2",
                             "/lib/ld-musl-i386.so.1"}) {
        const auto file = open_at(AT_FDCWD, root + path, O_RDONLY);
        char head[20];
        if (!file || read_some(file->number(), head, sizeof head, path).value_or(0) != sizeof head) continue;
        const bool is_elf32 = std::string_view(head, 5) == "\x7f" "ELF\x01";
        if (is_elf32 && head[18] == 3) return root + path;
    }
    return std::nullopt;
}

bool switched_off(Examination& examination) {
    const auto parameter = examination.boot_parameter("ia32_emulation");
    if (parameter) return *parameter == "off" || *parameter == "0" || *parameter == "false" || *parameter == "n";
    const auto configured = examination.configured("CONFIG_IA32_EMULATION_DEFAULT_DISABLED");
    return configured && configured->ends_with("=y");
}

Finding run(Examination& examination) {
    if (!examination.live()) return fine("ia32-exec", "a captured machine: nothing can be started on it");
    const auto end = start_ia32_program();
    if (end && end->exited_with(kIa32ProgramStatus)) return fine("ia32-exec", "32-bit programs run");

    std::vector<std::string> evidence;
    evidence.push_back(end ? concat("a tiny i386 program ", describe(*end), " (expected: status ", kIa32ProgramStatus, ")")
                           : concat("a tiny i386 program: ", describe(end.error())));
    const auto wanting = ia32_program_on_disk(examination.machine().root());
    if (wanting) evidence.push_back(concat(printable(*wanting), " is a 32-bit program"));
    const Severity severity = wanting ? Severity::failure : Severity::warning;

    if (end || end.error().code != ENOEXEC) return finding(kIa32Broken, Severity::failure, evidence);
    if (switched_off(examination)) {
        if (const auto parameter = examination.boot_parameter("ia32_emulation"))
            evidence.push_back(concat("boot parameter ia32_emulation=", printable(*parameter)));
        return finding(kIa32SwitchedOff, severity, evidence);
    }
    if (auto configured = examination.configured("CONFIG_IA32_EMULATION")) evidence.push_back(*configured);
    const auto& handlers = examination.handlers();
    if (handlers && handlers->any_for(Abi::i386)) {
        evidence.emplace_back("kallsyms has __ia32_ handlers: the support is built in");
        return finding(kIa32SwitchedOff, severity, evidence);
    }
    if (handlers) evidence.emplace_back("kallsyms has no __ia32_ handlers");
    return finding(kIa32NotBuilt, severity, evidence);
}

}  // namespace

Result<ChildEnd> start_ia32_program() {
    constexpr int kTimeoutMs = 5000;
    return run_program_image(kProgram, kTimeoutMs);
}

const Check check_ia32_exec = {"ia32-exec", "does the kernel run 32-bit programs (a tiny one is started)", run};

}  // namespace earlybox::doctor
