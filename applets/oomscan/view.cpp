// SPDX-License-Identifier: MIT
#include "applets/oomscan/view.h"

#include <time.h>

#include <algorithm>

#include "core/base/order.h"
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

std::string name_of(const OomIncident& incident, uint32_t pid) {
    const OomTask* const task = incident.task(pid);
    return task ? concat(printable(task->comm), " (", pid, ')') : concat(pid);
}

std::string when_and_where(const OomIncident& incident) {
    std::string text = place_of(incident);
    if (incident.wall_us)
        if (const auto time = rfc3339(*incident.wall_us); !time.empty()) append(text, ", ", time);
    if (incident.since_boot_us) append(text, ", ", seconds(*incident.since_boot_us), " s after boot");
    if (!incident.kernel.empty()) append(text, ", Linux ", printable(incident.kernel));
    return text;
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

}  // namespace

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

std::vector<Fact> facts_of(const OomIncident& incident, const Verdict& verdict) {
    std::vector<Fact> facts;
    const auto add = [&](const char* label, std::string text) {
        if (!text.empty()) facts.emplace_back(label, std::move(text));
    };
    add("where", when_and_where(incident));
    add("panic", printable(incident.panic));
    for (const OomVictim& victim : incident.killed) add("killed", describe(victim));
    if (!verdict.culprit.empty()) add("culprit", concat(verdict.culprit, ": ", verdict.culprit_evidence));
    for (const std::string& why : verdict.why) add("why", why);
    add("request", request(incident));
    add("verdict", describe(verdict.choice));
    if (verdict.choice.next_pid) add("next", name_of(incident, *verdict.choice.next_pid));
    if (verdict.choice.spare_adj)
        add("spared", concat("by an oom_score_adj of ", *verdict.choice.spare_adj, " or less"));
    for (const Advice& advice : verdict.advice) facts.emplace_back("do", advice.what, advice.command);
    for (const std::string& note : incident.notes) add("note", printable(note));
    if (!incident.complete && (incident.kind == OomKind::global || incident.kind == OomKind::memcg))
        add("note", "the report is not complete");
    return facts;
}

// --- text

