// SPDX-License-Identifier: MIT
#include "applets/oomscan/view.h"

#include <time.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::oomscan {
namespace {

std::string two_digits(int number) { return concat(number < 10 ? "0" : "", number); }

// "1.473671"
std::string seconds(uint64_t us) {
    const std::string fraction = concat(1'000'000 + us % 1'000'000);
    return concat(us / 1'000'000, '.', std::string_view(fraction).substr(1));
}

// "2026-11-22T16:00:00.123456Z"; empty for a year that the calendar functions cannot tell.
std::string rfc3339(int64_t wall_us) {
    int64_t second = wall_us / 1'000'000, us = wall_us % 1'000'000;
    if (us < 0) us += 1'000'000, --second;
    const auto clock = static_cast<time_t>(second);
    tm parts{};
    if (!gmtime_r(&clock, &parts)) return {};
    const std::string fraction = concat(1'000'000 + us);
    return concat(parts.tm_year + 1900, '-', two_digits(parts.tm_mon + 1), '-', two_digits(parts.tm_mday),
                  'T', two_digits(parts.tm_hour), ':', two_digits(parts.tm_min), ':',
                  two_digits(parts.tm_sec), '.', std::string_view(fraction).substr(1), 'Z');
}

std::string place_of(const OomIncident& incident) {
    return incident.place.line == 0 ? printable(incident.source)
                                    : concat(printable(incident.source), ':', incident.place.line);
}

// Who called the allocator: the first function of the trace that is no part of it.
std::string_view caller_of(const std::vector<OomFrame>& trace) {
    constexpr std::string_view kAllocators[] = {"alloc", "oom",  "out_of_memory", "dump_",        "show_",
                                                "slab",  "slub", "charge",        "get_free_page"};
    for (const OomFrame& frame : trace) {
        const std::string_view name = std::string_view(frame.function).substr(0, frame.function.find('+'));
        const bool allocates = std::ranges::any_of(
            kAllocators, [name](std::string_view part) { return name.find(part) != name.npos; });
        if (!frame.uncertain && !allocates) return name;
    }
    return {};
}

}  // namespace

std::string name_of(const OomIncident& incident, uint32_t pid) {
    const OomTask* const task = incident.task(pid);
    return task ? concat(printable(task->comm), " (", pid, ')') : concat(pid);
}

std::string headline(const OomIncident& incident) {
    std::string text;
    const bool program = incident.kind != OomKind::global && incident.kind != OomKind::memcg;
    if (program) append(text, describe(incident.kind), ' ');
    if (!incident.killed.empty()) {
        const OomVictim& first = incident.killed.front();
        append(text, "killed ", printable(first.comm.empty() && first.pid == 0 ? first.memcg : first.comm));
        if (first.pid != 0) append(text, " (", first.pid, ')');
        if (const size_t more = incident.killed.size() - 1; more != 0) append(text, " and ", more, " more");
    } else if (incident.panic.empty()) {
        append(text, incident.no_killable ? "found nobody to kill" : "killed: not in the log");
    }
    if (!incident.panic.empty()) append(text, incident.killed.empty() ? "" : ", then ", "panicked");
    if (program) return text;
    append(text, ": out of memory");
    if (incident.sysrq) append(text, " (sysrq-f)");
    if (incident.kind == OomKind::memcg)
        append(text, " of the control group ", printable(incident.oom_memcg));
    return text;
}

std::string when_and_where(const OomIncident& incident) {
    std::string text = place_of(incident);
    if (incident.wall_us)
        if (const auto time = rfc3339(*incident.wall_us); !time.empty()) append(text, ", ", time);
    if (incident.since_boot_us) append(text, ", ", seconds(*incident.since_boot_us), " s after boot");
    if (!incident.kernel.empty()) append(text, ", Linux ", printable(incident.kernel));
    return text;
}

std::string request(const OomIncident& incident) {
    const OomTrigger& trigger = incident.trigger;
    if (!trigger.order && !trigger.gfp_mask && trigger.comm.empty()) return {};
    std::string text = printable(trigger.comm);
    if (trigger.pid) append(text, " (", *trigger.pid, ')');
    if (incident.sysrq) return text + " did it for sysrq-f";
    const int order = trigger.order.value_or(0);
    if (order >= 0 && order < 20) append(text, " asked for ", page_size_of(incident) / 1024 << order, " kB");
    if (const auto caller = caller_of(incident.call_trace); !caller.empty())
        append(text, " through ", printable(caller), "()");
    append(text, " (");
    if (trigger.order) append(text, "order ", order, ", ");
    if (trigger.gfp_mask) append(text, "gfp_mask 0x", hex(*trigger.gfp_mask));
    if (!trigger.gfp_flags.empty()) append(text, ' ', printable(trigger.gfp_flags));
    return text + ')';
}

