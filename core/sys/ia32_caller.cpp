// SPDX-License-Identifier: MIT
// The i386 program: one ELF header, one segment that maps the whole file (System V ABI, i386 supplement),
// then the code. System calls by number: arch/x86/entry/syscalls/syscall_32.tbl.
#include "core/sys/ia32_caller.h"

#include <stddef.h>

#if defined(__x86_64__) || defined(__i386__)

#ifdef __x86_64__
#define CODE_OF_THIS_BUILD ".code64"
#else
#define CODE_OF_THIS_BUILD ".code32"
#endif

extern "C" const uint8_t earlybox_ia32[], earlybox_ia32_end[], earlybox_ia32_descriptor[],
    earlybox_ia32_handler[];

namespace earlybox {
namespace {

constexpr uint32_t kLoadAddress = 0x08048000;

// Never called: it carries the program, because only assembly inside of a function knows the layout of types.
// %%fs and %%gs are not used; everything the program remembers lies in the arena.
[[gnu::used]] void carry_program() {
    asm volatile(
        R"(
    .pushsection .rodata.earlybox_ia32, "a", @progbits
    .code32
    .balign 16
earlybox_ia32:
    .byte 0x7f, 'E', 'L', 'F', 1, 1, 1, 0       # 32 bit, little endian
    .long 0, 0
    .short 2, 3                                 # ET_EXEC, EM_386
    .long 1, %c[load] + (.Lentry - earlybox_ia32), 52, 0, 0
    .short 52, 32, 1, 40, 0, 0
    .long 1, 0, %c[load], %c[load]              # PT_LOAD
    .long earlybox_ia32_end - earlybox_ia32, earlybox_ia32_end - earlybox_ia32, 5, 0x1000

.Lentry:
    mov (%%esp), %%ecx                          # argc
    lea 8(%%esp,%%ecx,4), %%esi                 # the environment
1:  lodsl
    test %%eax, %%eax
    jnz 1b
    xor %%ebx, %%ebx
    xor %%ebp, %%ebp
2:  lodsl                                       # the auxiliary vector: pairs of type and value
    mov %%eax, %%edx
    lodsl
    cmp $33, %%edx                              # AT_SYSINFO_EHDR
    jne 3f
    mov %%eax, %%ebx
3:  cmp $32, %%edx                              # AT_SYSINFO
    jne 4f
    mov %%eax, %%ebp
4:  test %%edx, %%edx                           # AT_NULL
    jnz 2b

    push %%ebx
    push %%ebp
    mov $192, %%eax                             # mmap2
    mov $%c[arena], %%ebx
    mov $%c[arena_size], %%ecx
    mov $3, %%edx                               # PROT_READ | PROT_WRITE
    mov $0x11, %%esi                            # MAP_SHARED | MAP_FIXED
    mov %c[load] + (earlybox_ia32_descriptor - earlybox_ia32), %%edi
    xor %%ebp, %%ebp
    int $0x80
    mov $99, %%ebx
    cmp $%c[arena], %%eax
    jne .Lexit
    popl %c[vsyscall]
    popl %c[vdso]
    mov %%esp, %c[stack]

    mov $%c[load] + (.Lsignals - earlybox_ia32), %%esi
5:  lodsb
    movzbl %%al, %%ebx
    test %%ebx, %%ebx
    jz 6f
    push %%esi
    mov $174, %%eax                             # rt_sigaction
    mov $%c[load] + (.Laction - earlybox_ia32), %%ecx
    xor %%edx, %%edx
    mov $8, %%esi
    int $0x80
    pop %%esi
    jmp 5b

6:  mov %c[vdso], %%ecx
    jecxz .Lnext
    mov $181, %%eax                             # pwrite64: cut by the kernel where nothing is mapped
    mov %c[load] + (earlybox_ia32_descriptor - earlybox_ia32), %%ebx
    mov $%c[vdso_size], %%edx
    mov $%c[vdso_at], %%esi
    xor %%edi, %%edi
    int $0x80

.Lnext:
    movl $0, %c[current]
    mov %c[begun], %%eax
    xor %%ebx, %%ebx
    cmp %c[count], %%eax
    jae .Lexit
    imul $%c[call_size], %%eax, %%ebp
    add $%c[calls], %%ebp
    inc %%eax
    mov %%eax, %c[begun]
    mov %%eax, %c[current]
    mov %c[rounds](%%ebp), %%eax
    mov %%eax, %c[left]

.Lagain:
    push %%ebp
    cmpl $%c[through_function], %c[through](%%ebp)
    je .Lfunction
    mov $%c[load] + (.Lint80 - earlybox_ia32), %%eax
    cmpl $%c[through_vsyscall], %c[through](%%ebp)
    jne 7f
    mov %c[vsyscall], %%eax
7:  mov %%eax, %c[entry]
    mov %c[target](%%ebp), %%eax
    mov %c[arguments](%%ebp), %%ebx
    mov %c[arguments]+8(%%ebp), %%ecx
    mov %c[arguments]+16(%%ebp), %%edx
    mov %c[arguments]+24(%%ebp), %%esi
    mov %c[arguments]+32(%%ebp), %%edi
    mov %c[arguments]+40(%%ebp), %%ebp
    call *%c[entry]
    jmp .Lmade
.Lfunction:
    pushl %c[arguments]+40(%%ebp)
    pushl %c[arguments]+32(%%ebp)
    pushl %c[arguments]+24(%%ebp)
    pushl %c[arguments]+16(%%ebp)
    pushl %c[arguments]+8(%%ebp)
    pushl %c[arguments](%%ebp)
    mov %c[target](%%ebp), %%eax
    add %c[vdso], %%eax
    call *%%eax
    add $24, %%esp
.Lmade:
    pop %%ebp
    decl %c[left]
    jnz .Lagain
    cltd
    mov %%eax, %c[value](%%ebp)
    mov %%edx, %c[value]+4(%%ebp)
    movl $%c[how_returned], %c[how](%%ebp)
    jmp .Lnext

.Lint80:
    int $0x80
    ret

.Lkilled:                                       # a signal handler that does not return
    mov 4(%%esp), %%eax
    mov %c[stack], %%esp
    mov %c[begun], %%ecx
    dec %%ecx
    imul $%c[call_size], %%ecx, %%ecx
    add $%c[calls], %%ecx
    mov %%eax, %c[value](%%ecx)
    movl $0, %c[value]+4(%%ecx)
    movl $%c[how_killed], %c[how](%%ecx)
    jmp .Lnext

earlybox_ia32_handler:
    mov (%%esp), %%eax
    mov %%eax, %c[handler_returned]
    ret

.Lexit:
    mov $1, %%eax                               # exit
    int $0x80

.Lsignals:
    .byte 4, 5, 7, 8, 11, 31, 0                 # SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS
    .balign 4
.Laction:                                       # handler, flags: SA_NODEFER, restorer, mask
    .long %c[load] + (.Lkilled - earlybox_ia32), 0x40000000, 0, 0, 0
earlybox_ia32_descriptor:
    .long 0
earlybox_ia32_end:
    )" CODE_OF_THIS_BUILD R"(
    .popsection
)" ::[load] "i"(kLoadAddress),
        [arena] "i"(kIa32ArenaAddress), [arena_size] "i"(sizeof(CallScriptArena)),
        [stack] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, stack)),
        [entry] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, entry)),
        [left] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, left)),
        [count] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, count)),
        [begun] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, begun)),
        [current] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, current)),
        [vdso] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, facts.vdso)),
        [vsyscall] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, facts.vsyscall)),
        [handler_returned] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, facts.handler_returned)),
        [calls] "i"(kIa32ArenaAddress + offsetof(CallScriptArena, calls)),
        [vdso_at] "i"(offsetof(CallScriptArena, vdso)), [vdso_size] "i"(CallScriptArena::kVdsoSize),
        [call_size] "i"(sizeof(ScriptedCall)), [through] "i"(offsetof(ScriptedCall, through)),
        [target] "i"(offsetof(ScriptedCall, target)), [arguments] "i"(offsetof(ScriptedCall, arguments)),
        [rounds] "i"(offsetof(ScriptedCall, rounds)), [how] "i"(offsetof(ScriptedCall, how)),
        [value] "i"(offsetof(ScriptedCall, value)), [through_function] "i"(ScriptedCall::Through::function),
        [through_vsyscall] "i"(ScriptedCall::Through::vsyscall),
        [how_returned] "i"(ScriptedCall::How::returned), [how_killed] "i"(ScriptedCall::How::killed));
}

}  // namespace

uint32_t ia32_handler_address() {
    return kLoadAddress + static_cast<uint32_t>(earlybox_ia32_handler - earlybox_ia32);
}
std::span<const uint8_t> ia32_caller() { return {earlybox_ia32, earlybox_ia32_end}; }
size_t ia32_caller_descriptor_offset() {
    return static_cast<size_t>(earlybox_ia32_descriptor - earlybox_ia32);
}

}  // namespace earlybox

#else

namespace earlybox {
uint32_t ia32_handler_address() { return 0; }
std::span<const uint8_t> ia32_caller() { return {}; }
size_t ia32_caller_descriptor_offset() { return 0; }
}  // namespace earlybox

#endif
