// SPDX-License-Identifier: MIT
#include "applets/oomscan/badness.h"

#include <algorithm>
#include <charconv>

#include "core/base/function_ref.h"
#include "core/base/text.h"

namespace earlybox::oomscan {

uint64_t page_size_of(const OomIncident& incident) {
    constexpr uint64_t kMost = 1 << 20;
    return std::clamp<uint64_t>(incident.page_size_bytes.value_or(4096), 1024, kMost);
}

namespace {

// a63d83f427fb: the share of memory in thousandths, less 30 for root, plus oom_score_adj (2.6.36)
// f755a042d82b: page tables count (2.6.39)          a7f638f999ff, 61eafb00d55d: pages, not thousandths (3.5)
// 778c14affaf9: root's bonus is 3 % of its use (3.14)      d46078b28889: root has no bonus (4.17)
// mm/oom_kill.c of 5.2 prefers the first of equals (a leader), that of 5.4 the last (one check was removed)
// 9066e5cfb73c: less than 1 is told apart (5.9)
constexpr BadnessRule kRules[] = {
    {"2.6.36 to 2.6.38", 0x020624, true, false, RootBonus::thirty_thousandths, true, false},
    {"2.6.39 to 3.4", 0x020627, true, true, RootBonus::thirty_thousandths, true, false},
    {"3.5 to 3.13", 0x030500, false, true, RootBonus::thirty_thousandths, true, false},
    {"3.14 to 4.16", 0x030e00, false, true, RootBonus::three_percent, true, false},
    {"4.17 to 5.2", 0x041100, false, true, RootBonus::none, true, false},
    {"5.3 to 5.8", 0x050300, false, true, RootBonus::none, true, true},
    {"5.9 and later", 0x050900, false, true, RootBonus::none, false, true},
};
constexpr uint32_t kNewest = 0xffffff;
constexpr int kNeverKilled = -1000;  // OOM_SCORE_ADJ_MIN

// So large that no product below overflows.
int64_t bounded(uint64_t number) { return static_cast<int64_t>(std::min(number, uint64_t{1} << 50)); }

// "6.12.117 #1": 0x060c75; 0 where there is none.
uint32_t version_of(std::string_view kernel) {
    uint32_t version = 0;
    for (int part = 0; part < 3; ++part) {
        uint32_t number = 0;
        const auto [end, error] = std::from_chars(kernel.data(), kernel.data() + kernel.size(), number);
        if (error != std::errc{}) return part < 2 ? 0 : version << 8;
        version = version << 8 | std::min(number, 255U);
        kernel.remove_prefix(static_cast<size_t>(end - kernel.data()));
        if (part < 2 && !kernel.starts_with('.')) return part == 0 ? 0 : version << 8;
        if (part < 2) kernel.remove_prefix(1);
    }
    return version;
}

struct Generations {
    uint32_t first = 0, last = kNewest;
    void since(uint32_t version) { first = std::max(first, version); }
    void before(uint32_t version) { last = std::min(last, version - 1); }
};

// By what the report prints; distributions carry new rules back to old versions, and their columns with them.
Generations generations_of(const OomIncident& incident) {
    Generations range;
    const OomTask& row = incident.tasks.front();
    range.since(0x020624);
    if (row.cpu) range.before(0x030700);  // de34d965a962: page tables and swap in its place
    if (row.nr_ptes) range.since(0x030700);
    if (row.nr_pmds) range.since(0x040000);  // dc6c9a35b66b
    if (row.nr_ptes || row.nr_pmds) range.before(0x040f00);
    if (row.pgtables_bytes) range.since(0x040f00);  // af5b0f6a09e4
    if (row.rss_anon_pages) range.since(0x060800);
    if (incident.may_sacrifice_child) range.before(0x050100);  // bbbe48029720
    for (const OomVictim& victim : incident.killed)
        if (victim.pgtables_kb || victim.oom_score_adj) range.since(0x050400);  // 70cb6d267790
    for (const OomNode& node : incident.nodes)
        if (node.counters.find("kernel_stack")) range.since(0x050900);  // 991e7673859e
    for (const OomMemcgStats& stats : incident.memcg_stats)
        if (stats.counters.find("percpu")) range.since(0x050900);  // 772616b031f0
    return range;
}

uint32_t end_of(const BadnessRule& rule) {
    return &rule == std::end(kRules) - 1 ? kNewest : (&rule + 1)->since - 1;
}

bool of_version(const BadnessRule& rule, uint32_t version) {
    return rule.since <= version && version <= end_of(rule);
}

std::optional<int64_t> pages(std::optional<uint64_t> kb, uint64_t page_size) {
    if (!kb) return std::nullopt;
    return bounded(std::min(*kb, uint64_t{1} << 50) * 1024 / page_size);
}

std::optional<Bounds> memcg_total(const OomIncident& incident) {
    if (!incident.memory_limit) return std::nullopt;
    const uint64_t size = page_size_of(incident);
    const int64_t limit = *pages(incident.memory_limit->limit_kb, size);
    // mem_cgroup_get_max() adds the swap that the group may have, but no more than the machine has, which is
    // not printed. A group at its limit that has none in use has none to use.
    int64_t in_use = 0, may_use = 0;
    if (incident.swap_limit) {
        in_use = *pages(incident.swap_limit->usage_kb, size);
        may_use = *pages(incident.swap_limit->limit_kb, size);
    } else if (incident.memsw_limit) {
        in_use = *pages(incident.memsw_limit->usage_kb, size) - *pages(incident.memory_limit->usage_kb, size);
        may_use = *pages(incident.memsw_limit->limit_kb, size) - limit;
    }
    in_use = std::max<int64_t>(in_use, 0);
    if (in_use == 0) return Bounds{limit, limit, limit};
    const int64_t least = limit + in_use;
    const int64_t most = limit + std::clamp<int64_t>(may_use, in_use, in_use * 16);
    return Bounds{least, least, most};
}

bool names_node(std::string_view list, uint32_t node) {
    while (!list.empty()) {
        const auto range = list.substr(0, list.find(','));
        list.remove_prefix(std::min(range.size() + 1, list.size()));
        const size_t dash = range.find('-');
        const auto first = parse_number(range.substr(0, dash));
        const auto last = dash == range.npos ? first : parse_number(range.substr(dash + 1));
        if (first && last && node >= *first && node <= *last) return true;
    }
    return false;
}

}  // namespace

bool zone_allowed(const OomIncident& incident, const OomZone& zone) {
    if (incident.constraint == OomConstraint::memory_policy)
        return names_node(incident.trigger.nodemask, zone.node.value_or(0));
    if (incident.constraint == OomConstraint::cpuset)
        return names_node(incident.trigger.mems_allowed, zone.node.value_or(0));
    return true;
}

namespace {

// The allowed zones' sum of a counter, in pages.
std::optional<int64_t> in_zones(const OomIncident& incident, std::string_view counter) {
    std::optional<int64_t> sum;
    for (const OomZone& zone : incident.zones)
        if (const auto size = pages(zone.kb(counter), page_size_of(incident));
            size && zone_allowed(incident, zone))
            sum = std::min(sum.value_or(0) + *size, bounded(UINT64_MAX));
    return sum;
}

std::optional<Bounds> global_total(const OomIncident& incident) {
    const uint64_t size = page_size_of(incident);
    const auto swap = pages(incident.memory_kb("total_swap"), size).value_or(0);
    if (incident.constraint == OomConstraint::memory_policy || incident.constraint == OomConstraint::cpuset) {
        const auto present = in_zones(incident, "present");
        if (!present) return std::nullopt;
        // Until 5.9 what the nodes span: with holes.
        return Bounds{*present + swap, *present + swap, *present + *present / 2 + swap};
    }
    if (const auto managed = in_zones(incident, "managed")) {
        const int64_t total = *managed + swap;
        return Bounds{total, total, total};
    }
    const auto* const ram = incident.memory.find("ram");
    if (!ram) return std::nullopt;
    const auto* const reserved = incident.memory.find("reserved");
    const int64_t total =
        std::max<int64_t>(bounded(ram->value) - (reserved ? bounded(reserved->value) : 0), 0) + swap;
    // Until 3.8 architectures counted differently.
    return Bounds{total, total - total / 32, total + total / 32};
}

}  // namespace

std::span<const BadnessRule> badness_rules() { return kRules; }

std::optional<Bounds> total_pages(const OomIncident& incident) {
    return incident.kind == OomKind::memcg ? memcg_total(incident) : global_total(incident);
}

namespace {

// The counters are exact only to what the processors (since 6.2) or the threads (before) keep back, and the
// table is written after the choice (TASK_RSS_EVENTS_THRESH; percpu_counter_batch).
int64_t counters_error(const OomIncident& incident) {
    constexpr int64_t kKeptBack = 64;
    uint32_t processors = incident.trigger.cpu.value_or(0);
    for (const OomTask& task : incident.tasks) processors = std::max(processors, task.cpu.value_or(0));
    return kKeptBack * (1 + std::min(processors, 4096U));
}

int64_t page_table_pages(const OomTask& task, uint64_t page_size) {
    return bounded(task.nr_ptes.value_or(0)) + bounded(task.nr_pmds.value_or(0)) +
           bounded(task.nr_puds.value_or(0)) + bounded(task.pgtables_bytes.value_or(0) / page_size);
}

}  // namespace

uint64_t used_kb(const OomIncident& incident, const OomTask& task) {
    const uint64_t page_size = page_size_of(incident);
    const int64_t used = bounded(task.rss_pages.value_or(0)) + bounded(task.swap_pages.value_or(0)) +
                         page_table_pages(task, page_size);
    return static_cast<uint64_t>(used) * (page_size / 1024);
}

namespace {

Bounds used_pages(const BadnessRule& rule, const OomIncident& incident, const OomTask& task) {
    const uint64_t page_size = page_size_of(incident);
    Bounds used;
    used.value = bounded(*task.rss_pages) + bounded(task.swap_pages.value_or(0));
    if (rule.page_tables) used.value += page_table_pages(task, page_size);
    const int64_t error = counters_error(incident);
    used.low = std::max<int64_t>(used.value - error, 0);
    used.high = used.value + error;
    const int64_t virtual_pages = bounded(task.total_vm_pages.value_or(0));
    if (rule.page_tables && !task.nr_ptes && !task.pgtables_bytes) used.high += virtual_pages / 512 + 1;
    if (!task.swap_pages) {
        const auto all = incident.memory_kb("total_swap"), free = incident.memory_kb("free_swap");
        const int64_t swapped = all && free && *all > *free ? *pages(*all - *free, page_size) : 0;
        used.high += std::clamp<int64_t>(virtual_pages - bounded(*task.rss_pages), 0, swapped);
    }
    return used;
}

int64_t reckon(const BadnessRule& rule, int64_t used, int64_t total, int64_t adj, bool bonus) {
    int64_t points = used;
    if (rule.thousandths) {
        points = used * 1000 / std::max<int64_t>(total, 1) - (bonus ? 30 : 0) + adj;
        return std::clamp<int64_t>(points, 1, 1000);
    }
    if (bonus && rule.root_bonus == RootBonus::three_percent) points -= points * 3 / 100;
    if (bonus && rule.root_bonus == RootBonus::thirty_thousandths) adj -= 30;
    points += adj * (total / 1000);
    return rule.at_least_one ? std::max<int64_t>(points, 1) : points;
}

}  // namespace

std::optional<Bounds> badness(const BadnessRule& rule, const OomIncident& incident, const OomTask& task,
                              std::optional<int> oom_score_adj, const std::optional<Bounds>& total) {
    const bool is_init = task.pid == 1 || task.tgid == 1U;
    if (!oom_score_adj || !task.rss_pages || is_init || *oom_score_adj == kNeverKilled) return std::nullopt;
    const int64_t adj = std::clamp(*oom_score_adj, -1000, 1000);
    // That it holds CAP_SYS_ADMIN is not printed.
    const bool bonus = rule.root_bonus != RootBonus::none && task.uid == 0U;
    const bool needs_total =
        rule.thousandths || adj != 0 || (bonus && rule.root_bonus == RootBonus::thirty_thousandths);
    if (needs_total && !total) return std::nullopt;
    const Bounds of = total.value_or(Bounds{});
    const Bounds used = used_pages(rule, incident, task);

    Bounds points;
    points.value = points.low = points.high = reckon(rule, used.value, of.value, adj, bonus);
    for (const int64_t pages : {used.low, used.high})
        for (const int64_t all : {of.low, of.high})
            for (const bool root : {false, bonus}) {
                const int64_t possible = reckon(rule, pages, all, adj, root);
                points.low = std::min(points.low, possible);
                points.high = std::max(points.high, possible);
            }
    return points;
}

namespace {

constexpr size_t kNobody = SIZE_MAX;

class Table {
 public:
    Table(const OomIncident& incident, std::span<const OomVictim> killed_before, const BadnessRule& rule,
          const std::optional<Bounds>& total)
        : incident_(incident), rule_(rule), total_(total) {
        rows_.resize(incident.tasks.size());
        for (size_t row = 0; row < rows_.size(); ++row) {
            const OomTask& task = incident.tasks[row];
            rows_[row].points = badness(rule, incident, task, task.oom_score_adj, total);
            rows_[row].dying = std::ranges::any_of(killed_before, [&](const OomVictim& victim) {
                return victim.pid == task.pid && victim.comm == task.comm;
            });
        }
    }