std::string describe(const OomVictim& victim) {
    std::string text = printable(victim.comm);
    if (victim.pid != 0) append(text, " (", victim.pid, ')');
    if (!victim.memcg.empty()) append(text, text.empty() ? "" : " in ", printable(victim.memcg));
    if (victim.uid) append(text, ", uid ", *victim.uid);
    const auto figure = [&](const char* what, const std::optional<uint64_t>& kb) {
        if (kb) append(text, ", ", what, ' ', *kb, " kB");
    };
    figure("anon", victim.anon_rss_kb);
    figure("file", victim.file_rss_kb);
    figure("shmem", victim.shmem_rss_kb);
    figure("virtual", victim.total_vm_kb);
    if (victim.oom_score_adj) append(text, ", oom_score_adj ", *victim.oom_score_adj);
    if (!victim.signal.empty()) append(text, ", by ", printable(victim.signal));
    if (victim.shares_memory) append(text, ", for sharing the victim's memory");
    return text;
}

// --- text
// -----------------------------------------------------------------------------------------------------

namespace {

constexpr size_t kWidth = 80, kLabel = 12;

void field(Output& out, std::string_view label, std::string_view text) {
    if (text.empty()) return;
    for (const std::string& line : wrapped(text, kWidth - kLabel)) {
        out.line("  ", padded(label, kLabel - 2), line);
        label = {};
    }
}

std::string right(const std::string& text, size_t width) {
    return std::string(width - std::min(text.size(), width), ' ') + text;
}

void show_memory(Output& out, const Memory& memory) {
    if (memory.total_kb == 0) return;
    field(out, "memory", concat(memory.total_kb, " kB:"));
    std::vector<const MemoryPart*> parts;
    for (const MemoryPart& part : memory.parts) parts.push_back(&part);
    std::ranges::stable_sort(parts, [](const auto* a, const auto* b) { return a->kb > b->kb; });
    for (const MemoryPart* part : parts) {
        constexpr uint64_t kBar = 20;
        const uint64_t filled = (part->kb * kBar + memory.total_kb / 2) / memory.total_kb;
        out.line("  ", padded(std::string(filled, '#'), kBar), right(concat(part->kb), 10), " kB",
                 right(concat(part->kb * 100 / memory.total_kb), 4), "%  ", part->what);
    }
}

void show_tasks(Output& out, const OomIncident& incident, const Choice& choice) {
    if (incident.tasks.empty()) return;
    constexpr size_t kMost = 10;
    field(out, "tasks",
          concat(incident.tasks.size() + incident.tasks_left_out,
                 ", whom the kernel would kill first at the top:"));
    out.line("         pid     uid      used kB      badness    adj  name");
    const auto rows = ranking(incident, choice);
    for (size_t i = 0; i < std::min(rows.size(), kMost); ++i) {
        const OomTask& task = incident.tasks[rows[i]];
        const bool killed = std::ranges::any_of(incident.killed, [&](const OomVictim& victim) {
            return victim.pid == task.pid || victim.pid == task.tgid;
        });
        const auto& adj = task.oom_score_adj ? task.oom_score_adj : task.oom_adj;
        out.line(killed ? "  x " : "    ", right(concat(task.pid), 8),
                 right(task.uid ? concat(*task.uid) : "-", 8), right(concat(used_kb(incident, task)), 13),
                 right(choice.badness[rows[i]] ? concat(*choice.badness[rows[i]]) : "-", 13),
                 right(adj ? concat(*adj) : "-", 7), "  ", printable(task.comm));
    }
    if (rows.size() > kMost) out.line("         and ", rows.size() - kMost, " more");
}

}  // namespace

