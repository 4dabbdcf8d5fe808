// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/edges.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::vdso_probe {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr size_t kPage = 4096;

struct ClockId {
    int32_t id;
    const char* name;
};
// 16 to 23 are left out: from 6.17 on they are auxiliary clocks, and the vDSO's clock_getres answers for
// those too that are switched off.
constexpr ClockId kNoClocks[] = {
    {10, "10"},
    {12, "12"},
    {15, "15"},
    {24, "24"},
    {31, "31"},
    {32, "32"},
    {63, "63"},
    {INT32_MAX, "INT_MAX"},
    {INT32_MIN, "INT_MIN"},
    {-1, "-1"},
    {~99 << 3 | 3, "clock of descriptor 99"},
    {static_cast<int32_t>(~0x7ffffffU << 3 | 2), "CPU clock of no process"},
};
// One each of those that the vDSO answers from the counter, from memory, that the kernel answers, and none.
constexpr ClockId kClocks[] = {
    {1, "MONOTONIC"}, {6, "MONOTONIC_COARSE"}, {2, "PROCESS_CPUTIME_ID"}, {12, "12"}};

struct Place {
    uint64_t address;
    const char* name;
};

class Edges {
 public:
    static Result<Edges> create(const GivenVdso& given) {
        return Edges(given, TRY(CallScript::create(given.caller())));
    }

    void add_all() {
        for (const char* name : {"clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64"}) {
            for (const ClockId& clock : kNoClocks) add_clock(name, clock, good_);
            for (const ClockId& clock : kClocks)
                for (const Place& place : bad_) add_clock(name, clock, place);
        }
        for (const char* name : {"gettimeofday", "getcpu"}) {
            add(name, {good_, null()});
            add(name, {null(), good_});
            add(name, {null(), null()});
            for (const Place& place : std::span(bad_).subspan(1)) {
                add(name, {place, null()});
                add(name, {null(), place});
            }
        }
        for (const Place& place : bad_) add("time", {place});
        const Place bytes{16, "16"};
        const Place no_flags{0, "0"};
        const Place no_state_size{7, "7"};
        add("getrandom", {null(), {0, "0"}, no_flags});
        add("getrandom", {good_, bytes, {0x80, "0x80"}});
        add("getrandom", {good_, bytes, no_flags, null(), no_state_size});
        for (const Place& place : bad_) add("getrandom", {place, bytes, no_flags, null(), no_state_size});
    }

    Result<std::vector<Edge>> run() {
        TRY(script_.run(kTimeoutMs));
        std::vector<Edge> edges;
        for (const Case& each : cases_) edges.push_back(judge(each));
        return edges;
    }

 private:
    struct Case {
        std::string call;
        size_t made;
        std::vector<size_t> references;
    };

    Edges(const GivenVdso& given, CallScript script)
        : given_(given),
          script_(std::move(script)),
          good_{script_.reserve(64), "ok"},
          bad_{null(),
               {given.caller() == Caller::i386 ? UINT32_MAX : UINT64_MAX, "unmapped"},
               {script_.reserve(kPage, kPage), "PROT_NONE"},
               {script_.reserve(kPage, kPage), "read-only"}} {
        script_.add(system_call(given.caller(), "mprotect", {bad_[2].address, kPage, PROT_NONE}));
        script_.add(system_call(given.caller(), "mprotect", {bad_[3].address, kPage, PROT_READ}));
    }

    static Place null() { return {0, "NULL"}; }

    void add_clock(const char* name, const ClockId& clock, const Place& place) {
        add(name, {{static_cast<uint64_t>(clock.id), clock.name}, place});
    }

    void add(const char* name, std::initializer_list<Place> arguments) {
        const VdsoSymbol* symbol = given_.function(name);
        if (symbol == nullptr) return;
        std::vector<std::string> shown;
        ScriptedCall call = function_call(*symbol, {});
        for (const Place& argument : arguments) {
            call.arguments[shown.size()] = argument.address;
            shown.emplace_back(argument.name);
        }
        Case edge{
            .call = concat(name, "(", join(shown, ", "), ")"), .made = script_.add(call), .references = {}};
        // Where a kernel lacks the older of two system calls, the newer one tells.
        const std::string newer = concat(name, std::string_view(name) == "clock_gettime" ? "64" : "_time64");
        for (const std::string& reference : {std::string(name), newer}) {
            const auto number = call_number(given_.caller(), reference);
            if (!number) continue;
            call.through = ScriptedCall::Through::system_call;
            call.target = *number;
            edge.references.push_back(script_.add(call));
        }
        cases_.push_back(std::move(edge));
    }

    static std::string shown(const ScriptedCall& call) {
        if (call.how == ScriptedCall::How::killed) return signal_name(static_cast<int>(call.value));
        if (call.how == ScriptedCall::How::not_made) return "not called";
        return call.value < 0 ? errno_name(static_cast<int>(-call.value)) : "fine";
    }

    static bool agree(const ScriptedCall& made, const ScriptedCall& reference) {
        const bool died = made.how == ScriptedCall::How::killed && made.value == SIGSEGV;
        return shown(made) == shown(reference) || (died && reference.returned(-EFAULT));
    }

    Edge judge(const Case& edge) const {
        const ScriptedCall& made = script_[edge.made];
        Edge judged{.call = edge.call, .vdso = shown(made), .system_call = "", .agrees = true};
        for (const size_t index : edge.references) {
            const ScriptedCall& reference = script_[index];
            const bool is_missing = reference.returned(-ENOSYS);
            if (is_missing && made.returned(-ENOSYS)) return {edge.call, "ENOSYS", "ENOSYS", true};
            if (is_missing) continue;
            judged.system_call = shown(reference);
            judged.agrees = agree(made, reference);
            if (judged.agrees) break;
        }
        return judged;
    }

    const GivenVdso& given_;
    CallScript script_;
    Place good_;
    std::vector<Place> bad_;
    std::vector<Case> cases_;
};

}  // namespace

Result<std::vector<Edge>> try_edges(const GivenVdso& given) {
    Edges edges = TRY(Edges::create(given));
    edges.add_all();
    return edges.run();
}

}  // namespace earlybox::vdso_probe
