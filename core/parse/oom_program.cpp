// SPDX-License-Identifier: MIT
// Kills by programs, and by Android's driver in the kernel: one line each.
//   systemd-oomd[608]: Killed /user.slice/x.scope due to memory pressure for /user.slice being 54.05%
//   > 50.00% for …
//       (systemd, src/oom/oomd-manager.c; before v255 also "due to memory used (…)")
//   earlyoom[9]: sending SIGTERM to process 57834 uid 1000 "code": badness 866, VmRSS 5 MiB
//       (earlyoom, kill.c; before 1.3 "killing process 27541 …" and "Killing process 'bash' with signal 15,
//       pid: 5874, …")
//   lowmemorykiller: Killing 'NAME' (2846) (tgid 2846), adj 999, / to free 81288kB on behalf of 'kswapd0'
//   (136) because
//       (drivers/staging/android/lowmemorykiller.c; before 3.4 "send sigkill to 2846 (NAME), adj 9, size
//       81288")
//   lowmemorykiller: Kill 'NAME' (2846), uid 10123, oom_score_adj 900 to free 81288kB rss, 0kB swap; reason:
//   …
//       (Android, system/memory/lmkd/lmkd.cpp; also under the tag lmkd)
#include <algorithm>

#include "core/base/text.h"
#include "core/parse/log_time.h"
#include "core/parse/oom_lines.h"

namespace earlybox {
namespace {

bool pass(std::string_view& text, std::string_view beginning) {
    const size_t at = text.find(beginning);
    if (at == text.npos) return false;
    text.remove_prefix(at + beginning.size());
    return true;
}

std::optional<uint32_t> id_after(std::string_view text, std::string_view key) {
    const auto number = pass(text, key) ? take_number(text, 10) : std::nullopt;
    return number && *number <= UINT32_MAX ? std::optional(static_cast<uint32_t>(*number)) : std::nullopt;
}

std::optional<int> signed_after(std::string_view text, std::string_view key) {
    if (!pass(text, key)) return std::nullopt;
    const bool negative = take(text, '-');
    const auto number = take_number(text, 9);
    if (!number) return std::nullopt;
    return negative ? -static_cast<int>(*number) : static_cast<int>(*number);
}

// What stands behind "NAME[608]: " or "NAME: ", wherever that begins.
bool take_tag(std::string_view& text, std::string_view name) {
    if (!pass(text, name)) return false;
    const auto head = text.substr(0, text.find(": "));
    if (head.size() == text.size() || head.find_first_not_of("[]() 0123456789") != head.npos) return false;
    text.remove_prefix(head.size() + 2);
    return true;
}

bool read_oomd(std::string_view text, OomIncident& incident) {
    if (!take_tag(text, "systemd-oomd") || !take(text, "Killed /")) return false;
    OomVictim victim;
    const size_t reason = text.rfind(" due to ");
    victim.memcg = concat('/', text.substr(0, reason));
    victim.signal = "SIGKILL";
    if (reason != text.npos) incident.notes.emplace_back(text.substr(reason + 1));
    incident.memcg = victim.memcg;
    incident.killed.push_back(std::move(victim));
    return true;
}

const char* signal_name(uint32_t number) { return number == 15 ? "SIGTERM" : number == 9 ? "SIGKILL" : ""; }

bool read_earlyoom(std::string_view text, OomIncident& incident) {
    if (!take_tag(text, "earlyoom")) return false;
    std::string_view rest = text;
    OomVictim victim;
    if (take(rest, "sending ")) {
        victim.signal = rest.substr(0, rest.find(' '));
        if (!pass(rest, " to process ") || victim.signal == "signal") return false;
    } else if (take(rest, "killing process ") || take(rest, "Killing process ")) {
        victim.signal = signal_name(id_after(rest, "with signal ").value_or(0));
    } else {
        return false;
    }
    const auto pid = rest.starts_with('\'') ? id_after(rest, "pid: ") : id_after(rest, "");
    if (!pid) return false;
    victim.pid = *pid;
    victim.uid = id_after(rest, " uid ");
    const char quote = rest.starts_with('\'') ? '\'' : '"';
    size_t figures = rest.npos;
    for (const std::string_view key : {": badness ", ": oom_score ", ", badness: "})
        if (figures == rest.npos) figures = rest.rfind(key);
    const auto head = rest.substr(0, figures);
    if (const size_t begin = head.find(quote), end = head.rfind(quote); begin != end)
        victim.comm = head.substr(begin + 1, end - begin - 1);
    if (figures != rest.npos) {
        const auto reason = rest.substr(figures + 2);
        for (const std::string_view key : {"badness ", "oom_score ", "badness: "})
            if (!victim.score) victim.score = id_after(reason, key);
        incident.notes.emplace_back(reason);
    }
    incident.killed.push_back(std::move(victim));
    return true;
}

bool read_lmkd(std::string_view text, OomIncident& incident) {
    OomVictim victim;
    victim.signal = "SIGKILL";
    std::string_view rest = text;
    if (take(rest, "send sigkill to ")) {
        const auto pid = take_number(rest, 10);
        if (!pid || *pid > UINT32_MAX || !take(rest, " (")) return false;
        victim.pid = static_cast<uint32_t>(*pid);
        const size_t end = rest.find("), adj ");
        if (end == rest.npos) return false;
        victim.comm = rest.substr(0, end);
        victim.oom_score_adj = signed_after(rest, "), adj ");
    } else {
        if (!take_tag(rest, "lowmemorykiller")) {
            rest = text;
            if (!take_tag(rest, "lmkd")) return false;
        }
        if (!take(rest, "Killing '") && !take(rest, "Kill '")) return false;
        const size_t end = rest.find("' (");
        if (end == rest.npos) return false;
        victim.comm = rest.substr(0, end);
        rest.remove_prefix(end + 3);
        const auto pid = take_number(rest, 10);
        if (!pid || *pid > UINT32_MAX) return false;
        victim.pid = static_cast<uint32_t>(*pid);
        victim.uid = id_after(rest, ", uid ");
        victim.oom_score_adj = signed_after(rest, ", oom_score_adj ");
        for (const std::string_view key : {"score_adj ", "adj "})
            if (!victim.oom_score_adj) victim.oom_score_adj = signed_after(rest, key);
        if (std::string_view other = rest; pass(other, "on behalf of '"))
            if (const size_t name = other.find("' ("); name != other.npos) {
                incident.trigger.comm = other.substr(0, name);
                incident.trigger.pid = id_after(other.substr(name), "' (");
            }
        if (std::string_view reason = rest; pass(reason, "reason: ")) incident.notes.emplace_back(reason);
    }
    incident.killed.push_back(std::move(victim));
    return true;
}

}  // namespace

bool read_oom_program(std::string_view line, OomIncident& incident) {
    if (read_oomd(line, incident))
        incident.kind = OomKind::systemd_oomd;
    else if (read_earlyoom(line, incident))
        incident.kind = OomKind::earlyoom;
    else if (read_lmkd(line, incident))
        incident.kind = OomKind::lmkd;
    else
        return false;
    incident.chosen = incident.killed.front();
    incident.complete = true;
    return true;
}

}  // namespace earlybox
