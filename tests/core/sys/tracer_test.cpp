// SPDX-License-Identifier: MIT
#include "core/sys/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <map>

using namespace earlybox;

namespace {

using Kind = TraceEvent::Kind;

pid_t start(Tracer& tracer, ChildFunction function, void* argument = nullptr) {
    const auto child = tracer.start(function, argument);
    if (!child) FAIL(describe(child.error()));
    return *child;
}

// All events to the end; `look` may change each.
template <class Look>
std::vector<TraceEvent> trace(ChildFunction function, TraceOptions options, Look&& look) {
    Tracer tracer(std::move(options));
    start(tracer, function);
    std::vector<TraceEvent> events;
    while (TraceEvent* event = tracer.next(10'000)) {
        if (event->kind == Kind::timed_out) FAIL("a tracee hangs");
        look(*event);
        events.push_back(*event);
    }
    return events;
}

std::vector<TraceEvent> trace(ChildFunction function, TraceOptions options = {}) {
    return trace(function, std::move(options), [](TraceEvent&) {});
}

size_t count(const std::vector<TraceEvent>& events, Kind kind) {
    return static_cast<size_t>(std::ranges::count(events, kind, &TraceEvent::kind));
}

size_t count_calls(const std::vector<TraceEvent>& events, long number) {
    return static_cast<size_t>(std::ranges::count_if(events, [&](const TraceEvent& event) {
        return event.kind == Kind::entry && event.call.number == number;
    }));
}

const TraceEvent* first(const std::vector<TraceEvent>& events, Kind kind) {
    const auto at = std::ranges::find(events, kind, &TraceEvent::kind);
    return at == events.end() ? nullptr : &*at;
}

void* call_getppid_often(void*) {
    for (int i = 0; i < 100; ++i) syscall(SYS_getppid);
    return nullptr;
}

constexpr int kStackSize = 64 * 1024;
alignas(64) char child_stack[kStackSize];

}  // namespace

TEST_CASE("a child's system calls are seen, each with its arguments and its result", "[tracer]") {
    const auto events = trace([](void*) -> int {
        syscall(SYS_getpid);
        return syscall(SYS_close, 12345) == -1 && errno == EBADF ? 7 : 8;
    });
    REQUIRE(events.size() == 6);
    CHECK(events[0].kind == Kind::entry);
    CHECK(events[0].call.number == SYS_getpid);
    CHECK(events[1].kind == Kind::exit);
    CHECK(events[1].call.number == SYS_getpid);
    CHECK(events[1].call.result == events[1].thread);
    CHECK(events[2].call.number == SYS_close);
    CHECK(events[2].call.arguments[0] == 12345);
    CHECK(events[3].call.result == -EBADF);
    CHECK(events[3].call.arguments[0] == 12345);
    CHECK(events[4].call.number == SYS_exit_group);
    CHECK(events[5].kind == Kind::exited);
    CHECK(events[5].code == 7);
}

TEST_CASE("registers tell the same of a system call as the kernel's own answer", "[tracer]") {
    size_t compared = 0;
    trace([](void*) -> int { return syscall(SYS_mmap, nullptr, 0, 3, 4, 5, 6) != -1; }, {},
          [&](const TraceEvent& event) {
              const bool entry = event.kind == Kind::entry;
              if (!entry && event.kind != Kind::exit) return;
              SystemCall call = event.call;
              REQUIRE(event.tracee().system_call_from_registers(entry ? CallPhase::entry : CallPhase::exit,
                                                                call));
              CHECK(call.abi == event.call.abi);
              CHECK(call.number == event.call.number);
              CHECK(std::ranges::equal(call.arguments, event.call.arguments));
              if (entry) {
                  CHECK(call.instruction == event.call.instruction);
                  CHECK(call.stack == event.call.stack);
              } else {
                  CHECK(call.result == event.call.result);
              }
              ++compared;
          });
    CHECK(compared == 3);
}

#ifdef __x86_64__
TEST_CASE("a 64-bit program's 32-bit call is told from its 64-bit ones", "[tracer]") {
    const auto events = trace([](void*) -> int {
        long result = 20;  // getpid of i386, writev of x86_64
        asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
        return result == getpid() ? 0 : 1;
    });
    const auto* entry = first(events, Kind::entry);
    REQUIRE(entry != nullptr);
    if (entry->call.number != 20) return;  // the kernel has no such entry
    CHECK(entry->call.abi == CallAbi::i386);
    CHECK(std::string(abi_name(entry->call.abi)) == "i386");
    const auto* end = first(events, Kind::exited);
    REQUIRE(end != nullptr);
    CHECK(end->code == 0);
}
#endif

TEST_CASE("a call can be replaced on its entry, and its result on its exit", "[tracer]") {
    const auto events = trace([](void*) -> int { return syscall(SYS_getpid) == 4711 ? 0 : 1; }, {},
                              [](const TraceEvent& event) {
                                  if (event.call.number != SYS_getpid) return;
                                  auto registers = event.tracee().registers();
                                  REQUIRE(registers);
                                  if (event.kind == Kind::entry) {
                                      CHECK(registers->number() == SYS_getpid);
                                      registers->set_number(-1);
                                  } else {
                                      CHECK(registers->result() == -ENOSYS);
                                      registers->set_result(4711);
                                  }
                                  REQUIRE(event.tracee().set_registers(*registers));
                              });
    CHECK(events.back().code == 0);
}

TEST_CASE("a tracee's memory is read and written, read-only pages too", "[tracer]") {
    static const char* page = nullptr;
    const long size = sysconf(_SC_PAGESIZE);
    char* fresh = static_cast<char*>(mmap(nullptr, 2 * static_cast<size_t>(size), PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(fresh != MAP_FAILED);
    strcpy(fresh + size - 9, "the text");
    REQUIRE(mprotect(fresh, static_cast<size_t>(size), PROT_READ) == 0);
    REQUIRE(munmap(fresh + size, static_cast<size_t>(size)) == 0);
    page = fresh + size - 9;
    const auto here = RemoteAddress{reinterpret_cast<uintptr_t>(page)};
    const auto events = trace([](void*) -> int { return syscall(SYS_getpid), strcmp(page, "hhe text"); }, {},
                              [&](const TraceEvent& event) {
                                  if (event.kind != Kind::entry || event.call.number != SYS_getpid) return;
                                  const Tracee tracee = event.tracee();
                                  char bytes[20] = {};
                                  CHECK(tracee.read(here, {bytes, 9}) == 9);
                                  CHECK(std::string(bytes) == "the text");
                                  CHECK(tracee.read(here, {bytes, 20}) == 9);  // the page ends there
                                  CHECK_FALSE(tracee.read(RemoteAddress{1}, bytes));
                                  CHECK(tracee.write(here, "h"));
                                  CHECK_FALSE(tracee.write(RemoteAddress{1}, "h"));
                              });
    CHECK(events.back().code == 0);
    CHECK(page[0] == 't');  // the tracee got a copy of its own
    munmap(fresh, static_cast<size_t>(size));
}

TEST_CASE("threads, forked, vforked and cloned children are followed from their first call on", "[tracer]") {
    const auto events = trace([](void*) -> int {
        pthread_t thread;
        if (pthread_create(&thread, nullptr, call_getppid_often, nullptr) != 0) return 1;
        call_getppid_often(nullptr);
        pthread_join(thread, nullptr);
        if (fork() == 0) {
            call_getppid_often(nullptr);
            _exit(0);
        }
        if (vfork() == 0) {
            syscall(SYS_getppid);
            _exit(0);
        }
        clone([](void*) -> int { return call_getppid_often(nullptr), 0; }, child_stack + kStackSize,
              CLONE_VM | SIGCHLD, nullptr);
        for (int i = 0; i < 3; ++i) wait(nullptr);
        return 0;
    });
    CHECK(count(events, Kind::new_child) == 4);
    CHECK(count(events, Kind::started) == 4);
    CHECK(count(events, Kind::exited) == 5);
    CHECK(count_calls(events, SYS_getppid) == 401);
    // Nothing of a child's comes before its announcement.
    for (auto at = events.begin(); at != events.end(); ++at)
        if (at->kind == Kind::new_child)
            CHECK(
                std::none_of(events.begin(), at, [&](const TraceEvent& e) { return e.thread == at->child; }));
}

TEST_CASE("children are not followed where that was not asked for", "[tracer]") {
    const auto events = trace(
        [](void*) -> int {
            if (fork() == 0) {
                call_getppid_often(nullptr);
                _exit(3);
            }
            int status = 0;
            wait(&status);
            return WEXITSTATUS(status);
        },
        {.follow = false});
    CHECK(count(events, Kind::new_child) == 0);
    CHECK(count_calls(events, SYS_getppid) == 0);
    CHECK(events.back().code == 3);
}

TEST_CASE("a program's first events are its execve and the exec", "[tracer]") {
    Tracer tracer({});
    const auto child = tracer.start({"sh", "-c", "exit 5"});
    REQUIRE(child);
    std::vector<TraceEvent> events;
    while (const TraceEvent* event = tracer.next()) events.push_back(*event);
    REQUIRE(events.size() > 4);
    CHECK(events[0].kind == Kind::entry);
    CHECK(events[0].call.number == SYS_execve);
    CHECK(events[1].kind == Kind::exec);
    CHECK(events[1].child == *child);
    CHECK(events[2].kind == Kind::exit);
    CHECK(events[2].call.number == SYS_execve);
    CHECK(events[2].call.result == 0);
    CHECK(events.back().code == 5);
}

TEST_CASE("a program that cannot be started says why", "[tracer]") {
    Tracer tracer({});
    const auto nowhere = tracer.start({"no-such-program-anywhere"});
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == ENOENT);
    CHECK(nowhere.error().cause == "there is no such program in PATH");
    CHECK(tracer.next() == nullptr);

    REQUIRE(tracer.start({"/"}));
    std::vector<TraceEvent> events;
    while (const TraceEvent* event = tracer.next()) events.push_back(*event);
    const auto* exit = first(events, Kind::exit);
    REQUIRE(exit != nullptr);
    CHECK(exit->call.result == -EACCES);
    CHECK(events.back().code == 127);
}

TEST_CASE("exec by another thread than the first leaves one with the first one's number", "[tracer]") {
    const auto events = trace([](void*) -> int {
        pthread_t thread;
        pthread_create(
            &thread, nullptr,
            [](void*) -> void* { return execl("/bin/sh", "sh", "-c", "exit 6", nullptr), nullptr; }, nullptr);
        pause();
        return 0;
    });
    const auto* exec = first(events, Kind::exec);
    REQUIRE(exec != nullptr);
    CHECK(exec->child != exec->thread);
    const TraceEvent& after = *(exec + 1);
    CHECK(after.kind == Kind::exit);
    CHECK(after.call.number == SYS_execve);
    CHECK(after.call.result == 0);
    CHECK(events.back().code == 6);
}

TEST_CASE("signals pass through, unless they are held back", "[tracer]") {
    const ChildFunction function = [](void*) -> int { return raise(SIGUSR1), 9; };
    auto events = trace(function);
    REQUIRE(first(events, Kind::signal) != nullptr);
    CHECK(first(events, Kind::signal)->code == SIGUSR1);
    CHECK(events.back().kind == Kind::killed);
    CHECK(events.back().code == SIGUSR1);

    events = trace(function, {}, [](TraceEvent& event) { event.deliver = 0; });
    CHECK(events.back().kind == Kind::exited);
    CHECK(events.back().code == 9);
}

TEST_CASE("a stopped process stays stopped until it is continued", "[tracer]") {
    int stops = 0;
    const auto events = trace([](void*) -> int { return kill(getpid(), SIGSTOP), 4; }, {},
                              [&](const TraceEvent& event) {
                                  if (event.kind != Kind::group_stop) return;
                                  CHECK(event.code == SIGSTOP);
                                  ++stops;
                                  kill(event.thread, SIGCONT);
                              });
    CHECK(stops == 1);
    CHECK(count(events, Kind::continued) >= 1);
    CHECK(events.back().code == 4);
}

TEST_CASE("single steps are told from the tracee's own SIGTRAP", "[tracer]") {
    size_t steps = 0;
    const auto events = trace([](void*) -> int { return syscall(SYS_getppid), raise(SIGTRAP); }, {},
                              [&](TraceEvent& event) {
                                  const bool begins =
                                      event.kind == Kind::exit && event.call.number == SYS_getppid;
                                  if (event.kind == Kind::stepped) ++steps;
                                  if (begins || (event.kind == Kind::stepped && steps < 10))
                                      event.resume = Resume::step;
                              });
    CHECK(steps == 10);
    CHECK(events.back().kind == Kind::killed);
    CHECK(events.back().code == SIGTRAP);
}

TEST_CASE("a tracee that dies while it is stopped is an event, not an error", "[tracer]") {
    const auto events = trace([](void*) -> int { return pause(); }, {},
                              [](const TraceEvent& event) {
                                  if (event.kind == Kind::entry) kill(event.thread, SIGKILL);
                              });
    CHECK(events.back().kind == Kind::killed);
    CHECK(events.back().code == SIGKILL);
}

TEST_CASE("what ends can be looked at before it has gone", "[tracer]") {
    static const int value = 77;
    int seen = 0;
    const auto events =
        trace([](void*) -> int { return raise(SIGKILL); }, {.exits = true},
              [&](const TraceEvent& event) {
                  if (event.kind != Kind::exiting) return;
                  REQUIRE(event.tracee().read(RemoteAddress{reinterpret_cast<uintptr_t>(&value)},
                                              {reinterpret_cast<char*>(&seen), sizeof seen}));
              });
    CHECK(seen == 77);
    CHECK(events.back().kind == Kind::killed);
}

TEST_CASE("a running process is seized, and runs on when it is released", "[tracer]") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        _exit(read(ends[0], &byte, 1) == 1 ? byte : 1);
    }
    {
        Tracer tracer({});
        REQUIRE(tracer.seize(child));
        const TraceEvent* event = tracer.next(10'000);
        REQUIRE(event != nullptr);
        CHECK(event->kind == Kind::started);
        CHECK(event->thread == child);
        const auto again = tracer.seize(child);
        REQUIRE_FALSE(again);
        CHECK(again.error().code == EPERM);
        CHECK(again.error().cause.find("something traces it already") == 0);
    }
    REQUIRE(write(ends[1], "\5", 1) == 1);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 5 << 8);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("whoever is still traced at the end is released, wherever it is", "[tracer]") {
    pid_t child = 0;
    {
        Tracer tracer({});
        child = start(tracer, [](void*) -> int {
            const pid_t second = fork();
            if (second == 0) {
                usleep(20'000);
                _exit(11);
            }
            int status = 0;
            waitpid(second, &status, 0);
            return WEXITSTATUS(status);
        });
        while (const TraceEvent* event = tracer.next())
            if (event->kind == Kind::started && event->thread != child) break;
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 11 << 8);
}

TEST_CASE("with kill_at_end nobody is left", "[tracer]") {
    pid_t child = 0;
    {
        Tracer tracer({.kill_at_end = true});
        child = start(tracer, [](void*) -> int { return pause(); });
        const TraceEvent* event = tracer.next(10'000);
        REQUIRE(event != nullptr);
    }
    CHECK(waitpid(child, nullptr, WNOHANG) == -1);
    CHECK(kill(child, 0) == -1);
}

TEST_CASE("signals to the tracer and the passing of time are events", "[tracer]") {
    Tracer tracer({.kill_at_end = true, .signals = {SIGTERM}});
    start(tracer, [](void*) -> int {
        kill(getppid(), SIGTERM);
        return pause();
    });
    std::map<Kind, int> kinds;
    while (kinds[Kind::timed_out] == 0) {
        const TraceEvent* event = tracer.next(500);
        REQUIRE(event != nullptr);
        ++kinds[event->kind];
        if (event->kind == Kind::interrupted) CHECK(event->code == SIGTERM);
    }
    CHECK(kinds[Kind::interrupted] == 1);
}

TEST_CASE("a traced function's calls are counted by what it is at", "[tracer]") {
    Shared<unsigned> at;
    REQUIRE(at);
    unsigned entered[3] = {};
    const auto end = run_traced(
        [&] {
            *at = 1;
            for (int i = 0; i < 5; ++i) syscall(SYS_getppid);
            *at = 2;
            syscall(SYS_getppid);
            *at = 0;
            return 6;
        },
        [&](const SystemCall&) { ++entered[*at]; }, 10'000);
    REQUIRE(end);
    CHECK(end->exited_with(6));
    CHECK(entered[0] == 1);  // the exit
    CHECK(entered[1] == 5);
    CHECK(entered[2] == 1);

    const auto late = run_traced([] { return pause(); }, [](const SystemCall&) {}, 100);
    REQUIRE(late);
    CHECK(late->how == ChildEnd::How::timed_out);
}
