// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/entry.h"

#include <signal.h>
#include <string.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::vdso_probe {
namespace {

constexpr int kTimeoutMs = 5000;

struct Instruction {
    std::string_view bytes;
    const char* name;
};
constexpr Instruction kEntries[] = {
    {"\x0f\x34", "SYSENTER"}, {"\x0f\x05", "SYSCALL"}, {"\xcd\x80", "int $0x80"}};

// The first system call that goes through it must answer as through int $0x80, and be one.
Result<> examine_vsyscall(const GivenVdso& given, const VdsoSymbol& symbol, EntryFact& fact) {
    CallScript script = TRY(CallScript::create(Caller::i386));
    ScriptedCall call = system_call(Caller::i386, "getppid", {});
    const size_t plain = script.add(call);
    call.through = ScriptedCall::Through::vsyscall;
    const size_t through = script.add(call);
    TRY(script.run(kTimeoutMs));
    const bool agrees = script[through].returned(script[plain].value);
    const auto entered = TRY(script.run_traced(kTimeoutMs));
    const auto count = std::ranges::count(entered, through, &EnteredCall::call);

    const std::string instruction = entry_instruction(fact.bytes);
    fact.says = concat("enters the kernel by ", instruction.empty() ? "an unknown instruction" : instruction);
    append(fact.says, agrees ? "; answers as int $0x80" : "; does not answer as int $0x80");
    if (count != 1) append(fact.says, "; makes ", count, " system calls");
    const bool is_announced = given.facts().vsyscall == given.facts().vdso + symbol.offset;
    if (!is_announced)
        append(fact.says, "; is not where AT_SYSINFO points (0x", hex(given.facts().vsyscall), ")");
    fact.fine = agrees && count == 1 && is_announced && !instruction.empty();
    return {};
}

// struct sigaction of rt_sigaction in 32-bit programs; without SA_RESTORER handlers return into the vDSO.
struct Action {
    uint32_t handler;
    uint32_t flags;
    uint32_t restorer;
    uint32_t mask[2];
};

Result<> examine_sigreturn(const VdsoSymbol& symbol, unsigned flags, uint8_t number, EntryFact& fact) {
    CallScript script = TRY(CallScript::create(Caller::i386));
    const uint64_t place = script.reserve(sizeof(Action));
    *static_cast<Action*>(script.at(place)) = {
        .handler = static_cast<uint32_t>(CallScript::handler_address()), .flags = flags};
    script.add(system_call(Caller::i386, "rt_sigaction", {SIGUSR1, place, 0, 8}));
    const size_t sent = script.add(system_call(Caller::i386, "kill", {0, SIGUSR1}));  // to the child alone
    const auto end = TRY(script.run(kTimeoutMs));

    const char code[] = {'\xb8', static_cast<char>(number), 0, 0, 0, '\xcd',
                         '\x80'};  // mov $N, %eax; int $0x80
    const bool has_code = fact.bytes.find(std::string_view(code, sizeof code)) != std::string::npos;
    const bool returned = script.facts().handler_returned == script.facts().vdso + symbol.offset &&
                          script[sent].returned(0) && end.exited_with(0);
    fact.says = !has_code   ? concat("does not make system call ", number)
                : !returned ? "a signal handler did not come back through it"
                            : "a signal handler came back through it";
    fact.fine = has_code && returned;
    return {};
}

}  // namespace

std::string entry_instruction(std::string_view code) {
    const Instruction* first = nullptr;
    for (const Instruction& entry : kEntries)
        if (code.find(entry.bytes) < (first == nullptr ? code.npos : code.find(first->bytes))) first = &entry;
    return first == nullptr ? "" : first->name;
}

Result<std::vector<EntryFact>> examine_entries(const GivenVdso& given) {
    std::vector<EntryFact> facts;
    const auto examine = [&](const char* name, auto&& how) -> Result<> {
        const VdsoSymbol* symbol = given.function(name);
        if (symbol == nullptr) return {};
        auto& fact = facts.emplace_back(
            EntryFact{std::string(symbol->name), std::string(given.vdso()->code(*symbol)), "", false});
        return how(*symbol, fact);
    };
    TRY_VOID(examine("vsyscall", [&](const VdsoSymbol& symbol, EntryFact& fact) {
        return examine_vsyscall(given, symbol, fact);
    }));
    constexpr uint8_t kSigreturn = 119;
    constexpr uint8_t kRtSigreturn = 173;
    TRY_VOID(examine("sigreturn", [](const VdsoSymbol& symbol, EntryFact& fact) {
        return examine_sigreturn(symbol, 0, kSigreturn, fact);
    }));
    TRY_VOID(examine("rt_sigreturn", [](const VdsoSymbol& symbol, EntryFact& fact) {
        return examine_sigreturn(symbol, SA_SIGINFO, kRtSigreturn, fact);
    }));
    return facts;
}

}  // namespace earlybox::vdso_probe