void show_text(Output& out, const OomIncident& incident, const Verdict& verdict) {
    for (const std::string& line : wrapped(headline(incident), kWidth)) out.line(line);
    field(out, "where", when_and_where(incident));
    field(out, "panic", printable(incident.panic));
    for (const OomVictim& victim : incident.killed)
        field(out, &victim == &incident.killed.front() ? "killed" : "", describe(victim));
    if (!verdict.culprit.empty())
        field(out, "culprit", concat(verdict.culprit, ": ", verdict.culprit_evidence));
    for (const std::string& why : verdict.why) field(out, &why == &verdict.why.front() ? "why" : "", why);
    field(out, "request", request(incident));
    field(out, "verdict", describe(verdict.choice));
    if (verdict.choice.next_pid) field(out, "next", name_of(incident, *verdict.choice.next_pid));
    if (verdict.choice.spare_adj)
        field(out, "spared", concat("by an oom_score_adj of ", *verdict.choice.spare_adj, " or less"));
    show_memory(out, verdict.memory);
    show_tasks(out, incident, verdict.choice);
    for (const Advice& advice : verdict.advice) {
        field(out, &advice == &verdict.advice.front() ? "do" : "", advice.what);
        if (!advice.command.empty()) out.line("                # ", advice.command);
    }
    for (const std::string& note : incident.notes) field(out, "note", printable(note));
    if (!incident.complete && (incident.kind == OomKind::global || incident.kind == OomKind::memcg))
        field(out, "note", "the report is not complete");
}

std::string summary_line(const OomIncident& incident, const Verdict& verdict) {
    std::string line = concat(place_of(incident), ": ");
    const std::string time = incident.wall_us ? rfc3339(*incident.wall_us) : "";
    if (!time.empty())
        append(line, time, ' ');
    else if (incident.since_boot_us)
        append(line, '[', seconds(*incident.since_boot_us), "] ");
    append(line, headline(incident));
    if (incident.killed.size() == 1)
        if (const auto& kb = incident.killed.front().anon_rss_kb) append(line, ", anon ", *kb, " kB");
    if (!verdict.culprit.empty()) append(line, "; culprit ", verdict.culprit);
    if (verdict.choice.matches == false) append(line, "; differs from the rule");
    return line;
}

// --- JSON
// -----------------------------------------------------------------------------------------------------

namespace {

using Number = std::optional<uint64_t>;

template <class Items, class Make>
std::string json_list(const Items& items, const Make& make) {
    std::string list = "[";
    for (const auto& item : items) append(list, list.size() == 1 ? "" : ",", make(item));
    return list += ']';
}

// Text that the report holds, else null.
void add_text(Record& record, std::string_view key, std::string_view text, bool there) {
    if (there)
        record.add(key, text);
    else
        record.add_json(key, "null");
}
void add_text(Record& record, std::string_view key, std::string_view text) {
    add_text(record, key, text, !text.empty());
}

void add_signed(Record& record, std::string_view key, std::optional<int64_t> number) {
    record.add_json(key, number ? concat(*number) : "null");
}

std::string trigger_json(const OomTrigger& trigger) {
    Record record;
    add_text(record, "comm", trigger.comm, !trigger.comm.empty() || trigger.gfp_mask);
    record.add("pid", trigger.pid ? Number(*trigger.pid) : std::nullopt);
    add_text(record, "gfp_mask", concat("0x", hex(trigger.gfp_mask.value_or(0))),
             trigger.gfp_mask.has_value());
    add_text(record, "gfp_flags", trigger.gfp_flags);
    add_signed(record, "order", trigger.order);
    add_signed(record, "oom_score_adj", trigger.oom_score_adj);
    return record.json();
}

std::string memory_json(const OomIncident& incident, const Memory& memory) {
    Record record;
    record.add("total_kb", memory.total_kb == 0 ? Number() : Number(memory.total_kb));
    for (const MemoryPart& part : memory.parts) record.add(concat(part.name, "_kb"), part.kb);
    const auto add_all = [&](const OomCounters& counters) {
        for (const OomCounter& counter : counters) {
            const bool there = std::ranges::any_of(
                memory.parts, [&](const MemoryPart& part) { return part.name == counter.name; });
            if (const auto kb = counters.kb(counter.name, incident.page_size_bytes);
                kb && !there && counters.find(counter.name) == &counter)
                record.add(concat(counter.name, "_kb"), *kb);
        }
    };
    if (incident.kind == OomKind::global) add_all(incident.memory);
    if (incident.kind == OomKind::memcg && !incident.memcg_stats.empty())
        add_all(incident.memcg_stats.front().counters);
    const auto limit = [&](const char* usage, const char* bound, const std::optional<OomLimit>& of) {
        if (of) record.add(usage, of->usage_kb).add(bound, of->unlimited() ? Number() : Number(of->limit_kb));
    };
    limit("usage_kb", "limit_kb", incident.memory_limit);
    limit("memsw_usage_kb", "memsw_limit_kb", incident.memsw_limit);
    limit("kmem_usage_kb", "kmem_limit_kb", incident.kmem_limit);
    limit("swap_usage_kb", "swap_limit_kb", incident.swap_limit);
    return record.json();
}

std::string task_json(const OomTask& task, std::optional<int64_t> badness, uint64_t page_size) {
    const auto number = [](const auto& value) { return value ? Number(*value) : std::nullopt; };
    // Numbers of pages, until 4.14.
    const auto tables =
        task.pgtables_bytes ? task.pgtables_bytes
        : task.nr_ptes
            ? Number((*task.nr_ptes + task.nr_pmds.value_or(0) + task.nr_puds.value_or(0)) * page_size)
            : std::nullopt;
    Record record;
    record.add("pid", task.pid)
        .add("tgid", number(task.tgid))
        .add("uid", number(task.uid))
        .add("comm", task.comm);
    record.add("total_vm_pages", task.total_vm_pages)
        .add("rss_pages", task.rss_pages)
        .add("pgtables_bytes", tables);
    record.add("swap_pages", task.swap_pages);
    add_signed(record, "oom_score_adj", task.oom_score_adj);
    add_signed(record, "badness", badness);
    return record.json();
}

std::string victim_json(const OomIncident& incident, const OomVictim& victim) {
    const OomTask* const task = incident.task(victim.pid);
    Number uid;
    if (victim.uid)
        uid = *victim.uid;
    else if (task && task->uid)
        uid = *task->uid;
    Record record;
    record.add("pid", victim.pid == 0 ? Number() : Number(victim.pid));
    add_text(record, "comm", victim.comm, !victim.comm.empty() || victim.pid != 0);
    record.add("uid", uid).add("total_vm_kb", victim.total_vm_kb);
    record.add("anon_rss_kb", victim.anon_rss_kb)
        .add("file_rss_kb", victim.file_rss_kb)
        .add("shmem_rss_kb", victim.shmem_rss_kb);
    add_signed(record, "oom_score_adj",
               victim.oom_score_adj ? victim.oom_score_adj
               : task               ? task->oom_score_adj
                                    : std::nullopt);
    return record.json();
}

std::vector<std::string> notes_of(const OomIncident& incident, const Verdict& verdict) {
    std::vector<std::string> notes;
    if (const auto compared = describe(verdict.choice); !compared.empty())
        notes.push_back(concat("choice: ", compared));
    for (const std::string& why : verdict.why) notes.push_back(concat("why: ", why));
    if (!verdict.culprit_evidence.empty()) notes.push_back(concat("culprit: ", verdict.culprit_evidence));
    notes.insert(notes.end(), incident.notes.begin(), incident.notes.end());
    return notes;
}

}  // namespace