    const std::optional<Bounds>& points(size_t row) const { return rows_[row].points; }
    bool dying(size_t row) const { return rows_[row].dying; }
    // Somebody could be killed, but the report lacks what the rule needs.
    bool lacks_figures() const {
        for (size_t row = 0; row < rows_.size(); ++row) {
            const OomTask& task = incident_.tasks[row];
            if (!points(row) && badness(rule_, incident_, task, task.oom_score_adj, Bounds{})) return true;
        }
        return false;
    }

    // Whom the rule picks of those that `left` admits.
    size_t pick(FunctionRef<bool(size_t)> left) const {
        size_t picked = kNobody;
        for (size_t row = 0; row < rows_.size(); ++row)
            if (points(row) && !dying(row) && left(row) &&
                (picked == kNobody || beats(points(row)->value, row, picked)))
                picked = row;
        return picked;
    }

    // The row of a process, or of one of its threads.
    size_t row_of(uint32_t pid) const {
        const auto row = std::ranges::find_if(
            incident_.tasks, [pid](const OomTask& task) { return task.pid == pid || task.tgid == pid; });
        return row == incident_.tasks.end() ? kNobody : static_cast<size_t>(row - incident_.tasks.begin());
    }

    // The highest oom_score_adj with which the row is not picked.
    int sparing_adj(size_t row) const {
        const size_t other = pick([row](size_t candidate) { return candidate != row; });
        if (other == kNobody) return kNeverKilled;
        for (int adj = 1000; adj > kNeverKilled; --adj) {
            const auto points = badness(rule_, incident_, incident_.tasks[row], adj, total_);
            if (!points || !beats(points->value, row, other)) return adj;
        }
        return kNeverKilled;
    }

