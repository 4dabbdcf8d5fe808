// SPDX-License-Identifier: MIT
#include "core/sys/call_script.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/sys/file.h"
#include "core/sys/ia32_caller.h"
#include "core/sys/tracer.h"

namespace earlybox {
namespace {

constexpr uint32_t kArenaDataOffset = offsetof(CallScriptArena, data);

Result<Fd> memory_file() {
    Fd file(static_cast<int>(syscall(SYS_memfd_create, "earlybox", MFD_CLOEXEC)));
    if (!file) return failure("make a file in memory (memfd_create)", errno, "CONFIG_MEMFD_CREATE is off");
    return file;
}

// The program, with the descriptor of the arena that it will inherit written into it.
Result<Fd> ia32_program_file(int arena) {
    const auto code = ia32_caller();
    if (code.empty()) return failure("run an i386 program", ENOEXEC, "this is no x86 processor");
    std::string program(reinterpret_cast<const char*>(code.data()), code.size());
    memcpy(&program[ia32_caller_descriptor_offset()], &arena, sizeof arena);
    Fd file = TRY(memory_file());
    TRY_VOID(write_all(file.number(), program, "a file in memory"));
    return file;
}

// --- the native child
// ------------------------------------------------------------------------------------------

sigjmp_buf next_call;

void give_up_call(int signal) { siglongjmp(next_call, signal); }

int64_t make(const ScriptedCall& call, uint64_t vdso) {
    const uint64_t* a = call.arguments;
    if (call.through == ScriptedCall::Through::function) {
        using Function = int64_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
        return reinterpret_cast<Function>(vdso + call.target)(a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    const auto result = syscall(static_cast<long>(call.target), a[0], a[1], a[2], a[3], a[4], a[5]);
    return result == -1 ? -errno : result;
}

int run_calls(CallScriptArena& arena, int memory) {
    for (const int number : {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS}) {
        struct sigaction action{};
        action.sa_handler = give_up_call;
        action.sa_flags = SA_NODEFER;
        sigaction(number, &action, nullptr);
    }
    arena.facts.vdso = getauxval(AT_SYSINFO_EHDR);
    if (arena.facts.vdso != 0)  // cut by the kernel where nothing is mapped
        (void)!pwrite(memory, reinterpret_cast<const void*>(arena.facts.vdso), CallScriptArena::kVdsoSize,
                      offsetof(CallScriptArena, vdso));
    if (const int signal = sigsetjmp(next_call, 0)) {
        ScriptedCall& call = arena.calls[arena.begun - 1];
        call.how = ScriptedCall::How::killed;
        call.value = signal;
    }
    while (arena.begun < arena.count) {
        ScriptedCall& call = arena.calls[arena.begun++];
        arena.current = arena.begun;
        asm volatile("" ::: "memory");  // a tracer looks at it while the call is being made
        int64_t value = 0;
        for (uint32_t left = call.rounds; left != 0; --left) value = make(call, arena.facts.vdso);
        asm volatile("" ::: "memory");
        arena.current = 0;
        call.value = value;
        call.how = ScriptedCall::How::returned;
    }
    return 0;
}

}  // namespace

// --- its parent
// -------------------------------------------------------------------------------------------------

Result<CallScript> CallScript::create(Caller caller) {
    Fd memory = TRY(memory_file());
    if (ftruncate(memory.number(), sizeof(CallScriptArena)) != 0)
        return failure("make room in a file in memory", errno);
    Fd program;
    if (caller == Caller::i386) program = TRY(ia32_program_file(memory.number()));
    void* arena =
        mmap(nullptr, sizeof(CallScriptArena), PROT_READ | PROT_WRITE, MAP_SHARED, memory.number(), 0);
    if (arena == MAP_FAILED) return failure("share memory with a child process", errno);
    return CallScript(caller, std::move(memory), static_cast<CallScriptArena*>(arena), std::move(program));
}

CallScript::CallScript(CallScript&& other) noexcept
    : caller_(other.caller_),
      memory_(std::move(other.memory_)),
      arena_(std::exchange(other.arena_, nullptr)),
      program_(std::move(other.program_)),
      reserved_(other.reserved_) {}

CallScript::~CallScript() { unmap_shared(arena_, sizeof(CallScriptArena)); }

uint64_t CallScript::base() const {
    return caller_ == Caller::i386 ? kIa32ArenaAddress : reinterpret_cast<uintptr_t>(arena_);
}

uint64_t CallScript::reserve(size_t size, size_t alignment) {
    reserved_ = (reserved_ + alignment - 1) / alignment * alignment;
    const uint64_t address = base() + kArenaDataOffset + reserved_;
    reserved_ += size;
    CHECK_INVARIANT(reserved_ <= CallScriptArena::kDataSize);
    return address;
}

void* CallScript::at(uint64_t address) const {
    CHECK_INVARIANT(address - base() - kArenaDataOffset < CallScriptArena::kDataSize);
    return reinterpret_cast<char*>(arena_) + (address - base());
}

uint64_t CallScript::handler_address() { return ia32_handler_address(); }

size_t CallScript::add(const ScriptedCall& call) {
    CHECK_INVARIANT(arena_->count < CallScriptArena::kMostCalls && call.rounds != 0);
    arena_->calls[arena_->count] = call;
    return arena_->count++;
}

ScriptedCall& CallScript::operator[](size_t index) const { return arena_->calls[index]; }
size_t CallScript::size() const { return arena_->count; }
const CallerFacts& CallScript::facts() const { return arena_->facts; }

void CallScript::rewind() {
    arena_->begun = arena_->current = 0;
    arena_->refusal = 0;
    arena_->facts = {};
    for (uint32_t i = 0; i < arena_->count; ++i) arena_->calls[i].how = ScriptedCall::How::not_made;
}

int CallScript::be_child() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();  // signals that calls send to their process group are nobody else's
    if (caller_ == Caller::native) return run_calls(*arena_, memory_.number());
    fcntl(memory_.number(), F_SETFD, 0);
    const char* const argv[] = {"earlybox-calls", nullptr};
    const char* const environment[] = {nullptr};
    syscall(SYS_execveat, program_.number(), "", argv, environment, AT_EMPTY_PATH);
    return arena_->refusal = errno;
}

Result<ChildEnd> CallScript::ended(Result<ChildEnd> end) {
    if (end && arena_->refusal != 0) return failure("execveat", arena_->refusal);
    if (end && end->how == ChildEnd::How::killed && arena_->current != 0) {
        ScriptedCall& fatal = arena_->calls[arena_->current - 1];
        fatal.how = ScriptedCall::How::killed;
        fatal.value = end->code;
    }
    return end;
}

Result<ChildEnd> CallScript::run(int timeout_ms) {
    rewind();
    return ended(run_in_child([this] { return be_child(); }, timeout_ms));
}

Result<std::vector<EnteredCall>> CallScript::run_traced(int timeout_ms) {
    rewind();
    std::vector<EnteredCall> entered;
    auto note = [&](const SystemCall& call) {
        if (const uint32_t current = *static_cast<volatile uint32_t*>(&arena_->current); current != 0)
            entered.push_back({current - 1, static_cast<uint64_t>(call.number)});
    };
    TRY(ended(earlybox::run_traced([this] { return be_child(); }, note, timeout_ms)));
    return entered;
}

std::string_view CallScript::vdso_bytes() const {
    return {arena_->vdso, arena_->facts.vdso == 0 ? 0 : CallScriptArena::kVdsoSize};
}

}  // namespace earlybox
