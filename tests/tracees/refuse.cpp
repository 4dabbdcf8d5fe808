// SPDX-License-Identifier: MIT
// Runs a command that cannot make some system calls: a seccomp filter answers them with ENOSYS.
//     refuse i386:265 x86_64:96 x86_64:101@0x420e x86_64:83=1 -- COMMAND...
// With @ only where the first argument is that, in its lower half; with = by that errno.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <vector>

int main(int argc, char** argv) {
    std::vector<sock_filter> filter;
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--") != 0; ++i) {
        const char* colon = strchr(argv[i], ':');
        const bool is_i386 = strncmp(argv[i], "i386:", 5) == 0;
        if (colon == nullptr || (!is_i386 && strncmp(argv[i], "x86_64:", 7) != 0)) break;
        const unsigned architecture = is_i386 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
        const auto number = static_cast<unsigned>(atoi(colon + 1));
        const char* first = strchr(argv[i], '@');
        const unsigned char more = first != nullptr ? 2 : 0;
        filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
        filter.push_back(
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, static_cast<unsigned char>(3 + more)));
        filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
        filter.push_back(
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, static_cast<unsigned char>(1 + more)));
        if (first != nullptr) {
            const auto value = static_cast<unsigned>(strtoul(first + 1, nullptr, 0));
            filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)));
            filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
        }
        const char* code = strchr(argv[i], '=');
        const unsigned answer = code != nullptr ? static_cast<unsigned>(atoi(code + 1)) : ENOSYS;
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer));
    }
    if (i + 1 >= argc || strcmp(argv[i], "--") != 0) {
        fputs("usage: refuse (i386|x86_64):NUMBER[@ARGUMENT][=ERRNO]... -- COMMAND...\n", stderr);
        return 2;
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("refuse: install a filter");
        return 3;
    }
    execvp(argv[i + 1], argv + i + 1);
    perror(argv[i + 1]);
    return 127;
}
