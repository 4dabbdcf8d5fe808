// SPDX-License-Identifier: MIT
// Which line belongs to which report. A report's lines are told by their own text (core/parse/oom_lines.h);
// where the kernel prints who printed them (CONFIG_PRINTK_CALLER) reports that run into each other are told
// apart by that, else by what each still lacks.
#include <algorithm>
#include <memory>

#include "core/base/text.h"
#include "core/parse/oom_lines.h"
#include "core/parse/syslog_text.h"

namespace earlybox {
namespace {

constexpr size_t kMostOpen = 4;
constexpr size_t kLongestReport = size_t{1} << 19;  // bytes of its own lines that are kept
constexpr unsigned kBeginning = 64;  // records of a source that are looked at for a report that lost its head
constexpr unsigned kPatience = 400;  // other records amid a report
constexpr unsigned kEndPatience = 100;  // and behind its end, where the oom_reaper's lines may follow
constexpr uint64_t kLongestPause_us = 60'000'000;
constexpr unsigned kOvertaken = 8;  // lines of a newer report, without callers: the older one was cut
constexpr uint64_t kInterleaved_us = 1'000'000;  // reports that begin so close may run into each other

// How far a report has come: what follows in it lies behind.
enum class Progress : uint8_t { head, memory, tasks, choice, end };

struct Open : OomDraft {
    unsigned number = 0;  // in the order of their heads
    bool alien = false;   // no out-of-memory report
    Progress progress = Progress::head;
    OomPart section = OomPart::head;  // the last title: what the rows below it are
    bool traced = false;              // inside the call trace: registers and the like stand there
    bool gap = false;                 // lines are missing
    uint64_t last_us = 0;             // stamp of its last line
    unsigned overtaken = 0;           // lines that a newer report took since then
    unsigned idle = 0;                // records since then
    std::string head;                 // the report's lines before the memory

