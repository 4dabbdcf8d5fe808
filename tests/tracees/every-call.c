// SPDX-License-Identifier: MIT
// Makes system calls by numbers, with arguments that a tracer knows: every-call ABI FIRST LAST ARGUMENTS
// [ROUNDS] ABI is 64, 32 (int $0x80) or x32; ARGUMENTS says what each call gets:
//   ones     -1                     small    1, 2, 3, 4, 5, 6
//   zeros    0                      memory   pointers to words of memory
//   text     pointers to text       mixed    ROUNDS times what a generator picks from all of these
// The tracer must keep the kernel from doing them (-e inject). No C library: it makes no other call but the
// last, exit_group.
typedef unsigned long word;

static word make_64(word number, const word* a) {
    word result;
    register word a3 __asm__("r10") = a[3];
    register word a4 __asm__("r8") = a[4];
    register word a5 __asm__("r9") = a[5];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(a3), "r"(a4), "r"(a5)
                     : "rcx", "r11", "memory");
    return result;
}

static word make_32(word number, const word* a) {
    word result;
    __asm__ volatile(
        "push %%rbp\n\t"
        "push %%rbx\n\t"
        "mov %[b], %%rbx\n\t"
        "mov %[p], %%rbp\n\t"
        "int $0x80\n\t"
        "pop %%rbx\n\t"
        "pop %%rbp"
        : "=a"(result)
        : "0"(number), [b] "r"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), [p] "r"(a[5])
        : "memory", "r8", "r9", "r10", "r11", "cc");
    return result;
}

// Words that mean something in most structures, up to the end of a page behind which there is nothing.
static struct {
    unsigned words[3072];
    char text[1024];
} __attribute__((aligned(4096))) memory;

static unsigned random_state = 1;
static unsigned next_random(void) {
    random_state = random_state * 1103515245 + 12345;
    return random_state >> 16 & 0x7fff;
}

static word pick(unsigned index) {
    static const word kNumbers[] = {
        0,       1,          2,          3,          4,     5,      6,      7,         8,      9,
        10,      11,         12,         13,         14,    15,     16,     17,        0x20,   0x40,
        0x80,    0x100,      0x200,      0x400,      0x800, 0x1000, 0x2000, 0x4000,    0x8000, 0x10000,
        0x80000, 0x7fffffff, 0x80000000, 0xffffffff, -1UL,  -2UL,   -100UL, 0x12345678};
    switch (next_random() % 4) {
        case 0:
            return (word)&memory.words[next_random() % 64 * 4];
        case 1:
            return (word)&memory.text[next_random() % 8 * 16];
        case 2:
            return next_random() % 4 == 0   ? 0xdead000 + index
                   : next_random() % 4 == 0 ? (word)(&memory + 1) - 4
                                            : next_random() % 64;
        default:
            return kNumbers[next_random() % (sizeof kNumbers / sizeof *kNumbers)];
    }
}

static word number_of(const char* text) {
    word number = 0;
    for (; *text != 0; ++text) number = number * 10 + (word)(*text - '0');
    return number;
}

__attribute__((used)) static void run(word* stack) {
    const word count = stack[0];
    char** arguments = (char**)(stack + 1);
    static const char kText[] = "/no/such/file\0\0\0user\0trusted.name\0x\0\1\2\377\\\"\n";
    for (unsigned i = 0; i < 3072; ++i)
        memory.words[i] = i % 7 == 0 ? 1U << i % 32 : i % 5 == 0 ? 0 : i % 11 == 0 ? 2 : i % 13;
    for (unsigned i = 0; i < sizeof memory.text; ++i) memory.text[i] = kText[i % sizeof kText];
    const char abi = count > 4 ? arguments[1][0] : 0;
    if (abi != 0) {
        const word first = number_of(arguments[2]), last = number_of(arguments[3]);
        const char how = arguments[4][0];
        const word rounds = count > 5 ? number_of(arguments[5]) : 1;
        random_state = (unsigned)(first + 1);
        for (word number = first; number <= last; ++number)
            for (word round = 0; round < rounds; ++round) {
                word a[6];
                for (unsigned i = 0; i < 6; ++i)
                    a[i] = how == 'o'               ? -1UL
                           : how == 'z'             ? 0
                           : how == 's'             ? i + 1
                           : how == 't'             ? (word)&memory.text[16 * i]
                           : arguments[4][1] == 'e' ? (word)&memory.words[64 * i]
                                                    : pick(i);
                if (number == (abi == '3' ? 252 : 231)) continue;  // exit_group
                if (abi == '3') {
                    for (unsigned i = 0; i < 6; ++i) a[i] &= 0xffffffff;
                    make_32(number, a);
                } else {
                    make_64(number | (abi == 'x' ? 0x40000000 : 0), a);
                }
            }
    }
    const word status[6] = {0};
    for (;;) make_64(231, status);
}

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall run\n");
