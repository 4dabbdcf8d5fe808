// SPDX-License-Identifier: MIT
#include "applets/oomscan/view.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "applets/oomscan/html.h"
#include "core/base/text.h"
#include "tests/applets/oomscan/incident.h"

using namespace earlybox;
using namespace earlybox::oomscan;

namespace {

constexpr const char* kEvilNames[] = {"<script>evil()</script>",
                                      "</script><img src=x onerror=evil()>",
                                      "\"onclick=\"evil()",
                                      "' onload='evil()",
                                      "a\nb: killed c (1)",
                                      "\x1b[31mred\x07",
                                      "\xff\xfe\x80",
                                      "</pre></details>",
                                      "&lt;b&gt;",
                                      "\xe2\x80\xaereversed"};

// Everything that a log can put into an incident.
OomIncident evil_incident(const std::string& evil) {
    auto incident =
        test_incident({{41, 500'000, 300, 0, evil.c_str()}, {42, 100'000, 0, 0, evil.c_str()}}, 42);
    incident.source = evil;
    incident.kernel = evil;
    incident.trigger.comm = incident.trigger.gfp_flags = incident.trigger.cpuset =
        incident.trigger.mems_allowed = incident.trigger.nodemask = evil;
    incident.trigger.order = 0;
    incident.memcg = incident.oom_memcg = evil;
    incident.call_trace.push_back({evil, false});
    for (OomZone& zone : incident.zones) {
        zone.name = evil;
        for (const char* counter : {"free", "min", "high"})
            zone.counters.push_back({counter, 5, OomUnit::kb});
    }
    incident.memory.push_back({"free", 10, OomUnit::pages});
    incident.memory.push_back({evil, 10, OomUnit::pages});
    incident.memory.push_back({"slab_unreclaimable", 990'000, OomUnit::pages});
    incident.slabs.push_back({evil, 3'000'000, 3'000'000});
    incident.killed[0].signal = incident.killed[0].memcg = incident.panic = evil;
    incident.notes.push_back(evil);
    incident.report = evil + "\n";
    return incident;
}

std::vector<OomIncident> evil_incidents() {
    std::vector<OomIncident> all;
    for (const char* name : kEvilNames)
        for (const OomKind kind : {OomKind::global, OomKind::memcg, OomKind::systemd_oomd})
            for (const OomConstraint constraint : {OomConstraint::cpuset, OomConstraint::memory_policy}) {
                all.push_back(evil_incident(name));
                all.back().kind = kind;
                all.back().constraint = constraint;
                if (kind == OomKind::memcg) all.back().memory_limit = {100, 100, 1};
            }
    return all;
}

std::string text_of(const OomIncident& incident) {
    auto out = Output::memory();
    show_text(out, incident, Judge()(incident));
    return out.text();
}

std::string page_of(const OomIncident& incident) {
    auto out = Output::memory();
    {
        HtmlPage page(out);
        page.add(incident, Judge()(incident));
    }
    return out.text();
}

std::string json_of(const OomIncident& incident) { return json_line(incident, Judge()(incident)); }

// The keys of a JSON object, outermost only.
std::vector<std::string> keys_of(std::string_view json) {
    std::vector<std::string> keys;
    int depth = 0;
    for (size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '{' || json[i] == '[') ++depth;
        if (json[i] == '}' || json[i] == ']') --depth;
        if (json[i] != '"') continue;
        const size_t begin = ++i;
        while (json[i] != '"') i += json[i] == '\\' ? 2 : 1;
        if (depth == 1 && json[i + 1] == ':') keys.emplace_back(json.substr(begin, i - begin));
    }
    CHECK(depth == 0);
    return keys;
}

// The object or list that a key has.
std::string_view value_of(std::string_view json, std::string_view key) {
    const std::string quoted = concat('"', key, "\":");
    const size_t begin = json.find(quoted);
    REQUIRE(begin != json.npos);
    json.remove_prefix(begin + quoted.size());
    int depth = 0;
    for (size_t i = 0; i < json.size(); ++i) {
        depth += json[i] == '{' || json[i] == '[';
        depth -= json[i] == '}' || json[i] == ']';
        if (depth == 0 && (json[i] == '}' || json[i] == ']')) return json.substr(0, i + 1);
    }
    return {};
}

std::string_view first_of(std::string_view list) { return list.substr(1, list.find('}')); }

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

size_t count(std::string_view text, std::string_view part) {
    size_t found = 0;
    for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
    return found;
}

}  // namespace

TEST_CASE("nothing of a log reaches a terminal as it is") {
    for (const OomIncident& incident : evil_incidents()) {
        for (const std::string& view :
             {text_of(incident), summary_line(incident, Judge()(incident)) + '\n'}) {
            CHECK(std::ranges::all_of(view, [](char c) { return c == '\n' || (c >= ' ' && c < '\x7f'); }));
            CHECK_FALSE(has(view, "\nb: killed c"));
        }
        CHECK_FALSE(has(summary_line(incident, Judge()(incident)), "\n"));
        const std::string json = json_of(incident);
        CHECK(std::ranges::all_of(
            json, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; }));
        CHECK(keys_of(json).size() == 21);
    }
}