    bool has_body() const { return progress != Progress::head; }
};

bool same_caller(const Open& open, std::string_view caller) {
    return caller.empty() || open.incident.caller.empty() || open.incident.caller == caller;
}

bool before_memory(OomPart part) { return part <= OomPart::frame; }
bool is_memory_row(OomPart part) { return part >= OomPart::counters && part <= OomPart::swap; }
bool is_memcg(OomPart part) { return part >= OomPart::memcg_task && part <= OomPart::memcg_stat; }

// "RIP: 0033:0x401172", "Hardware name: …", words of the stack
bool stands_in_trace(std::string_view line) {
    constexpr size_t kLongestRegister = 8;
    const size_t end = line.find_first_of(": ");
    return line.starts_with(' ') || line.starts_with("Hardware name:") ||
           (end <= kLongestRegister && line[end] == ':');
}

// A line that tells of a report by itself, where its head is lost or was never printed.
bool begins_headless(OomPart part, std::string_view line) {
    switch (part) {
        case OomPart::memory_title:
        case OomPart::memcg_task:
        case OomPart::memcg_limit:
        case OomPart::memcg_stats:
        case OomPart::slab_title:
        case OomPart::table_title:
        case OomPart::table_head:
        case OomPart::task:
        case OomPart::choice:
        case OomPart::unkillable:
            return true;
        case OomPart::score:
            return line.find("ill process ") != line.npos;
        case OomPart::killed:
            return line.find(" (") != line.npos;
        case OomPart::panic:
            return line.find("ut of memory") != line.npos || line.find("on memory") != line.npos;
        default:
            return false;
    }
}

// Whether the report still lacks such a line.
bool lacks(Open& open, OomPart part, std::string_view line) {
    OomIncident& incident = open.incident;
    if (part == OomPart::processor) {
        if (incident.trigger.pid || open.progress != Progress::head) return false;
        return !open.has_head || line.find(incident.trigger.comm) != line.npos;
    }
    if (before_memory(part)) return open.progress == Progress::head && (open.has_head || open.alien);
    if (part == OomPart::memory_title)
        return open.progress == Progress::head ||
               (incident.memory.empty() && open.progress < Progress::tasks);
    if (is_memory_row(part)) return open.section == OomPart::memory_title;
    if (open.alien) return false;
    switch (part) {
        case OomPart::memcg_stat:
            return open.section == OomPart::memcg_stats;
        case OomPart::slab:
            return open.section == OomPart::slab_title;
        case OomPart::slab_title:
            return incident.slabs.empty() && open.progress < Progress::tasks;
        case OomPart::table_title:
        case OomPart::table_head:
            return incident.tasks.empty() && incident.task_columns.empty() &&
                   open.progress <= Progress::tasks;
        case OomPart::task:
            return open.section == OomPart::table_head;
        case OomPart::choice:
            return !open.has_choice && open.progress < Progress::choice;
        case OomPart::score:
            return !incident.chosen && open.progress < Progress::choice;
        case OomPart::killed:
            return incident.group || (incident.killed.empty() && incident.panic.empty());
        case OomPart::sharer:
        case OomPart::group:
            return open.progress >= Progress::choice;
        case OomPart::reaped:
            return !incident.killed.empty();
        case OomPart::unkillable:
            return !incident.no_killable && incident.killed.empty();
        case OomPart::panic:
            return incident.panic.empty() && incident.killed.empty() &&
                   (incident.no_killable || begins_headless(part, line));
        case OomPart::memcg_limit:
            return open.progress < Progress::tasks && !limit_of(incident, line);
        default:
            return is_memcg(part) && open.progress < Progress::tasks;
    }
}

Progress progress_of(OomPart part) {
    if (before_memory(part)) return Progress::head;
    if (part <= OomPart::slab) return Progress::memory;
    if (part <= OomPart::task) return Progress::tasks;
    return part == OomPart::choice || part == OomPart::score ? Progress::choice : Progress::end;
}

// 64 kB is the largest page; 4 kB the smallest.
std::optional<uint64_t> page_size(uint64_t kb, uint64_t pages, uint64_t slack_percent) {
    for (uint64_t page_kb = 4; page_kb <= 64; page_kb *= 2) {
        if (pages == 0 || pages > UINT64_MAX / 128 / 100) return std::nullopt;
        const uint64_t expected = pages * page_kb;
        const uint64_t slack = expected / 100 * slack_percent;
        if (kb + slack >= expected && kb <= expected + slack) return page_kb * 1024;
    }
    return std::nullopt;
}

// The free lists begin with single pages; else what is printed in both units tells.
void infer_page_size(OomIncident& incident) {
    const auto set = [&](std::optional<uint64_t> bytes) {
        if (!incident.page_size_bytes) incident.page_size_bytes = bytes;
    };
    for (const auto& zone : incident.zones)
        if (!zone.blocks.empty()) set(page_size(zone.blocks[0].size_kb, 1, 0));
    for (const auto& victim : incident.killed)
        if (const auto* const task = incident.task(victim.pid); task && victim.total_vm_kb)
            set(page_size(*victim.total_vm_kb, task->total_vm_pages.value_or(0), 10));
    for (const char* name : {"free", "active_anon", "inactive_anon"}) {
        const auto* const pages = incident.memory.find(name);
        uint64_t kb = 0;
        for (const auto& zone : incident.zones) kb += std::min(zone.kb(name).value_or(0), UINT64_MAX >> 16);
        if (pages && pages->unit == OomUnit::pages && pages->value > 16) set(page_size(kb, pages->value, 20));
    }
}

bool is_out_of_memory(const Open& open) {
    const OomIncident& incident = open.incident;
    return !open.alien && (open.has_head || incident.chosen || !incident.killed.empty() ||
                           !incident.tasks.empty() || incident.no_killable || !incident.panic.empty() ||
                           incident.memory_limit || !incident.oom_memcg.empty());
}

void judge(Open& open) {
    OomIncident& incident = open.incident;
    infer_page_size(incident);
    if (!incident.chosen && !incident.killed.empty()) incident.chosen = incident.killed.front();
    const bool panicked = !incident.panic.empty() || incident.no_killable;
    incident.head_lost = !open.has_head;
    incident.tail_lost = incident.killed.empty() && !panicked;
    const bool measured =
        incident.kind == OomKind::memcg ? incident.memory_limit.has_value() : !incident.memory.empty();
    incident.complete =
        !incident.head_lost && !incident.tail_lost && !open.gap && measured && incident.tasks_left_out == 0;
    const auto note = [&](std::string text) { incident.notes.push_back(std::move(text)); };
    if (incident.head_lost && incident.tasks.empty() && incident.memory.empty() && !incident.memory_limit)
        note("the kernel printed no report of it (it limits their rate), or the report is lost");
    else if (incident.head_lost)
        note("the report's head is lost");
    else if (incident.task_columns.empty() && incident.complete)
        note("there is no table of tasks: vm.oom_dump_tasks is 0");
    if (incident.tail_lost) note("the report ends before it says who was killed");
    if (open.gap) note("lines are missing inside the report");
    if (incident.tasks_left_out != 0) note(concat(incident.tasks_left_out, " tasks more are in the table"));
    if (incident.report.size() > kLongestReport) incident.report.resize(kLongestReport);
}

}  // namespace

struct OomScanner::State {
    FunctionRef<void(OomIncident&)> emit;
    std::string source;
    LogKind kind = LogKind::plain;
    std::vector<std::unique_ptr<Open>> open;
    unsigned begun = 0;
    unsigned beginning = 0;  // records that are still looked at for lost heads
    bool sysrq = false;      // asked for; the report follows
    size_t prefix = 0;       // of each line
    std::string_view divider;
    std::optional<uint64_t> sequence;
    OomPart last_part = OomPart::other;
    std::optional<uint64_t> last_stamp;

