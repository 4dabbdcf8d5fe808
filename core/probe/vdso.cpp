// SPDX-License-Identifier: MIT
#include "core/probe/vdso.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

#include <algorithm>

#include "core/abi/syscalls.h"
#include "core/base/text.h"

namespace earlybox {
namespace {

#if defined(__i386__)
constexpr Caller kCallers[] = {Caller::i386};
#elif defined(__x86_64__)
constexpr Caller kCallers[] = {Caller::native, Caller::i386};
#else
constexpr Caller kCallers[] = {Caller::native};
#endif

#if defined(__x86_64__) || defined(__i386__)
Abi abi_of(Caller caller) { return caller == Caller::i386 ? Abi::i386 : Abi::x86_64; }
#else
struct NumberedCall {
    std::string_view name;
    uint32_t number;
};
constexpr NumberedCall kNativeCalls[] = {{"clock_gettime", SYS_clock_gettime},
                                         {"clock_getres", SYS_clock_getres},
                                         {"gettimeofday", SYS_gettimeofday},
                                         {"getcpu", SYS_getcpu},
                                         {"getrandom", SYS_getrandom},
                                         {"getppid", SYS_getppid},
                                         {"mmap", SYS_mmap},
                                         {"mprotect", SYS_mprotect}};
#endif

}  // namespace

std::span<const Caller> callers() { return kCallers; }

const char* caller_name(Caller caller) {
#if defined(__aarch64__)
    if (caller == Caller::native) return "aarch64";
#endif
    return caller == Caller::i386 ? "i386" : "x86_64";
}

#if defined(__x86_64__) || defined(__i386__)
std::optional<uint32_t> call_number(Caller caller, std::string_view name) {
    const auto call = find_syscall(abi_of(caller), name);
    return call ? std::optional(call->number) : std::nullopt;
}

std::string call_name(Caller caller, uint64_t number) {
    const auto call = find_syscall(abi_of(caller), static_cast<unsigned>(number));
    return call ? std::string(call->name) : concat("system call ", number);
}
#else
std::optional<uint32_t> call_number(Caller, std::string_view name) {
    const auto* call = std::ranges::find(kNativeCalls, name, &NumberedCall::name);
    return call == std::end(kNativeCalls) ? std::nullopt : std::optional(call->number);
}

std::string call_name(Caller, uint64_t number) {
    const auto* call = std::ranges::find(kNativeCalls, number, &NumberedCall::number);
    return call == std::end(kNativeCalls) ? concat("system call ", number) : std::string(call->name);
}
#endif

ScriptedCall system_call(Caller caller, std::string_view name, std::initializer_list<uint64_t> arguments) {
    constexpr uint32_t kNoSuchCall = 0xffff;
    ScriptedCall call{ScriptedCall::Through::system_call, call_number(caller, name).value_or(kNoSuchCall)};
    std::ranges::copy(arguments, call.arguments);
    return call;
}

ScriptedCall function_call(const VdsoSymbol& function, std::initializer_list<uint64_t> arguments) {
    ScriptedCall call{ScriptedCall::Through::function, static_cast<uint32_t>(function.offset)};
    std::ranges::copy(arguments, call.arguments);
    return call;
}

GivenVdso::GivenVdso(const CallScript& script, std::unique_ptr<std::string> image)
    : caller_(script.caller()),
      facts_(script.facts()),
      image_(std::move(image)),
      vdso_(parse_vdso(*image_)) {}

Result<GivenVdso> GivenVdso::find(Caller caller) {
    constexpr int kTimeoutMs = 5000;
    CallScript script = TRY(CallScript::create(caller));
    if (caller == Caller::i386)
        for (const char* name : {"clock_gettime64", "clock_gettime"})
            script.add(system_call(caller, name, {CLOCK_REALTIME, script.reserve(16)}));
    const ChildEnd end = TRY(script.run(kTimeoutMs));
    if (!end.exited_with(0))
        return failure(concat("run a small ", caller_name(caller), " program"), 0,
                       concat("it ", describe(end), " instead of doing its work"));
    auto image = std::make_unique<std::string>(script.vdso_bytes());
    if (const auto size = vdso_size(*image)) image->resize(std::min<uint64_t>(*size, image->size()));
    GivenVdso given(script, std::move(image));
    if (caller == Caller::i386) {
        given.time64_ = !script[0].returned(-ENOSYS);
        given.time32_ = !script[1].returned(-ENOSYS);
    }
    return given;
}

const VdsoSymbol* GivenVdso::function(std::string_view name) const {
    if (!vdso_) return nullptr;
    for (const char* prefix : {"__vdso_", "__kernel_"})
        if (const VdsoSymbol* symbol = vdso_->find(concat(prefix, name))) return symbol;
    return nullptr;
}

}  // namespace earlybox
