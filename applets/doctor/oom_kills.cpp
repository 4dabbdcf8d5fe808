// SPDX-License-Identifier: MIT
// oom-kills: has the kernel killed programs for want of memory? By its counter (oom_kill in /proc/vmstat) and
// its log (mm/oom_kill.c, __oom_kill_process).
#include <time.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

// Old enough to be history.
bool is_history(const LogLine& line) {
    constexpr uint64_t kHour = 3'600;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return line.microseconds / 1'000'000 + kHour < static_cast<uint64_t>(now.tv_sec);
}

Finding run(Examination& examination) {
    const auto vmstat = examination.machine().read(kProcfs, "vmstat");
    const uint64_t counted = vmstat ? number_of(*vmstat, "oom_kill").value_or(0) : 0;
    const auto kills =
        examination.logged({"ut of memory: Killed process", "ut of memory (oom_kill_allocating_task): Killed",
                            "Out of memory and no killable processes"});
    if (!vmstat && !kills)
        return not_judged("oom-kills", "neither a counter nor the log can be read",
                          {one_line(kills.error())});
    std::vector<std::string> evidence;
    if (counted != 0) evidence.push_back(concat("/proc/vmstat: oom_kill ", counted));
    if (!kills) evidence.push_back(one_line(kills.error()));
    const size_t logged = kills ? kills->size() : 0;
    constexpr size_t kMostLines = 3;
    for (size_t i = logged - std::min(logged, kMostLines); i < logged; ++i)
        evidence.push_back((*kills)[i].evidence());

    if (counted == 0 && logged == 0)
        return fine("oom-kills", "no program was killed for want of memory", evidence);
    const bool is_news = logged != 0 && !(examination.live() && is_history(kills->back()));
    const bool elsewhere = examination.in_container();
    const bool by_group = logged != 0 && std::ranges::all_of(*kills, [](const LogLine& line) {
                              return line.text.find("Memory cgroup out of memory") != line.text.npos;
                          });
    return finding(by_group ? kOomKillsInGroup : kOomKills,
                   is_news && !elsewhere ? Severity::warning : Severity::note, evidence);
}

}  // namespace

const Check check_oom_kills = {"oom-kills", "has the kernel killed programs for want of memory", run};

}  // namespace earlybox::doctor