namespace {

constexpr size_t kWidth = 80, kLabel = 12;

void show_facts(Output& out, const std::vector<Fact>& facts) {
    std::string_view before;
    for (const Fact& fact : facts) {
        std::string_view label = fact.label == before ? "" : fact.label;
        before = fact.label;
        for (const std::string& line : wrapped(fact.text, kWidth - kLabel)) {
            out.line("  ", padded(label, kLabel - 2), line);
            label = {};
        }
        if (!fact.command.empty()) out.line("                # ", fact.command);
    }
}

std::string right(const std::string& text, size_t width) {
    return std::string(width - std::min(text.size(), width), ' ') + text;
}

void show_memory(Output& out, const Memory& memory) {
    if (memory.total_kb == 0) return;
    out.line("  memory    ", memory.total_kb, " kB:");
    const auto& parts = memory.parts;
    for (const uint32_t number :
         in_order(parts.size(), [&](uint32_t a, uint32_t b) { return parts[a].kb > parts[b].kb; })) {
        const MemoryPart* part = &parts[number];
        constexpr uint64_t kBar = 20;
        const uint64_t filled = (part->kb * kBar + memory.total_kb / 2) / memory.total_kb;
        out.line("  ", padded(std::string(filled, '#'), kBar), right(concat(part->kb), 10), " kB",
                 right(concat(part->kb * 100 / memory.total_kb), 4), "%  ", part->what);
    }
}

void show_tasks(Output& out, const OomIncident& incident, const Choice& choice) {
    if (incident.tasks.empty()) return;
    constexpr size_t kMost = 10;
    out.line("  tasks     ", incident.tasks.size() + incident.tasks_left_out,
             ", whom the kernel would kill first at the top:");
    out.line("         pid     uid      used kB      badness    adj  name");
    const auto rows = ranking(incident, choice);
    for (size_t i = 0; i < std::min(rows.size(), kMost); ++i) {
        const OomTask& task = incident.tasks[rows[i]];
        const bool killed = was_killed(incident, task);
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
    show_facts(out, facts_of(incident, verdict));
    show_memory(out, verdict.memory);
    show_tasks(out, incident, verdict.choice);
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

namespace {

// A record in which null stands for what the report does not say.
class Object {
 public:
    Object& number(const char* key, std::unsigned_integral auto number) {
        record_.add(key, std::optional<uint64_t>(number));
        return *this;
    }
    Object& number(const char* key, std::signed_integral auto number) {
        record_.add(key, static_cast<int64_t>(number));
        return *this;
    }
    template <class Integer>
    [[gnu::noinline]] Object& number(const char* key, const std::optional<Integer>& number) {
        return number ? this->number(key, *number) : null(key);
    }
    [[gnu::noinline]] Object& text(const char* key, std::string_view text, bool there) {
        if (!there) return null(key);
        record_.add(key, text);
        return *this;
    }
    [[gnu::noinline]] Object& text(const char* key, std::string_view text) {
        return this->text(key, text, !text.empty());
    }
    Object& list(const char* key, const std::vector<std::string>& list) {
        record_.add(key, list);
        return *this;
    }
    [[gnu::noinline]] Object& json(const char* key, std::string_view json) {
        record_.add_json(key, json);
        return *this;
    }
    [[gnu::noinline]] Object& null(const char* key) { return json(key, "null"); }
    std::string json() const { return record_.json(); }

 private:
    Record record_;
};

// 0 where there is none.
std::optional<uint64_t> not_zero(uint64_t number) {
    return number == 0 ? std::nullopt : std::optional(number);
}

std::string trigger_json(const OomTrigger& trigger) {
    return Object()
        .text("comm", trigger.comm, !trigger.comm.empty() || trigger.gfp_mask)
        .number("pid", trigger.pid)
        .text("gfp_mask", concat("0x", hex(trigger.gfp_mask.value_or(0))), trigger.gfp_mask.has_value())
        .text("gfp_flags", trigger.gfp_flags)
        .number("order", trigger.order)
        .number("oom_score_adj", trigger.oom_score_adj)
        .json();
}

std::string memory_json(const OomIncident& incident, const Memory& memory) {
    Object object;
    object.number("total_kb", not_zero(memory.total_kb));
    const auto add = [&](std::string_view name, std::optional<uint64_t> kb) {
        object.number(concat(name, "_kb").c_str(), kb);
    };
    for (const MemoryPart& part : memory.parts) add(part.name, part.kb);
    const OomCounters* counters = &incident.memory;
    if (incident.kind == OomKind::memcg)
        counters = incident.memcg_stats.empty() ? nullptr : &incident.memcg_stats.front().counters;
    for (size_t i = 0; counters && i < counters->size(); ++i) {
        const std::string& name = (*counters)[i].name;
        const bool there =
            std::ranges::any_of(memory.parts, [&](const MemoryPart& part) { return part.name == name; });
        const auto kb = counters->kb(name, incident.page_size_bytes);
        if (kb && !there && counters->find(name) == &(*counters)[i]) add(name, kb);
    }
    const std::optional<OomLimit>* const limits[] = {&incident.memory_limit, &incident.memsw_limit,
                                                     &incident.kmem_limit, &incident.swap_limit};
    constexpr const char* kNames[] = {"", "memsw_", "kmem_", "swap_"};
    for (size_t i = 0; i < std::size(limits); ++i) {
        const auto& limit = *limits[i];
        if (!limit) continue;
        add(concat(kNames[i], "usage"), limit->usage_kb);
        add(concat(kNames[i], "limit"), limit->unlimited() ? std::nullopt : std::optional(limit->limit_kb));
    }
    return object.json();
}

std::string task_json(const OomTask& task, std::optional<int64_t> badness, uint64_t page_size) {
    auto tables = task.pgtables_bytes;
    // Numbers of pages, until 4.14.
    if (!tables && task.nr_ptes)
        tables = (*task.nr_ptes + task.nr_pmds.value_or(0) + task.nr_puds.value_or(0)) * page_size;
    return Object()
        .number("pid", task.pid)
        .number("tgid", task.tgid)
        .number("uid", task.uid)
        .text("comm", task.comm, true)
        .number("total_vm_pages", task.total_vm_pages)
        .number("rss_pages", task.rss_pages)
        .number("pgtables_bytes", tables)
        .number("swap_pages", task.swap_pages)
        .number("oom_score_adj", task.oom_score_adj)
        .number("badness", badness)
        .json();
}

std::string victim_json(const OomIncident& incident, const OomVictim& victim) {
    const OomTask* const task = incident.task(victim.pid);
    return Object()
        .number("pid", not_zero(victim.pid))
        .text("comm", victim.comm, !victim.comm.empty() || victim.pid != 0)
        .number("uid", victim.uid || !task ? victim.uid : task->uid)
        .number("total_vm_kb", victim.total_vm_kb)
        .number("anon_rss_kb", victim.anon_rss_kb)
        .number("file_rss_kb", victim.file_rss_kb)
        .number("shmem_rss_kb", victim.shmem_rss_kb)
        .number("oom_score_adj", victim.oom_score_adj || !task ? victim.oom_score_adj : task->oom_score_adj)
        .json();
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
    std::string tasks = "[", killed = "[";
    for (size_t row = 0; row < incident.tasks.size(); ++row)
        append(tasks, row == 0 ? "" : ",",
               task_json(incident.tasks[row], choice.badness[row], page_size_of(incident)));
    for (const OomVictim& victim : incident.killed)
        append(killed, killed.size() == 1 ? "" : ",", victim_json(incident, victim));
    return Object()
        .text("source", incident.source, true)
        .number("line", not_zero(incident.place.line))
        .text("time", incident.wall_us ? rfc3339(*incident.wall_us) : "")
        .json("uptime_s", incident.since_boot_us ? seconds(*incident.since_boot_us) : "null")
        .text("kernel", incident.kernel)
        .json("trigger", trigger_json(incident.trigger))
        .text("constraint", incident.constraint ? name_of(*incident.constraint) : "")
        .text("memcg", incident.memcg)
        .text("oom_memcg", incident.oom_memcg)
        .number("page_size_bytes", incident.page_size_bytes)
        .json("memory", memory_json(incident, verdict.memory))
        .json("tasks", tasks += ']')
        .json("killed", killed += ']')
        .text("panic", incident.panic)
        .json("chosen_matches", !choice.matches   ? "null"
                                : *choice.matches ? "true"
                                                  : "false")
        .number("expected_pid", choice.expected_pid)
        .number("next_pid", choice.next_pid)
        .number("spare_adj", choice.spare_adj)
        .text("culprit", verdict.culprit)
        .json("complete", incident.complete ? "true" : "false")
        .list("notes", notes_of(incident, verdict))
        .json();
}

}  // namespace earlybox::oomscan
