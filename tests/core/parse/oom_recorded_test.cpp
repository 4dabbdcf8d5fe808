// SPDX-License-Identifier: MIT
// Recorded out-of-memory kills against what really happened (tests/fixtures/README.md).
#include <catch2/catch.hpp>
#include <set>

#include "tests/core/parse/journal_fixtures.h"
#include "tests/core/parse/oom_fixture.h"
#include "tests/embed.h"

using namespace earlybox;

EMBED(oom_recorded, "tests/fixtures/oom/recorded.tar.xz")

namespace {

// One line of a truth: `pid=45 comm="grower" adj=0 …`.
struct Process {
    uint32_t pid = 0;
    std::string comm;
    int adj = 0;
    std::optional<uint64_t> size_pages;  // statm's first
    char mode = 0;                       // 'p': has all its memory before the first report
    std::optional<double> died_s;
};

struct Truth {
    std::string scenario, kernel;
    std::map<std::string, std::string> settings;  // "vm/oom_dump_tasks"
    std::optional<uint64_t> memory_kb, limit_bytes, oom_kills;
    bool group = false;
    std::optional<Process> driver;
    std::vector<Process> started, dead, survivors;

    bool is(std::string_view name) const { return scenario == name; }
    bool on(std::string_view setting) const {
        const auto found = settings.find(std::string(setting));
        return found != settings.end() ? found->second == "1" : setting == "vm/oom_dump_tasks";
    }
    bool in_group() const { return scenario.starts_with("memcg"); }
};

std::optional<std::string> behind(const std::string& line, const std::string& key) {
    const size_t at = line.find(key);
    if (at == line.npos) return std::nullopt;
    const std::string rest = line.substr(at + key.size());
    return rest.substr(0, rest.find(' '));
}

std::string unescaped(std::string text) {
    for (size_t at; (at = text.find("\\n")) != text.npos;) text.replace(at, 2, "\n");
    return text;
}

Process process_of(const std::string& line) {
    Process process;
    process.pid = static_cast<uint32_t>(std::stoul(behind(line, "pid=").value()));
    process.adj = std::stoi(line.substr(line.rfind(" adj=") + 5));
    const size_t begin = line.find("comm=\"");
    const size_t end = line.rfind("\" adj=");  // a name may hold the like
    if (begin != line.npos && end != line.npos)
        process.comm = unescaped(line.substr(begin + 6, end - begin - 6));
    if (const auto mode = behind(line, "mode=")) process.mode = mode->at(0);
    if (const auto pages = behind(line, ")=["); pages && !pages->starts_with(']'))
        process.size_pages = std::stoul(*pages);
    if (const auto time = behind(line, " t=")) process.died_s = std::stod(*time);
    return process;
}

Truth truth_of(std::string_view text) {
    Truth truth;
    for (std::string_view rest = text, view; next_line(rest, view);) {
        const std::string line(view);
        if (line.starts_with("scenario=")) {
            truth.scenario = behind(line, "scenario=").value();
            truth.kernel = behind(line, "kernel=").value_or("6.12.117-nocompat32time");
        } else if (std::string victims = line;
                   line.starts_with("note: ") && line.find("victims: ") != line.npos) {
            // The guest panicked; only its console is left: "50 plain;51 shmwriter;"
            victims.erase(0, line.find("victims: ") + 9);
            for (size_t end; (end = victims.find(';')) != victims.npos; victims.erase(0, end + 1)) {
                const size_t space = victims.find(' ');
                truth.dead.push_back({.pid = static_cast<uint32_t>(std::stoul(victims)),
                                      .comm = victims.substr(space + 1, end - space - 1)});
            }
        } else if (line.starts_with("sysctl ")) {
            const size_t equal = line.find('=');
            truth.settings[line.substr(7, equal - 7)] = line.substr(equal + 1);
        } else if (line.starts_with("MemTotal:")) {
            truth.memory_kb = std::stoul(line.substr(9));
        } else if (line.starts_with("driver ")) {
            truth.driver = process_of(line);
        } else if (line.starts_with("start ")) {
            truth.started.push_back(process_of(line));
        } else if (line.starts_with("dead ")) {
            truth.dead.push_back(process_of(line));
        } else if (line.starts_with("survivor ")) {
            truth.survivors.push_back(process_of(line));
        } else if (line.find("memory.max: ") != line.npos) {
            truth.limit_bytes = std::stoul(behind(line, "memory.max: ").value());
        } else if (line.find("memory.events: ") != line.npos) {
            truth.oom_kills = std::stoul(behind(line, "oom_kill ").value());
        } else if (line.find("memory.oom.group: ") != line.npos) {
            truth.group = behind(line, "memory.oom.group: ") == "1";
        }
    }
    return truth;
}

std::set<uint32_t> pids_of(const std::vector<Process>& processes) {
    std::set<uint32_t> pids;
    for (const auto& process : processes) pids.insert(process.pid);
    return pids;
}

std::set<uint32_t> killed_pids(const std::vector<OomIncident>& incidents) {
    std::set<uint32_t> pids;
    for (const auto& incident : incidents)
        for (const auto& victim : incident.killed) CHECK(pids.insert(victim.pid).second);
    return pids;
}

const OomVictim* victim(const std::vector<OomIncident>& incidents, uint32_t pid) {
    for (const auto& incident : incidents)
        for (const auto& victim : incident.killed)
            if (victim.pid == pid) return &victim;
    return nullptr;
}

// What each report says of the machine and of those who lived while it was written.
void check_report(const OomIncident& incident, const Truth& truth) {
    CHECK(incident.page_size_bytes.value_or(4096) == 4096);
    CHECK(incident.kind == (truth.in_group() ? OomKind::memcg : OomKind::global));
    if (incident.panic.empty())
        CHECK(incident.constraint == (truth.in_group() ? OomConstraint::memcg : OomConstraint::none));
    else
        CHECK(!incident.constraint);  // a panic comes before the line that names it
    if (!incident.head_lost) {
        CHECK(incident.kernel == truth.kernel);
        CHECK(incident.trigger.pid);
        CHECK(incident.trigger.gfp_mask);
        CHECK(!incident.trigger.gfp_flags.empty());
        CHECK(!incident.trigger.gfp_flags_decoded);
        CHECK(!incident.call_trace.empty());
        CHECK(incident.complete);
    }
    if (!incident.head_lost && !truth.in_group()) {
        uint64_t managed = 0;
        for (const auto& zone : incident.zones) {
            managed += zone.kb("managed").value();
            uint64_t free = 0;
            for (const auto& blocks : zone.blocks) free += blocks.size_kb * blocks.free;
            CHECK(free == zone.blocks_kb);
            CHECK(zone.blocks.size() == 11);
            CHECK(zone.kb("min"));
        }
        if (truth.memory_kb) CHECK(managed == truth.memory_kb);
        for (const char* name : {"free", "slab_unreclaimable", "shmem", "pagetables", "ram", "reserved"})
            CHECK(incident.memory_kb(name));
    }
    if (truth.limit_bytes) {
        REQUIRE(incident.memory_limit);
        CHECK(incident.memory_limit->limit_kb * 1024 == truth.limit_bytes);
        CHECK(incident.memory_limit->usage_kb * 1024 == truth.limit_bytes);
        CHECK(incident.swap_limit->unlimited());
        REQUIRE(!incident.memcg_stats.empty());
        CHECK(incident.memcg_stats[0].path == incident.oom_memcg);
        CHECK(incident.memcg_stats[0].counters.kb("anon", std::nullopt) > 20'000);
    }
    CHECK(incident.group == truth.group);
    const bool dumped = truth.on("vm/oom_dump_tasks");
    CHECK(incident.tasks.empty() == (!dumped || incident.no_killable));
    CHECK(incident.allocating_task == truth.on("vm/oom_kill_allocating_task"));
    CHECK(incident.sysrq == truth.is("sysrqf"));
    if (!dumped) return;
    for (const auto& process : truth.started) {
        const bool outside = truth.in_group() && process.comm == "outside";
        bool died_before = false;
        for (const auto& dead : truth.dead)
            died_before |= dead.pid == process.pid && incident.task(process.pid) == nullptr;
        const auto* const task = incident.task(process.pid);
        if (outside) CHECK(!task);
        const bool without_memory = process.mode == 'f';  // the first of the fork bomb's
        if (outside || died_before || without_memory || incident.head_lost) continue;
        REQUIRE(task);
        CHECK(task->comm == process.comm);
        CHECK(task->tgid == process.pid);
        CHECK(task->uid == 0);
        CHECK(task->oom_score_adj == process.adj);
        CHECK(task->pgtables_bytes.value() % 4096 == 0);
        CHECK(task->rss_pages <= task->total_vm_pages);
        if (process.mode == 'p' && process.size_pages) CHECK(task->total_vm_pages == process.size_pages);
        if (process.mode == 'g') CHECK(task->total_vm_pages >= process.size_pages);
        CHECK(task->rss_anon_pages.has_value() == truth.kernel.starts_with("6.12"));
    }
    if (truth.driver && !truth.in_group() && !incident.head_lost) {
        const auto* const driver = incident.task(truth.driver->pid);
        REQUIRE(driver);
        CHECK(driver->oom_score_adj == truth.driver->adj);
    }
}

void check_dead(const std::vector<OomIncident>& incidents, const Truth& truth) {
    const auto killed = killed_pids(incidents);
    for (const auto& survivor : truth.survivors) CHECK(!killed.contains(survivor.pid));
    if (truth.is("forkbomb")) {  // its first reports were overwritten, and it has children
        for (const auto& incident : incidents) CHECK(incident.killed.at(0).comm == "bomb");
        return;
    }
    CHECK(killed == pids_of(truth.dead));
    size_t listed = killed.size();
    for (const auto& dead : truth.dead) {
        const auto* const found = victim(incidents, dead.pid);
        REQUIRE(found);
        CHECK(found->comm == dead.comm);
        CHECK(found->oom_score_adj == dead.adj);
        CHECK(found->uid == 0);
        CHECK(found->total_vm_kb >= found->anon_rss_kb);
        CHECK(found->pgtables_kb);
    }
    if (truth.group) ++listed;  // the first is listed, and counted, twice
    if (truth.oom_kills) CHECK(listed == truth.oom_kills);
    for (const auto& incident : incidents)
        if (!incident.killed.empty()) CHECK(incident.chosen->pid == incident.killed[0].pid);
}

}  // namespace

TEST_CASE("oom: recorded reports say what really happened") {
    const auto files = files_of(oom_recorded());
    size_t logs = 0;
    for (const auto& [name, text] : files) {
        if (name.ends_with(".truth")) continue;
        ++logs;
        INFO(name);
        const auto truth = truth_of(files.at(name.substr(0, name.rfind('.')) + ".truth"));
        const auto incidents = incidents_of(text);
        REQUIRE(!incidents.empty());
        for (const auto& incident : incidents) check_report(incident, truth);
        if (truth.is("panic")) {
            REQUIRE(incidents.size() == 1);
            CHECK(incidents[0].killed.empty());
            CHECK(incidents[0].panic == "Out of memory: system-wide panic_on_oom is enabled");
            CHECK(truth.settings.at("vm/panic_on_oom") == "1");
        } else if (truth.is("shmem-612")) {
            REQUIRE(incidents.size() == 3);
            check_dead(incidents, truth);
            CHECK(incidents[2].panic == "System is deadlocked on memory");
            CHECK(incidents[2].no_killable);
            CHECK(incidents[2].trigger.oom_score_adj == -1000);
        } else {
            check_dead(incidents, truth);
        }
    }
    CHECK(logs == 36);
}

TEST_CASE("oom: blocks of any size, and a filter or none, give the same incidents") {
    const auto files = files_of(oom_recorded());
    for (const char* name :
         {"global-612.dmesg", "memcg-61caller.kmsg", "evilcomm-61.kmsg", "pipes-61.dmesg"}) {
        INFO(name);
        const auto& text = files.at(name);
        const auto kind = *log_kind(text);
        const auto whole = incidents_of(kind, text);
        for (const size_t block : {size_t{1}, size_t{100}, size_t{5000}}) {
            const auto parts = incidents_of(kind, text, block);
            REQUIRE(parts.size() == whole.size());
            for (size_t i = 0; i < parts.size(); ++i) CHECK(parts[i].report == whole[i].report);
        }
        const auto unfiltered = incidents_of(kind, text, SIZE_MAX, {});
        REQUIRE(unfiltered.size() == whole.size());
        for (size_t i = 0; i < whole.size(); ++i) {
            CHECK(unfiltered[i].report == whole[i].report);
            CHECK(unfiltered[i].place.line == whole[i].place.line);
        }
    }
}

TEST_CASE("oom: /dev/kmsg and syslog(2) tell the same") {
    const auto files = files_of(oom_recorded());
    for (const char* name :
         {"global-61", "global-612", "memcg-612", "memcg-group-61", "evilcomm-61", "swap-d61"}) {
        INFO(name);
        const auto kmsg = incidents_of(files.at(std::string(name) + ".kmsg"));
        const auto dmesg = incidents_of(files.at(std::string(name) + ".dmesg"));
        REQUIRE(kmsg.size() == dmesg.size());
        for (size_t i = 0; i < kmsg.size(); ++i) {
            CHECK(kmsg[i].since_boot_us == dmesg[i].since_boot_us);
            CHECK(kmsg[i].memory.size() == dmesg[i].memory.size());
            REQUIRE(kmsg[i].tasks.size() == dmesg[i].tasks.size());
            for (size_t k = 0; k < kmsg[i].tasks.size(); ++k)
                CHECK(kmsg[i].tasks[k].comm == dmesg[i].tasks[k].comm);
        }
    }
}
