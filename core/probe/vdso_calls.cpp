// SPDX-License-Identifier: MIT
// Which clocks a vDSO serves: lib/vdso/gettimeofday.c (VDSO_HRES, VDSO_COARSE, VDSO_RAW). getrandom's state:
// lib/vdso/getrandom.c, include/uapi/linux/random.h (struct vgetrandom_opaque_params).
#include "core/probe/vdso_calls.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr uint64_t kSecond = 1'000'000'000;
constexpr unsigned kGrndNonblock = 1;

struct Clock {
    int32_t id;
    const char* name;
    Answered answered;
};
// A negative number is a process' or thread's CPU clock: ~pid << 3 | kind, here of the caller itself.
constexpr Clock kClocks[] = {
    {0, "REALTIME", Answered::by_counter},
    {1, "MONOTONIC", Answered::by_counter},
    {2, "PROCESS_CPUTIME_ID", Answered::by_kernel},
    {3, "THREAD_CPUTIME_ID", Answered::by_kernel},
    {4, "MONOTONIC_RAW", Answered::by_counter},
    {5, "REALTIME_COARSE", Answered::by_memory},
    {6, "MONOTONIC_COARSE", Answered::by_memory},
    {7, "BOOTTIME", Answered::by_counter},
    {8, "REALTIME_ALARM", Answered::by_kernel},
    {9, "BOOTTIME_ALARM", Answered::by_kernel},
    {10, "10", Answered::by_kernel},
    {11, "TAI", Answered::by_counter},
    {-6, "CPU clock of the process", Answered::by_kernel},
    {-2, "CPU clock of the thread", Answered::by_kernel},
};
constexpr int32_t kRealtime = 0;
constexpr int32_t kRealtimeCoarse = 5;

// How a time lies in memory: seconds, then a fraction of them.
struct Layout {
    unsigned size;       // of either number
    uint64_t precision;  // nanoseconds in a unit of the fraction
};
struct Time {
    int64_t seconds;
    uint64_t nanoseconds;
    auto operator<=>(const Time&) const = default;
};

Time time_at(const void* place, Layout layout) {
    uint64_t numbers[2] = {};
    memcpy(&numbers[0], place, layout.size);
    memcpy(&numbers[1], static_cast<const char*>(place) + layout.size, layout.size);
    const auto seconds =
        layout.size == 4 ? static_cast<int32_t>(numbers[0]) : static_cast<int64_t>(numbers[0]);
    return {seconds, numbers[1] * layout.precision};
}

// As a function of this layout can tell it.
Time rounded(Time time, Layout layout) {
    if (layout.size == 4) time.seconds = static_cast<int32_t>(time.seconds);
    time.nanoseconds -= time.nanoseconds % layout.precision;
    return time;
}

std::string shown(Time time) {
    std::string digits = concat(time.nanoseconds);
    return concat(time.seconds, '.', std::string(9 - std::min<size_t>(9, digits.size()), '0'), digits);
}

enum class Kind : uint8_t { clock, resolution, time_of_day, seconds, processor, random };

struct Function {
    const char* name;
    Kind kind;
    bool time64;  // counts 64-bit seconds in 32-bit programs too
};
constexpr Function kFunctions[] = {
    {"clock_gettime", Kind::clock, false},      {"clock_gettime64", Kind::clock, true},
    {"gettimeofday", Kind::time_of_day, false}, {"time", Kind::seconds, false},
    {"clock_getres", Kind::resolution, false},  {"clock_getres_time64", Kind::resolution, true},
    {"getcpu", Kind::processor, false},         {"getrandom", Kind::random, false},
};

// A call, and the system calls before and after it that have to agree. The rooms are addresses of what each
// writes.
struct Attempt {
    size_t before, made, after;
    uint64_t room_before, room, room_after;
};

struct Subject {
    const Function* function;
    const Clock* clock;  // nullptr: it has no such argument
    std::vector<Attempt> attempts;
};

// What the vDSO wants to know of the memory that getrandom keeps its state in.
struct RandomState {
    uint32_t size;
    uint32_t protection;
    uint32_t flags;
    uint32_t reserved[13];
};
constexpr uint64_t kRandomStateAddress = 0x10'0000'0000;  // far from everything in a static program
constexpr uint64_t kMapFixedNoreplace = 0x100000;
constexpr uint64_t kPage = 4096;
constexpr size_t kRandomBytes = 32;

