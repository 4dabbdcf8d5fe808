// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/session.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "applets/trace-syscall/call_filter.h"

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

// What a session tells, one word a line.
class Recorder : public Sink {
 public:
    std::vector<std::string> told;

    void attached(Thread&) override { told.emplace_back("attached"); }
    void entered(Thread& thread) override { told.push_back(concat("> ", name(thread))); }
    void returned(Thread& thread, int64_t result) override {
        told.push_back(concat("< ", name(thread), " ", result < 0 ? result : 0));
    }
    void lost(Thread& thread) override { told.push_back(concat("lost ", name(thread))); }
    void signal(Thread&, int number, std::string_view) override { told.push_back(concat("signal ", number)); }
    void stopped(Thread&, int number) override { told.push_back(concat("stopped ", number)); }
    void ended(Thread&, bool by_signal, int code) override {
        told.push_back(concat(by_signal ? "killed " : "exited ", code));
    }

 private:
    static std::string name(const Thread& thread) {
        return std::string(thread.call.row ? thread.call.row->name : "unknown");
    }
};

struct Run {
    std::vector<std::string> told;
    Session::End end;
    std::string notes;
};

Run run(ChildFunction function, Session::Setup setup, bool follow = true) {
    Recorder recorder;
    Output notes = Output::memory();
    Tracer tracer({.follow = follow});
    const auto child = tracer.start(function, nullptr);
    REQUIRE(child);
    setup.sinks = {&recorder};
    Session session(tracer, notes, std::move(setup));
    const auto end = session.run(*child);
    return {recorder.told, end, notes.text()};
}

CallSet calls(const char* expression) { return *CallSet::parse(expression); }

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a session tells its sinks of calls, signals and ends", "[trace-syscall]") {
    const auto got = run(
        [](void*) -> int {
            syscall(SYS_close, 12345);
            signal(SIGUSR1, SIG_IGN);
            raise(SIGUSR1);
            return 7;
        },
        {.filter = {.calls = calls("close,exit_group")}});
    CHECK(got.told == Told{"attached", "> close", concat("< close ", -EBADF), concat("signal ", SIGUSR1),
                           "> exit_group", "lost exit_group", "exited 7"});
    CHECK_FALSE(got.end.by_signal);
    CHECK(got.end.code == 7);
}

TEST_CASE("a session's command that is killed is told as that", "[trace-syscall]") {
    const auto got = run([](void*) -> int { return raise(SIGKILL); }, {.filter = {.calls = calls("none")}});
    CHECK(got.told == Told{"attached", concat("killed ", SIGKILL)});
    CHECK(got.end.by_signal);
    CHECK(got.end.code == SIGKILL);
}

TEST_CASE("calls are given another result, and some only", "[trace-syscall]") {
    const auto injection = Injection::parse("getppid:error=EPERM:when=2+2");
    REQUIRE(injection);
    const auto got = run(
        [](void*) -> int {
            int refused = 0;
            for (int i = 0; i < 6; ++i)
                refused = refused * 2 + (syscall(SYS_getppid) == -1 && errno == EPERM);
            return refused;
        },
        {.filter = {.calls = calls("none")}, .injections = {*injection}});
    CHECK(got.end.code == 0b010101);
}

TEST_CASE("a command on one CPU asks for its CPUs, and has them all", "[trace-syscall]") {
    static cpu_set_t all;
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    OneCpu one_cpu;
    const auto got = run(
        [](void*) -> int {
            const auto has_all = [] {
                cpu_set_t now;
                return sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&now, &all);
            };
            if (!has_all()) return 1;
            const pid_t child = fork();
            if (child == 0) _exit(has_all() ? 5 : 6);
            int status = 0;
            waitpid(child, &status, 0);
            return WEXITSTATUS(status);
        },
        {.filter = {.calls = calls("none")}, .one_cpu = &one_cpu}, false);
    CHECK(got.end.code == 5);
    cpu_set_t now;
    REQUIRE(sched_getaffinity(0, sizeof now, &now) == 0);
    CHECK(CPU_EQUAL(&now, &all));  // the tracer's own
}

TEST_CASE("a command is held on the tracer's CPU, until it is let go", "[trace-syscall]") {
    cpu_set_t all;
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    if (CPU_COUNT(&all) < 2) return;
    const pid_t child = fork();
    if (child == 0) _exit(pause());
    const auto cpus_of = [](pid_t process) {
        cpu_set_t set;
        return sched_getaffinity(process, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1;
    };
    {
        OneCpu one_cpu;
        one_cpu.hold(child);
        CHECK(cpus_of(child) == 1);
        CHECK(cpus_of(0) == 1);
        one_cpu.entering(Abi::x86_64, SYS_sched_getaffinity);
        CHECK(cpus_of(child) == CPU_COUNT(&all));
        one_cpu.leaving();
        CHECK(cpus_of(child) == 1);
        one_cpu.entering(Abi::x86_64, SYS_clone);
        CHECK(cpus_of(child) == CPU_COUNT(&all));
        CHECK(cpus_of(0) == CPU_COUNT(&all));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}