    // A console's line, until it is known whether the next one goes on with it.
    struct {
        bool exists = false;
        LogRecord record;
        std::string text, caller;
        LogPlace end;  // of the line of the file that it came from last
    } held;

    void close(size_t i) {
        const auto closed = std::move(open[i]);
        open.erase(open.begin() + static_cast<ptrdiff_t>(i));
        if (!is_out_of_memory(*closed)) return;
        closed->incident.report.insert(0, closed->head);
        judge(*closed);
        emit(closed->incident);
    }

    void close_all() {
        while (!open.empty()) close(0);
    }

    static uint64_t stamp_of(const LogRecord& record) {
        if (record.since_boot_us) return *record.since_boot_us;
        return record.wall_us ? static_cast<uint64_t>(*record.wall_us) : 0;
    }

    void expire(const LogRecord& record) {
        const uint64_t now = stamp_of(record);
        for (size_t i = 0; i < open.size();) {
            Open& report = *open[i];
            const bool over = report.ended || report.alien;
            // A clock that went back by as much is another boot's.
            const uint64_t passed = now > report.last_us ? now - report.last_us : report.last_us - now;
            const bool late = passed > kLongestPause_us;
            ++report.idle;
            if (late || report.overtaken > kOvertaken || report.idle > (over ? kEndPatience : kPatience))
                close(i);
            else
                ++i;
        }
    }

    // The one that lacks such a line: rather the one that has come furthest, then the newest.
    Open* taker(OomPart part, std::string_view line, const LogRecord& record) {
        Open* best = nullptr;
        const bool row = is_memory_row(part) || part == OomPart::task || part == OomPart::frame;
        for (const auto& candidate : open) {
            Open& report = *candidate;
            const bool by_others = part == OomPart::reaped || part == OomPart::panic;
            if ((!by_others && !same_caller(report, record.caller)) || !lacks(report, part, line)) continue;
            const bool better = !best || (row ? report.idle <= best->idle
                                              : (report.progress >= best->progress || best->alien));
            if (better) best = &report;
        }
        return best;
    }

    Open& begin(const LogRecord& record) {
        if (open.size() == kMostOpen) close(0);
        Open& report = *open.emplace_back(std::make_unique<Open>());
        report.number = ++begun;
        OomIncident& incident = report.incident;
        incident.source = source;
        incident.place = record.place;
        incident.since_boot_us = record.since_boot_us;
        incident.wall_us = record.wall_us;
        incident.caller = record.caller;
        return report;
    }

    // A new report begins: which of those that are open cannot go on.
    void make_way(const LogRecord& record) {
        const uint64_t now = stamp_of(record);
        for (size_t i = 0; i < open.size();) {
            const Open& report = *open[i];
            const bool told_apart = !record.caller.empty() && !report.incident.caller.empty();
            const bool mine = told_apart && report.incident.caller == record.caller;
            const bool near =
                now - std::min(now, report.last_us) < kInterleaved_us && report.idle <= kEndPatience;
            const bool may_go_on = told_apart ? !mine : near && !report.ended && !report.alien;
            if (may_go_on)
                ++i;
            else
                close(i);
        }
    }