class Plan {
 public:
    static Result<Plan> create(const GivenVdso& given) {
        return Plan(given, TRY(CallScript::create(given.caller())));
    }

    // `compared`: with the system calls before and after each.
    void add_all(Scope scope, bool compared) {
        const bool all = scope == Scope::all;
        const unsigned attempts = compared && all ? 3 : 1;
        for (const Function& function : kFunctions) {
            const VdsoSymbol* symbol = given_.function(function.name);
            if (symbol == nullptr) continue;
            const bool has_clock = function.kind == Kind::clock || function.kind == Kind::resolution;
            if (function.kind == Kind::random) {
                random_ = prepare_random(given_, script_);
                if (!random_) continue;
            }
            // The random number generator may have become ready just now: once more, and the state has its
            // seed.
            const bool again = function.kind == Kind::random && !compared;
            if (!has_clock) add({&function, nullptr, {}}, *symbol, attempts + again, compared);
            for (const Clock& clock : kClocks)
                if (has_clock && (all || clock.answered != Answered::by_kernel))
                    add({&function, &clock, {}}, *symbol, attempts, compared);
        }
    }

    CallScript& script() { return script_; }
    const std::vector<Subject>& subjects() const { return subjects_; }

    JudgedCall judge(const Subject& subject) const {
        JudgedCall call{.function = subject.function->name,
                        .argument = subject.clock == nullptr ? "" : subject.clock->name,
                        .answered = answered(subject)};
        for (const Attempt& attempt : subject.attempts) {
            call.trouble = trouble(subject, attempt);
            if (!call.trouble.empty()) continue;
            if (script_[attempt.made].value < 0) call.error = static_cast<int>(-script_[attempt.made].value);
            break;
        }
        // Without random numbers there is nothing for the vDSO to answer with.
        if (call.error == EAGAIN) call.answered = Answered::by_kernel;
        return call;
    }

 private:
    Plan(const GivenVdso& given, CallScript script) : given_(given), script_(std::move(script)) {}

    bool narrow() const { return given_.caller() == Caller::i386; }
    Layout layout(const Function& function) const {
        const unsigned word = narrow() && !function.time64 ? 4 : sizeof(uint64_t);
        return {word, function.kind == Kind::time_of_day ? 1000ULL : 1ULL};
    }
    // Without CONFIG_COMPAT_32BIT_TIME the vDSO keeps its functions, but has nothing to fall back on.
    bool lacks_system_call(const Function& function) const {
        return narrow() && !function.time64 && !given_.time32();
    }
    // Of the system calls that answer the same.
    Layout reference_layout() const { return {given_.time64() ? 8U : 4U, 1}; }
    uint32_t reference_number(const char* name, const char* time64_name) const {
        const bool successor = narrow() && given_.time64();
        return call_number(given_.caller(), successor ? time64_name : name).value_or(0);
    }

    static Answered answered(const Subject& subject) {
        switch (subject.function->kind) {
            case Kind::clock:
                return subject.clock->answered;
            case Kind::resolution:
                return subject.clock->answered == Answered::by_counter ? Answered::by_memory
                                                                       : subject.clock->answered;
            case Kind::time_of_day:
                return Answered::by_counter;
            default:
                return Answered::by_memory;
        }
    }

    using Arguments = std::array<uint64_t, 6>;

    Arguments arguments(const Subject& subject, uint64_t room) const {
        const auto clock = static_cast<uint64_t>(subject.clock == nullptr ? 0 : subject.clock->id);
        switch (subject.function->kind) {
            case Kind::clock:
            case Kind::resolution:
                return {clock, room};
            case Kind::time_of_day:
            case Kind::seconds:
                return {room};
            case Kind::processor:
                return {room, room + sizeof(uint32_t)};
            case Kind::random:
                return {room, kRandomBytes, random_->arguments[2], random_->arguments[3],
                        random_->arguments[4]};
        }
        return {};
    }

    static ScriptedCall made(const VdsoSymbol& symbol, const Arguments& arguments) {
        ScriptedCall call{ScriptedCall::Through::function, static_cast<uint32_t>(symbol.offset)};
        std::ranges::copy(arguments, call.arguments);
        return call;
    }