TEST_CASE("nothing of a log becomes part of the page") {
    const std::string plain = page_of(evil_incident("plain"));
    for (const OomIncident& incident : evil_incidents()) {
        const std::string page = page_of(incident);
        CHECK(count(page, "<script") == 1);
        CHECK(count(page, "</pre>") == count(plain, "</pre>"));
        CHECK_FALSE(has(page, "<img"));
        CHECK_FALSE(has(page, "\"onclick"));
        CHECK_FALSE(has(page, "' onload"));
        CHECK(std::ranges::all_of(page, [](char c) { return c == '\n' || (c >= ' ' && c < '\x7f'); }));
        CHECK(std::ranges::count(page, '"') == std::ranges::count(page_of([&] {
                                                                      auto other = evil_incident("plain");
                                                                      other.kind = incident.kind;
                                                                      other.constraint = incident.constraint;
                                                                      other.memory_limit =
                                                                          incident.memory_limit;
                                                                      return other;
                                                                  }()),
                                                                  '"'));
    }
    CHECK(has(page_of(evil_incident("<script>")), "&lt;script&gt;"));
}

TEST_CASE("the page asks for nothing and allows nothing") {
    const std::string page = page_of(test_incident({{42, 5000}}, 42));
    CHECK(has(page, "default-src 'none'"));
    for (const char* outside :
         {"http:", "https:", " src=", "href=", "url(", "@import", "unsafe-inline", "style="})
        CHECK_FALSE(has(page, outside));
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("the keys of an incident's JSON") {
    auto incident = test_incident({{42, 5000}}, 42);
    const std::vector<std::string> keys = {
        "source",     "line",     "time",           "uptime_s",        "kernel",   "trigger",
        "constraint", "memcg",    "oom_memcg",      "page_size_bytes", "memory",   "tasks",
        "killed",     "panic",    "chosen_matches", "expected_pid",    "next_pid", "spare_adj",
        "culprit",    "complete", "notes"};
    CHECK(keys_of(json_of(incident)) == keys);
    const std::string json = json_of(incident);
    CHECK(keys_of(value_of(json, "trigger")) ==
          std::vector<std::string>{"comm", "pid", "gfp_mask", "gfp_flags", "order", "oom_score_adj"});
    CHECK(keys_of(first_of(value_of(json, "tasks"))) ==
          std::vector<std::string>{"pid", "tgid", "uid", "comm", "total_vm_pages", "rss_pages",
                                   "pgtables_bytes", "swap_pages", "oom_score_adj", "badness"});
    CHECK(keys_of(first_of(value_of(json, "killed"))) ==
          std::vector<std::string>{"pid", "comm", "uid", "total_vm_kb", "anon_rss_kb", "file_rss_kb",
                                   "shmem_rss_kb", "oom_score_adj"});
    incident = {};
    CHECK(keys_of(json_of(incident)) == keys);
}

TEST_CASE("an incident's JSON") {
    auto incident = test_incident({{41, 700, -7, 3, "other"}, {42, 5000, 0, 0, "grower"}}, 42);
    incident.wall_us = 1'763'827'200'000'042;
    incident.since_boot_us = 5'000'042;
    incident.trigger.comm = "asker";
    incident.trigger.pid = 9;
    incident.trigger.gfp_mask = 0x140dca;
    incident.trigger.gfp_flags = "GFP_KERNEL";
    incident.trigger.order = -1;
    incident.trigger.oom_score_adj = -5;
    incident.memory.push_back({"active_anon", 20, OomUnit::pages});
    incident.memory.push_back({"free", 990'000, OomUnit::pages});
    const std::string json = json_of(incident);
    CHECK(json.starts_with(
        R"({"source":"log","line":7,"time":"2025-11-22T16:00:00.000042Z","uptime_s":5.000042,"kernel":"6.1.0 #1",)"));
    CHECK(has(
        json,
        R"("trigger":{"comm":"asker","pid":9,"gfp_mask":"0x140dca","gfp_flags":"GFP_KERNEL","order":-1,"oom_score_adj":-5})"));
    CHECK(
        has(json, R"("constraint":"CONSTRAINT_NONE","memcg":null,"oom_memcg":null,"page_size_bytes":4096,)"));
    const auto memory = value_of(json, "memory");
    CHECK(has(memory, R"("total_kb":4000000,)"));
    CHECK(has(memory, R"("anon_kb":80,)"));
    CHECK(has(memory, R"("active_anon_kb":80)"));
    CHECK(count(memory, R"("free_kb":3960000)") == 1);
    CHECK(has(
        json,
        R"("tasks":[{"pid":41,"tgid":41,"uid":3,"comm":"other","total_vm_pages":800,"rss_pages":700,"pgtables_bytes":4096,)"
        R"("swap_pages":0,"oom_score_adj":-7,"badness":-6299},)"));
    CHECK(has(
        json,
        R"("killed":[{"pid":42,"comm":"grower","uid":0,"total_vm_kb":null,"anon_rss_kb":null,"file_rss_kb":null,)"
        R"("shmem_rss_kb":null,"oom_score_adj":0}],"panic":null,"chosen_matches":true,"expected_pid":42,"next_pid":41,)"
        R"("spare_adj":-12,"culprit":null,"complete":true,"notes":["choice: agrees: )"));
}

TEST_CASE("what a report does not say is null") {
    const std::string json = json_of({});
    for (const char* key : {"line", "time", "uptime_s", "kernel", "constraint", "memcg", "page_size_bytes",
                            "panic", "chosen_matches", "expected_pid", "next_pid", "spare_adj", "culprit"})
        CHECK(has(json, concat('"', key, "\":null")));
    CHECK(has(json, R"("tasks":[],"killed":[],)"));
    CHECK(has(
        json,
        R"("trigger":{"comm":null,"pid":null,"gfp_mask":null,"gfp_flags":null,"order":null,"oom_score_adj":null})"));
    CHECK(has(json, R"("memory":{"total_kb":null})"));
    SECTION("nor a year that no calendar has") {
        OomIncident incident;
        incident.wall_us = INT64_MAX;
        CHECK(json_of(incident).size() > 10);
        incident.wall_us = INT64_MIN;
        CHECK(json_of(incident).size() > 10);
        incident.wall_us = -1;
        CHECK(has(json_of(incident), R"("time":"1969-12-31T23:59:59.999999Z")"));
    }
}

TEST_CASE("the text view fits 80 columns, commands apart") {
    auto incident = evil_incident("name");
    incident.trigger.gfp_mask = 0x140dca;
    incident.trigger.gfp_flags = "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO";
    for (uint32_t pid = 100; pid < 120; ++pid)
        incident.tasks.push_back(incident.tasks[0]), incident.tasks.back().pid = pid;
    const std::string text = text_of(incident);
    std::string_view rest = text, line;
    while (next_line(rest, line))
        if (!has(line, "# ")) CHECK(line.size() <= 80);
    CHECK(has(text, "and 12 more\n"));
    CHECK_FALSE(text.ends_with("\n\n"));
}

TEST_CASE("the worst facts come first") {
    auto incident = test_incident({{41, 900'000, -1000, 3, "hog"}, {42, 5000, 0, 0, "victim"}}, 42);
    incident.killed[0].anon_rss_kb = 19'000;
    incident.memory.push_back({"free", 250'000, OomUnit::pages});
    const std::string text = text_of(incident);
    size_t at = 0;
    for (const char* part :
         {"killed victim (42): out of memory\n", "  where ", "  killed    victim (42), anon 19000 kB",
          "  culprit   task hog (41): hog (41) uses 3600004 kB", "  verdict   agrees",
          "                # systemd-run --scope -p MemoryMax=500M COMMAND", "  memory    4000000 kB:",
          "  tasks     2,", "  x       42       0        20004         5001      0  victim",
          "          41       3      3600004            -  -1000  hog"}) {
        INFO(part);
        const size_t found = text.find(part, at);
        REQUIRE(found != text.npos);
        at = found;
    }
    CHECK(has(text, "  #####                  1000000 kB  25%  free\n"));
}

TEST_CASE("one line for each incident") {
    auto incident = test_incident({{41, 900'000, -1000, 3, "hog"}, {42, 5000, 0, 0, "victim"}}, 42);
    incident.killed[0].anon_rss_kb = 19'000;
    incident.since_boot_us = 1'000'001;
    const auto line = [&] { return summary_line(incident, Judge()(incident)); };
    CHECK(line() ==
          "log:7: [1.000001] killed victim (42): out of memory, anon 19000 kB; culprit task hog (41)");
    incident.wall_us = 0;
    incident.kind = OomKind::memcg;
    incident.oom_memcg = "/job";
    incident.killed.push_back(incident.killed[0]);
    CHECK(
        line() ==
        "log:7: 1970-01-01T00:00:00.000000Z killed victim (42) and 1 more: out of memory of the control group /job; "
        "culprit task hog (41)");
    incident.tasks[0].oom_score_adj = 0;
    CHECK(line().ends_with("; differs from the rule"));
}

TEST_CASE("who was killed, in a headline") {
    OomIncident incident;
    CHECK(headline(incident) == "killed: not in the log: out of memory");
    incident.no_killable = true;
    CHECK(headline(incident) == "found nobody to kill: out of memory");
    incident.panic = "Out of memory";
    CHECK(headline(incident) == "panicked: out of memory");
    incident.killed.resize(2);
    incident.killed[0].pid = 3;
    incident.killed[0].comm = "a";
    incident.sysrq = true;
    CHECK(headline(incident) == "killed a (3) and 1 more, then panicked: out of memory (sysrq-f)");
    incident = {};
    incident.kind = OomKind::systemd_oomd;
    incident.killed.resize(1);
    incident.killed[0].memcg = "/user.slice/x.scope";
    CHECK(headline(incident) == "systemd-oomd killed /user.slice/x.scope");
}

TEST_CASE("what was asked for, and through which function") {
    OomIncident incident;
    CHECK(request(incident).empty());
    incident.trigger.comm = "pipehog";
    incident.trigger.pid = 45;
    incident.trigger.order = 2;
    incident.trigger.gfp_mask = 0xcc0;
    incident.trigger.gfp_flags = "GFP_KERNEL";
    incident.call_trace = {{"dump_stack_lvl+0x33/0x42", false},    {"out_of_memory+0x1/0x2", false},
                           {"__alloc_pages+0x12c/0x1ba", false},   {"seq_open+0x1/0x2", true},
                           {"pipe_resize_ring+0x24/0x111", false}, {"pipe_fcntl+0xd7/0x124", false}};
    CHECK(request(incident) ==
          "pipehog (45) asked for 16 kB through pipe_resize_ring() (order 2, gfp_mask 0xcc0 GFP_KERNEL)");
    incident.page_size_bytes = 65536;
    CHECK(has(request(incident), "256 kB"));
    incident.trigger.order = INT32_MAX;
    CHECK_FALSE(has(request(incident), "kB"));
    incident.sysrq = true;
    CHECK(request(incident) == "pipehog (45) did it for sysrq-f");
}
