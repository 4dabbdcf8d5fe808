// SPDX-License-Identifier: MIT
// What holds for every applet: its tables, its help, its behaviour on bad usage.
#include "core/applet.h"

#include <string.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/outcome.h"

using namespace earlybox;

namespace {

std::string file_name_part(std::string_view word) { return std::string(word.substr(word.rfind('/') + 1)); }

// The words of a shell command, as far as examples need it: blanks separate, quotes group, "&&", "|" and ";"
// end it.
std::vector<std::vector<std::string>> commands_of(std::string_view line) {
    std::vector<std::vector<std::string>> commands(1);
    std::string word;
    bool in_word = false;
    char quote = 0;
    const auto end_word = [&] {
        if (in_word && (word == "&&" || word == "|" || word == ";"))
            commands.emplace_back();
        else if (in_word)
            commands.back().push_back(word);
        word.clear();
        in_word = false;
    };
    for (const char c : line) {
        if (quote == 0 && c == ' ') {
            end_word();
        } else if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            in_word = true;
        } else {
            word += c;
            in_word = true;
        }
    }
    end_word();
    return commands;
}

}  // namespace

TEST_CASE("the option tables are sane") {
    std::string_view previous;
    for (const Applet* applet : all_applets()) {
        INFO(applet->name);
        CHECK(previous < applet->name);  // sorted, and each once
        previous = applet->name;
        CHECK(find_applet(applet->name) == applet);
        CHECK((islower(applet->summary[0]) || isupper(applet->summary[1])));  // a word, or a name like PID
        CHECK_FALSE(std::string_view(applet->summary).ends_with('.'));
        CHECK(applet->examples.size() >= 2);
        CHECK(*applet->exit_status != 0);
        CHECK(applet->run != nullptr);

        std::set<char> letters{'h'};
        std::set<std::string> names{"help"};
        if (applet->reports) names.insert("json");
        if (applet->reads_files) names.insert("root");
        for (const auto& spec : applet->options) {
            INFO(spec.name);
            CHECK((spec.letter == 0 || letters.insert(spec.letter).second));
            CHECK((spec.letter == 0 || isalnum(static_cast<unsigned char>(spec.letter))));
            CHECK(names.insert(spec.name).second);
            CHECK(std::string_view(spec.name).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                  std::string::npos);
            CHECK(*spec.help != 0);
            CHECK_FALSE(std::string_view(spec.help).ends_with('.'));
            CHECK((spec.metavar == nullptr || *spec.metavar != 0));
            CHECK(spec.store != nullptr);
        }
    }
    CHECK(previous != "");
}

TEST_CASE("examples call their applet, with options that it has") {
    for (const Applet* applet : all_applets()) {
        for (const auto& example : applet->examples) {
            INFO(example.command);
            CHECK(*example.shows != 0);
            bool calls_it = false;
            for (auto words : commands_of(example.command)) {
                if (!words.empty() && words[0] == "earlybox") words.erase(words.begin());
                if (words.empty() || file_name_part(words[0]) != applet->name) continue;
                calls_it = true;
                if (words[0].find('=') != std::string::npos) continue;  // boot parameters
                // --help behind them: the options are read, and nothing is done.
                words.insert(words.begin() + 1, "--help");
                words.insert(words.begin(), "earlybox");
                const auto outcome = call(words);
                CHECK(outcome.err == "");
                CHECK(outcome.code == kFine);
            }
            CHECK(calls_it);
        }
    }
}

TEST_CASE("help fits a terminal and tells everything") {
    for (const Applet* applet : all_applets()) {
        INFO(applet->name);
        const auto outcome = call({"earlybox", applet->name, "--help"});
        CHECK(outcome.code == kFine);
        CHECK(outcome.err == "");
        CHECK(call({applet->name, "-h"}).out == outcome.out);
        CHECK_THAT(outcome.out, Catch::StartsWith(std::string("Usage: earlybox ") + applet->name));
        for (const char* section : {"\nOptions:\n", "\nExamples:\n", "\nExit status:\n"})
            CHECK_THAT(outcome.out, Catch::Contains(section));
        for (const auto& spec : applet->options)
            CHECK_THAT(outcome.out, Catch::Contains(std::string("--") + spec.name));
        CHECK((outcome.out.find("one JSON object a line") != std::string::npos) == applet->reports);
        CHECK((outcome.out.find("--root DIR") != std::string::npos) == applet->reads_files);
        std::string_view rest = outcome.out;
        std::string_view line;
        while (next_line(rest, line)) {
            CAPTURE(line);
            CHECK(columns(line) <= 80);
            CHECK_FALSE(line.ends_with(' '));
        }
    }
}

TEST_CASE("bad usage is named, on the error output, with exit code 2") {
    for (const Applet* applet : all_applets()) {
        INFO(applet->name);
        const auto outcome = call({"earlybox", applet->name, "--hepl"});
        CHECK(outcome.code == kUsage);
        CHECK(outcome.out == "");
        CHECK(outcome.err == concat("earlybox ", applet->name,
                                    ": unknown option --hepl\n  did you mean --help?\n  try: earlybox ",
                                    applet->name, " --help\n"));
    }
}
