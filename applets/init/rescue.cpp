// SPDX-License-Identifier: MIT
#include "applets/init/rescue.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <new>

namespace earlybox::init {
namespace {

constexpr timespec kPause{1, 0};  // a fault that comes again at once must not fill the console

// All that is left to a handler in a process of which nothing is certain any more.
struct {
    const char* path;
    int file;  // the path may be gone: switch_root deletes an initramfs
} own{nullptr, -1};
alignas(16) char handler_stack[1 << 15];

[[noreturn]] void start_anew(int signal_number) {
    nanosleep(&kPause, nullptr);
    static char variable[] = "EARLYBOX_INIT_FAULT=00";
    variable[sizeof variable - 3] = static_cast<char>('0' + signal_number / 10);
    variable[sizeof variable - 2] = static_cast<char>('0' + signal_number % 10);
    char name[] = "init";
    char* const arguments[] = {name, nullptr};
    char* const environment[] = {variable, nullptr};
    execve(own.path, arguments, environment);
    syscall(SYS_execveat, own.file, "", arguments, environment, AT_EMPTY_PATH);
    while (true)  // no shell comes back, but the machine and what runs on it live on
        if (wait(nullptr) < 0) nanosleep(&kPause, nullptr);
}

void on_fault(int signal_number, siginfo_t* info, void*) {
    const bool sent_by_another = info->si_code <= 0 && info->si_pid != getpid();
    if (!sent_by_another) start_anew(signal_number);
}

}  // namespace

void survive_own_faults() {
    own.path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    if (own.path == nullptr) own.path = "/init";
    if (own.file < 0) own.file = open(own.path, O_PATH | O_CLOEXEC);
    const stack_t stack{.ss_sp = handler_stack, .ss_flags = 0, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    for (const int number : kFaults) sigaddset(&action.sa_mask, number);  // a storm of them must not pile up
    for (const int number : kFaults) sigaction(number, &action, nullptr);
    // Blocked, as a handler leaves them to the program's next life, a fault would be the end.
    sigprocmask(SIG_UNBLOCK, &action.sa_mask, nullptr);
    std::set_new_handler([] { nanosleep(&kPause, nullptr); });
}

int past_fault() {
    const char* number = getenv(kFaultVariable);
    return number == nullptr ? 0 : atoi(number);
}

}  // namespace earlybox::init
