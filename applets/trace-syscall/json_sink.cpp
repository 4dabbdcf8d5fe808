// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/json_sink.h"

#include <time.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr char kSeparator = '\0';  // between arguments that were written on entry

int64_t wall_ns() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string_view name_of(Abi abi) {
    return abi == Abi::x86_64 ? "x86_64" : abi == Abi::i386 ? "i386" : "x32";
}

std::string signal_name_of(int number) {
    std::string name;
    append_signal(name, static_cast<uint64_t>(number));
    return name;
}

}  // namespace

Record JsonSink::begin(const Thread& thread, const char* event) {
    Record record;
    record.add("event", event).add("pid", thread.id);
    return record;
}

void JsonSink::attached(Thread& thread) { end(thread, begin(thread, "attached").add("time_ns", wall_ns())); }

void JsonSink::entered(Thread& thread) {
    thread.call.process = thread.id;
    decoder_.begin(*thread.memory, thread.call);
    thread.begun.clear();
    thread.known = 0;
    std::string text;
    decoder_.append_entry(text);  // for what has to be kept of the arguments
    for (;; ++thread.known, thread.begun += kSeparator)
        if (thread.known == decoder_.count() || !decoder_.append_argument(thread.begun, thread.known)) break;
}

// What entry and exit tell alike.
Record JsonSink::call(Thread& thread) {
    Record record = begin(thread, "call");
    std::string name;
    append_name(name, thread.call);
    record.add("abi", name_of(thread.call.abi)).add("number", thread.call.number).add("name", name);
    const unsigned count = decoder_.count();
    std::vector<std::string> arguments;
    std::vector<std::string> raw;
    std::string_view begun = thread.begun;
    for (unsigned i = 0; i < count; ++i) {
        std::string text;
        if (i < thread.known) {
            const size_t end = std::min(begun.find(kSeparator), begun.size());
            text = begun.substr(0, end);
            begun.remove_prefix(std::min(end + 1, begun.size()));
        } else if (!decoder_.append_argument(text, i)) {
            text = "?";
        }
        arguments.push_back(std::move(text));
        std::string number;
        append_hex(number, thread.call.abi == Abi::i386 ? thread.call.arguments[i] & 0xffffffff
                                                        : thread.call.arguments[i]);
        raw.push_back(std::move(number));
    }
    record.add("args", arguments).add("raw", raw);
    return record;
}

void JsonSink::returned(Thread& thread, int64_t result) {
    decoder_.begin(*thread.memory, thread.call, result);
    Record record = call(thread);
    std::string text;
    decoder_.append_result(text);
    if (!is_error(result))
        record.add("result", thread.call.abi == Abi::x86_64 ? result : int64_t{static_cast<int32_t>(result)});
    else
        record.add("result", -1)
            .add("errno", -result)
            .add("error", text.substr(text.find('E'), text.find(" (") - text.find('E')));
    record.add("text", text);
    if (thread.injected) record.add("injected", true);
    if (thread.served) record.add("served", true);
    if (thread.is_vdso_call) record.add("vdso", true);
    if (thread.is_vdso_call && !thread.fallback.empty()) record.add("fallback", thread.fallback);
    record.add("time_ns", thread.entered_ns);
    record.add("duration_ns", std::max<int64_t>(thread.returned_ns - thread.entered_ns, 0));
    end(thread, record);
}

void JsonSink::lost(Thread& thread) {
    decoder_.begin(*thread.memory, thread.call);
    Record record = call(thread);
    record.add("result", std::optional<uint64_t>()).add("time_ns", thread.entered_ns);
    end(thread, record);
}

void JsonSink::signal(Thread& thread, int number, std::string_view siginfo) {
    std::string text;
    decoder_.append_siginfo(text, siginfo);
    Record record = begin(thread, "signal");
    end(thread, record.add("signal", signal_name_of(number)).add("siginfo", text).add("time_ns", wall_ns()));
}

void JsonSink::stopped(Thread& thread, int number) {
    Record record = begin(thread, "stopped");
    end(thread, record.add("signal", signal_name_of(number)).add("time_ns", wall_ns()));
}

void JsonSink::started(Thread& parent, pid_t child) {
    Record record = begin(parent, "started");
    end(parent, record.add("child", child).add("time_ns", wall_ns()));
}

void JsonSink::executed(Thread& thread) { end(thread, begin(thread, "exec").add("time_ns", wall_ns())); }

void JsonSink::superseded(Thread& thread, pid_t by) {
    Record record = begin(thread, "superseded");
    end(thread, record.add("by", by).add("time_ns", wall_ns()));
}

void JsonSink::ended(Thread& thread, bool by_signal, int code) {
    Record record = begin(thread, by_signal ? "killed" : "exited");
    if (by_signal)
        record.add("signal", signal_name_of(code));
    else
        record.add("status", code);
    end(thread, record.add("time_ns", wall_ns()));
    out_.ended(thread.id);
}

void JsonSink::detached(Thread& thread) { end(thread, begin(thread, "detached").add("time_ns", wall_ns())); }

}  // namespace earlybox::trace_syscall