    ScriptedCall reference(const Subject& subject, uint64_t room) const {
        ScriptedCall call{ScriptedCall::Through::system_call, 0, {0, room}};
        call.arguments[0] = static_cast<uint64_t>(subject.clock == nullptr ? kRealtime : subject.clock->id);
        call.target = reference_number("clock_gettime", "clock_gettime64");
        switch (subject.function->kind) {
            case Kind::resolution:
                call.target = reference_number("clock_getres", "clock_getres_time64");
                break;
            case Kind::seconds:
                call.arguments[0] = kRealtimeCoarse;
                break;
            case Kind::processor:
                call.target = reference_number("getcpu", "getcpu");
                std::ranges::copy(arguments(subject, room), call.arguments);
                break;
            case Kind::random:
                call.target = reference_number("getrandom", "getrandom");
                std::ranges::copy(arguments(subject, room), call.arguments);
                break;
            default:
                break;
        }
        return call;
    }

    void add(Subject subject, const VdsoSymbol& symbol, unsigned attempts, bool compared) {
        for (; attempts != 0; --attempts) {
            Attempt attempt{};
            if (compared) {
                attempt.room_before = script_.reserve(kRandomBytes);
                attempt.before = script_.add(reference(subject, attempt.room_before));
            }
            attempt.room = script_.reserve(kRandomBytes);
            attempt.made = script_.add(made(symbol, arguments(subject, attempt.room)));
            if (compared) {
                attempt.room_after = script_.reserve(kRandomBytes);
                attempt.after = script_.add(reference(subject, attempt.room_after));
            }
            subject.attempts.push_back(attempt);
        }
        subjects_.push_back(std::move(subject));
    }

    std::string trouble(const Subject& subject, const Attempt& attempt) const {
        const ScriptedCall& made = script_[attempt.made];
        const ScriptedCall& before = script_[attempt.before];
        if (made.how == ScriptedCall::How::killed)
            return concat("dies of ", signal_name(static_cast<int>(made.value)));
        if (made.how != ScriptedCall::How::returned) return "was not called: the child ended before";
        const Kind kind = subject.function->kind;
        if (made.returned(-ENOSYS) && lacks_system_call(*subject.function)) return {};
        const bool has_failed = made.value < 0 && kind != Kind::seconds;
        if (has_failed != (before.value < 0) || (has_failed && made.value != before.value))
            return concat("returns ", returned(made), ", the system call ", returned(before));
        if (has_failed) return {};
        switch (kind) {
            case Kind::resolution:
                return compare(subject, attempt, attempt.room_before);
            case Kind::processor:
                return processor_trouble(attempt);
            case Kind::random:
                return random_trouble(attempt, made);
            case Kind::seconds:
                return seconds_trouble(attempt, made);
            default:
                return compare(subject, attempt, attempt.room_after);
        }
    }

    static std::string returned(const ScriptedCall& call) {
        return call.value < 0 ? errno_name(static_cast<int>(-call.value)) : concat(call.value);
    }

    static std::string outside(Time told, Time first, Time last) {
        if (first <= told && told <= last) return {};
        if (first == last) return concat("says ", shown(told), ", the system call ", shown(first));
        return concat("says ", shown(told), "; the system call ", shown(first), " before and ", shown(last),
                      " after");
    }

    std::string compare(const Subject& subject, const Attempt& attempt, uint64_t room_last) const {
        const Layout own = layout(*subject.function);
        const auto by_kernel = [&](uint64_t room) {
            return rounded(time_at(script_.at(room), reference_layout()), own);
        };
        return outside(time_at(script_.at(attempt.room), own), by_kernel(attempt.room_before),
                       by_kernel(room_last));
    }

    // It returns what it writes.
    std::string seconds_trouble(const Attempt& attempt, const ScriptedCall& made) const {
        const auto by_kernel = [&](uint64_t room) {
            return Time{time_at(script_.at(room), reference_layout()).seconds, 0};
        };
        const Time written{narrow() ? time_at(script_.at(attempt.room), {4, 1}).seconds
                                    : time_at(script_.at(attempt.room), {8, 1}).seconds,
                           0};
        if (written.seconds != made.value)
            return concat("returns ", made.value, " but writes ", written.seconds);
        return outside(written, by_kernel(attempt.room_before), by_kernel(attempt.room_after));
    }

