// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/timing.h"

#include <string.h>
#include <time.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/probe/vdso_calls.h"

namespace earlybox::vdso_probe {
namespace {

constexpr int kTimeoutMs = 600'000;
constexpr int kSeries = 11;

// The clock that series are timed by, as a system call that every kernel has.
class StopWatch {
 public:
    explicit StopWatch(const GivenVdso& given)
        : caller_(given.caller()), narrow_(caller_ == Caller::i386 && !given.time64()) {}

    ScriptedCall look(uint64_t room) const {
        const bool newer = caller_ == Caller::i386 && !narrow_;
        return system_call(caller_, newer ? "clock_gettime64" : "clock_gettime", {CLOCK_MONOTONIC, room});
    }
    uint64_t nanoseconds(const void* room) const {
        const size_t size = narrow_ ? 4 : 8;
        uint64_t numbers[2] = {};
        memcpy(&numbers[0], room, size);
        memcpy(&numbers[1], static_cast<const char*>(room) + size, size);
        return numbers[0] * 1'000'000'000 + numbers[1];
    }

 private:
    Caller caller_;
    bool narrow_;
};

struct Subject {
    const char* name;
    const char* argument;
    uint64_t clock;
    bool has_clock;
    const char* newer_call;  // where the kernel lacks that of the same name
};
constexpr Subject kSubjects[] = {
    {"clock_gettime", "REALTIME", CLOCK_REALTIME, true, "clock_gettime64"},
    {"clock_gettime", "MONOTONIC", CLOCK_MONOTONIC, true, "clock_gettime64"},
    {"clock_gettime", "MONOTONIC_COARSE", CLOCK_MONOTONIC_COARSE, true, "clock_gettime64"},
    {"clock_gettime64", "MONOTONIC", CLOCK_MONOTONIC, true, "clock_gettime64"},
    {"gettimeofday", "", 0, false, nullptr},
    {"time", "", 0, false, "gettimeofday"},
    {"clock_getres", "MONOTONIC", CLOCK_MONOTONIC, true, "clock_getres_time64"},
    {"getcpu", "", 0, false, nullptr},
};

// Nanoseconds for a call, in tenths, of each series.
Result<std::vector<uint64_t>> run_series(const GivenVdso& given, CallScript& script, ScriptedCall call,
                                         uint32_t rounds) {
    const StopWatch watch(given);
    call.rounds = rounds;
    std::vector<uint64_t> looks;
    for (int i = 0; i < kSeries; ++i) {
        looks.push_back(script.reserve(16));
        script.add(watch.look(looks.back()));
        script.add(call);
        looks.push_back(script.reserve(16));
        script.add(watch.look(looks.back()));
    }
    const ChildEnd end = TRY(script.run(kTimeoutMs));
    if (!end.exited_with(0)) return failure("time calls in a child", 0, concat("it ", describe(end)));
    std::vector<uint64_t> tenths;
    for (size_t i = 0; i < looks.size(); i += 2) {
        const uint64_t begin = watch.nanoseconds(script.at(looks[i]));
        const uint64_t end_time = watch.nanoseconds(script.at(looks[i + 1]));
        tenths.push_back((end_time - begin) * 10 / rounds);
    }
    return tenths;
}

// Of two names the one that the kernel answers to.
std::string answered_call(const GivenVdso& given, const Subject& subject) {
    if (given.caller() == Caller::native || subject.newer_call == nullptr || given.time32())
        return subject.name;
    return subject.newer_call;
}

}  // namespace

Spread spread_of(std::vector<uint64_t> values) {
    std::ranges::sort(values);
    return {values.front(), values[values.size() / 2], values.back()};
}

uint64_t Timing::ratio_in_tenths() const { return plain.median * 10 / std::max<uint64_t>(vdso.median, 1); }

Result<std::vector<Timing>> time_functions(const GivenVdso& given, uint32_t rounds) {
    const Caller caller = given.caller();
    std::vector<Timing> timings;
    const auto spread = [&](CallScript& script, const ScriptedCall& call) -> Result<Spread> {
        return spread_of(TRY(run_series(given, script, call, rounds)));
    };
    const auto as_libraries_do = [&](ScriptedCall call) {
        if (given.facts().vsyscall != 0) call.through = ScriptedCall::Through::vsyscall;
        return call;
    };
    const auto into_room = [&](ScriptedCall call, bool has_clock) -> Result<Spread> {
        auto script = TRY(CallScript::create(caller));
        call.arguments[has_clock ? 1 : 0] = script.reserve(32);
        return spread(script, call);
    };
    for (const Subject& subject : kSubjects) {
        const VdsoSymbol* symbol = given.function(subject.name);
        if (symbol == nullptr) continue;
        const std::string plain = answered_call(given, subject);
        timings.push_back({concat(subject.name, "(", subject.argument, ")"), plain,
                           TRY(into_room(function_call(*symbol, {subject.clock}), subject.has_clock)),
                           TRY(into_room(as_libraries_do(system_call(caller, plain, {subject.clock})),
                                         subject.has_clock))});
    }
    auto script = TRY(CallScript::create(caller));
    if (auto random = prepare_random(given, script)) {
        const Spread vdso = TRY(spread(script, *random));
        auto plain = TRY(CallScript::create(caller));
        const auto call = system_call(caller, "getrandom", {plain.reserve(32), 32, 0});
        timings.push_back({"getrandom(32 bytes)", "getrandom", vdso, TRY(spread(plain, call))});
    }
    if (given.facts().vsyscall != 0) {
        const auto call = system_call(caller, "getppid", {});
        const Spread plain = TRY(into_room(call, false));
        timings.push_back({"getppid by __kernel_vsyscall", "int $0x80",
                           TRY(into_room(as_libraries_do(call), false)), plain});
    }
    return timings;
}

}  // namespace earlybox::vdso_probe
