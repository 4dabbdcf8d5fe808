// SPDX-License-Identifier: MIT
#include "core/applet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

namespace earlybox {
namespace {

struct CommonOptions {
    bool help = false;
    bool json = false;
    std::string root;
};

constexpr OptionSpec kHelp = option<&CommonOptions::help>('h', "help", nullptr, "show this help");
constexpr OptionSpec kJson =
    option<&CommonOptions::json>(0, "json", nullptr, "one JSON object a line instead of text");
constexpr OptionSpec kRoot = option<&CommonOptions::root>(
    0, "root", "DIR", "read below DIR (a captured machine, a dead guest's disk), not the live system");

std::vector<const OptionSpec*> options_of(const Applet& applet) {
    std::vector<const OptionSpec*> specs;
    for (const auto& spec : applet.options) specs.push_back(&spec);
    if (applet.reports) specs.push_back(&kJson);
    if (applet.reads_files) specs.push_back(&kRoot);
    specs.push_back(&kHelp);
    return specs;
}

std::string option_names(const OptionSpec& spec) {
    std::string names =
        spec.letter != 0 ? concat("-", spec.letter, ", --", spec.name) : concat("    --", spec.name);
    if (spec.metavar == nullptr) return names;
    const std::string_view metavar = spec.metavar;
    if (metavar[0] == '[') return concat(names, "[=", metavar.substr(1));
    append(names, " ", metavar);
    return names;
}

void append_paragraph(std::string& text, std::string_view indent, std::string_view paragraph) {
    for (const auto& line : wrapped(paragraph, 79 - indent.size())) append(text, indent, line, '\n');
}

}  // namespace

std::string help_text(const Applet& applet) {
    std::string text = concat("Usage: earlybox ", applet.name, " [OPTION...]",
                              *applet.operands != 0 ? " " : "", applet.operands, "\n");
    append_paragraph(text, "",
                     concat(static_cast<char>(toupper(applet.summary[0])), applet.summary + 1, "."));
    if (*applet.notes != 0) {
        text += '\n';
        std::string_view rest = applet.notes;
        std::string_view paragraph;
        while (next_line(rest, paragraph)) append_paragraph(text, "", paragraph);
    }
    text += "\nOptions:\n";
    constexpr size_t kHelpColumn = 26;
    for (const auto* spec : options_of(applet)) {
        std::string names = "  " + option_names(*spec);
        for (const auto& line : wrapped(spec->help, 79 - kHelpColumn)) {
            if (columns(names) + 1 >= kHelpColumn) {
                append(text, names, '\n');
                names.clear();
            }
            append(text, padded(names, kHelpColumn), line, '\n');
            names.clear();
        }
    }
    text += "\nExamples:\n";
    for (const auto& example : applet.examples) {
        append(text, "  ", example.command, '\n');
        append_paragraph(text, "      ", example.shows);
    }
    text += "\nExit status:\n";
    append_paragraph(text, "  ", concat(applet.exit_status, "; 2 usage error; 3 the job could not be done."));
    return text;
}

bool Context::color() const {
    const char* no_color = getenv("NO_COLOR");
    const char* term = getenv("TERM");
    return out.terminal() && (no_color == nullptr || *no_color == 0) && term != nullptr &&
           strcmp(term, "dumb") != 0;
}

int Context::fail(const Error& error) {
    out.flush();
    err.line("earlybox ", applet.name, ": ", describe(error));
    return kFailed;
}

int Context::usage_error(const Error& error) {
    err.line("earlybox ", applet.name, ": ", error.what);
    if (!error.remedy.empty()) err.line("  did you mean ", error.remedy, "?");
    err.line("  try: earlybox ", applet.name, " --help");
    return kUsage;
}

std::expected<std::span<char*>, int> Context::parse_into(void* options) {
    CommonOptions common;
    const OptionSpec* const own_end = applet.options.data() + applet.options.size();
    std::vector<BoundOption> bound;
    for (const auto* spec : options_of(applet)) {
        const bool own = spec >= applet.options.data() && spec < own_end;
        bound.push_back({spec, own ? options : &common});
    }
    const auto operands = parse_options(
        arguments, bound, applet.takes_command ? OperandOrder::command : OperandOrder::anywhere);
    if (!operands) return std::unexpected(usage_error(operands.error()));
    if (common.help) {
        out.put(help_text(applet));
        return std::unexpected(static_cast<int>(kFine));
    }
    json = common.json;
    root = common.root;
    if (!root.empty() && access(root.c_str(), R_OK | X_OK) != 0)
        return std::unexpected(fail(Error(concat("read below ", printable(root)), errno)));
    while (root.ends_with('/')) root.pop_back();  // "/" is the live root
    return *operands;
}

const Applet* find_applet(std::string_view name) {
    const auto found = std::ranges::find_if(all_applets(), [&](const Applet* a) { return name == a->name; });
    return found == all_applets().end() ? nullptr : *found;
}

int run_applet(const Applet& applet, std::span<char*> arguments, Output& out, Output& err) {
    Context context{
        .applet = applet, .arguments = arguments, .input = STDIN_FILENO, .out = out, .err = err, .root = {}};
    const int code = applet.run(context);
    out.flush();
    if (out.error() == 0) return code;
    return context.fail(Error("write to standard output", out.error()));
}

}  // namespace earlybox
