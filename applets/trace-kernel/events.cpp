// SPDX-License-Identifier: MIT
#include <errno.h>

#include <algorithm>
#include <map>

#include "applets/trace-kernel/event_text.h"
#include "applets/trace-kernel/patterns.h"
#include "applets/trace-kernel/request.h"
#include "core/base/text.h"
#include "core/probe/traced_tasks.h"

namespace earlybox::trace_kernel {
namespace {

constexpr std::string_view kSystemCalls = "raw_syscalls:", kOneSystemCall = "syscalls:";

class EventLog {
 public:
    EventLog(Context& context, const TraceSession& session, TracedTasks& tasks,
             std::map<unsigned, KnownEvent>& events)
        : context_(context), session_(session), tasks_(tasks), events_(events) {}

    bool show(const TraceRecord& record) {
        tasks_.observe(record);
        const auto event = events_.find(record.head.id);
        if (event == events_.end()) return true;
        if (record.lost != 0) show_lost(record);
        const bool is_system_call = event->second.name.starts_with(kSystemCalls);
        if (is_system_call && is_before_exec(record, event->second.format)) return true;
        const auto abi = is_system_call ? system_call_abi(record, event->second.format) : std::nullopt;
        ++shown_;
        if (context_.json)
            show_json(record, event->second, is_system_call, abi);
        else
            show_text(record, event->second, is_system_call, abi);
        return context_.out.error() == 0;
    }
    size_t shown() const { return shown_; }

 private:
    // Where reading the clock takes a system call, the end of that one is the last that we do in the
    // command's place.
    bool is_before_exec(const TraceRecord& record, const TraceFormat& format) {
        if (record.head.process != session_.command() || command_has_called_) return false;
        command_has_called_ = format.field("ret") == nullptr;
        const TraceField* id = format.field("id");
        constexpr uint64_t kClockGettime = 228;
        return !command_has_called_ && id != nullptr && id->number(record.event) == kClockGettime;
    }

    std::optional<Abi> system_call_abi(const TraceRecord& record, const TraceFormat& format) {
        const TraceField* id = format.field("id");
        const TraceField* result = format.field("ret");
        const uint64_t number = id == nullptr ? 0 : id->number(record.event);
        if (result != nullptr)
            tasks_.returned(record.head.process, number, static_cast<int64_t>(result->number(record.event)));
        return abi_of_call(number, tasks_.abi(record.head.process));
    }

    void show_lost(const TraceRecord& record) {
        const std::string count = record.lost == TracePage::kUncounted ? "some" : concat(record.lost);
        if (!context_.json) context_.out.line("[", count, " events of CPU ", record.cpu, " were lost here]");
    }

    void show_text(const TraceRecord& record, const KnownEvent& event, bool is_system_call,
                   std::optional<Abi> abi) {
        constexpr uint64_t kMicrosecond = 1000, kSecond = 1'000'000'000;
        const std::string micro = concat(record.time % kSecond / kMicrosecond);
        std::string line = concat(record.time / kSecond);
        line.insert(0, line.size() < 5 ? 5 - line.size() : 0, ' ');
        append(line, '.', std::string(6 - micro.size(), '0'), micro, " [", record.cpu, "] ",
               printable(tasks_.name(record.head.process)), '-', record.head.process, ' ', event.name, ':');
        for (const TraceField& field : event.format.fields)
            if (!field.is_common())
                append(line, ' ', field.name, '=', field_text(field, record.event, is_system_call, abi));
        context_.out.line(line);
    }

    void show_json(const TraceRecord& record, const KnownEvent& event, bool is_system_call,
                   std::optional<Abi> abi) {
        Record json;
        json.add("time_ns", record.time)
            .add("cpu", record.cpu)
            .add("pid", record.head.process)
            .add("command", tasks_.name(record.head.process))
            .add("event", event.name);
        if (record.lost != 0)
            json.add("lost_before",
                     record.lost == TracePage::kUncounted ? std::nullopt : std::optional(record.lost));
        for (const TraceField& field : event.format.fields) {
            if (field.is_common()) continue;
            const bool is_plain = field.kind == TraceField::Kind::number && field.display.names.empty();
            if (is_plain && field.is_signed)
                json.add(field.name, static_cast<int64_t>(field.number(record.event)));
            else if (is_plain)
                json.add(field.name, field.number(record.event));
            else
                json.add(field.name, field_text(field, record.event, false, {}));
            if (is_system_call && field.name == "id")
                json.add("call", system_call_text(field.number(record.event), abi));
        }
        context_.out.line(json.json());
    }

    Context& context_;
    const TraceSession& session_;
    TracedTasks& tasks_;
    std::map<unsigned, KnownEvent>& events_;
    size_t shown_ = 0;
    bool command_has_called_ = false;
};

Result<> record_events(TraceSession& session, const std::vector<std::string>& names,
                       const std::string& filter, std::map<unsigned, KnownEvent>& events) {
    for (const std::string& name : names) {
        auto format = TRY(session.tracefs().format(name));
        const std::string folder = event_folder(name);
        if (!filter.empty()) {
            auto filtered = session.set(folder + "/filter", filter);
            if (!filtered) {
                std::string fields;
                for (const TraceField& field : format.fields)
                    if (!field.is_common()) append(fields, fields.empty() ? "" : ", ", field.name);
                filtered.error().remedy = concat(name, " has the fields ", printable(fields));
                return filtered;
            }
        }
        events.emplace(format.id, KnownEvent{name, std::move(format)});
    }
    for (const std::string& name : names) TRY_VOID(session.set(event_folder(name) + "/enable", "1"));
    return {};
}

Result<TraceEnd> trace(Context& context, const Request& request, const Tracefs& tracefs, Machine& machine,
                       const std::vector<std::string>& names, size_t& shown) {
    auto session = TRY(TraceSession::open(tracefs, TraceSession::Place::instance));
    auto tasks = TRY(TracedTasks::watch(session, machine));
    std::map<unsigned, KnownEvent> events;
    TRY_VOID(record_events(session, names, request.options.filter, events));
    EventLog log(context, session, tasks, events);
    const auto end = TRY(session.run(
        request.subject, [&](const TraceRecord& record) { return log.show(record); },
        [&] { context.out.flush(); }));
    shown = log.shown();
    TRY_VOID(session.close());
    return end;
}

}  // namespace

int show_events(Context& context, const Request& request) {
    if (request.patterns.empty())
        return context.usage_error(Error("name events, such as 'sched:*'; trace-kernel list shows them"));
    Machine machine("");
    const auto tracefs = Tracefs::open(machine);
    if (!tracefs) return context.fail(tracefs.error());
    const auto names = matching_events(*tracefs, request.patterns);
    if (!names) return context.fail(names.error());
    const auto is_one_call = [](std::string_view name) { return name.starts_with(kOneSystemCall); };
    if (std::ranges::all_of(*names, is_one_call))
        context.err.line(
            "earlybox trace-kernel: the kernel leaves 32-bit programs out of syscalls:*; raw_syscalls:* "
            "has them");
    size_t shown = 0;
    const auto end = trace(context, request, *tracefs, machine, *names, shown);
    if (!end) return context.fail(end.error());
    return conclude(context, request, *end);
}

}  // namespace earlybox::trace_kernel