    // Without callers, of two heads in a row the first goes with the first body; where there is but one body,
    // the first report was cut.
    void settle(Open& report) {
        if (!report.incident.caller.empty() || report.has_body()) return;
        for (const auto& other : open) {
            Open& newer = *other;
            if (newer.number <= report.number || !newer.has_body() || !newer.has_head ||
                !newer.incident.caller.empty())
                continue;
            OomIncident& a = report.incident;
            OomIncident& b = newer.incident;
            std::swap(a.trigger, b.trigger);
            std::swap(a.call_trace, b.call_trace);
            std::swap(a.kernel, b.kernel);
            std::swap(a.place, b.place);
            std::swap(a.since_boot_us, b.since_boot_us);
            std::swap(a.wall_us, b.wall_us);
            std::swap(report.head, newer.head);
            for (auto* incident : {&a, &b})
                incident->notes.emplace_back(
                    "two reports run into each other: which line is whose is inferred");
            return;
        }
    }

    static void keep(Open& report, OomPart part, std::string_view line, const LogRecord& record) {
        std::string& text = before_memory(part) || (part == OomPart::other && report.traced)
                                ? report.head
                                : report.incident.report;
        if (text.size() + line.size() < kLongestReport) append(text, line, '\n');
        report.last_us = stamp_of(record);
        report.idle = 0;
        report.overtaken = 0;
    }

    void read_into(Open& report, OomPart part, std::string_view line, const LogRecord& record) {
        const auto progress = progress_of(part);
        if (progress != Progress::head) settle(report);
        read_oom_part(part, line, report);
        keep(report, part, line, record);
        for (const auto& older : open)
            if (older->number < report.number && record.caller.empty()) ++older->overtaken;
        report.progress = std::max(report.progress, progress);
        switch (part) {
            case OomPart::processor:
            case OomPart::trace_title:
                report.traced = true;
                break;
            case OomPart::memory_title:
            case OomPart::memcg_stats:
            case OomPart::slab_title:
            case OomPart::table_head:
                report.section = part;
                break;
            case OomPart::task:
                report.section = OomPart::table_head;
                break;
            case OomPart::choice:
            case OomPart::score:
            case OomPart::killed:
                report.section = part;
                close_bodiless(record);
                break;
            default:
                break;
        }
        if (progress != Progress::head) report.traced = false;
    }

    // Without callers: the report ends to which the last lines belonged; what began before it and has nothing
    // but a head was cut.
    void close_bodiless(const LogRecord& record) {
        if (!record.caller.empty()) return;
        for (size_t i = 0; i + 1 < open.size();)
            if (!open[i]->has_body() && !open[i]->alien)
                close(i);
            else
                ++i;
    }

    // syslog(2) and consoles repeat the stamp on every line of a record: a name that holds a newline goes on.
    bool continues_name(std::string_view line, const LogRecord& record) {
        constexpr size_t kLongestComm = 15;
        if (last_part != OomPart::task || !record.since_boot_us || record.since_boot_us != last_stamp)
            return false;
        for (const auto& report : open) {
            auto& tasks = report->incident.tasks;
            if (report->idle != 1 || tasks.empty()) continue;
            std::string& name = tasks.back().comm;
            if (name.size() + 1 + line.size() > kLongestComm) return false;
            append(name, '\n', line);
            return true;
        }
        return false;
    }

    // A report may have been copied with stamps that no reader of logs knows: what stands in front of the
    // name that begins it stands in front of all its lines.
    std::string_view without_prefix(std::string_view line) {
        constexpr size_t kLongestComm = 15;
        if (kind != LogKind::plain) return line;
        if (prefix != 0 && line.size() >= prefix && line.substr(prefix - 2, 2) == divider)
            return line.substr(prefix);
        const auto name = line.substr(0, line.rfind(" invoked oom-killer: "));
        if (name.size() == line.size() || name.size() <= kLongestComm) return line;
        for (const std::string_view end : {"] ", ": "}) {
            const size_t at = name.rfind(end);
            if (at == name.npos) continue;
            prefix = at + end.size();
            divider = end;
            return line.substr(prefix);
        }
        return line;
    }

    void read_line(std::string_view line, const LogRecord& record) {
        line = without_prefix(line);
        const OomPart part = oom_part(line);
        expire(record);
        read_part(part, line, record);
        last_part = part;
        last_stamp = record.since_boot_us;
    }

