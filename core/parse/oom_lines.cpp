// SPDX-License-Identifier: MIT
#include "core/parse/oom_lines.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/parse/log_time.h"
#include "core/parse/oom_text.h"

namespace earlybox {
namespace {

// More of a kind is no report but a flood.
constexpr size_t kMostTasks = 20'000;
constexpr size_t kMostSlabs = 2048;
constexpr size_t kMostVictims = 1024;
constexpr size_t kMostZones = 512;  // and nodes
constexpr size_t kMostGroups = 256;
constexpr size_t kMostFrames = 128;
constexpr size_t kMostCounters = 96;
constexpr size_t kMostOrders = 32;  // and zones of lowmem_reserve
constexpr size_t kLongestComm = 15;
constexpr size_t kLongestName = 128;  // of what there are many of: names in a damaged log may have any length
constexpr size_t kMostNotes = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view without_spaces(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return trimmed(text);
}

void skip_spaces(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::optional<uint64_t> take_hex(std::string_view& text) {
    if (!take(text, "0x")) return take_number(text);
    const size_t digits = std::min(text.find_first_not_of("0123456789abcdefABCDEF"), text.size());
    const auto number = parse_number(concat("0x", text.substr(0, digits)));
    text.remove_prefix(digits);
    return number;
}

// --- what stands before the memory

void read_head(std::string_view line, OomDraft& draft) {
    constexpr std::string_view kInvoked = " invoked oom-killer: ";
    const size_t at = line.rfind(kInvoked);
    OomTrigger& trigger = draft.incident.trigger;
    trigger.comm = line.substr(0, at);
    std::string_view rest = line.substr(at + kInvoked.size());
    if (pass(rest, "gfp_mask=")) {
        trigger.gfp_mask = take_hex(rest);
        if (take(rest, '(')) {
            if (const auto flags = take_until(rest, ")")) trigger.gfp_flags = *flags;
        } else if (trigger.gfp_mask) {
            trigger.gfp_flags = gfp_flag_names(*trigger.gfp_mask);
            trigger.gfp_flags_decoded = true;
        }
    }
    if (std::string_view nodes = rest; pass(nodes, "nodemask="))
        trigger.nodemask = without_spaces(nodes.substr(0, nodes.find(", ")));
    trigger.order = signed_after(rest, "order=");
    trigger.oom_score_adj = signed_after(rest, "oom_score_adj=");
    if (!trigger.oom_score_adj) trigger.oom_score_adj = signed_after(rest, "oom_scoe_adj=");  // RHEL 6
    trigger.oom_adj = signed_after(rest, "oom_adj=");
    if (!trigger.oom_adj) trigger.oom_adj = signed_after(rest, "oomkilladj=");
    draft.has_head = true;
    draft.incident.sysrq |= trigger.order == -1;
}

void read_cpuset(std::string_view line, OomDraft& draft) {
    OomTrigger& trigger = draft.incident.trigger;
    const size_t nodes = line.rfind(" mems_allowed=");
    pass(line, " cpuset=");
    trigger.cpuset = line.substr(0, line.rfind(" mems_allowed="));
    if (nodes != line.npos) {
        pass(line, " mems_allowed=");
        trigger.mems_allowed = without_spaces(line);
    }
}

// "Not tainted 6.1.0-56-cloud-amd64 #1", "Tainted: P   W  O    4.9.0 #1"
std::string_view kernel_release(std::string_view text) {
    while (!text.empty()) {
        const auto word = next_word(text);
        if (!word.empty() && is_digit(word[0]) && word.find('.') != word.npos) return word;
    }
    return {};
}

void read_processor(std::string_view line, OomDraft& draft) {
    OomTrigger& trigger = draft.incident.trigger;
    trigger.pid = id_after(line, "PID: ");
    if (!trigger.pid) trigger.pid = id_after(line, "Pid: ");
    trigger.uid = id_after(line, "UID: ");
    trigger.cpu = id_after(line, "CPU: ");
    if (!pass(line, "Comm: ") && !pass(line, ", comm: ")) return;
    if (draft.has_head && line.starts_with(trigger.comm)) line.remove_prefix(trigger.comm.size());
    const size_t taint = std::min(line.rfind("Not tainted"), line.rfind("Tainted: "));
    if (taint != line.npos) draft.incident.kernel = kernel_release(line.substr(taint));
}

// "[<ffffffff81>] ? sym+0x1/0x2 [module]", " sym+0x1/0x2", " (sym+0x1/0x2) from [<c0>] (sym+0x1/0x2)"
void read_frame(std::string_view line, OomDraft& draft) {
    auto& trace = draft.incident.call_trace;
    if (trace.size() >= kMostFrames) return;
    const size_t plus = line.find("+0x");
    const size_t begin = line.find_last_of(" \t(]", plus) + 1;
    OomFrame frame;
    frame.uncertain = line.substr(0, begin).find('?') != line.npos;
    line.remove_prefix(begin);
    take(line, '.');  // PowerPC's names of code
    frame.function = line.substr(0, std::min(line.find_first_of(" )"), kLongestName));
    if (pass(line, " [") && !line.starts_with('<') && line.ends_with(']') && line.size() <= kLongestName)
        append(frame.function, " [", line);
    trace.push_back(std::move(frame));
}

// --- the memory

void add_counter(OomCounters& counters, std::string_view name, uint64_t value, OomUnit unit) {
    if (counters.size() >= kMostCounters || counters.find(name)) return;
    std::string lower(name.substr(0, kLongestName));
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    counters.push_back({std::move(lower), value, unit});
}

// "name:12kB other: 3kB third:4", in kB where it says so, else in `bare`.
void read_counters(std::string_view line, OomCounters& counters, OomUnit bare) {
    while (true) {
        const auto word = next_word(line);
        if (word.empty()) return;
        const size_t colon = word.rfind(':');
        if (colon == word.npos || colon == 0) continue;
        std::string_view value = word.substr(colon + 1);
        if (value.empty()) {  // "shmem_thp: 0kB"
            std::string_view rest = line;
            value = next_word(rest);
            if (value.empty() || !is_digit(value[0])) continue;
            line = rest;
        }
        const auto number = take_number(value);
        const bool in_kb = value.starts_with("kB") || value.starts_with("KB");
        if (number) add_counter(counters, word.substr(0, colon), *number, in_kb ? OomUnit::kb : bare);
    }
}

void read_unreclaimable(std::string_view line, std::optional<bool>& answer) {
    if (pass(line, "all_unreclaimable? ")) answer = line.starts_with("yes");
}

// "Node 0 ", where there is one.
std::optional<uint32_t> take_node(std::string_view& line) {
    std::string_view rest = line;
    if (!take(rest, "Node ")) return std::nullopt;
    const auto node = take_id(rest);
    if (!node || !take(rest, ' ')) return std::nullopt;
    line = rest;
    return node;
}

void read_node(std::string_view line, OomDraft& draft) {
    auto& nodes = draft.incident.nodes;
    if (nodes.size() >= kMostZones) return;
    OomNode node;
    node.node = take_node(line).value_or(0);
    read_counters(line, node.counters, OomUnit::count);
    read_unreclaimable(line, node.all_unreclaimable);
    nodes.push_back(std::move(node));
}

OomZone* zone_of(OomIncident& incident, std::optional<uint32_t> node, std::string_view name) {
    for (auto& zone : incident.zones)
        if (zone.node == node && zone.name == name) return &zone;
    if (incident.zones.size() >= kMostZones) return nullptr;
    incident.zones.emplace_back();
    incident.zones.back().node = node;
    incident.zones.back().name = name;
    return &incident.zones.back();
}

void read_zone(std::string_view line, OomDraft& draft) {
    const auto node = take_node(line);
    const auto name = take_until(line, " ").value_or("").substr(0, kLongestName);
    OomZone* const zone = zone_of(draft.incident, node, name);
    if (!zone) return;
    read_counters(line, zone->counters, OomUnit::count);
    read_unreclaimable(line, zone->all_unreclaimable);
}

void read_reserve(std::string_view line, OomDraft& draft) {
    auto& zones = draft.incident.zones;
    if (zones.empty() || !zones.back().lowmem_reserve_pages.empty()) return;
    pass(line, ":");
    while (true) {
        skip_spaces(line);
        const auto pages = take_number(line);
        if (!pages || zones.back().lowmem_reserve_pages.size() >= kMostOrders) return;
        zones.back().lowmem_reserve_pages.push_back(*pages);
    }
}

// "1*4kB (UM) 0*8kB … = 612kB"
void add_blocks(std::string_view line, OomZone& zone) {
    while (true) {
        skip_spaces(line);
        if (take(line, "= ")) {
            zone.blocks_kb = take_number(line);
            return;
        }
        const auto free = take_number(line);
        if (!free || !take(line, '*')) return;
        skip_spaces(line);
        const auto size = take_number(line);
        if (!size || !take(line, "kB") || zone.blocks.size() >= kMostOrders) return;
        OomBlocks blocks{.size_kb = *size, .free = *free, .types = {}};
        if (take(line, " ("))
            if (const auto types = take_until(line, ")")) blocks.types = types->substr(0, kLongestName);
        zone.blocks.push_back(std::move(blocks));
    }
}

void read_blocks(std::string_view line, OomDraft& draft) {
    const auto node = take_node(line);
    const auto name = take_until(line, ":").value_or("").substr(0, kLongestName);
    OomZone* const zone = zone_of(draft.incident, node, name);
    if (zone && zone->blocks.empty()) add_blocks(line, *zone);
}

void read_hugepages(std::string_view line, OomDraft& draft) {
    auto& pools = draft.incident.hugepages;
    if (pools.size() >= kMostZones) return;
    OomHugepages pool;
    pool.node = take_node(line).value_or(0);
    pool.total = number_after(line, "hugepages_total=").value_or(0);
    pool.free = number_after(line, "hugepages_free=").value_or(0);
    pool.surplus = number_after(line, "hugepages_surp=").value_or(0);
    pool.size_kb = number_after(line, "hugepages_size=").value_or(0);
    pools.push_back(pool);
}

// What "N pages RAM" and its like are called, and the counters they become. "N reserved pages" and "N free
// pages" are ARM's before 3.12.
constexpr struct {
    const char* words;
    const char* name;
} kPages[] = {
    {"total pagecache pages", "total_pagecache"},
    {"pages in swap cache", "in_swap_cache"},
    {"pages swap cached", "in_swap_cache"},
    {"pages RAM", "ram"},
    {"pages of RAM", "ram"},
    {"pages HighMem", "highmem"},  // and "HighMem/MovableOnly"
    {"pages reserved", "reserved"},
    {"reserved pages", "reserved"},
    {"pages cma reserved", "cma_reserved"},
    {"pages hwpoisoned", "hwpoisoned"},
    {"pages shared", "shared"},
    {"pages non-shared", "non_shared"},
    {"free pages", "free"},
    {"slab pages", "slab"},
};

const char* pages_name(std::string_view line) {
    take_number(line);
    if (!take(line, ' ')) return nullptr;
    for (const auto& [words, name] : kPages)
        if (line.starts_with(words)) return name;
    return nullptr;
}

void read_pages(std::string_view line, OomDraft& draft) {
    const char* const name = pages_name(line);
    if (const auto number = take_number(line))
        add_counter(draft.incident.memory, name, *number, OomUnit::pages);
}

void read_swap(std::string_view line, OomDraft& draft) {
    const bool total = line.starts_with("Total");
    if (!pass(line, "= ")) return;
    if (const auto kb = take_number(line))
        add_counter(draft.incident.memory, total ? "total_swap" : "free_swap", *kb, OomUnit::kb);
}

// --- control groups

void set_memcg(OomIncident& incident) {
    incident.kind = OomKind::memcg;
    incident.constraint = OomConstraint::memcg;
}

void read_memcg_task(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    set_memcg(incident);
    take(line, "Task in ");
    constexpr std::string_view kKilled = " killed";
    const size_t killed = line.rfind(kKilled);
    const bool whole = line.ends_with(kKilled);  // its second half is a line of its own
    const auto limit = line.rfind("as a result of limit of ");
    if (whole || limit == line.npos) {
        if (killed != line.npos) incident.memcg = line.substr(0, killed);
        return;
    }
    if (const size_t end = line.find(" killed as a result"); end != line.npos)
        incident.memcg = line.substr(0, end);
    pass(line, "as a result of limit of ");
    incident.oom_memcg = trimmed(line);
}

void read_memcg_limit(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    set_memcg(incident);
    const OomLimit limit{.usage_kb = number_after(line, "usage ").value_or(0),
                         .limit_kb = number_after(line, "limit ").value_or(0),
                         .failures = number_after(line, "failcnt ").value_or(0)};
    auto& into = limit_of(incident, line);
    if (!into) into = limit;
}

// "Memory cgroup stats for /a: cache:0KB rss:0KB", or with nothing behind the colon.
void read_memcg_stats(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    set_memcg(incident);
    if (incident.memcg_stats.size() >= kMostGroups) return;
    take(line, "Memory cgroup stats");
    take(line, " for ");
    OomMemcgStats stats;
    size_t colon = line.find(": cache:");
    if (colon == line.npos) colon = line.rfind(':');
    stats.path = line.substr(0, colon);
    if (colon != line.npos) read_counters(line.substr(colon + 1), stats.counters, OomUnit::count);
    if (incident.oom_memcg.empty()) incident.oom_memcg = stats.path;
    incident.memcg_stats.push_back(std::move(stats));
}

// "anon 25104384": bytes; what counts events is not told apart by the text.
bool counts_events(std::string_view name) {
    return name.starts_with("pg") || name.starts_with("workingset_") || name.starts_with("thp_") ||
           name.starts_with("numa_") || name.starts_with("zswp") || name.starts_with("swpin") ||
           name.starts_with("swpout");
}

void read_memcg_stat(std::string_view line, OomDraft& draft) {
    auto& stats = draft.incident.memcg_stats;
    if (stats.empty()) return;
    const auto name = next_word(line);
    const auto value = parse_number(next_word(line));
    // Below version 1's own figures stand those of all groups together, "total_".
    if (value)
        add_counter(stats.back().counters, name, *value,
                    counts_events(name) ? OomUnit::count : OomUnit::bytes);
}

void read_slab(std::string_view line, OomDraft& draft) {
    auto& slabs = draft.incident.slabs;
    if (slabs.size() >= kMostSlabs) return;
    OomSlab slab;
    std::string_view words = trimmed(line);
    const size_t total = words.find_last_of(" \t");
    slab.total_kb = take_number(words = words.substr(total + 1)).value_or(0);
    words = trimmed(line.substr(0, total));
    const size_t used = words.find_last_of(" \t");
    slab.name = without_spaces(words.substr(0, used)).substr(0, kLongestName);
    slab.used_kb = take_number(words = words.substr(used + 1)).value_or(0);
    slabs.push_back(std::move(slab));
}

// --- the task table

enum Column : uint8_t {
    pid,
    uid,
    tgid,
    total_vm,
    rss,
    rss_anon,
    rss_file,
    rss_shmem,
    nr_ptes,
    nr_pmds,
    nr_puds,
    pgtables_bytes,
    swapents,
    cpu,
    oom_adj,
    oom_score_adj,
    unknown
};
constexpr std::string_view kColumns[] = {
    "pid",     "uid",     "tgid",    "total_vm",       "rss",      "rss_anon", "rss_file", "rss_shmem",
    "nr_ptes", "nr_pmds", "nr_puds", "pgtables_bytes", "swapents", "cpu",      "oom_adj",  "oom_score_adj"};

void read_table_head(std::string_view line, OomDraft& draft) {
    draft.incident.task_columns = trimmed(line);
    draft.columns.clear();
    while (true) {
        auto word = next_word(line);
        if (word.empty() || word == "name") return;
        if (word == "[" || word == "]") continue;
        const auto column = std::ranges::find(kColumns, word);
        draft.columns.push_back(static_cast<uint8_t>(column - std::begin(kColumns)));
    }
}

// "[  123]  1000   123 …": how many numbers stand before the name, each behind spaces.
struct Numbers {
    static constexpr size_t kMost = 20;
    int64_t at[kMost];
    size_t count = 0;
    std::string_view name[kMost + 1];  // what follows the so-manieth
};

bool split_row(std::string_view line, Numbers& numbers) {
    skip_spaces(line);
    if (!take(line, '[')) return false;
    skip_spaces(line);
    const auto pid = take_id(line);
    skip_spaces(line);  // "[ 123 ]": some kernels pad both sides
    if (!pid || !take(line, ']')) return false;
    numbers.at[0] = *pid;
    numbers.count = 1;
    while (numbers.count < Numbers::kMost) {
        std::string_view rest = line;
        skip_spaces(rest);
        if (rest.size() == line.size()) break;
        const bool negative = take(rest, '-');
        const auto number = take_number(rest, 18);
        if (!number || (!rest.empty() && !is_space(rest[0]))) break;
        numbers.at[numbers.count++] =
            negative ? -static_cast<int64_t>(*number) : static_cast<int64_t>(*number);
        line = rest;
        numbers.name[numbers.count] = rest;
    }
    return numbers.count >= 5;
}

// The table's head is lost: its columns by their number.
std::vector<uint8_t> guessed_columns(const Numbers& numbers) {
    std::vector<uint8_t> columns{pid, uid, tgid, total_vm, rss};
    const auto add = [&](std::initializer_list<uint8_t> more) { columns.insert(columns.end(), more); };
    // What is in front of swapents is a number of bytes, or of the pages that hold a table.
    const bool bytes = numbers.count > 5 && numbers.at[5] >= 4096 && numbers.at[5] % 1024 == 0;
    if (numbers.count >= 11)
        add({rss_anon, rss_file, rss_shmem, pgtables_bytes, swapents, oom_score_adj});
    else if (numbers.count >= 8 && bytes)
        add({pgtables_bytes, swapents, oom_score_adj});
    else if (numbers.count >= 10)
        add({nr_ptes, nr_pmds, nr_puds, swapents, oom_score_adj});
    else if (numbers.count == 9)
        add({nr_ptes, nr_pmds, swapents, oom_score_adj});
    else if (numbers.count == 8)
        add({nr_ptes, swapents, oom_score_adj});
    else if (numbers.count == 7)
        add({cpu, oom_adj});
    return columns;
}

void set_column(OomTask& task, uint8_t column, int64_t number) {
    const auto figure = static_cast<uint64_t>(number);
    switch (column) {
        case pid:
            task.pid = static_cast<uint32_t>(figure);
            break;
        case uid:
            task.uid = static_cast<uint32_t>(figure);
            break;
        case tgid:
            task.tgid = static_cast<uint32_t>(figure);
            break;
        case cpu:
            task.cpu = static_cast<uint32_t>(figure);
            break;
        case oom_adj:
            task.oom_adj = static_cast<int>(number);
            break;
        case oom_score_adj:
            task.oom_score_adj = static_cast<int>(number);
            break;
        default: {
            constexpr std::optional<uint64_t> OomTask::* kFigures[] = {
                &OomTask::total_vm_pages, &OomTask::rss_pages,       &OomTask::rss_anon_pages,
                &OomTask::rss_file_pages, &OomTask::rss_shmem_pages, &OomTask::nr_ptes,
                &OomTask::nr_pmds,        &OomTask::nr_puds,         &OomTask::pgtables_bytes,
                &OomTask::swap_pages};
            if (column >= total_vm && column <= swapents && number >= 0)
                task.*kFigures[column - total_vm] = figure;
        }
    }
}

void read_task(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    Numbers numbers;
    if (!split_row(line, numbers)) return;
    if (draft.columns.empty()) {
        draft.columns = guessed_columns(numbers);
        incident.notes.emplace_back(
            "the head of the task table is lost: its columns are told by their number");
    }
    if (numbers.count < draft.columns.size()) return;
    if (incident.tasks.size() >= kMostTasks) {
        ++incident.tasks_left_out;
        return;
    }
    OomTask task;
    for (size_t i = 0; i < draft.columns.size(); ++i) set_column(task, draft.columns[i], numbers.at[i]);
    std::string_view name = numbers.name[draft.columns.size()];
    take(name, ' ');
    task.comm = name.substr(0, kLongestName);
    incident.tasks.push_back(std::move(task));
}

// --- how it ended

// "…,task=NAME": where the name begins. Both the path before it and the name may hold ",task=".
size_t chosen_name(std::string_view text, const OomTask* known) {
    constexpr std::string_view kTask = ",task=";
    if (known && text.ends_with(known->comm)) {
        const size_t at = text.size() - known->comm.size();
        if (text.substr(0, at).ends_with(kTask)) return at;
    }
    const size_t earliest = text.size() - std::min(text.size(), kTask.size() + kLongestComm);
    size_t at = text.find(kTask, earliest);
    if (at == text.npos) at = text.rfind(kTask);
    return at == text.npos ? at : at + kTask.size();
}

// "oom_memcg=/a,task_memcg=/a/b": paths may hold anything; the second lies below the first.
void read_memcg_paths(std::string_view text, OomIncident& incident) {
    constexpr std::string_view kTaskMemcg = ",task_memcg=";
    if (!take(text, "oom_memcg=")) {
        if (take(text, "task_memcg=")) incident.memcg = text;
        return;
    }
    for (size_t at = text.find(kTaskMemcg); at != text.npos; at = text.find(kTaskMemcg, at + 1)) {
        const auto limit = text.substr(0, at);
        const auto task = text.substr(at + kTaskMemcg.size());
        const bool below = task.starts_with(limit);
        if (!incident.memcg.empty() && !below) continue;
        incident.oom_memcg = limit;
        incident.memcg = task;
        if (below) return;
    }
}

std::optional<OomConstraint> constraint_named(std::string_view name) {
    for (const auto constraint :
         {OomConstraint::none, OomConstraint::cpuset, OomConstraint::memory_policy, OomConstraint::memcg})
        if (name == name_of(constraint)) return constraint;
    return std::nullopt;
}

void read_choice(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    draft.has_choice = true;
    pass(line, "constraint=");
    const auto constraint = constraint_named(line.substr(0, line.find(',')));
    if (constraint == OomConstraint::memcg) set_memcg(incident);
    if (constraint) incident.constraint = constraint;
    if (std::string_view nodes = line; pass(nodes, ",nodemask="))
        incident.trigger.nodemask = nodes.substr(0, nodes.find(",cpuset="));
    // From the right: neither the user nor the process id can hold a comma.
    const size_t uid_at = line.rfind(",uid=");
    const size_t pid_at = line.rfind(",pid=", uid_at);
    OomVictim chosen;
    size_t name = line.npos;
    if (pid_at != line.npos) {
        chosen.pid = id_after(line.substr(pid_at), ",pid=").value_or(0);
        if (uid_at != line.npos) chosen.uid = id_after(line.substr(uid_at), ",uid=");
        name = chosen_name(line.substr(0, pid_at), incident.task(chosen.pid));
        if (name != line.npos) {
            chosen.comm = line.substr(name, pid_at - name);
            incident.chosen = std::move(chosen);
        }
    }
    constexpr std::string_view kTask = ",task=";
    std::string_view context = name == line.npos ? line : line.substr(0, name - kTask.size());
    for (const std::string_view divider : {",global_oom,", ",oom_memcg="}) {
        const size_t at = context.find(divider);
        if (at == context.npos) continue;
        auto paths = context.substr(at + 1);
        take(paths, "global_oom,");
        read_memcg_paths(paths, incident);
        context = context.substr(0, at);
        break;
    }
    if (!pass(context, ",cpuset=")) return;
    const size_t mems = context.rfind(",mems_allowed=");
    incident.trigger.cpuset = context.substr(0, mems);
    if (mems != context.npos) {
        context.remove_prefix(mems);
        take(context, ",mems_allowed=");
        incident.trigger.mems_allowed = context;
    }
}

// What the kernel says before "Kill process" or "Killed process".
void read_reason(std::string_view reason, OomIncident& incident) {
    if (reason.find("cgroup out of memory") != reason.npos) set_memcg(incident);
    if (reason.find("MPOL_BIND") != reason.npos) incident.constraint = OomConstraint::memory_policy;
    if (reason.find("in cpuset") != reason.npos) incident.constraint = OomConstraint::cpuset;
    if (reason.find("oom_kill_allocating_task") != reason.npos) incident.allocating_task = true;
}

// "54 (NAME)…" or "54, UID 0, (NAME)…": the name ends where `after` begins, at its last place.
bool take_victim(std::string_view& text, std::initializer_list<std::string_view> after, OomVictim& victim) {
    const auto pid = take_id(text);
    if (!pid) return false;
    victim.pid = *pid;
    if (take(text, ", UID ")) {
        victim.uid = take_id(text);
        take(text, ',');
    }
    if (!take(text, " (")) return false;
    size_t end = text.npos;
    for (const auto ending : after) {
        end = text.rfind(ending);
        if (end != text.npos) break;
    }
    if (end == text.npos) end = text.rfind(')');
    victim.comm = text.substr(0, std::min(end, kLongestName));
    text.remove_prefix(std::min(end, text.size()));
    take(text, ')');
    return true;
}

void read_score(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    const size_t at = std::min(line.find("Kill process "), line.find("kill process "));
    if (at == line.npos) return;
    read_reason(line.substr(0, at), incident);
    line.remove_prefix(at + std::string_view("Kill process ").size());
    OomVictim chosen;
    if (!take_victim(line, {") score "}, chosen)) return;
    if (take(line, " score ")) chosen.score = take_number(line);
    incident.may_sacrifice_child = line.find("child") != line.npos;
    incident.chosen = std::move(chosen);
}

void add_victim(OomVictim victim, OomDraft& draft) {
    auto& killed = draft.incident.killed;
    draft.ended = true;
    if (std::ranges::find(killed, victim.pid, &OomVictim::pid) != killed.end()) {
        if (draft.incident.notes.size() < kMostNotes)
            draft.incident.notes.push_back(concat("process ", victim.pid,
                                                  " is listed twice, as the chosen one and "
                                                  "with its group: it died once"));
        return;
    }
    if (killed.size() < kMostVictims) killed.push_back(std::move(victim));
}

void read_killed(std::string_view line, OomDraft& draft) {
    OomIncident& incident = draft.incident;
    const size_t at = line.find("Killed process ");
    read_reason(line.substr(0, at), incident);
    line.remove_prefix(at + std::string_view("Killed process ").size());
    OomVictim victim;
    if (!take_victim(line, {") total-vm:", ") vsz:", "), UID "}, victim)) return;
    victim.total_vm_kb = number_after(line, "total-vm:");
    if (!victim.total_vm_kb) victim.total_vm_kb = number_after(line, "vsz:");
    victim.anon_rss_kb = number_after(line, "anon-rss:");
    victim.file_rss_kb = number_after(line, "file-rss:");
    victim.shmem_rss_kb = number_after(line, "shmem-rss:");
    victim.pgtables_kb = number_after(line, "pgtables:");
    victim.oom_score_adj = signed_after(line, "oom_score_adj:");
    for (const std::string_view key : {"UID:", "UID "})
        if (!victim.uid) victim.uid = id_after(line, key);
    if (incident.chosen && incident.chosen->pid == victim.pid) {
        victim.score = incident.chosen->score;
        if (!victim.uid) victim.uid = incident.chosen->uid;
    }
    add_victim(std::move(victim), draft);
}

void read_sharer(std::string_view line, OomDraft& draft) {
    OomVictim victim;
    victim.shares_memory = true;
    pass(line, "Kill process ");
    if (take_victim(line, {") sharing same memory"}, victim)) add_victim(std::move(victim), draft);
}

void read_group(std::string_view line, OomDraft& draft) {
    draft.incident.group = true;
    take(line, "Tasks in ");
    draft.incident.group_memcg = line.substr(0, line.rfind(" are going to be killed"));
    if (draft.incident.kind == OomKind::global && !draft.has_head) set_memcg(draft.incident);
}

void read_reaped(std::string_view line, OomDraft& draft) {
    const auto pid = id_after(line, "reaped process ");
    for (auto& victim : draft.incident.killed)
        if (victim.pid == pid) victim.reaped = true;
}

void read_panic(std::string_view line, OomDraft& draft) {
    pass(line, "not syncing: ");
    draft.incident.panic = trimmed(line);
    draft.incident.no_killable |= line.find("no killable process") != line.npos;
    draft.ended = true;
}

}  // namespace

std::optional<OomLimit>& limit_of(OomIncident& incident, std::string_view line) {
    return line.starts_with("memory+swap") ? incident.memsw_limit
           : line.starts_with("memory")    ? incident.memory_limit
           : line.starts_with("kmem")      ? incident.kmem_limit
                                           : incident.swap_limit;
}

bool ends_in_name(OomPart part) {
    switch (part) {
        case OomPart::head:
        case OomPart::alien_head:
        case OomPart::cpuset:
        case OomPart::processor:
        case OomPart::task:
        case OomPart::choice:
        case OomPart::score:
        case OomPart::killed:
        case OomPart::sharer:
        case OomPart::reaped:
            return true;
        default:
            return false;
    }
}

namespace {

// How a line begins, what it holds besides, and what it is then. The first that fits.
struct Form {
    const char* begins;
    const char* holds;
    OomPart part;
};

constexpr Form kForms[] = {
    {"oom-kill:", "constraint=", OomPart::choice},
    {"oom_reaper: reaped process ", "", OomPart::reaped},
    {"Kill process ", ") sharing same memory", OomPart::sharer},
    {"CPU: ", " Comm: ", OomPart::processor},
    {"Pid: ", ", comm: ", OomPart::processor},
    {"Tasks in ", " are going to be killed", OomPart::group},
    {"Task in ", " killed", OomPart::memcg_task},
    {" as a result of limit of ", "", OomPart::memcg_task},
    {"Memory cgroup stats", "", OomPart::memcg_stats},
    {"Workqueue: ", "", OomPart::workqueue},
    {"", " invoked oom-killer: ", OomPart::head},
    {"", ": page allocation failure", OomPart::alien_head},
    {"", ": page allocation stalls", OomPart::alien_head},
    {"", " mems_allowed=", OomPart::cpuset},
    {"", "Killed process ", OomPart::killed},
    {"", ") score ", OomPart::score},
    {"", "Kernel panic - not syncing: ", OomPart::panic},
    {"", "ut of memory and no killable process", OomPart::unkillable},
    {"", "Manual OOM execution", OomPart::sysrq},
    {"sysrq: Show Memory", "", OomPart::alien_head},
    {"SysRq : Show Memory", "", OomPart::alien_head},
    {"", "messages dropped", OomPart::dropped},
    {"", "messages suppressed", OomPart::dropped},
    {"Call Trace:", "", OomPart::trace_title},
    {"Call trace:", "", OomPart::trace_title},
    {"Backtrace:", "", OomPart::trace_title},
    {"Stack:", "", OomPart::trace_title},
    {"Mem-Info:", "", OomPart::memory_title},
    {"Mem-info:", "", OomPart::memory_title},
    {"lowmem_reserve[]:", "", OomPart::reserve},
    {"Free swap", "= ", OomPart::swap},
    {"Total swap", "= ", OomPart::swap},
    {"memory: usage ", ", limit ", OomPart::memcg_limit},
    {"memory+swap: usage ", ", limit ", OomPart::memcg_limit},
    {"kmem: usage ", ", limit ", OomPart::memcg_limit},
    {"swap: usage ", ", limit ", OomPart::memcg_limit},
    {"Unreclaimable slab info:", "", OomPart::slab_title},
    {"Tasks state (memory values in pages):", "", OomPart::table_title},
    {"[", "total_vm", OomPart::table_head},
};

bool fits(const Form& form, std::string_view line) {
    return line.starts_with(form.begins) && (form.holds[0] == '\0' || line.find(form.holds) != line.npos);
}

// "active_anon:459 inactive_anon:14454", nothing else
bool is_counters(std::string_view line) {
    bool any = false;
    while (true) {
        const auto word = next_word(line);
        if (word.empty()) return any;
        const size_t colon = word.find(':');
        if (colon == 0 || colon == word.npos || colon + 1 == word.size()) return false;
        if (word.find_first_not_of("0123456789", colon + 1) != word.npos) return false;
        any = true;
    }
}

// "anon 25104384", nothing else
bool is_stat(std::string_view line) {
    const auto name = next_word(line);
    const auto number = next_word(line);
    return !name.empty() && !is_digit(name[0]) && !number.empty() && next_word(line).empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789()") == name.npos &&
           number.find_first_not_of("0123456789") == number.npos;
}

// "kmalloc-64   44KB   44KB"
bool is_slab(std::string_view line) {
    line = trimmed(line);
    if (!line.ends_with("KB")) return false;
    line.remove_suffix(2);
    const size_t digits = line.find_last_not_of("0123456789");
    if (digits == line.npos || !is_space(line[digits])) return false;
    line = trimmed(line.substr(0, digits));
    return line.ends_with("KB") && line.size() > 3 && is_digit(line[line.size() - 3]);
}

OomPart zone_part(std::string_view line) {
    const bool has_node = take_node(line).has_value();
    if (has_node && line.starts_with("hugepages_total=")) return OomPart::hugepages;
    if (has_node && line.starts_with("active_anon:") && line.find("kB") != line.npos) return OomPart::node;
    const size_t end = line.find_first_of(" :");
    if (end == line.npos || end == 0 || line[0] < 'A' || line[0] > 'Z') return OomPart::other;
    const auto rest = line.substr(end);
    if (rest.starts_with(" free:")) return OomPart::zone;
    if (!rest.starts_with(": ")) return OomPart::other;
    const size_t star = rest.find_first_not_of(" :0123456789");
    return star != rest.npos && rest[star] == '*' ? OomPart::blocks : OomPart::other;
}

bool is_frame(std::string_view line) {
    const size_t plus = line.find("+0x");
    return plus != line.npos && plus != 0 && line.find("/0x", plus) != line.npos;
}

OomPart part_by_shape(std::string_view line) {
    const auto text = without_spaces(line);
    if (text.empty()) return OomPart::other;
    if (is_digit(text[0])) {
        if (pages_name(text)) return OomPart::pages;
        const size_t star = text.find_first_not_of("0123456789");
        return star != text.npos && text[star] == '*' ? OomPart::more_blocks : OomPart::other;
    }
    if (text.starts_with("= ") && text.ends_with("kB")) return OomPart::more_blocks;
    if (Numbers numbers; text[0] == '[' && split_row(text, numbers)) return OomPart::task;
    if (const auto part = zone_part(text); part != OomPart::other) return part;
    if (is_counters(text)) return OomPart::counters;
    if (is_slab(text)) return OomPart::slab;
    if (is_stat(text)) return OomPart::memcg_stat;
    return is_frame(line) ? OomPart::frame : OomPart::other;
}

}  // namespace

OomPart oom_part(std::string_view line) {
    // The shape of a task's row cannot be any other line's; its name can look like all of them.
    if (Numbers numbers; line.starts_with('[') && split_row(line, numbers)) return OomPart::task;
    for (const auto& form : kForms)
        if (fits(form, line)) return form.part;
    return part_by_shape(line);
}

void read_oom_part(OomPart part, std::string_view line, OomDraft& draft) {
    const auto text = without_spaces(line);
    switch (part) {
        case OomPart::head:
            return read_head(line, draft);
        case OomPart::cpuset:
            return read_cpuset(line, draft);
        case OomPart::processor:
            return read_processor(line, draft);
        case OomPart::workqueue:
            draft.incident.trigger.workqueue = trimmed(line.substr(std::string_view("Workqueue: ").size()));
            return;
        case OomPart::frame:
            return read_frame(line, draft);
        case OomPart::counters:
            return read_counters(line, draft.incident.memory, OomUnit::pages);
        case OomPart::node:
            return read_node(text, draft);
        case OomPart::zone:
            return read_zone(text, draft);
        case OomPart::reserve:
            return read_reserve(line, draft);
        case OomPart::blocks:
            return read_blocks(text, draft);
        case OomPart::more_blocks:
            if (!draft.incident.zones.empty()) add_blocks(text, draft.incident.zones.back());
            return;
        case OomPart::hugepages:
            return read_hugepages(text, draft);
        case OomPart::pages:
            return read_pages(text, draft);
        case OomPart::swap:
            return read_swap(line, draft);
        case OomPart::memcg_task:
            return read_memcg_task(line, draft);
        case OomPart::memcg_limit:
            return read_memcg_limit(line, draft);
        case OomPart::memcg_stats:
            return read_memcg_stats(line, draft);
        case OomPart::memcg_stat:
            return read_memcg_stat(text, draft);
        case OomPart::slab:
            return read_slab(line, draft);
        case OomPart::table_head:
            return read_table_head(line, draft);
        case OomPart::task:
            return read_task(line, draft);
        case OomPart::choice:
            return read_choice(line, draft);
        case OomPart::score:
            return read_score(line, draft);
        case OomPart::killed:
            return read_killed(line, draft);
        case OomPart::sharer:
            return read_sharer(line, draft);
        case OomPart::group:
            return read_group(line, draft);
        case OomPart::unkillable:
            draft.incident.no_killable = true;
            draft.ended = true;
            if (line.find("Memory cgroup") != line.npos) set_memcg(draft.incident);
            return;
        case OomPart::panic:
            return read_panic(line, draft);
        case OomPart::reaped:
            return read_reaped(line, draft);
        default:
            return;
    }
}

}  // namespace earlybox
