// SPDX-License-Identifier: MIT
#include "applets/oomscan/html.h"

#include <algorithm>

#include "applets/oomscan/view.h"
#include "core/base/text.h"

namespace earlybox::oomscan {
namespace {

// tests/browser/run tells the hashes when script or style change.
#define STYLE_HASH "XKmomPzI5Sj37pFEc+x9fPi2T0FrjpgIQkF0CHAeDyE="
#define SCRIPT_HASH "3zuLeCte22syll6m1YbtzOgPUaoka9cQL/awNM+COhI="

constexpr std::string_view kHead =
    R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-)" STYLE_HASH
    R"('; script-src 'sha256-)" SCRIPT_HASH R"('">
<meta name="viewport" content="width=device-width">
<title>Out of memory</title>
<style>
body{font:15px/1.5 sans-serif;max-width:64em;margin:1em auto;padding:0 1em;color:#222;background:#fff}
section{border-top:3px solid #a22;margin-top:2em}
h2{margin:.4em 0}
table{border-collapse:collapse;margin:.5em 0}
th,td{padding:.1em .7em;text-align:left;vertical-align:top}
.n{text-align:right}
.tasks th{cursor:pointer;border-bottom:1px solid #888;user-select:none}
.tasks th[aria-sort=ascending]::after{content:" \2191"}
.tasks th[aria-sort=descending]::after{content:" \2193"}
.killed{background:#fdd}
.part{fill:#47a}
pre,code{font:13px monospace;white-space:pre-wrap;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}.killed{background:#622}}
</style></head><body>
<h1>Out of memory</h1>
)";

constexpr std::string_view kTail =
    R"(<script>
for (const head of document.querySelectorAll(".tasks th")) head.onclick = () => {
  const column = head.cellIndex, body = head.closest("table").tBodies[0];
  const down = head.getAttribute("aria-sort") !== "descending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = row => row.cells[column].textContent;
  const compare = head.className === "n"
    ? (a, b) => (key(a) === "" ? -Infinity : +key(a)) - (key(b) === "" ? -Infinity : +key(b)) || 0
    : (a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
  body.append(...[...body.rows].sort((a, b) => down ? compare(b, a) : compare(a, b)));
};
</script>
</body></html>
)";

// Safe as an element's text and within quotes; control characters become visible.
std::string html(std::string_view text) {
    std::string escaped;
    for (const char c : printable(text)) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

void memory_bars(Output& out, const Memory& memory) {
    if (memory.total_kb == 0) return;
    out.line("<h3>Memory: ", memory.total_kb, " kB</h3><table class=\"memory\">");
    for (const MemoryPart& part : memory.parts) {
        constexpr uint64_t kWidth = 300;
        out.line("<tr><td>", html(part.what), "<td class=\"n\">", part.kb, " kB<td class=\"n\">",
                 part.kb * 100 / memory.total_kb, " %<td><svg width=\"", kWidth,
                 "\" height=\"12\"><rect class=\"part\" height=\"12\" width=\"",
                 part.kb * kWidth / memory.total_kb, "\"/></svg>");
    }
    out.line("</table>");
}

void task_table(Output& out, const OomIncident& incident, const Choice& choice) {
    if (incident.tasks.empty()) return;
    out.line("<h3>Tasks</h3><table class=\"tasks\"><thead><tr>");
    for (const char* name : {"pid", "uid", "used kB", "resident pages", "swap pages", "adj", "badness"})
        out.put("<th class=\"n\">", name);
    out.line("<th>name</thead><tbody>");
    for (const size_t index : ranking(incident, choice)) {
        const OomTask& task = incident.tasks[index];
        const bool killed = was_killed(incident, task);
        const auto cell = [&](const auto& number) {
            out.put("<td class=\"n\">", number ? concat(*number) : "");
        };
        out.put(killed ? "<tr class=\"killed\">" : "<tr>", "<td class=\"n\">", task.pid);
        cell(task.uid);
        out.put("<td class=\"n\">", used_kb(incident, task));
        cell(task.rss_pages);
        cell(task.swap_pages);
        cell(task.oom_score_adj ? task.oom_score_adj : task.oom_adj);
        cell(choice.badness[index]);
        out.line("<td>", html(task.comm), "</td></tr>");
    }
    out.line("</tbody></table>");
}

void own_lines(Output& out, const OomIncident& incident) {
    if (incident.report.empty()) return;
    out.put("<details><summary>The report's own lines</summary><pre>\n");
    std::string_view rest = incident.report, line;
    while (next_line(rest, line)) out.line(html(line));
    out.line("</pre></details>");
}

}  // namespace

HtmlPage::HtmlPage(Output& out) : out_(out) { out_.put(kHead); }
HtmlPage::~HtmlPage() { out_.put(kTail); }

void HtmlPage::add(const OomIncident& incident, const Verdict& verdict) {
    out_.line("<section><h2>", html(headline(incident)), "</h2><table>");
    for (const Fact& fact : facts_of(incident, verdict)) {
        out_.put("<tr><th>", fact.label, "<td>", html(fact.text));
        if (!fact.command.empty()) out_.put(": <code>", html(fact.command), "</code>");
        out_.put('\n');
    }
    out_.line("</table>");
    memory_bars(out_, verdict.memory);
    task_table(out_, incident, verdict.choice);
    own_lines(out_, incident);
    out_.line("</section>");
}

}  // namespace earlybox::oomscan
