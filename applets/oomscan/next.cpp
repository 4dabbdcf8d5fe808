// SPDX-License-Identifier: MIT
#include "applets/oomscan/next.h"

#include <algorithm>

#include "applets/oomscan/groups.h"
#include "applets/oomscan/scan.h"
#include "core/base/order.h"
#include "core/parse/process_files.h"
#include "core/probe/oom_candidates.h"

namespace earlybox::oomscan {
namespace {

constexpr size_t kMostRows = 10;  // of the text view

// --- who is next
// --------------------------------------------------------------------------------------------------

// For want of what: the machine's memory, or that of a group's limit.
struct Scope {
    const Group* group = nullptr;
    std::vector<OomCandidate> order;  // only who can be killed
};

// The topmost group below the scope whose processes die together (mem_cgroup_get_oom_group).
const Group* dies_as_a_whole(const OomCandidate& process, const Scope& scope,
                             const std::vector<Group>& groups) {
    for (const auto& group : groups)  // from above
        if (group.whole && group.path != "/" && is_within(process.cgroup, group.path) &&
            (scope.group == nullptr || is_within(group.path, scope.group->path)))
            return &group;
    return nullptr;
}

std::vector<Scope> scopes_of(OomCandidates& found, const std::vector<Group>& groups) {
    std::erase_if(found.processes, [](const OomCandidate& process) { return process.never != nullptr; });
    std::vector<Scope> scopes(1);
    scopes[0].order = found.processes;
    for (const auto& group : groups) {
        if (!group.limit) continue;
        Scope scope{.group = &group};
        for (const auto& process : found.processes)
            if (is_within(process.cgroup, group.path)) scope.order.push_back(process);
        rank_within(scope.order, *group.limit + group.swap_limit);
        if (!scope.order.empty()) scopes.push_back(std::move(scope));
    }
    // The machine, then the fullest first.
    const auto share = [](const Scope& scope) {
        return scope.group == nullptr ? UINT64_MAX
                                      : scope.group->used / std::max<uint64_t>(*scope.group->limit / 1000, 1);
    };
    put_in_order(scopes, [&](const Scope& a, const Scope& b) { return share(a) > share(b); });
    return scopes;
}

Record record_of(const Scope& scope, size_t rank, const Group* whole) {
    const OomCandidate& process = scope.order[rank];
    Record record;
    record.add("scope", scope.group == nullptr ? "machine" : "memcg");
    if (scope.group != nullptr) record.add("memcg", scope.group->path);
    record.add("rank", rank + 1);
    add_fields(record, process);
    if (whole != nullptr) record.add("group", whole->path);
    return record;
}

void show_scope(Context& context, const Scope& scope, const std::vector<Group>& groups) {
    if (context.json) {
        for (size_t rank = 0; rank < scope.order.size(); ++rank)
            context.out.line(
                record_of(scope, rank, dies_as_a_whole(scope.order[rank], scope, groups)).json());
        return;
    }
    Table table{"", "PID", "ADJ", "RSS", "SWAP", "NAME", "CGROUP"};
    for (size_t rank = 0; rank < std::min(scope.order.size(), kMostRows); ++rank) {
        const OomCandidate& process = scope.order[rank];
        table.row({rank + 1, process.pid, process.adjustment, size_text(process.resident),
                   size_text(process.swapped), printable(process.name), printable(process.cgroup)});
    }
    table.print(context.out);
    if (scope.order.size() > kMostRows) context.out.line("and ", scope.order.size() - kMostRows, " more");
    if (scope.order.empty()) return;
    if (const Group* whole = dies_as_a_whole(scope.order[0], scope, groups))
        context.out.line("With the first dies all of ", printable(whole->path), " (memory.oom.group).");
}

void show_order(Context& context, const OomCandidates& found, const std::vector<Scope>& scopes,
                const std::vector<Group>& groups) {
    for (const auto& scope : scopes) {
        if (!context.json && scope.group == nullptr)
            context.out.line("When the machine is out of memory (", size_text(found.memory), ", swap ",
                             size_text(found.swap), ") the kernel kills:");
        else if (!context.json)
            context.out.line("\nAt the limit of ", printable(scope.group->path), " (",
                             size_text(*scope.group->limit), ", ", size_text(scope.group->used), " in use)",
                             scope.group->paused
                                 ? " its processes wait, as oom_kill_disable is set; else it kills:"
                                 : " it kills:");
        show_scope(context, scope, groups);
    }
}

// What overrules the order.
void show_settings(Context& context, Machine& machine) {
    const auto is_set = [&](const char* name) {
        const auto text = machine.read(kProcfs, concat("sys/vm/", name));
        return text && !text->starts_with('0');
    };
    if (is_set("panic_on_oom"))
        context.err.line("earlybox oomscan: vm.panic_on_oom is set: the kernel panics instead");
    else if (is_set("oom_kill_allocating_task"))
        context.err.line(
            "earlybox oomscan: vm.oom_kill_allocating_task is set: whoever asks for memory is killed instead");
}

// --- kills that the log does not show
// -----------------------------------------------------------------------------

// By a count of the kernel's: the machine's kills, a group's, a group's as a whole.
struct Count {
    const char* name;
    const Group* group = nullptr;
    uint64_t counted = 0, logged = 0;
};

std::vector<Count> counts_of(Machine& machine, const std::vector<Group>& groups) {
    std::vector<Count> counts;
    const std::string vmstat = machine.read(kProcfs, "vmstat").value_or("");
    if (const auto kills = number_of(vmstat, "oom_kill"))
        counts.push_back({.name = "oom_kill", .counted = *kills});
    for (const auto& group : groups) {
        if (group.kills) counts.push_back({.name = "oom_kill", .group = &group, .counted = *group.kills});
        if (group.group_kills)
            counts.push_back({.name = "oom_group_kill", .group = &group, .counted = *group.group_kills});
    }
    return counts;
}

// A group's first victim is counted once more when its group dies (oom_kill_process).
uint64_t kills_of(const OomIncident& incident) { return incident.killed.size() + (incident.group ? 1 : 0); }

bool concerns(const OomIncident& incident, const Group& group) {
    return incident.group ? is_within(group.path, incident.group_memcg) : incident.memcg == group.path;
}

void add_logged(std::vector<Count>& counts, const OomIncident& incident) {
    if (incident.kind != OomKind::global && incident.kind != OomKind::memcg) return;
    for (auto& count : counts) {
        if (count.name == std::string_view("oom_group_kill"))
            count.logged += incident.group && incident.group_memcg == count.group->path ? 1 : 0;
        else if (count.group == nullptr || concerns(incident, *count.group))
            count.logged += kills_of(incident);
    }
}

bool show_unreported(Context& context, const std::vector<Count>& counts) {
    bool any = false;
    for (const auto& count : counts) {
        if (count.counted <= count.logged) continue;
        const std::string_view of = count.group == nullptr ? "" : std::string_view(count.group->path);
        if (context.json) {
            Record record;
            record.add("scope", "counter").add("counter", count.name);
            if (count.group != nullptr) record.add("memcg", of);
            context.out.line(record.add("counted", count.counted).add("logged", count.logged).json());
        } else {
            context.out.line(any ? "" : "\n", count.group == nullptr ? "/proc/vmstat" : printable(of), ": ",
                             count.name, " is ", count.counted, ", the log shows ", count.logged,
                             ": the other reports were overwritten, or the log was cleared");
        }
        any = true;
    }
    return any;
}

}  // namespace

int show_next(Context& context) {
    Machine machine(context.root);
    auto found = oom_candidates(machine);
    if (!found) return context.fail(found.error());
    const auto groups = memory_groups(machine, found->swap);
    int code = groups ? kFine : context.fail(groups.error());
    const std::vector<Group> none;
    const auto& known = groups ? *groups : none;
    show_settings(context, machine);
    show_order(context, *found, scopes_of(*found, known), known);

    auto counts = counts_of(machine, known);
    const auto add = [&](const OomIncident& incident) { add_logged(counts, incident); };
    Scan scan(context, add);
    const auto read = scan.read_kernel_log(machine);
    if (!read) return context.fail(read.error());
    if (show_unreported(context, counts)) code = std::max(code, static_cast<int>(kBadNews));
    return code;
}

}  // namespace earlybox::oomscan
