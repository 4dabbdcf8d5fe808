// SPDX-License-Identifier: MIT
#include "core/sys/calls.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "core/sys/process.h"

// Both take the registers in the order nr, a, b, c, d, e, f and return what the kernel left in eax/rax.
#if defined(__x86_64__)
asm(R"(
    .text
    .type earlybox_int80, @function
earlybox_int80:
    push %rbx
    push %rbp
    push %r12
    mov %rdi, %r12
    mov 0(%r12), %eax
    mov 8(%r12), %ebx
    mov 16(%r12), %ecx
    mov 24(%r12), %edx
    mov 32(%r12), %esi
    mov 40(%r12), %edi
    mov 48(%r12), %ebp
    int $0x80
    movslq %eax, %rax
    pop %r12
    pop %rbp
    pop %rbx
    ret
    .size earlybox_int80, . - earlybox_int80
)");
extern "C" int64_t earlybox_int80(const int64_t* registers);
#elif defined(__i386__)
asm(R"(
    .text
    .type earlybox_int80, @function
earlybox_int80:
    push %ebx
    push %esi
    push %edi
    push %ebp
    mov 20(%esp), %ebp
    mov 0(%ebp), %eax
    mov 8(%ebp), %ebx
    mov 16(%ebp), %ecx
    mov 24(%ebp), %edx
    mov 32(%ebp), %esi
    mov 40(%ebp), %edi
    mov 48(%ebp), %ebp
    int $0x80
    cltd
    pop %ebp
    pop %edi
    pop %esi
    pop %ebx
    ret
    .size earlybox_int80, . - earlybox_int80
)");
extern "C" int64_t earlybox_int80(const int64_t* registers);
#endif

namespace earlybox {
namespace {

constexpr int64_t kX32Bit = 0x40000000;

// False where this build has no such entry.
bool make_call(const CallAttempt& attempt, int64_t& value) {
    const int64_t* a = attempt.arguments;
    switch (attempt.entry) {
        case CallEntry::int80: {
#if defined(__x86_64__) || defined(__i386__)
            const int64_t registers[] = {attempt.number, a[0], a[1], a[2], a[3], a[4], a[5]};
            value = earlybox_int80(registers);
            return true;
#else
            return false;
#endif
        }
        case CallEntry::x32:
#if !defined(__x86_64__)
            return false;
#endif
        case CallEntry::native: {
            const int64_t bit = attempt.entry == CallEntry::x32 ? kX32Bit : 0;
            const auto result =
                syscall(static_cast<long>(attempt.number | bit), a[0], a[1], a[2], a[3], a[4], a[5]);
            value = result == -1 ? -errno : result;
            return true;
        }
    }
    return false;
}

constexpr size_t kBatch = 1024;
constexpr int kTimeoutMs = 2000;

struct Progress {
    size_t begun;
    CallAnswer answers[kBatch];
};

}  // namespace

bool CallAnswer::refused_as_unknown() const { return how == How::returned && value == -ENOSYS; }

std::vector<CallAnswer> attempt_calls(std::span<const CallAttempt> attempts) {
    std::vector<CallAnswer> answers(attempts.size());
    Shared<Progress> progress;
    attempts = attempts.first(std::min(attempts.size(), kBatch));
    if (!progress) return answers;
    while (progress->begun < attempts.size()) {
        const size_t first = progress->begun;
        const auto end = run_in_child(
            [&]() -> int {
                setsid();  // whatever a call does to a session or process group, it is not the caller's
                for (size_t i = first; i < attempts.size(); ++i) {
                    CallAnswer& answer = progress->answers[i];
                    progress->begun = i + 1;
                    if (make_call(attempts[i], answer.value)) answer.how = CallAnswer::How::returned;
                }
                return 0;
            },
            kTimeoutMs);
        if (!end || progress->begun == first) break;  // no child, or one that never came to its first call
        if (end->how == ChildEnd::How::exited) continue;
        CallAnswer& fatal = progress->answers[progress->begun - 1];
        if (end->how == ChildEnd::How::timed_out)
            fatal = {CallAnswer::How::hung, 0};
        else
            fatal = {CallAnswer::How::killed, end->code};
    }
    std::copy_n(progress->answers, attempts.size(), answers.begin());
    return answers;
}

}  // namespace earlybox
