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
#include "core/parse/oom_text.h"

namespace earlybox {
namespace {

// What stands behind "NAME[608]: " or "NAME: ", wherever that begins.
bool take_tag(std::string_view& text, std::string_view name) {
    if (!pass(text, name)) return false;
    const auto head = text.substr(0, text.find(": "));
    if (head.size() == text.size() || head.find_first_not_of("[]() 0123456789") != head.npos) return false;
    text.remove_prefix(head.size() + 2);
    return true;
}

// "Killed /user.slice/x.scope due to memory pressure for …"
bool read_oomd(std::string_view text, OomVictim& victim, std::string_view& reason) {
    if (!take(text, "Killed ") || !text.starts_with('/')) return false;
    const size_t end = text.rfind(" due to ");
    victim.memcg = text.substr(0, end);
    victim.signal = "SIGKILL";
    if (end != text.npos) reason = text.substr(end + 1);
    return true;
}

// "sending SIGTERM to process 57834 uid 1000 "code": badness 866, …", and older forms
bool read_earlyoom(std::string_view text, OomVictim& victim, std::string_view& reason) {
    if (take(text, "sending SIG")) {
        const auto signal = take_until(text, " to process ");
        if (!signal) return false;
        victim.signal = concat("SIG", *signal);
    } else if (take(text, "killing process ") || take(text, "Killing process ")) {
        const auto number = id_after(text, "with signal ");
        victim.signal = number == 15U ? "SIGTERM" : number == 9U ? "SIGKILL" : "";
    } else {
        return false;
    }
    const bool named_first = text.starts_with('\'');
    const auto pid = id_after(text, named_first ? "pid: " : "");
    if (!pid) return false;
    victim.pid = *pid;
    victim.uid = id_after(text, " uid ");
    for (const std::string_view key : {": badness ", ": oom_score ", ", badness: "}) {
        const size_t at = text.rfind(key);
        if (at == text.npos) continue;
        reason = text.substr(at + 2);
        victim.score = number_after(text.substr(at), key);
        text = text.substr(0, at);
        break;
    }
    const char quote = named_first ? '\'' : '"';
    if (const size_t begin = text.find(quote), end = text.rfind(quote); begin != end)
        victim.comm = text.substr(begin + 1, end - begin - 1);
    return true;
}

// "send sigkill to 2846 (NAME), adj 9, size 81288"
bool read_early_lmk(std::string_view text, OomVictim& victim) {
    if (!take(text, "send sigkill to ")) return false;
    victim.pid = take_id(text).value_or(0);
    const auto name = take(text, " (") ? take_until(text, "), adj ") : std::nullopt;
    if (!name) return false;
    victim.comm = *name;
    victim.oom_score_adj = take_signed(text);
    return true;
}

// "Killing 'NAME' (2846) …" or "Kill 'NAME' (2846), …"
bool read_lmkd(std::string_view text, OomVictim& victim, std::string_view& reason, OomTrigger& trigger) {
    if (!take(text, "Killing '") && !take(text, "Kill '")) return false;
    const auto name = take_until(text, "' (");
    const auto pid = take_id(text);
    if (!name || !pid) return false;
    victim.comm = *name;
    victim.pid = *pid;
    victim.uid = id_after(text, ", uid ");
    for (const std::string_view key : {"score_adj ", "adj "})
        if (!victim.oom_score_adj) victim.oom_score_adj = signed_after(text, key);
    if (std::string_view asking = text; pass(asking, "on behalf of '"))
        if (const auto comm = take_until(asking, "' (")) {
            trigger.comm = *comm;
            trigger.pid = take_id(asking);
        }
    if (pass(text, "reason: ")) reason = text;
    return true;
}

}  // namespace

bool read_oom_program(std::string_view line, OomIncident& incident) {
    OomVictim victim;
    victim.signal = "SIGKILL";
    std::string_view reason;
    const auto tagged = [&](std::string_view name) {
        std::string_view rest = line;
        return take_tag(rest, name) ? rest : std::string_view();
    };
    if (read_oomd(tagged("systemd-oomd"), victim, reason))
        incident.kind = OomKind::systemd_oomd;
    else if (read_earlyoom(tagged("earlyoom"), victim, reason))
        incident.kind = OomKind::earlyoom;
    else if (read_lmkd(tagged("lowmemorykiller"), victim, reason, incident.trigger) ||
             read_lmkd(tagged("lmkd"), victim, reason, incident.trigger) || read_early_lmk(line, victim))
        incident.kind = OomKind::lmkd;
    else
        return false;
    if (!reason.empty()) incident.notes.emplace_back(reason);
    incident.memcg = victim.memcg;
    incident.chosen = victim;
    incident.killed.push_back(std::move(victim));
    incident.complete = true;
    return true;
}

}  // namespace earlybox