    void read_part(OomPart part, std::string_view line, const LogRecord& record) {
        switch (part) {
            case OomPart::other: {
                if (continues_name(line, record)) return;
                if (!stands_in_trace(line)) return;
                for (const auto& report : open)
                    if (report->traced && same_caller(*report, record.caller))
                        return keep(*report, part, line, record);
                return;
            }
            case OomPart::sysrq:
                sysrq = true;
                return;
            case OomPart::dropped:
                for (const auto& report : open) report->gap = true;
                return;
            case OomPart::head:
            case OomPart::alien_head: {
                make_way(record);
                Open& report = begin(record);
                report.alien = part == OomPart::alien_head;
                report.incident.sysrq = sysrq && !report.alien;
                sysrq = sysrq && report.alien;
                return read_into(report, part, line, record);
            }
            default:
                break;
        }
        Open* report = taker(part, line, record);
        if (!report) {
            if (!begins_headless(part, line)) return;
            make_way(record);
            report = &begin(record);
        }
        read_into(*report, part, line, record);
    }

    void read_record(const LogRecord& record) {
        if (beginning != 0) --beginning;
        const bool by_program = record.other || record.facility.value_or(0) != 0;
        if (OomIncident incident;
            (by_program || kind == LogKind::plain || record.text.starts_with("lowmem") ||
             record.text.starts_with("send sigkill")) &&
            read_oom_program(record.text, incident)) {
            incident.source = source;
            incident.place = record.place;
            incident.since_boot_us = record.since_boot_us;
            incident.wall_us = record.wall_us;
            incident.report = concat(record.text, '\n');
            emit(incident);
            return;
        }
        if (by_program) return;
        if (record.sequence) {
            if (sequence && *record.sequence > *sequence + 1)
                for (const auto& report : open) report->gap |= !report->ended;
            sequence = record.sequence;
        }
        std::string_view rest = record.text;
        std::string unescaped;
        if (kind == LogKind::plain && rest.find("#012") != rest.npos)  // rsyslog's newlines
            rest = unescaped = without_octal_escapes(rest);
        const size_t newline = rest.find('\n');
        if (newline == rest.npos || ends_in_name(oom_part(rest.substr(0, newline))))
            return read_line(rest, record);
        for (std::string_view line; next_line(rest, line);) read_line(line, record);
    }

    void release() {
        if (!held.exists) return;
        held.exists = false;
        held.record.text = held.text;
        held.record.caller = held.caller;
        held.record.dictionary = {};
        read_record(held.record);
    }

    // A terminal of 80 columns broke the line before, and this is how it goes on.
    bool continues_held(const LogRecord& record) const {
        constexpr uint64_t kColumns = 80;
        if (!held.exists || record.place.line != held.end.line + 1) return false;
        const uint64_t size = record.place.offset - held.end.offset;  // with a newline, and returns before it
        if (size <= kColumns || size > kColumns + 3) return false;
        if (kind != LogKind::plain) return record.other;
        return oom_part(record.text) == OomPart::other;
    }

    void hold(const LogRecord& record) {
        if (continues_held(record)) {
            held.text.append(record.text);
            held.end = record.place;
            return;
        }
        release();
        const bool may_matter = !open.empty() || beginning != 0 || oom_part(record.text) != OomPart::other;
        if (record.other || !may_matter) return read_record(record);
        held = {.exists = true,
                .record = record,
                .text = std::string(record.text),
                .caller = std::string(record.caller),
                .end = record.place};
    }
};

OomScanner::OomScanner(FunctionRef<void(OomIncident&)> emit) : state_(new State{.emit = emit}) {}

OomScanner::~OomScanner() { delete state_; }

void OomScanner::source(const std::string& path, LogKind kind) {
    state_->release();
    if (kind == LogKind::plain || state_->kind == LogKind::plain) state_->close_all();
    state_->source = path;
    state_->kind = kind;
    state_->beginning = kBeginning;
    state_->sequence.reset();
    state_->prefix = 0;
}

void OomScanner::record(const LogRecord& record) {
    if (state_->kind == LogKind::console || state_->kind == LogKind::plain)
        state_->hold(record);
    else
        state_->read_record(record);
}

void OomScanner::finish() {
    state_->release();
    state_->close_all();
}

bool OomScanner::wants_every_record() const {
    return state_->beginning != 0 || state_->held.exists || !state_->open.empty();
}

std::vector<std::string> OomScanner::needles() {
    return {"oom-kill", "ut of memory", "total_vm", "systemd-oomd", "earlyoom", "lowmemorykiller"};
}

}  // namespace earlybox
