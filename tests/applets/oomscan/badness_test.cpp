// SPDX-License-Identifier: MIT
#include "applets/oomscan/badness.h"

#include <catch2/catch.hpp>
#include <random>

#include "core/base/text.h"
#include "tests/applets/oomscan/incident.h"

using namespace earlybox;
using namespace earlybox::oomscan;

namespace {

Choice choose(const OomIncident& incident) { return recompute(incident, {}); }

std::string rule_of(const OomIncident& incident) {
    const Choice choice = choose(incident);
    return choice.rule ? choice.rule->kernels : "";
}

int64_t points(std::string_view kernels, const OomIncident& incident, int64_t total = 1'000'000) {
    for (const BadnessRule& rule : badness_rules())
        if (rule.kernels == kernels) {
            const OomTask& task = incident.tasks.front();
            const auto reckoned =
                badness(rule, incident, task, task.oom_score_adj, Bounds{total, total, total});
            REQUIRE(reckoned);
            CHECK(reckoned->low <= reckoned->value);
            CHECK(reckoned->value <= reckoned->high);
            return reckoned->value;
        }
    FAIL("no such rule");
    return 0;
}

}  // namespace

TEST_CASE("badness by each generation's rule") {
    auto incident = test_incident({{42, 399'900, 100, 0}});
    OomTask& task = incident.tasks.front();
    task.swap_pages = 99;  // with one page of page tables: 400,000 pages, of 1,000,000
    CHECK(points("2.6.36 to 2.6.38", incident) == 399 + 100 - 30);
    CHECK(points("2.6.39 to 3.4", incident) == 400 + 100 - 30);
    CHECK(points("3.5 to 3.13", incident) == 400'000 + (100 - 30) * 1000);
    CHECK(points("3.14 to 4.16", incident) == 400'000 - 12'000 + 100 * 1000);
    CHECK(points("4.17 to 5.2", incident) == 400'000 + 100 * 1000);
    CHECK(points("5.9 and later", incident) == 400'000 + 100 * 1000);

    task.uid = 1;  // not root
    CHECK(points("2.6.39 to 3.4", incident) == 500);
    CHECK(points("3.5 to 3.13", incident) == 500'000);
    CHECK(points("3.14 to 4.16", incident) == 500'000);

    SECTION("a thousandth of memory is a whole number of pages") {
        CHECK(points("5.9 and later", incident, 1'000'999) == 500'000);
        CHECK(points("5.9 and later", incident, 999) == 400'000);
    }
    SECTION("only since 5.9 it is less than 1") {
        task.oom_score_adj = -999;
        CHECK(points("2.6.36 to 2.6.38", incident) == 1);
        CHECK(points("3.5 to 3.13", incident) == 1);
        CHECK(points("5.3 to 5.8", incident) == 1);
        CHECK(points("5.9 and later", incident) == 400'000 - 999'000);
    }
    SECTION("thousandths end at 1000") {
        task.oom_score_adj = 1000;
        CHECK(points("2.6.39 to 3.4", incident) == 1000);
    }
    SECTION("page tables by number, and by bytes of whatever pages") {
        task.pgtables_bytes.reset();
        task.nr_ptes = 7;
        task.nr_pmds = 3;
        task.nr_puds = 1;
        CHECK(points("3.14 to 4.16", incident) == 500'000 + 10);
        task.nr_ptes.reset();
        task.nr_pmds.reset();
        task.nr_puds.reset();
        incident.page_size_bytes = 65536;
        task.pgtables_bytes = 3 * 65536 + 4096;
        CHECK(points("5.9 and later", incident) == 399'999 + 3 + 100'000);
    }
}

TEST_CASE("figures from a damaged report do not overflow") {
    auto incident = test_incident({{42, UINT64_MAX, 1000, 0}, {43, 1, -999, 0}}, 42);
    incident.tasks[0].swap_pages = incident.tasks[0].pgtables_bytes = incident.tasks[0].nr_ptes = UINT64_MAX;
    incident.memory.find("ram");
    for (auto& counter : incident.memory) counter.value = UINT64_MAX;
    for (auto& counter : incident.zones[0].counters) counter.value = UINT64_MAX;
    incident.memory.push_back({"total_swap", UINT64_MAX, OomUnit::kb});
    incident.page_size_bytes = UINT64_MAX;
    incident.trigger.cpu = UINT32_MAX;
    for (const char* kernel : {"2.6.36", "3.2.0", "3.10.0", "4.4.0", "5.0.0", "6.1.0"}) {
        incident.kernel = kernel;
        CHECK(choose(incident).expected_pid == 42U);
    }
    incident.kind = OomKind::memcg;
    incident.memory_limit = {UINT64_MAX, UINT64_MAX, 0};
    incident.swap_limit = {UINT64_MAX, UINT64_MAX, 0};
    CHECK(choose(incident).expected_pid == 42U);
}

TEST_CASE("the generation is told by what the report prints, then by its version") {
    auto incident = test_incident({{42, 5000}}, 42);
    CHECK(rule_of(incident) == "5.9 and later");
    incident.kernel = "4.19.0-27-amd64 #1 Debian 4.19.316-1";
    CHECK(rule_of(incident) == "4.17 to 5.2");
    incident.kernel = "5.4.0";
    CHECK(rule_of(incident) == "5.3 to 5.8");
    SECTION("a column decides against a version") {
        incident.tasks[0].rss_anon_pages = 5000;
        CHECK(rule_of(incident) == "5.9 and later");
    }
    SECTION("kernel stacks of a node: since 5.9") {
        incident.nodes.push_back({.node = 0});
        incident.nodes[0].counters.push_back({"kernel_stack", 100, OomUnit::kb});
        CHECK(rule_of(incident) == "5.9 and later");
    }
    SECTION("page tables by number") {
        as_before_4_15(incident, "3.13.0-24-generic #46-Ubuntu");
        CHECK(rule_of(incident) == "3.5 to 3.13");
        incident.kernel = "3.16.0-4-amd64";
        CHECK(rule_of(incident) == "3.14 to 4.16");
        incident.tasks[0].nr_pmds = 1;
        incident.kernel = "";
        CHECK(rule_of(incident) == "3.14 to 4.16");
    }
    SECTION("no page tables") {
        as_before_3_7(incident, "3.2.0-4-amd64");
        CHECK(rule_of(incident) == "2.6.39 to 3.4");
        incident.kernel = "3.5.0";
        CHECK(rule_of(incident) == "3.5 to 3.13");
        incident.kernel = "2.6.32-754.el6.x86_64";  // has the rule of 2.6.36, and its column
        CHECK(rule_of(incident) == "2.6.36 to 2.6.38");
    }
    SECTION("before 2.6.36 the rule needs what no report prints") {
        incident.tasks[0].oom_score_adj.reset();
        incident.tasks[0].oom_adj = 0;
        const Choice choice = choose(incident);
        CHECK_FALSE(choice.rule);
        CHECK_FALSE(choice.matches);
        CHECK(choice.reason.find("2.6.36") != std::string::npos);
        CHECK(choice.badness == std::vector<std::optional<int64_t>>{std::nullopt});
    }
}

TEST_CASE("where distributions carry rules back, the printed score tells which") {
    // 3.10 by its version, with root's bonus of 3.14: 400,000 - 3 % is 388 thousandths, less 30 is 370.
    auto incident = test_incident({{42, 399'999, 0, 0}}, 42);
    as_before_4_15(incident, "3.10.0-1160.el7.x86_64");
    CHECK(rule_of(incident) == "3.5 to 3.13");
    incident.chosen->score = 370;
    CHECK(rule_of(incident) == "3.5 to 3.13");
    incident.chosen->score = 388;
    CHECK(rule_of(incident) == "3.14 to 4.16");
}

TEST_CASE("all memory, of which oom_score_adj counts thousandths") {
    auto incident = test_incident({{42, 5000}});
    CHECK(total_pages(incident)->value == 1'000'000);
    incident.memory.push_back({"total_swap", 2'000'000, OomUnit::kb});
    CHECK(total_pages(incident)->value == 1'500'000);
    CHECK(total_pages(incident)->high == 1'500'000);

    SECTION("where zones do not say what they manage") {
        incident.zones.clear();
        CHECK(total_pages(incident)->value == 1'500'000);
        CHECK(total_pages(incident)->low < 1'500'000);
        incident.memory.clear();
        CHECK_FALSE(total_pages(incident));
    }
    SECTION("of the nodes that a cpuset or a policy allows") {
        incident.zones.clear();
        for (const uint32_t node : {0U, 0U, 1U, 12U}) {
            incident.zones.push_back({.node = node, .name = "Normal"});
            incident.zones.back().counters.push_back({"present", 400, OomUnit::kb});
            incident.zones.back().counters.push_back({"managed", 300, OomUnit::kb});
        }
        incident.constraint = OomConstraint::cpuset;
        incident.trigger.mems_allowed = "0,2-11";
        CHECK(total_pages(incident)->value == 200 + 500'000);
        incident.constraint = OomConstraint::memory_policy;
        incident.trigger.nodemask = "1,12-13";
        CHECK(total_pages(incident)->value == 200 + 500'000);
        incident.constraint = OomConstraint::none;
        CHECK(total_pages(incident)->value == 300 + 500'000);
    }
    SECTION("of a control group") {
        incident.kind = OomKind::memcg;
        CHECK_FALSE(total_pages(incident));
        incident.memory_limit = {40'000, 40'000, 1};
        incident.swap_limit = {0, UINT64_MAX / 1024, 0};
        CHECK(total_pages(incident)->high == 10'000);
        incident.swap_limit = {4'000, 8'000, 0};
        CHECK(total_pages(incident)->low == 11'000);
        CHECK(total_pages(incident)->high == 12'000);
        incident.swap_limit.reset();
        incident.memsw_limit = {44'000, 60'000, 0};
        CHECK(total_pages(incident)->low == 11'000);
        CHECK(total_pages(incident)->high == 15'000);
        incident.memsw_limit = {40'000, 60'000, 0};
        CHECK(total_pages(incident)->value == 10'000);
    }
}

TEST_CASE("the kernel's choice agrees") {
    const auto incident = test_incident(
        {{1, 900'000}, {40, 800'000, -1000}, {41, 50'000}, {42, 100'000}, {43, 20'000, 30}}, 42);
    const Choice choice = choose(incident);
    CHECK(choice.matches == true);
    CHECK(choice.expected_pid == 42U);
    CHECK(choice.next_pid == 43U);  // the last of equals
    CHECK(choice.reason.empty());
    using Points = std::vector<std::optional<int64_t>>;
    CHECK(choice.badness == Points{std::nullopt, std::nullopt, 50'001, 100'001, 50'001});
    CHECK(choice.spare_adj == -50);
}

TEST_CASE("of equals newer kernels pick the last, older ones the first") {
    auto incident = test_incident({{41, 5000}, {42, 5000}, {43, 5000}, {44, 100}});
    CHECK(choose(incident).expected_pid == 43U);
    incident.kernel = "4.19.0";
    CHECK(choose(incident).expected_pid == 41U);
    SECTION("but whom the kernel picked of them is right") {
        for (const uint32_t pid : {41U, 42U, 43U}) {
            auto one = test_incident({{41, 5000}, {42, 5000}, {43, 5000}, {44, 100}}, pid);
            CHECK(choose(one).matches == true);
            CHECK(choose(one).expected_pid == pid);
        }
    }
}

TEST_CASE("a choice that differs, and why") {
    auto incident = test_incident({{41, 50'000, 0, 0, "small"}, {42, 100'000, 0, 0, "large"}}, 41);
    SECTION("for no reason that is printed") {
        const Choice choice = choose(incident);
        CHECK(choice.matches == false);
        CHECK(choice.expected_pid == 42U);
        CHECK(choice.next_pid == 42U);
        CHECK_FALSE(choice.spare_adj);
        CHECK(choice.reason.starts_with("large (42) has the higher badness"));
    }
    SECTION("who asked was killed") {
        incident.allocating_task = true;
        const Choice choice = choose(incident);
        CHECK(choice.matches == false);
        CHECK(choice.expected_pid == 42U);
        CHECK(choice.spare_adj == -1000);
        CHECK(choice.reason.find("oom_kill_allocating_task") != std::string::npos);
    }
    SECTION("a child was preferred") {
        incident = test_incident({{41, 50'000, 0, 0, "child"}, {42, 100'000, 0, 0, "parent"}}, 42);
        as_before_4_15(incident, "3.16.0");
        incident.may_sacrifice_child = true;
        CHECK(choose(incident).matches == true);
        incident.killed[0].pid = 41;
        incident.killed[0].comm = "child";
        const Choice choice = choose(incident);
        CHECK(choice.matches == false);
        CHECK(choice.expected_pid == 42U);
        CHECK(choice.reason ==
              "a child is preferred: parent (42) was chosen, its child child (41) killed in its place");
        CHECK_FALSE(choice.spare_adj);
    }
    SECTION("the victim is not in the table") {
        incident.tasks.erase(incident.tasks.begin());
        const Choice choice = choose(incident);
        CHECK(choice.matches == false);
        CHECK(choice.reason == "the task table is incomplete: small (41) is not in it");
    }
    SECTION("rows were lost") {
        incident.head_lost = true;
        CHECK(choose(incident).matches == false);
        CHECK(choose(incident).reason.starts_with("the task table is incomplete"));
    }
    SECTION("whom the rule never kills") {
        incident.tasks[0].oom_score_adj = -1000;
        CHECK(choose(incident).matches == false);
        CHECK(choose(incident).reason.find("unkillable") != std::string::npos);
    }
    SECTION("who was killed before is dying already, and passed over") {
        OomVictim before;
        before.pid = 42;
        before.comm = "large";
        const Choice choice = recompute(incident, {&before, 1});
        CHECK(choice.matches == true);
        CHECK(choice.expected_pid == 41U);
        CHECK_FALSE(choice.next_pid);
        CHECK(choice.reason.find("dying") != std::string::npos);
        before.comm = "of another time";
        CHECK(recompute(incident, {&before, 1}).matches == false);
    }
}

TEST_CASE("a choice that cannot be told") {
    SECTION("the counters are not so exact") {
        auto incident = test_incident({{41, 50'000}, {42, 50'128}}, 41);
        CHECK_FALSE(choose(incident).matches);
        CHECK(choose(incident).expected_pid == 42U);
        CHECK(choose(incident).reason.find("not exact enough") != std::string::npos);
        incident.tasks[1].rss_pages = 50'129;
        CHECK(choose(incident).matches == false);
        incident.trigger.cpu = 1;  // more processors, more that they keep back
        CHECK_FALSE(choose(incident).matches);
    }
    SECTION("root's bonus is not printed") {
        auto incident = test_incident({{41, 50'000, 0, 1000}, {42, 51'000, 0, 0}}, 42);
        as_before_4_15(incident, "3.16.0");
        CHECK(choose(incident).expected_pid == 41U);
        CHECK_FALSE(choose(incident).matches);
    }
    SECTION("swap is in use, and the table does not say by whom") {
        auto incident = test_incident({{41, 50'000}, {42, 60'000}}, 41);
        as_before_3_7(incident, "3.5.0");
        CHECK(choose(incident).matches == false);
        incident.tasks[0].total_vm_pages = 90'000;
        incident.memory.push_back({"total_swap", 400'000, OomUnit::kb});
        incident.memory.push_back({"free_swap", 0, OomUnit::kb});
        CHECK_FALSE(choose(incident).matches);
    }
    SECTION("how much memory there is") {
        auto incident = test_incident({{41, 50'000}, {42, 60'000}}, 42);
        incident.zones.clear();
        incident.memory.clear();
        CHECK(choose(incident).matches == true);
        CHECK_FALSE(choose(incident).spare_adj);
        incident.tasks[0].oom_score_adj = 1;
        CHECK_FALSE(choose(incident).matches);
        CHECK(choose(incident).reason.find("thousandths") != std::string::npos);
    }
    SECTION("nobody was killed") {
        auto incident = test_incident({{41, 50'000}, {42, 60'000}});
        incident.panic = "Out of memory: system-wide panic_on_oom is enabled";
        const Choice choice = choose(incident);
        CHECK_FALSE(choice.matches);
        CHECK(choice.expected_pid == 42U);
        CHECK(choice.next_pid == 41U);
        CHECK(choice.reason.find("panicked") != std::string::npos);
    }
    SECTION("no table") {
        auto incident = test_incident({});
        CHECK_FALSE(choose(incident).matches);
        CHECK_FALSE(choose(incident).expected_pid);
    }
    SECTION("nobody could be killed") {
        const auto incident = test_incident({{1, 5000}, {42, 5000, -1000}});
        CHECK_FALSE(choose(incident).expected_pid);
        CHECK_FALSE(choose(incident).next_pid);
    }
}

TEST_CASE("a thread's number stands for its process") {
    auto incident = test_incident({{41, 500}, {42, 100'000}}, 42);
    incident.tasks[1].pid = 45;  // the table names a thread that still has the memory
    CHECK(choose(incident).matches == true);
}

TEST_CASE("the only one left is spared by nothing but -1000") {
    CHECK(choose(test_incident({{1, 900}, {42, 5000}}, 42)).spare_adj == -1000);
}

TEST_CASE("spare_adj spares the victim, and one more does not") {
    std::mt19937 random(42);  // NOLINT(bugprone-random-generator-seed): the same tests each time
    const auto below = [&](uint64_t bound) { return random() % bound; };
    size_t tried = 0;
    for (int round = 0; round < 4000; ++round) {
        auto incident = test_incident({});
        const size_t count = 2 + below(5);
        for (size_t i = 0; i < count; ++i)
            incident.tasks.push_back(
                test_incident({{static_cast<uint32_t>(10 + i), below(8) == 0 ? 5000 : below(900'000),
                                below(2) == 0 ? 0 : static_cast<int>(below(2001)) - 1000,
                                static_cast<uint32_t>(below(2))}})
                    .tasks[0]);
        switch (below(4)) {
            case 0:
                as_before_4_15(incident, below(2) == 0 ? "3.10.0" : "4.4.0");
                break;
            case 1:
                as_before_3_7(incident, below(2) == 0 ? "2.6.36" : "3.2.0");
                break;
            case 2:
                incident.kernel = below(2) == 0 ? "4.19.0" : "5.4.0";
                break;
            default:
                break;
        }
        const auto expected = choose(incident).expected_pid;
        if (!expected) continue;
        OomVictim victim;
        victim.pid = *expected;
        incident.chosen = victim;
        incident.killed = {victim};
        const Choice choice = choose(incident);
        REQUIRE(choice.matches == true);
        REQUIRE(choice.spare_adj);

        const size_t row = *expected - 10;
        const auto picked_with = [&](int adj) {
            auto other = incident;
            other.chosen.reset();
            other.killed.clear();
            other.tasks[row].oom_score_adj = adj;
            return choose(other).expected_pid;
        };
        INFO(round);
        CHECK(picked_with(*choice.spare_adj) != expected);
        if (*choice.spare_adj < 1000) CHECK(picked_with(*choice.spare_adj + 1) == expected);
        ++tried;
    }
    CHECK(tried > 3000);
}
