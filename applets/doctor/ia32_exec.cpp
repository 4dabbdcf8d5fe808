// SPDX-License-Identifier: MIT
// ia32-exec: does this kernel run 32-bit programs? A real one is started: a tiny ELF file that passes on the
// vDSO it was given, and exits.
#include <errno.h>
#include <unistd.h>

#include <array>

#include "applets/doctor/doctor.h"
#include "core/base/fd.h"
#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox::doctor {
namespace {

// System V ABI, i386 supplement: one header, one segment that maps the whole file, then the code.
constexpr uint32_t kLoadAddress = 0x08048000;
constexpr uint32_t kHeaders = 52 + 32;
constexpr int kStatusWithoutVdso = 42;
constexpr int kStatusWithVdso = 43;

constexpr auto kCode = std::to_array<uint8_t>({
    0xbf, kStatusWithoutVdso,
    0,    0,
    0,  // mov $42, %edi
    0x8b, 0x0c,
    0x24,  // mov (%esp), %ecx: argc
    0x8d, 0x74,
    0x8c, 0x08,  // lea 8(%esp,%ecx,4), %esi: the environment
    0xad,        // 1: lodsl
    0x85, 0xc0,  // test %eax, %eax
    0x75, 0xfb,  // jnz 1b
    0xad,        // 2: lodsl: the auxiliary vector, pairs of type and value
    0x92,        // xchg %eax, %edx
    0xad,        // lodsl
    0x83, 0xfa,
    0x21,        // cmp $33 (AT_SYSINFO_EHDR), %edx
    0x74, 0x04,  // je 3f
    0x85, 0xd2,  // test %edx, %edx: AT_NULL, whose value is 0
    0x75, 0xf4,  // jnz 2b
    0x85, 0xc0,  // 3: test %eax, %eax
    0x74, 0x13,  // jz 4f
    0x47,        // inc %edi
    0x91,        // xchg %eax, %ecx: where the vDSO is
    0xbb, 0,
    0,    0,
    0,  // mov $descriptor, %ebx
    0xba, 0,
    0x40, 0,
    0,  // mov $0x4000, %edx: more than there is, which the kernel cuts
    0xb8, 4,
    0,    0,
    0,           // mov $4 (write), %eax
    0xcd, 0x80,  // int $0x80
    0x89, 0xfb,  // 4: mov %edi, %ebx
    0xb8, 1,
    0,    0,
    0,           // mov $1 (exit), %eax
    0xcd, 0x80,  // int $0x80
});
constexpr size_t kDescriptorAt = kHeaders + 36;

consteval auto ia32_program() {
    std::array<uint8_t, kHeaders + kCode.size()> file{};
    size_t at = 0;
    const auto put = [&](uint32_t value, unsigned bytes) {
        for (; bytes != 0; --bytes, value >>= 8) file[at++] = static_cast<uint8_t>(value);
    };
    for (const uint8_t byte : {0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0})
        put(byte, 1);  // ELF, 32 bit, little endian
    put(0, 4), put(0, 4);
    put(2, 2), put(3, 2), put(1, 4);                         // ET_EXEC, EM_386, version
    put(kLoadAddress + kHeaders, 4), put(52, 4), put(0, 4);  // entry, program headers, section headers
    put(0, 4), put(52, 2), put(32, 2), put(1, 2);  // flags, header size, program header size and count
    put(40, 2), put(0, 2), put(0, 2);
    put(1, 4), put(0, 4), put(kLoadAddress, 4), put(kLoadAddress, 4);     // PT_LOAD
    put(file.size(), 4), put(file.size(), 4), put(5, 4), put(0x1000, 4);  // sizes, R+X, alignment
    for (const uint8_t byte : kCode) put(byte, 1);
    return file;
}

constexpr auto kProgram = ia32_program();

bool switched_off(Examination& examination) {
    const auto parameter = examination.boot_parameter("ia32_emulation");
    if (parameter)
        return *parameter == "off" || *parameter == "0" || *parameter == "false" || *parameter == "n";
    const auto configured = examination.configured("CONFIG_IA32_EMULATION_DEFAULT_DISABLED");
    return configured && configured->ends_with("=y");
}

Finding run(Examination& examination) {
    if (!examination.live()) return not_judged("ia32-exec", kCaptured);
    const Ia32Run& run = examination.ia32_run();
    if (run.ran()) return fine("ia32-exec", "32-bit programs run");

    const auto& end = run.end;
    std::vector<std::string> evidence;
    evidence.push_back(
        end ? concat("a tiny i386 program ", describe(*end), " (expected: status ", kStatusWithVdso, ")")
            : concat("a tiny i386 program: ", describe(end.error())));
    constexpr char kElf32 = 1;
    constexpr char kIntel386 = 3;
    const auto wanting = examination.program_on_disk(kElf32, kIntel386);
    if (wanting) evidence.push_back(concat(*wanting, " is a 32-bit program"));
    const Severity severity = wanting ? Severity::failure : Severity::warning;

    if (end || end.error().code != ENOEXEC) return finding(kIa32Broken, Severity::failure, evidence);
    if (switched_off(examination)) {
        if (const auto parameter = examination.boot_parameter("ia32_emulation"))
            evidence.push_back(concat("boot parameter ia32_emulation=", *parameter));
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

bool Ia32Run::ran() const {
    return end && (end->exited_with(kStatusWithVdso) || end->exited_with(kStatusWithoutVdso));
}
bool Ia32Run::has_vdso() const { return end && end->exited_with(kStatusWithVdso); }

Ia32Run run_ia32_program() {
    constexpr int kTimeoutMs = 5000;
    int ends[2];
    if (pipe(ends) != 0) return {failure("make a pipe to a program", errno), {}};
    const Fd from_program(ends[0]);
    Fd to_parent(ends[1]);
    auto program = kProgram;
    for (unsigned i = 0; i < 4; ++i) program[kDescriptorAt + i] = static_cast<uint8_t>(ends[1] >> 8 * i);
    Ia32Run run{run_program_image(program, kTimeoutMs), {}};
    to_parent = Fd();
    run.vdso = read_all(from_program.number(), "a pipe").value_or("");
    return run;
}

const Check check_ia32_exec = {"ia32-exec", "does the kernel run 32-bit programs (a tiny one is started)",
                               run};

}  // namespace earlybox::doctor
