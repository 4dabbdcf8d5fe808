// SPDX-License-Identifier: MIT
// Verdicts on recorded kills (tests/fixtures/README.md): the rule must lead to whom those kernels killed.
#include <catch2/catch.hpp>

#include "applets/oomscan/view.h"
#include "tests/core/parse/journal_fixtures.h"
#include "tests/core/parse/oom_fixture.h"
#include "tests/embed.h"

using namespace earlybox;
using namespace earlybox::oomscan;

EMBED(oom_recorded_again, "tests/fixtures/oom/recorded.tar.xz")

namespace {

std::vector<Verdict> judged(const std::vector<OomIncident>& incidents) {
    Judge judge;
    std::vector<Verdict> verdicts;
    for (const OomIncident& incident : incidents) verdicts.push_back(judge(incident));
    return verdicts;
}

std::string culprit_of(const std::string& name, const std::string& kernel) {
    if (name == "shmem") return "shmem";
    if (name == "slab") return "slab shmem_inode_cache";
    if (name == "forkbomb") return "twins bomb";
    if (name == "pipes") return kernel == "61" ? "slab large kmalloc" : "slab";
    return {};
}

void check(const OomIncident& incident, const Verdict& verdict) {
    const Choice& choice = verdict.choice;
    uint64_t parts = 0;
    for (const MemoryPart& part : verdict.memory.parts) parts += part.kb;
    CHECK(parts == verdict.memory.total_kb);
    if (!incident.head_lost) CHECK(verdict.memory.total_kb != 0);
    if (incident.tasks.empty() || incident.killed.empty()) {
        CHECK_FALSE(choice.matches);
        CHECK_FALSE(choice.reason.empty());
        return;
    }
    CHECK(choice.matches == true);
    CHECK(choice.expected_pid == incident.killed[0].pid);
    CHECK_FALSE(choice.rule->at_least_one);
    CHECK(incident.task(incident.killed[0].pid)->oom_score_adj >= choice.spare_adj.value_or(-1000));
}

}  // namespace

TEST_CASE("the rule leads to whom the kernel killed") {
    const auto files = files_of(oom_recorded_again());
    size_t compared = 0;
    for (const auto& [name, text] : files) {
        if (name.ends_with(".truth")) continue;
        INFO(name);
        const auto incidents = incidents_of(text);
        const auto verdicts = judged(incidents);
        const std::string scenario = name.substr(0, name.rfind('-'));
        const std::string kernel = name.substr(scenario.size() + 1, name.rfind('.') - scenario.size() - 1);
        for (size_t i = 0; i < incidents.size(); ++i) {
            if (incidents[i].head_lost) continue;  // which generation it is, is lost with it
            check(incidents[i], verdicts[i]);
            compared += verdicts[i].choice.matches == true;
            if (scenario != "global") CHECK(verdicts[i].culprit == culprit_of(scenario, kernel));
        }
    }
    CHECK(compared == 52);
}

TEST_CASE("who was next died next") {
    const auto files = files_of(oom_recorded_again());
    for (const char* name :
         {"global-61.kmsg", "global-612.dmesg", "pipes-61.kmsg", "slab-61.dmesg", "forkbomb-61.kmsg"}) {
        INFO(name);
        const auto incidents = incidents_of(files.at(name));
        const auto verdicts = judged(incidents);
        REQUIRE(incidents.size() >= 2);
        for (size_t i = 0; i + 1 < incidents.size(); ++i)
            CHECK(verdicts[i].choice.next_pid == incidents[i + 1].killed.at(0).pid);
    }
}

TEST_CASE("a small volunteer dies for a large process") {
    const auto files = files_of(oom_recorded_again());
    const auto verdicts = judged(incidents_of(files.at("global-612.kmsg")));
    REQUIRE(verdicts.size() == 3);
    CHECK(verdicts[0].culprit == "task grower (54)");
    CHECK(verdicts[1].culprit == "task grower (54)");
    CHECK(verdicts[2].culprit.empty());
    CHECK(verdicts[0].choice.spare_adj == 532);
    CHECK(verdicts[1].choice.spare_adj == 254);
}

TEST_CASE("reports of evil names, in all views") {
    const auto files = files_of(oom_recorded_again());
    const auto incidents = incidents_of(files.at("evilcomm-61.kmsg"));
    const auto verdicts = judged(incidents);
    REQUIRE(incidents.size() == 1);
    CHECK(summary_line(incidents[0], verdicts[0]) ==
          "log:11: [1.384133] killed grower:1,pid=1 (49): out of memory, anon 37944 kB");
    auto out = Output::memory();
    show_text(out, incidents[0], verdicts[0]);
    CHECK(out.text().find("  x\\x0a[ 1.0] Kill\n") != std::string::npos);
    CHECK(json_line(incidents[0], verdicts[0]).find("\"comm\":\"x\\n[ 1.0] Kill\"") != std::string::npos);
}