 private:
    bool beats(int64_t points, size_t row, size_t other) const {
        const int64_t others = rows_[other].points->value;
        if (points != others) return points > others;
        return rule_.last_of_equals ? row > other : row < other;
    }

    const OomIncident& incident_;
    const BadnessRule& rule_;
    const std::optional<Bounds>& total_;
    struct Row {
        std::optional<Bounds> points;
        bool dying = false;
    };
    std::vector<Row> rows_;
};

std::string named(const OomTask& task) { return concat(printable(task.comm), " (", task.pid, ')'); }
std::string named(const OomVictim& victim) { return concat(printable(victim.comm), " (", victim.pid, ')'); }

const OomVictim* chosen_of(const OomIncident& incident) {
    if (incident.chosen) return &*incident.chosen;
    return incident.killed.empty() ? nullptr : &incident.killed.front();
}

// Does the rule lead to the "score 923" that the kernel printed?
bool leads_to_score(const BadnessRule& rule, const Table& table, const std::optional<Bounds>& total,
                    const OomVictim* chosen) {
    if (!chosen || !chosen->score || !total) return true;
    const size_t row = table.row_of(chosen->pid);
    if (row == kNobody || !table.points(row)) return true;
    const int64_t points = table.points(row)->value;
    const int64_t score = rule.thousandths ? points : points * 1000 / std::max<int64_t>(total->value, 1);
    return score == bounded(*chosen->score);
}

// Compares the kernel's choice with the rule's.
void compare(Choice& choice, const OomIncident& incident, const Table& table, size_t expected) {
    const OomVictim* const chosen = chosen_of(incident);
    if (!chosen) {
        choice.reason = incident.panic.empty() ? "the report does not say who was killed"
                                               : "nobody was killed: the kernel panicked";
        return;
    }
    const size_t row = table.row_of(chosen->pid);
    const std::string wanted = named(incident.tasks[expected]);
    if (incident.allocating_task) {
        choice.matches = row == expected;
        if (row == expected) return;
        choice.reason =
            concat("vm.oom_kill_allocating_task is set: who asked was killed, not the worst, ", wanted);
        return;
    }
    if (row == kNobody) {
        choice.matches = false;
        choice.reason = concat("the task table is incomplete: ", named(*chosen), " is not in it");
        return;
    }
    if (!table.points(row)) {
        choice.matches = false;
        choice.reason = concat(named(*chosen),
                               " is unkillable by the rule (init, or oom_score_adj -1000), yet was chosen");
        return;
    }
    const Bounds& had = *table.points(row);
    const Bounds& has = *table.points(expected);
    if (had.value == has.value) {
        choice.expected_pid = incident.tasks[row].pid;
        choice.matches = true;
    } else if (incident.tasks_left_out != 0 || incident.head_lost) {
        choice.matches = false;
        choice.reason = concat("the task table is incomplete; of what is there ", wanted, " is the worst");
    } else if (had.high >= has.low) {
        choice.reason =
            concat("the counters are not exact enough to tell ", named(*chosen), " from ", wanted);
    } else {
        choice.matches = false;
        choice.reason = concat(
            wanted,
            " has the higher badness; the report does not say why it was passed over (about to exit, in vfork, or its memory already taken)");
    }
}

// Who was killed was not who was chosen.
void consider_child(Choice& choice, const OomIncident& incident) {
    if (!incident.may_sacrifice_child || !incident.chosen || incident.killed.empty()) return;
    const OomVictim& killed = incident.killed.front();
    if (killed.pid == incident.chosen->pid || choice.matches != true) return;
    choice.matches = false;
    choice.reason = concat("a child is preferred: ", named(*incident.chosen), " was chosen, its child ",
                           named(killed), " killed in its place");
}

void spare(Choice& choice, const OomIncident& incident, const Table& table) {
    const OomVictim* const chosen = chosen_of(incident);
    if (!chosen || incident.killed.empty() || incident.killed.front().pid != chosen->pid) return;
    const size_t row = table.row_of(chosen->pid);
    if (incident.allocating_task)
        choice.spare_adj = kNeverKilled;
    else if (choice.matches == true && row != kNobody && choice.total)
        choice.spare_adj = table.sparing_adj(row);
}

// Whom the rule would have picked were they not dying already.
void consider_dying(Choice& choice, const OomIncident& incident, const Table& table, size_t expected) {
    for (size_t row = 0; row < incident.tasks.size(); ++row)
        if (table.dying(row) && table.points(row) &&
            table.points(row)->value > table.points(expected)->value && choice.reason.empty()) {
            choice.reason = concat(named(incident.tasks[row]),
                                   " has the higher badness, but was killed before and is dying already");
            return;
        }
}

// False: the rule cannot be the one, it leads to another score than the kernel printed.
bool choose_by(const BadnessRule& rule, const OomIncident& incident, std::span<const OomVictim> killed_before,
               Choice& choice) {
    choice.rule = &rule;
    choice.total = total_pages(incident);
    const Table table(incident, killed_before, rule, choice.total);
    for (size_t row = 0; row < incident.tasks.size(); ++row)
        if (const auto& points = table.points(row)) choice.badness[row] = points->value;
    const bool fits = leads_to_score(rule, table, choice.total, chosen_of(incident));
    if (table.lacks_figures()) {
        choice.reason =
            "oom_score_adj counts in thousandths of all memory, and how much that is the report does not say";
        return fits;
    }
    const size_t expected = table.pick([](size_t) { return true; });
    if (expected == kNobody) {
        choice.reason = "no task of the table could be killed";
        return fits;
    }
    choice.expected_pid = incident.tasks[expected].pid;
    compare(choice, incident, table, expected);
    spare(choice, incident, table);
    consider_child(choice, incident);
    consider_dying(choice, incident, table, expected);
    const size_t next = table.pick([&](size_t row) {
        return incident.killed.empty() ? row != expected : !was_killed(incident, incident.tasks[row]);
    });
    if (next != kNobody) choice.next_pid = incident.tasks[next].pid;
    return fits;
}

}  // namespace

bool was_killed(const OomIncident& incident, const OomTask& task) {
    return std::ranges::any_of(incident.killed, [&](const OomVictim& victim) {
        return victim.pid == task.pid || victim.pid == task.tgid;
    });
}

Choice recompute(const OomIncident& incident, std::span<const OomVictim> killed_before) {
    Choice nothing;
    nothing.badness.resize(incident.tasks.size());
    if (incident.kind != OomKind::global && incident.kind != OomKind::memcg) return nothing;
    if (incident.tasks.empty()) {
        nothing.reason = "the report has no task table (vm.oom_dump_tasks is off, or its lines are lost)";
        return nothing;
    }
    if (!incident.tasks.front().oom_score_adj) {
        nothing.reason =
            "kernels before 2.6.36 reckon with run times and children, which a report does not print";
        return nothing;
    }
    const Generations range = generations_of(incident);
    const uint32_t version = version_of(incident.kernel);
    Choice best = nothing;
    bool any_fits = false;
    // What its version tells comes first; of those that it does not tell, one that explains the kernel's
    // choice.
    for (const bool told : {true, false})
        for (const BadnessRule& rule : kRules) {
            if (rule.since > range.last || end_of(rule) < range.first || of_version(rule, version) != told)
                continue;
            Choice choice = nothing;
            const bool fits = choose_by(rule, incident, killed_before, choice);
            const bool explains = version == 0 && best.matches != true && choice.matches == true;
            if (!best.rule || (fits && (!any_fits || explains))) best = std::move(choice);
            any_fits |= fits;
        }
    return best;
}

}  // namespace earlybox::oomscan