    std::string processor_trouble(const Attempt& attempt) const {
        const auto told = [&](uint64_t room) {
            return std::string_view(static_cast<const char*>(script_.at(room)), 2 * sizeof(uint32_t));
        };
        // The scheduler may move the child in between.
        const bool agrees =
            told(attempt.room) == told(attempt.room_before) || told(attempt.room) == told(attempt.room_after);
        return agrees ? "" : "names another processor than the system call";
    }

    std::string random_trouble(const Attempt& attempt, const ScriptedCall& made) const {
        const auto bytes = [&](uint64_t room) {
            return std::string_view(static_cast<const char*>(script_.at(room)), kRandomBytes);
        };
        if (made.value != kRandomBytes) return concat("returns ", made.value, " of ", kRandomBytes, " bytes");
        const bool is_new = bytes(attempt.room) != bytes(attempt.room_before) &&
                            bytes(attempt.room) != std::string(kRandomBytes, '\0');
        return is_new ? "" : "returns bytes that are not random";
    }

    const GivenVdso& given_;
    CallScript script_;
    std::vector<Subject> subjects_;
    std::optional<ScriptedCall> random_;
};

// The system calls that each call of the plan makes.
Result<std::vector<std::vector<uint64_t>>> traced(const GivenVdso& given, Scope scope) {
    Plan plan = TRY(Plan::create(given));
    plan.add_all(scope, false);
    const auto entered = TRY(plan.script().run_traced(kTimeoutMs));
    std::vector<std::vector<uint64_t>> calls;
    for (const Subject& subject : plan.subjects()) {
        auto& own = calls.emplace_back();
        for (const EnteredCall& call : entered)
            if (call.call == subject.attempts.back().made) own.push_back(call.number);
    }
    return calls;
}

}  // namespace

JudgedCall::Outcome JudgedCall::outcome() const {
    if (!trouble.empty()) return Outcome::disagrees;
    if (error == ENOSYS) return Outcome::unanswered;
    if (!calls) return Outcome::not_traced;
    if (calls->empty()) return Outcome::saves_call;
    return is_needless() ? Outcome::falls_back : Outcome::needs_call;
}

std::string listed(const std::vector<JudgedCall>& calls, JudgedCall::Outcome outcome) {
    std::string list;
    const JudgedCall* last = nullptr;
    for (const JudgedCall& call : calls) {
        if (call.outcome() != outcome) continue;
        const bool same = last != nullptr && last->function == call.function;
        if (same)
            append(list, ", ", call.argument);
        else
            append(list, last == nullptr ? "" : "), ", call.function, '(', call.argument);
        last = &call;
    }
    return last == nullptr ? "" : list + ')';
}

std::optional<ScriptedCall> prepare_random(const GivenVdso& given, CallScript& script) {
    const VdsoSymbol* symbol = given.function("getrandom");
    auto question = CallScript::create(given.caller());
    if (symbol == nullptr || !question) return std::nullopt;
    const uint64_t place = question->reserve(sizeof(RandomState));
    question->add(function_call(*symbol, {0, 0, 0, place, ~uint64_t{0}}));
    const auto end = question->run(kTimeoutMs);
    if (!end || !(*question)[0].returned(0)) return std::nullopt;
    const auto& state = *static_cast<const RandomState*>(question->at(place));
    const uint64_t room = (state.size + kPage - 1) / kPage * kPage;
    script.add(system_call(
        given.caller(), "mmap",
        {kRandomStateAddress, room, state.protection, state.flags | kMapFixedNoreplace, ~uint64_t{0}, 0}));
    const auto call = function_call(*symbol, {script.reserve(kRandomBytes), kRandomBytes, kGrndNonblock,
                                              kRandomStateAddress, state.size});
    script.add(call);
    return call;
}

Result<Judgement> judge_time_functions(const GivenVdso& given, Scope scope) {
    Plan plan = TRY(Plan::create(given));
    plan.add_all(scope, true);
    TRY(plan.script().run(kTimeoutMs));
    Judgement judgement;
    for (const Subject& subject : plan.subjects()) judgement.calls.push_back(plan.judge(subject));
    const auto calls = traced(given, scope);
    if (!calls) judgement.untraced = calls.error();
    for (size_t i = 0; calls && i < std::min(calls->size(), judgement.calls.size()); ++i)
        judgement.calls[i].calls = (*calls)[i];
    return judgement;
}

}  // namespace earlybox