std::string json_line(const OomIncident& incident, const Verdict& verdict) {
    const Choice& choice = verdict.choice;
    const auto pid = [](const std::optional<uint32_t>& number) {
        return number ? Number(*number) : std::nullopt;
    };
    const bool by_kernel = incident.kind == OomKind::global || incident.kind == OomKind::memcg;
    Record record;
    record.add("source", incident.source)
        .add("line", incident.place.line == 0 ? Number() : Number(incident.place.line));
    add_text(record, "time", incident.wall_us ? rfc3339(*incident.wall_us) : "");
    record.add_json("uptime_s", incident.since_boot_us ? seconds(*incident.since_boot_us) : "null");
    add_text(record, "kernel", incident.kernel);
    record.add_json("trigger", trigger_json(incident.trigger));
    add_text(record, "constraint", incident.constraint && by_kernel ? name_of(*incident.constraint) : "");
    add_text(record, "memcg", incident.memcg);
    add_text(record, "oom_memcg", incident.oom_memcg);
    record.add("page_size_bytes", incident.page_size_bytes);
    record.add_json("memory", memory_json(incident, verdict.memory));
    const uint64_t page_size = page_size_of(incident);
    std::string tasks = "[";
    for (size_t row = 0; row < incident.tasks.size(); ++row)
        append(tasks, row == 0 ? "" : ",", task_json(incident.tasks[row], choice.badness[row], page_size));
    record.add_json("tasks", tasks += ']');
    record.add_json("killed", json_list(incident.killed, [&](const OomVictim& victim) {
                        return victim_json(incident, victim);
                    }));
    add_text(record, "panic", incident.panic);
    record.add_json("chosen_matches", !choice.matches ? "null" : *choice.matches ? "true" : "false");
    record.add("expected_pid", pid(choice.expected_pid)).add("next_pid", pid(choice.next_pid));
    add_signed(record, "spare_adj", choice.spare_adj);
    add_text(record, "culprit", verdict.culprit);
    record.add("complete", incident.complete).add("notes", notes_of(incident, verdict));
    return record.json();
}

}  // namespace earlybox::oomscan
